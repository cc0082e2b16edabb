"""The parts of a check: its input, its findings, and the checks that could not run."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from components.analysis.checks.audit import CallAudit, audit_calls
from components.analysis.checks.doubts import Doubt, DoubtName, table_doubts
from components.analysis.checks.limits import WHOLE
from components.analysis.labels.ids import NO_IDS, Ids, each_once
from components.analysis.labels.levels import Reading, read_once
from components.analysis.labels.nuclei import nearest_nuclei
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.catalog.tables import ReleaseTables
from data.errors import DataError
from data.loader import LabelTable, loaded_tables
from data.number_words import plural
from data.tables.raw import Source, UnreadFile
from data.volume import VOLUME

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first. An error cannot occur in a sound release; a warning is worth knowing before using the
rows; an info describes this release."""
Counted = Literal["nuclei", "rows", "columns", "tables", "files"]
EVERY_CHECK = "every check"
Got = Mapping[str, LabelTable | DataError | None]


@dataclass(frozen=True, kw_only=True, eq=False)
class Finding:
    """One thing that a check found in one table.

    Attributes
    ----------
    id : str
        Of its check, which sets it: stable, hyphenated, at most once per table.
    severity : Severity
    table : str
        As CAVE spells it; of a file that no table takes, the file's name. A check of single tables sets it.
    n : int
        The count.
    of : str
        What `n` counts: nuclei, rows, columns, tables or files.
    message : str
        The finding, in a sentence.
    expected : str
        What is expected in this release, why, and by which source.
    nucleus_ids : int64 array
        All nuclei concerned, sorted, unique; empty where the finding is not about nuclei.
    """

    id: str = ""
    severity: Severity
    table: str = ""
    n: int = 1
    of: Counted = "tables"
    message: str
    expected: str
    nucleus_ids: Ids = field(default_factory=lambda: NO_IDS)

    @property
    def counted(self) -> str:
        """The count with its noun: 1 row, 80 nuclei."""
        singular = "nucleus" if self.of == "nuclei" else self.of.removesuffix("s")
        return plural(self.n, singular, self.of)


@dataclass(frozen=True, kw_only=True)
class NotRun:
    """A check that could not run: which, on which table ("" for all its tables), and why."""

    check: str = ""
    table: str
    reason: str


Outcome = Finding | NotRun
TableOutcome = Finding | str | None
"""A finding in one table, why there can be none, or nothing."""


@dataclass(frozen=True)
class Inspected:
    """A release as the checks see it.

    Attributes
    ----------
    got : mapping
        By table name: the table, the error that stands for it, or None where it was not fetched.
    tables : ReleaseTables
        The release's.
    source : Source
    unread : tuple of UnreadFile
        Files of the source that no table takes.
    """

    got: Got
    tables: ReleaseTables
    source: Source
    unread: tuple[UnreadFile, ...] = ()

    @cached_property
    def loaded(self) -> dict[str, LabelTable]:
        """The tables at hand."""
        return loaded_tables(self.got)

    @cached_property
    def nuclei(self) -> dict[str, Ids]:
        """The nuclei of each table at hand, sorted, unique."""
        return {name: each_once(loaded.frame["nucleus_id"]) for name, loaded in self.loaded.items()}

    @cached_property
    def nearest(self) -> dict[str, pd.DataFrame]:
        """The nearest other nucleus of each nucleus, by table."""
        return {name: nearest_nuclei(loaded.frame) for name, loaded in self.loaded.items()}

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """The labels of each table at hand that holds any."""
        return {name: read_once(loaded.frame) for name, loaded in self.loaded.items() if loaded.table.level}

    @cached_property
    def audits(self) -> dict[str, tuple[CallAudit, ...]]:
        """The audit of each table at hand that repeats labels of others."""
        repeating = {name: loaded for name, loaded in self.loaded.items() if loaded.table.repeats}
        return {name: audit_calls(loaded, self.loaded) for name, loaded in repeating.items()}

    @cached_property
    def independent(self) -> list[tuple[Table, Table]]:
        """Every two tables of labels at hand that are of different lineages."""
        tables = [table for name in self.readings if not (table := self.loaded[name].table).view]
        return [pair for pair in combinations(tables, 2) if len({*map(CATALOG.lineage, pair)}) > 1]

    @cached_property
    def everyone(self) -> Ids:
        """The nuclei of all tables at hand, sorted, unique."""
        return each_once(np.concatenate([NO_IDS, *self.nuclei.values()]))

    @cached_property
    def doubts(self) -> dict[str, tuple[Doubt, ...]]:
        """Doubts about the numbers of the tables at hand, by table name."""
        return table_doubts(self.loaded)

    def is_doubted(self, table: str, name: DoubtName) -> bool:
        """Whether there is a doubt of this name about a table."""
        return len(self.doubted(table, name)) > 0

    def doubted(self, table: str, name: DoubtName) -> Ids:
        """The nuclei of a table that a doubt of this name concerns."""
        doubts = (doubt.nuclei for doubt in self.doubts.get(table, ()) if doubt.name == name)
        return np.concatenate([NO_IDS, *doubts])

    @property
    def lacking(self) -> Severity:
        """The severity of missing rows."""
        if self.source.synthetic:
            return "info"
        return "warning" if self.source.partial else "error"

    @property
    def is_catalogued(self) -> bool:
        """Whether the published numbers of rows are of this release."""
        return self.tables.release.number == VOLUME.release

    def detections_fault(self) -> str:
        """Why the set of detected nuclei is unknown; "" where it is known."""
        if VOLUME.detections not in self.loaded:
            return f"{VOLUME.detections} is not at hand, so the set of detected nuclei is unknown."
        if self.is_doubted(VOLUME.detections, "impossible-nucleus"):
            return f"{VOLUME.detections} holds IDs of no nuclei, so the set of detected nuclei is unknown."
        return ""

    def is_part(self, name: str) -> bool:
        """Whether a table lacks more of its published rows than a whole copy may."""
        loaded = self.loaded[name]
        rows = loaded.table.expected_rows
        return rows is not None and len(loaded.frame) < (1 - WHOLE) * rows.low

    def wider_fault(self, loaded: LabelTable) -> str:
        """Why a table cannot be compared with the wider one that it was made from; "" where it can."""
        wider = str(loaded.table.within)
        if self.is_doubted(wider, "impossible-nucleus"):
            return f"{wider} holds IDs of no nuclei."
        return "" if wider in self.loaded else f"{wider} is not at hand."


@dataclass(frozen=True)
class Check(ABC):
    """A question asked of a release.

    Attributes
    ----------
    title, question : str
        For the reader.
    """

    title: str
    question: str

    @property
    @abstractmethod
    def id(self) -> str:
        """Stable, hyphenated."""

    @abstractmethod
    def outcomes(self, release: Inspected) -> Iterator[Outcome]:
        """What it finds, and what it could not check."""

    def asks(self, table: Table) -> bool:
        """Whether it looks at a table; with no such table at hand it has not run."""
        return True


@dataclass(frozen=True)
class ReleaseCheck(Check):
    """A question about all tables together, or about files that are not tables.

    Attributes
    ----------
    find : callable
        Yields its findings, and the tables it could not check; its name is the check's ID.
    """

    find: Callable[[Inspected], Iterator[Outcome]]

    @property
    def id(self) -> str:
        """Stable, hyphenated."""
        return self.find.__name__.replace("_", "-")

    def outcomes(self, release: Inspected) -> Iterator[Outcome]:
        """What it finds, and what it could not check."""
        for outcome in self.find(release):
            if isinstance(outcome, Finding):
                yield replace(outcome, id=self.id)
            else:
                yield replace(outcome, check=self.id)


@dataclass(frozen=True)
class TableCheck(Check):
    """A question asked of each table by itself.

    Attributes
    ----------
    find : callable
        Gives its finding in a table, of which a count of 0 is none, or else why it could not be checked; its
        name is the check's ID. What it expects holds for any volume; `Catalog.expected` may know more.
    asked : callable
        Whether it looks at a table.
    """

    find: Callable[[Inspected, LabelTable], TableOutcome]
    asked: Callable[[Table], object] = lambda _: True

    @property
    def id(self) -> str:
        """Stable, hyphenated."""
        return self.find.__name__.replace("_", "-")

    def asks(self, table: Table) -> bool:
        """Whether it looks at a table."""
        return bool(self.asked(table))

    def outcomes(self, release: Inspected) -> Iterator[Outcome]:
        """What it finds, and what it could not check."""
        for name, loaded in release.loaded.items():
            outcome = self.find(release, loaded) if self.asks(loaded.table) else None
            if isinstance(outcome, str):
                yield NotRun(check=self.id, table=name, reason=outcome)
            elif outcome and outcome.n:
                known = CATALOG.expected.get(self.id, outcome.expected)
                expected = CATALOG.expected.get(f"{self.id} of {loaded.table.kind}", known)
                yield replace(outcome, id=self.id, table=name, expected=expected)


@dataclass(frozen=True)
class DoubtCheck(Check):
    """A question about doubts of one name."""

    name: DoubtName

    @property
    def id(self) -> str:
        """The name of the doubts."""
        return self.name

    def outcomes(self, release: Inspected) -> Iterator[Outcome]:
        """A finding for each table that is doubted."""
        found = [(table, doubt) for table, doubts in release.doubts.items() for doubt in doubts]
        for table, doubt in found:
            if doubt.name == self.name:
                severity: Severity = "error" if doubt.certain else "warning"
                expected = f"{doubt.expected} {doubt.remedy}"
                yield replace(
                    nuclei_finding(severity, doubt.nuclei, doubt.problem, expected, table), id=self.id
                )


def nuclei_finding(
    severity: Severity, nuclei: ArrayLike, message: str, expected: str, table: str = ""
) -> Finding:
    """A finding that counts nuclei, each once."""
    ids = each_once(nuclei)
    return Finding(
        severity=severity, table=table, n=len(ids), of="nuclei", message=message, expected=expected,
        nucleus_ids=ids,
    )  # fmt: skip


def marked_finding(
    severity: Severity, loaded: LabelTable, rows: NDArray[np.bool_], message: str, expected: str
) -> Finding:
    """A finding that counts the nuclei of a table's marked rows."""
    return nuclei_finding(severity, loaded.frame["nucleus_id"].to_numpy()[rows], message, expected)


def rows_finding(
    severity: Severity, loaded: LabelTable, rows: NDArray[np.bool_], message: str, expected: str
) -> Finding:
    """A finding that counts marked rows of a table, with their nuclei."""
    finding = marked_finding(severity, loaded, rows, message, expected)
    return replace(finding, n=int(rows.sum()), of="rows")


def share(n: int, whole: int) -> str:
    """Write a number as a share of a whole, never 0% where there are some."""
    part = n / max(whole, 1)
    return "less than 0.1%" if 0 < part < 0.0005 else f"{part:.1%}"
