"""The form of a check: what it looks at, what it finds, and where it could not look."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.analysis.labels.ids import Ids, each_once
from components.analysis.labels.number_words import plural
from data.catalog.entry import Kind, Table
from data.catalog.tables import ReleaseTables
from data.errors import DataError
from data.loader import LabelTable
from data.tables.raw import Source
from data.volume import VOLUME

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first. An error cannot be true of a sound release; a warning should be known before the rows are
used; an info is how this release is."""
EVERY_CHECK = "every check"
Got = Mapping[str, LabelTable | DataError | None]

NO_NUCLEI: Ids = np.array([], dtype=np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class Finding:
    """One thing that a check found in one table.

    Attributes
    ----------
    id : str
        Of the check that found it: stable, one word with hyphens. Once per table at most.
    severity : Severity
    table : str
        As CAVE spells it.
    n : int
        How many.
    of : str
        What `n` counts: nuclei, rows, columns or tables.
    message : str
        What is so, in a sentence.
    expected : str
        What is expected in this release, why, and who says so.
    nucleus_ids : int64 array
        All nuclei concerned, sorted, each once; empty where it is about no single nuclei.
    """

    id: str
    severity: Severity
    table: str
    n: int
    of: Literal["nuclei", "rows", "columns", "tables"]
    message: str
    expected: str
    nucleus_ids: Ids = field(default_factory=lambda: NO_NUCLEI)

    @property
    def counted(self) -> str:
        """The number with what it is of: 1 row, 80 nuclei."""
        one = {"nuclei": "nucleus", "rows": "row", "columns": "column", "tables": "table"}[self.of]
        return plural(self.n, one, self.of)


@dataclass(frozen=True, kw_only=True)
class NotRun:
    """A check that could not look: which one, at which table ("" for all that it asks), why."""

    check: str
    table: str
    reason: str


Outcome = Finding | NotRun


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
    """

    got: Got
    tables: ReleaseTables
    source: Source

    @cached_property
    def loaded(self) -> dict[str, LabelTable]:
        """The tables at hand."""
        return {name: one for name, one in self.got.items() if isinstance(one, LabelTable)}

    @cached_property
    def nuclei(self) -> dict[str, Ids]:
        """Of each table at hand its nuclei, sorted, each once."""
        return {name: each_once(one.frame["nucleus_id"]) for name, one in self.loaded.items()}

    @cached_property
    def everyone(self) -> Ids:
        """The nuclei of all tables at hand, sorted, each once."""
        return each_once(np.concatenate([NO_NUCLEI, *self.nuclei.values()]))

    @property
    def lacking(self) -> Severity:
        """How bad it is that rows are missing."""
        if self.source.synthetic:
            return "info"
        return "warning" if self.source.partial else "error"

    @property
    def is_catalogued(self) -> bool:
        """Whether it is the release that published numbers of rows are about."""
        return self.tables.release.number == VOLUME.release

    def of_kind(self, *kinds: Kind) -> Iterator[LabelTable]:
        """The tables at hand of these kinds."""
        return (one for one in self.loaded.values() if one.table.kind in kinds)


@dataclass(frozen=True, kw_only=True)
class Check:
    """A question asked of the whole release.

    Attributes
    ----------
    id : str
        That of its findings.
    title, question : str
        For the reader.
    find : callable
        Gives what it found, and where it could not look.
    asks : callable
        Whether it asks a table; where none of these is at hand it has not run.
    """

    id: str
    title: str
    question: str
    find: Callable[[Inspected], Iterator[Outcome]]
    asks: Callable[[Table], bool] = lambda table: bool(table.name)


def nuclei_finding(
    check: str, severity: Severity, table: str, nuclei: Ids, message: str, expected: str
) -> Finding:
    """Make the finding of nuclei, which are counted."""
    return Finding(
        id=check,
        severity=severity,
        table=table,
        n=len(nuclei),
        of="nuclei",
        message=message,
        expected=expected,
        nucleus_ids=nuclei,
    )


def rows_finding(
    check: str, severity: Severity, one: LabelTable, rows: "NDArray[np.bool_]", message: str, expected: str
) -> Finding:
    """Make the finding of some of a table's rows, which are counted; their nuclei go with it."""
    return Finding(
        id=check,
        severity=severity,
        table=one.table.name,
        n=int(rows.sum()),
        of="rows",
        message=message,
        expected=expected,
        nucleus_ids=each_once(one.frame["nucleus_id"].to_numpy()[rows]),
    )


def share(n: int, whole: int) -> str:
    """Say what part of a whole a number is, never 0% of something that is there."""
    part = n / max(whole, 1)
    return "less than 0.1%" if 0 < part < 0.0005 else f"{part:.1%}"
