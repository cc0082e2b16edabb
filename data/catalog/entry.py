"""The form of a catalogue entry: everything that differs between tables is a field here."""

from dataclasses import dataclass
from typing import Literal

from data.volume import VOLUME

Method = Literal["manual", "clustering", "classifier", "measurement"]
Kind = Literal["labels", "units", "points", "nuclei"]
LabelLevel = Literal["neuron", "class", "subclass", "m-type", "group"]


@dataclass(frozen=True, kw_only=True)
class Citation:
    """A paper to cite: a short form for captions, the full one, and the DOI."""

    short: str
    full: str
    doi: str

    @property
    def url(self) -> str:
        """The DOI as a link."""
        return f"https://doi.org/{self.doi}"


@dataclass(frozen=True, kw_only=True)
class ExpectedRows:
    """How many rows the release should hold, from `low` to `high`, and who says so."""

    low: int
    high: int
    source: str

    def holds(self, rows: int) -> bool:
        """Whether `rows` is what was published."""
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
        How its rows came about.
    reference : str or None
        The table its rows point at by `target_id`; None where `id` is the nucleus ID.
    level : LabelLevel or None
        The level its `cell_type` speaks at; None where there is no label.
    classification : str
        What `classification_system` means here ("" where there is none).
    vocabulary : tuple of str
        The labels it is expected to hold, in their order of display; empty where opaque.
    expected_rows : ExpectedRows or None
        None where no source says.
    releases : tuple of int
        The public releases known to hold it.
    deprecated_by : str or None
        The table that took its place later.
    as_successor : str
        What it is to readers of the table whose place it took, in words; "" where it took none's.
    trained_on : tuple of str
        Tables whose labels trained the model: agreement with them is optimistic.
    labels_what : str
        What it labels, in a few words, for lists.
    about : str
        Its caveats in two sentences or so.
    citations : tuple of str
        Keys of `CITATIONS`.
    systems : tuple of str
        The values that `classification_system` takes here; empty where documents disagree.
    of_column : bool
        Whether its nuclei are those of the V1 column alone.
    of_every_nucleus : bool
        Whether it holds every nucleus that was detected.
    within : str or None
        A table that holds every nucleus of this one, as measured on the rows.
    """

    name: str
    title: str
    family: str
    kind: Kind
    method: Method
    level: LabelLevel | None
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
    of_column: bool = False
    of_every_nucleus: bool = False
    within: str | None = None

    @property
    def id_column(self) -> str:
        """The column of the raw rows that holds the nucleus ID."""
        return "target_id" if self.reference else "id"
