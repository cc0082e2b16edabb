"""The loader: fetches a source's rows, caches them as tidy Parquet and reads frames from the cache."""

import os
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd

from data.cache import Cache
from data.catalog import OWN_TABLES
from data.catalog.entry import Table
from data.catalog.tables import ReleaseTables, release_tables
from data.errors import BadTable, DataError, TableAbsent
from data.number_words import plural
from data.own.columns import Choices, Columns
from data.own.file import OwnFile
from data.own.matching import KnownNuclei, Match, match_rows
from data.own.record import provenance_of
from data.own.table import OwnTable, tidy_rows
from data.sources.merged_nuclei import name_nuclei
from data.tables.raw import Raw, ReportProgress, Source, UnreadFile, silent
from data.tables.records import STALE, Provenance, make_record
from data.tables.schema import POSITION, Tidy, tidy
from data.tables.values import FAULTS
from data.volume import VOLUME
from data.volume.volume import Release


@dataclass(frozen=True)
class LabelTable:
    """A loaded table of labels, units, points or nuclei: its entry, tidy frame (read-only) and provenance."""

    table: Table
    frame: pd.DataFrame
    provenance: Provenance

    @property
    def key(self) -> str:
        """Identifies these rows: an earlier reading of the same file has another key."""
        record = self.provenance
        parts = (record.place, record.release, record.table, record.fetched_at, record.stamp, record.sha256)
        return " ".join(map(str, parts))

    @property
    def as_axis(self) -> tuple[Table, pd.DataFrame]:
        """The entry and frame that comparisons take."""
        return self.table, self.frame


def loaded_tables(outcomes: Mapping[str, LabelTable | DataError | None]) -> dict[str, LabelTable]:
    """Those of the tables that were loaded."""
    return {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, LabelTable)}


FETCHES_AT_ONCE = 4
STALE_SECONDS = 60.0
"""How long older rows are shown after a failed fetch, before the source is asked again."""
ReportOn = Callable[[str], AbstractContextManager[ReportProgress]]
"""Given a table's name, opens its progress report for the duration of the load."""


class OpenRelease:
    """One release from one source, with its cache.

    Parameters
    ----------
    source : Source
        Where the rows come from.
    release : Release
        Which release.
    cache : Cache
        Where the rows are kept.
    why : str
        Why this source was opened, where the reader did not choose it; else "".
    own : mapping of str to OwnTable
        The reader's own tables, by name.
    load_roots : callable, optional
        Loads the nuclei of another release by its number, for the root IDs of the reader's own tables.
    second : callable, optional
        Opens the source of tables that the first does not hold.
    always : bool
        Whether the second source is asked without `confirm_second`.
    accepted : collection of str
        Names of the sources whose cached rows are shown, beside that of `source`.

    Attributes
    ----------
    tables : ReleaseTables
        The tables of the release; whatever lists or names tables reads these.
    """

    def __init__(
        self,
        source: Source,
        release: Release,
        cache: Cache,
        why: str = "",
        own: Mapping[str, OwnTable] = MappingProxyType({}),
        load_roots: Callable[[int], KnownNuclei] | None = None,
        second: Callable[[], Source] | None = None,
        always: bool = False,
        accepted: Collection[str] = (),
    ) -> None:
        self.source = source
        self.release = release
        self.own = own
        entries = {name: own_table.table for name, own_table in own.items()}
        OWN_TABLES.update(entries)
        self.tables: ReleaseTables = release_tables(release, entries)
        self.cache = cache
        self.why = why
        self._stale: dict[str, tuple[float, str, Provenance]] = {}
        self._load_roots = load_roots
        self._second = second
        self._always = always
        self._confirmed: set[str] = set()
        self._accepted = {source.name, *accepted}
        self._matched: dict[str, tuple[LabelTable, Match]] = {}
        self._known: tuple[Provenance, KnownNuclei] | None = None

    def beside(
        self, own: Mapping[str, OwnTable], load_roots: Callable[[int], KnownNuclei] | None
    ) -> "OpenRelease":
        """The same release with the reader's own tables beside its own."""
        return OpenRelease(
            self.source,
            self.release,
            self.cache,
            self.why,
            own,
            load_roots,
            self._second,
            self._always,
            self._accepted,
        )

    @property
    def at_once(self) -> int:
        """Number of tables loaded in parallel: local tables need a processor each, a server's do not."""
        return min(FETCHES_AT_ONCE, os.cpu_count() or 1) if self.source.local else FETCHES_AT_ONCE

    @property
    def unread_files(self) -> tuple[UnreadFile, ...]:
        """The source's files that no table of the release takes."""
        return self.source.unread_files(self.tables)

    @property
    def key(self) -> tuple[str, int]:
        """The source's key and the release number; unique among open releases."""
        return self.source.key, self.release.number

    def provenance(self, name: str) -> Provenance | None:
        """Record of a cached table; None where it is not cached, or its file at the source has changed.

        For `STALE_SECONDS` after a failed fetch older rows count as cached, with a note that says so.
        """
        if name in self.own:
            return self._own_provenance(name)
        cached = self.cache.read_provenance(name)
        if cached and cached.source not in self._accepted:
            return None
        stamp = self.source.stamp(self.tables[name])
        if cached is None or cached.stamp == stamp:
            return cached
        expiry, missed_stamp, stale = self._stale.get(name, (0.0, "", None))
        if stale and missed_stamp == stamp and stale.sha256 == cached.sha256 and time.monotonic() < expiry:
            return stale
        return None

    def is_at_hand(self, name: str) -> bool:
        """Whether a table can be loaded without a download."""
        return self.source.local or self.provenance(name) is not None

    @property
    def server(self) -> Source:
        """The source of what the first does not hold, where there is one; else the first."""
        return self._second() if self._second else self.source

    def absence(self, name: str) -> TableAbsent | None:
        """What was learnt earlier of a table that the source does not hold; None where nothing was."""
        return self.cache.read_absence(name)

    def offers_second(self, name: str) -> bool:
        """Whether another source could be asked for a table, and has not been told to."""
        return self._second is not None and not self._always and name not in self._confirmed

    def confirm_second(self, name: str) -> None:
        """Have the other source asked for a table that the first does not hold."""
        self._confirmed.add(name)

    def ask_again(self, name: str) -> None:
        """Have the source asked again for a table that it did not hold."""
        self.cache.forget_absence(name)

    def fetch_labels(self, name: str, report: ReportProgress = silent) -> Provenance:
        """Fetch a table into the cache unless it is cached.

        A table is fetched once over all sessions and processes; the others wait for it. If the fetch fails,
        older cached rows are used, with a note that says so, unless the source no longer holds the table, or
        is local and holds a bad file.

        Raises
        ------
        DataError
            If the fetch fails and no older rows may be used.
        """
        if name in self.own:
            return self.match(name, report)[0].provenance
        return self.provenance(name) or self._fetch(name, report, None)

    def load_labels(self, name: str, report: ReportProgress = silent) -> LabelTable:
        """Load a table from the cache; fetch it if it is missing, and again if its cached file is damaged."""
        if name in self.own:
            return self.match(name, report)[0]
        record = self.fetch_labels(name, report)
        try:
            frame = self.cache.read_frame(name)
        except BadTable:
            record = self._fetch(name, report, record)
            frame = self.cache.read_frame(name)
        return LabelTable(self.tables[name], frame, record)

    def match(self, name: str, report: ReportProgress = silent) -> tuple[LabelTable, Match]:
        """Match one of the reader's own tables to the nuclei of the release, once; it is in no cache on disk.

        Raises
        ------
        DataError
            If the nuclei cannot be loaded.
        """
        if name not in self._matched:
            own, known = self.own[name], self.known_nuclei(report)
            matched = self.match_file(own.file, own.columns, own.choices)
            frame = tidy_rows(own, matched, known.frame)
            record = provenance_of(own, matched, frame, self.release, synthetic=self.source.synthetic)
            self._matched[name] = (LabelTable(own.table, frame, record), matched)
        return self._matched[name]

    def match_file(self, file: OwnFile, columns: Columns, choices: Choices) -> Match:
        """Match the rows of a reader's own file to the nuclei of the release.

        Raises
        ------
        DataError
            If the nuclei cannot be loaded.
        """
        asked, other = choices.release or self.release.number, None
        if self._load_roots and asked != self.release.number:
            other = self._load_roots(asked)
        return match_rows(file, columns, choices, self.known_nuclei(), other)

    def known_nuclei(self, report: ReportProgress = silent) -> KnownNuclei:
        """The nuclei that rows can name: all detected ones, or those of all tables of a source without them.

        Raises
        ------
        DataError
            If the source should hold the detections and they cannot be loaded, or it holds no nuclei.
        """
        number = f"v{self.release.number}"
        try:
            record = self.fetch_labels(VOLUME.detections, report)
            if self._known is None or self._known[0] != record:
                nuclei = self.load_labels(VOLUME.detections).frame.drop_duplicates("nucleus_id")
                self._known = record, KnownNuclei(nuclei, f"detected nuclei of {number}")
            return self._known[1]
        except TableAbsent:
            names = [name for name in self.tables.held if name not in self.own]
            loaded = loaded_tables(self.load_release(names)).values()
            if not loaded:
                raise
        columns = ["nucleus_id", "root_id", *POSITION, "volume_um3"]
        frames = [one.frame[[name for name in columns if name in one.frame]] for one in loaded]
        known = pd.concat(frames, ignore_index=True).drop_duplicates("nucleus_id")
        if "root_id" in known:
            known = known.assign(root_id=known["root_id"].fillna(0).astype("int64"))
        return KnownNuclei(known, f"nuclei of the {plural(len(loaded), 'table')} of {number} at hand")

    def _own_provenance(self, name: str) -> Provenance | None:
        """Record of a reader's own table; None while the nuclei are not at hand, or cannot be loaded."""
        if not self.source.local and self.provenance(VOLUME.detections) is None:
            return None
        try:
            return self.match(name)[0].provenance
        except DataError:  # reported to whoever loads the table
            return None

    def load_release(
        self, names: Iterable[str] | None = None, report_on: ReportOn = lambda name: nullcontext(silent)
    ) -> dict[str, LabelTable | DataError]:
        """Load several tables in parallel, by default all that the release is known to hold.

        Parameters
        ----------
        names : iterable of str, optional
            The tables.
        report_on : callable
            Opens a table's progress report, given its name; called from several threads.

        Returns
        -------
        dict
            Tables by name, in the order of `names`; the error for each that cannot be loaded.
        """

        def load(name: str) -> LabelTable | DataError:
            try:
                with report_on(name) as report:
                    return self.load_labels(name, report)
            except DataError as error:
                return error

        wanted = list(self.tables.held if names is None else names)
        order = self.tables.largest_first(wanted)
        with ThreadPoolExecutor(self.at_once) as pool:
            loaded = dict(zip(order, pool.map(load, order), strict=True))
        return {name: loaded[name] for name in wanted}

    def _fetch(self, name: str, report: ReportProgress, damaged: Provenance | None) -> Provenance:
        """Fetch a table that is not cached, or whose cached file is damaged."""
        with self.cache.locked(name):
            cached = self.provenance(name)  # another session may have fetched it meanwhile
            if cached and cached != damaged:
                return cached
            table = self.tables[name]
            stamp = self.source.stamp(table)
            try:
                source, raw, tidied = self._read(table, report)
                record = make_record(table, source, self.release, raw, tidied, stamp)
                self.cache.write(tidied.rows, record)
            except DataError as error:
                older = self.cache.read_provenance(name)
                replaced = self.source.local and isinstance(error, BadTable)  # the reader's own file is bad
                if older is None or damaged or replaced or isinstance(error, TableAbsent):
                    raise
                return self._keep_stale(older, stamp, error)
            return record

    def _read(self, table: Table, report: ReportProgress) -> tuple[Source, Raw, Tidy]:
        """A table's source, raw and tidy rows; whatever goes wrong with them is an error of it alone."""
        try:
            source, raw = self._raw(table, report)
            if table.by_point:
                raw = name_nuclei(raw, table, self.load_labels(VOLUME.detections).frame)
            return source, raw, tidy(raw.rows, table, raw.position_nm)
        except (*FAULTS, LookupError) as error:
            problem = f"{table.name} of {self.source.title} cannot be read: {type(error).__name__}: {error}."
            raise BadTable(problem, "Export the table again, and report this if it happens again.") from error

    def _raw(self, table: Table, report: ReportProgress) -> tuple[Source, Raw]:
        """A table's rows and their source: the second one only for what the first does not hold."""
        absent = self.absence(table.name)
        if absent is None:
            try:
                return self.source, self.source.fetch_table(table, report)
            except TableAbsent as error:
                if error.lasting:
                    self.cache.write_absence(table.name, error)
                absent = error
        if self._second is None or self.offers_second(table.name):
            raise absent
        second = self._second()
        raw = second.fetch_table(table, report)
        note = f"Taken from {second.title}: {self.source.title} does not hold the table."
        return second, replace(raw, notes=(*raw.notes, note))

    def _keep_stale(self, older: Provenance, missed_stamp: str, error: DataError) -> Provenance:
        since = f"{older.fetched:%d %B %Y, %H:%M} UTC".lstrip("0")
        note = f"{STALE} these are the rows read on {since}. Newer ones could not be fetched: {error.problem}"
        stale = replace(older, notes=(*older.notes, note))
        self._stale[older.table] = (time.monotonic() + STALE_SECONDS, missed_stamp, stale)
        return stale
