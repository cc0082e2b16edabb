"""The catalogue entry: everything that differs between tables is a field."""

from dataclasses import dataclass
from typing import Literal

from data.catalog.accuracies import Accuracy
from data.volume import VOLUME

Method = Literal["manual", "clustering", "classifier", "measurement"]
Kind = Literal["labels", "units", "points", "nuclei"]
NativeLevel = Literal["neuron", "class", "subclass", "m-type", "group"]
"""The level of a table's own labels; `Level` is one at which tables are compared."""


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A paper to cite: short form for captions, full reference and DOI."""

    short: str
    full: str
    doi: str

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
class Table:
    """One table or view of the release.

    Attributes
    ----------
    name : str
        As CAVE spells it.
    title : str
        Stable and unique: it appears in links, so it never changes.
    family : str
        The page that shows it: a key of `FAMILIES` in `pages.py`.
    kind : Kind
        `labels`: one cell type per row; `units`: a functional unit per row; `points`: an
        alternative point per row; `nuclei`: the detections themselves and their lookup view.
    view : bool
        True for a view of the release rather than a table.
    method : Method
        How its rows were made.
    reference : str or None
        The table to which `target_id` points; None where `id` is the nucleus ID.
    level : NativeLevel or None
        The level of its own labels; None for a table without labels.
    classification : str
        Meaning of its `classification_system` ("" where there is none).
    vocabulary : tuple of str
        The expected labels in display order; empty where undocumented.
    expected_rows : ExpectedRows or None
        None where nobody published a count.
    releases : tuple of int
        The public releases known to hold it.
    deprecated_by : str or None
        The table that replaced it.
    as_successor : str
        Words for it as the successor of the table it replaced; "" where it replaced none.
    trained_on : tuple of str
        Tables with the model's training labels: agreement with them is optimistic.
    labels_what : str
        What it labels, in a few words, for lists.
    about : str
        Its caveats in about two sentences.
    citations : tuple of str
        Keys of `CITATIONS`.
    systems : tuple of str
        The values of `classification_system`; empty where documents disagree.
    accuracies : tuple of Accuracy
        What was published of its accuracy.
    of_column : bool
        Whether it covers only the V1 column.
    of_every_nucleus : bool
        Whether it holds every detected nucleus.
    within : str or None
        A table that, by its rows, holds every nucleus of this one.
    """

    name: str
    title: str
    family: str
    kind: Kind
    method: Method
    level: NativeLevel | None
    classification: str
    vocabulary: tuple[str, ...]
    expected_rows: ExpectedRows | None
    releases: tuple[int, ...]
    labels_what: str
    about: str
    citations: tuple[str, ...]
    reference: str | None = VOLUME.detections
    view: bool = False
    deprecated_by: str | None = None
    as_successor: str = ""
    trained_on: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    accuracies: tuple[Accuracy, ...] = ()
    of_column: bool = False
    of_every_nucleus: bool = False
    within: str | None = None

    @property
    def id_column(self) -> str:
        """The raw column with the nucleus ID."""
        return "target_id" if self.reference else "id"
