"""The tables that a reader added to this session: no other session sees them, no shared cache holds them.

They come from the reader's files, or carry labels of another release.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import quote, unquote

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.analysis.releases.carried_table import Grafted, carried_entry, carry, read_carried
from components.ui.session.carried import carried_labels, keep_carried_in_link
from data.catalog import OWN_TABLES
from data.catalog.facts import Carried
from data.catalog.tables import release_tables
from data.errors import DataError
from data.loader import LabelTable, OpenRelease
from data.own.columns import Choices, Columns
from data.own.dropped import sender_file
from data.own.file import OwnFile
from data.own.matching import KnownNuclei, Match
from data.own.table import OwnTable, check_labels
from data.tables.raw import ReportProgress, Source, silent
from data.tables.records import Provenance
from data.volume import VOLUME

OWN, OPENED, RESULTS = "own-tables", "own-releases", "own-results"
MATCHES, REMOVED = "own-matches", "own-removed"
IN_LINK = "yours"
"""Link parameter: the names of the sender's own tables, which end in the checksums of their files."""
MOST_RESULTS = 8
"""Results kept of one function in a session with tables of its own."""
MOST_MATCHES = 4
"""Matches of files that a session keeps."""
R = TypeVar("R")


class OwnRelease(OpenRelease):
    """A release with a session's own tables beside those that all sessions share.

    Parameters
    ----------
    shared : OpenRelease
    private : mapping of str to OwnTable
        The tables of the session's files, by name.
    carried : mapping of str to Carried
        Labels of other releases, by the name of the table that holds them.
    matches : dict
        The session's matches of files, which this release adds to.
    release_of : callable
        Opens another release by its number, for root IDs and labels of that release.
    """

    def __init__(
        self,
        shared: OpenRelease,
        private: Mapping[str, OwnTable],
        carried: Mapping[str, Carried],
        matches: dict[str, Match],
        release_of: Callable[[int], OpenRelease],
    ) -> None:
        super().__init__(
            shared.source,
            shared.release,
            shared.cache,
            shared.why,
            {**shared.own, **private},
            lambda number: release_of(number).known_nuclei(),
        )
        self.shared = shared
        self.private = private
        self.carried = carried
        entries = {name: self.tables[name] for name in self.own}
        number = shared.release.number
        entries |= {
            name: carried_entry(shared.tables[one.table], one, number) for name, one in carried.items()
        }
        self.tables = release_tables(shared.release, entries)
        self._matches = matches
        self._release_of = release_of
        self._grafted: dict[str, Grafted] = {}

    @property
    def server(self) -> Source:
        """As the shared release has it."""
        return self.shared.server

    def provenance(self, name: str) -> Provenance | None:
        """Record of a table, as the shared release has it but for the session's own."""
        if name in self.carried:
            return self._carried_provenance(name)
        return super().provenance(name) if name in self.private else self.shared.provenance(name)

    def fetch_labels(self, name: str, report: ReportProgress = silent) -> Provenance:
        """Fetch a table into the cache that all sessions share; carried labels are in no cache."""
        if name in self.carried:
            return self.graft(name, report).labels.provenance
        return super().fetch_labels(name, report)

    def load_labels(self, name: str, report: ReportProgress = silent) -> LabelTable:
        """Load a table; the session's own are matched or carried here, and nowhere else."""
        if name in self.carried:
            return self.graft(name, report).labels
        if name in self.private:
            return super().load_labels(name, report)
        return self.shared.load_labels(name, report)

    def graft(self, name: str, report: ReportProgress = silent) -> Grafted:
        """Put labels of another release on the nuclei of this one, once.

        Raises
        ------
        DataError
            If the labels, or the nuclei of either release, cannot be loaded.
        """
        if name not in self._grafted:
            earlier = self._release_of(self.carried[name].release)
            labels = earlier.load_labels(self.carried[name].table, report)
            self._grafted[name] = carry(labels, self.tables[name], earlier, self.shared, report)
        return self._grafted[name]

    def _carried_provenance(self, name: str) -> Provenance | None:
        """Record of carried labels; None while what they are made of is not at hand."""
        carried = self.carried[name]
        try:
            earlier = self._release_of(carried.release)
            parts = [(earlier, carried.table), (earlier, VOLUME.detections), (self.shared, VOLUME.detections)]
            if not all(one.is_at_hand(part) for one, part in parts):
                return None
            return self.graft(name).labels.provenance
        except DataError:  # reported to whoever loads the table
            return None

    def known_nuclei(self, report: ReportProgress = silent) -> KnownNuclei:
        """The nuclei that rows can name, which all sessions share."""
        return self.shared.known_nuclei(report)

    def match_file(self, file: OwnFile, columns: Columns, choices: Choices) -> Match:
        """Match the rows of a file once, whichever of its columns are labels."""
        named = replace(columns, labels=(), system="", confidence="", doubts=())
        key = repr((self.key, file.sha256, named, replace(choices, id="", labels=(), mapping=None)))
        if key not in self._matches:
            self._matches[key] = super().match_file(file, columns, choices)
            for oldest in list(self._matches)[:-MOST_MATCHES]:
                del self._matches[oldest]
        return self._matches[key]


def own_tables() -> Mapping[str, OwnTable]:
    """The session's tables, by name."""
    tables: dict[str, OwnTable] = st.session_state.get(OWN, {})
    return tables


def has_own_tables() -> bool:
    """Whether the session of this run has tables of its own, from files or of other releases."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return False
    return bool(own_tables() or carried_labels())


def without_own(opened: OpenRelease) -> OpenRelease:
    """A release without what this session keeps beside it."""
    return opened.shared if isinstance(opened, OwnRelease) else opened


def add_own_tables(tables: Mapping[str, OwnTable], opened: OpenRelease) -> None:
    """Add the tables of a file to the session; they replace those of a file of the same name.

    Raises
    ------
    DataError
        If the release already has a table of this title, or one has too many labels.
    """
    check_labels(tables.values())
    titles = {table.table.title for table in tables.values()}
    if taken := sorted(titles & {table.title for table in without_own(opened).tables.values()}):
        raise DataError(f"This release already has a table “{taken[0]}”.", "Rename your file.")
    files = {table.file.path.name for table in tables.values()}
    kept = {name: table for name, table in own_tables().items() if table.file.path.name not in files}
    _keep({**kept, **tables})


def remove_own_file(name: str) -> None:
    """Remove the tables of a file from the session, and have the browser forget the file."""
    gone = {own.file.sha256 for own in own_tables().values() if own.file.path.name == name}
    st.session_state[REMOVED] = {*st.session_state.get(REMOVED, ()), *gone}
    _keep({key: table for key, table in own_tables().items() if table.file.path.name != name})


def _keep(tables: Mapping[str, OwnTable]) -> None:
    st.session_state[OWN] = tables
    st.session_state[OPENED] = {}
    if not tables:
        st.session_state.pop(RESULTS, None)
        st.session_state.pop(MATCHES, None)
    st.query_params.pop(IN_LINK, None)
    keep_own_in_link()


def own_release(
    shared: OpenRelease,
    private: Mapping[str, OwnTable],
    release_of: Callable[[int], OpenRelease],
    carried: Mapping[str, Carried] = MappingProxyType({}),
) -> OwnRelease:
    """A release with tables of this session."""
    return OwnRelease(shared, private, carried, st.session_state.setdefault(MATCHES, {}), release_of)


def beside_own_tables(shared: OpenRelease, release_of: Callable[[int], OpenRelease]) -> OpenRelease:
    """A release with the session's tables, or the release itself where there are none."""
    if not has_own_tables():
        return shared
    opened: dict[tuple[str, int], OwnRelease] = st.session_state.setdefault(OPENED, {})
    number, kept = shared.release.number, opened.get(shared.key)
    wanted = {name: one for name, one in carried_labels().items() if one.release != number}
    if kept is None or kept.shared is not shared or kept.carried != wanted:
        kept = opened[shared.key] = own_release(shared, own_tables(), release_of, wanted)
    # Another session may have replaced them.
    OWN_TABLES.update({name: kept.tables[name] for name in (*kept.private, *kept.carried)})
    return kept


def unknown_table(name: str) -> DataError:
    """The error for a table that a link or a selection names and this session lacks."""
    if file := sender_file(name):
        return DataError(
            f"The selection needs the file {file}, which is not in this session.",
            "Add that file under “Your labels”, then open the link again.",
        )
    if carried := read_carried(name):
        return DataError(
            f"The selection needs the labels of {carried.table} of v{carried.release}, which are not beside "
            "this release.",
            "Add them by “Labels of …” beside the choice of table.",
        )
    return DataError(
        f"The selection in this link names a table “{name[:80]}”, which this release does not have.",
        "Copy the whole link again.",
    )


def kept_in_session(name: str, key: str, compute: Callable[[], R], most: int = MOST_RESULTS) -> R:
    """Compute a result once for this session.

    Parameters
    ----------
    name, key : str
        Of the function and of its arguments.
    compute : callable
    most : int
        Results kept of the function, `MOST_RESULTS` at most; the oldest make way.
    """
    results: dict[str, R] = st.session_state.setdefault(RESULTS, {}).setdefault(name, {})
    if key not in results:
        results[key] = compute()
        for oldest in list(results)[: -min(most, MOST_RESULTS)]:
            del results[oldest]
    return results[key]


def keep_own_in_link() -> None:
    """Name the session's tables in the page's link, beside those that the link came with."""
    keep_carried_in_link()
    names = sorted({*own_tables(), *_names_in_link()})
    text = ",".join(quote(name, safe="~.") for name in names)
    if text and st.query_params.get(IN_LINK) != text:
        st.query_params[IN_LINK] = text


def missing_files() -> list[str]:
    """The sender's own files that the link names and this session lacks, with their checksums."""
    missing = {sender_file(name) for name in _names_in_link() if name not in own_tables()}
    return sorted(missing - {""})


def _names_in_link() -> list[str]:
    return [unquote(name) for name in st.query_params.get(IN_LINK, "").split(",") if name]
