"""Facts that an entry of the catalogue states about a table, most of them with their source."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from data.labels.entry import Level

TrainingStanding = Literal["stated", "inferred", "unknown"]
"""How surely it is known which labels a model was trained on."""


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A paper to cite: short form for captions, full reference, DOI, and its use if not for some tables."""

    short: str
    full: str
    doi: str
    cited_for: str = ""

    @property
    def url(self) -> str:
        """The DOI as a URL."""
        return f"https://doi.org/{self.doi}"


@dataclass(frozen=True, kw_only=True)
class ExpectedRows:
    """The published row count, from `low` to `high`, with its source."""

    low: int
    high: int
    source: str

    def holds(self, rows: int) -> bool:
        """Whether `rows` is within the published count."""
        return self.low <= rows <= self.high

    def __str__(self) -> str:
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,}–{self.high:,}"


@dataclass(frozen=True, kw_only=True)
class LabelCounts:
    """How many rows of a table carry each label, with the source."""

    counts: Mapping[str, int]
    source: str

    @property
    def rows(self) -> int:
        """All rows that were counted."""
        return sum(self.counts.values())


@dataclass(frozen=True, kw_only=True)
class Contradictions:
    """How many of the nuclei with a class in two tables have different ones, with the source."""

    n: int
    compared: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """A published accuracy.

    Attributes
    ----------
    what : str
        The step of the model.
    published : float
        Share of correct calls, 0–1.
    on : str
        The cells on which it was measured.
    level : Level
        The level at which loaded rows are compared.
    labels : tuple of str
        Labels to which the comparison is restricted in both tables; empty for all.
    """

    what: str
    published: float
    on: str
    level: Level
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Training:
    """The tables whose labels a model was trained on, or, where that is unknown, may have been.

    Attributes
    ----------
    tables : tuple of str
        By name; agreement with them is optimistic.
    standing : TrainingStanding
    source : str
        What states it, or what it is inferred from, or why it is unknown: a clause without a full stop.
    """

    tables: tuple[str, ...]
    standing: TrainingStanding
    source: str


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """A table and those computed from, or restricted by, its labels: one vote in a consensus.

    Attributes
    ----------
    title : str
    tables : tuple of str
        By name; the first that labels a nucleus counts for all.
    reason : str
        Why these tables depend on each other, or why the table stands alone.
    """

    title: str
    tables: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Repeated:
    """A column that repeats labels of other tables, and the column that names the table of each.

    Attributes
    ----------
    column, source : str
        Tidy columns.
    title : str
        What the labels are, in a few words.
    level : Level
        The level at which they are compared with the named table's.
    """

    column: str
    source: str
    title: str
    level: Level


@dataclass(frozen=True)
class Carried:
    """Which labels a table puts on the nuclei of another release.

    Attributes
    ----------
    table : str
        The table of the labels, as CAVE spells it.
    release : int
        Theirs.
    """

    table: str
    release: int

    @property
    def name(self) -> str:
        """Name of the table that holds them, in links."""
        return f"{self.table}~v{self.release}"
