"""The entries of the catalogue: its tables, its pages, and what it knows of all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from data.catalog.facts import (
    Accuracy,
    Carried,
    Citation,
    Contradictions,
    ExpectedRows,
    LabelCounts,
    Lineage,
    Repeated,
    Training,
)
from data.catalog.own_reading import OwnReading
from data.volume import VOLUME

Method = Literal["manual", "clustering", "classifier", "measurement", "own"]
"""`own`: the reader's, made in whatever way."""
Kind = Literal["labels", "units", "points", "nuclei", "attributes"]
ColumnKind = Literal["word", "number", "root"]
NativeLevel = Literal["neuron", "class", "subclass", "m-type", "group"]
"""The level of a table's own labels; tables are compared at a `Level` of `data.labels`."""

RELEASE_WORD = "{Release}"
"""Placeholder in a question for the opened release, such as “Release v661”."""


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
        The page that shows it: the name of a `FamilyPage`.
    kind : Kind
        `labels`: one cell type per row; `units`: a functional unit per row; `points`: an
        alternative point per row; `nuclei`: the detections themselves and their lookup view;
        `attributes`: what else is known about a nucleus, such as its area or how far it was proofread.
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
        None where no count was published.
    releases : tuple of int
        The public releases known to hold it.
    archived : tuple of int or None
        The releases for which the archive is known to hold it; None for all of `releases` that the archive
        holds whole.
    deprecated_by : str or None
        The table that replaced it.
    withdrawn : bool
        Whether a release page states its removal and names no table in its place.
    as_successor : str
        Words for it as the successor of the table it replaced; "" where it replaced none.
    trained_on : Training or None
        The model's training labels; None where it learned from no table of the catalogue.
    labels_what : str
        What it labels, in a few words, for lists.
    about : str
        Its caveats in about two sentences.
    citations : tuple of str
        Keys of `Catalog.citations`.
    systems : tuple of str
        The values of `classification_system`; empty where documents disagree.
    features : tuple of (str, tuple of str)
        Kinds of the model's features, each with their names, where these are published.
    accuracies : tuple of Accuracy
        What was published of its accuracy.
    queried_by : str
        The argument of the content-aware query that the release page prints: `id` or `target_id`; "" where it
        prints none.
    of_column : bool
        Whether it covers only the V1 column.
    of_every_nucleus : bool
        Whether it holds every detected nucleus.
    within : str or None
        A table that, by its rows, holds every nucleus of this one.
    by_point : bool
        Whether a row names a point and no nucleus: its nucleus is the one whose centre lies there.
    renamed : tuple of (str, str)
        Raw columns with a name of their own, each with CAVE's common name for what it holds.
    own_columns : tuple of (str, ColumnKind)
        What its rows give beside the columns of its kind.
    mark : str
        Of labels that other tables give in another meaning: `DTC` is then `DTC (mark)` everywhere.
    repeats : tuple of Repeated
        The labels that it repeats from other tables, where its rows name these.
    own : OwnReading or None
        Of a reader's own table: how a script reads it.
    carried : Carried or None
        Of labels that come from another release: which.
    """

    name: str
    title: str
    family: str
    kind: Kind
    method: Method
    releases: tuple[int, ...]
    labels_what: str
    about: str
    citations: tuple[str, ...]
    level: NativeLevel | None = None
    classification: str = ""
    vocabulary: tuple[str, ...] = ()
    expected_rows: ExpectedRows | None = None
    reference: str | None = VOLUME.detections
    view: bool = False
    archived: tuple[int, ...] | None = None
    deprecated_by: str | None = None
    withdrawn: bool = False
    as_successor: str = ""
    trained_on: Training | None = None
    systems: tuple[str, ...] = ()
    features: tuple[tuple[str, tuple[str, ...]], ...] = ()
    accuracies: tuple[Accuracy, ...] = ()
    queried_by: str = ""
    of_column: bool = False
    of_every_nucleus: bool = False
    within: str | None = None
    by_point: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    own_columns: tuple[tuple[str, ColumnKind], ...] = ()
    mark: str = ""
    repeats: tuple[Repeated, ...] = ()
    own: OwnReading | None = None
    carried: Carried | None = None

    def titles_with(self, other: "Table") -> str:
        """Both titles, their first word once if they share it: Baylor coarse and fine."""
        first_word = self.title.partition(" ")[0]
        return f"{self.title} and {other.title.removeprefix(f'{first_word} ')}"

    @property
    def gives_points(self) -> bool:
        """Whether its root IDs are those at lookup points, not those at the centres of nuclei."""
        return self.kind == "points" or (self.view and self.kind == "nuclei")

    @property
    def gone(self) -> bool:
        """Whether a release page states that later releases do not hold it."""
        return self.withdrawn or self.deprecated_by is not None

    @property
    def has_vote(self) -> bool:
        """Whether it votes in a consensus: a view repeats others, and what a reader added may do so."""
        return not self.added and not self.view

    @property
    def added(self) -> bool:
        """Whether the reader added it to the tables of the release."""
        return self.method == "own" or self.carried is not None

    @property
    def catalog_name(self) -> str:
        """The name under which the catalogue describes its labels: that of the table they come from."""
        return self.carried.table if self.carried else self.name

    @property
    def id_column(self) -> str:
        """The raw column with the nucleus ID; of a table of points the loader puts it there."""
        return "target_id" if self.reference else "id"


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of the app.

    Attributes
    ----------
    name : str
        Its script in `pages/` without `.py`; also its address.
    title : str
        Title in the navigation, in search and on cards.
    icon : str
        Material symbol in the navigation.
    question : str
        What the page answers, in two sentences; cards and search show only the first of them, the question
        itself.
    summary : str
        What cards and search show of a page that is not about one question; "" for a family's.
    heading : str
        Heading of the page, if not the title.
    """

    name: str
    title: str
    icon: str
    question: str
    summary: str = ""
    heading: str = ""

    @property
    def in_short(self) -> str:
        """The page's subject in one line."""
        return self.summary or f"{self.question.partition('?')[0]}?"


@dataclass(frozen=True, kw_only=True)
class FamilyPage(Page):
    """The page of a table family; its name also names the family and the link parameter of its table.

    Attributes
    ----------
    colour : str
        Colour of the family in the overview.
    first : str
        The table listed first, if not the catalogue's first.
    partners : tuple of str
        Default tables to compare with.
    """

    colour: str
    first: str = ""
    partners: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Catalog:
    """What is known of a volume's tables: a module of `data.catalog` named for the volume fills it.

    Attributes
    ----------
    question : str
        What the overview says of the release, below its title.
    families : tuple of FamilyPage
        The family pages in the order of the navigation.
    tables : tuple of Table
        Every table of every release, the detected nuclei among them.
    citations : dict of str to Citation
        Papers by the keys in `Table.citations`; the first is the volume's own, which every page cites.
    compared : tuple of str
        Default tables of the page Agreement: its rows, then what they are compared with, best first.
    lineages : tuple of Lineage
        Which tables share a vote; a table in none has its own.
    label_sources : tuple of str
        Tables that can label the rows of a table without labels, the widest first.
    class_sources : tuple of str
        Tables that say whether a recorded nucleus is inhibitory, the best first.
    expected : dict of str to str
        What documents and rows of the volume let a check expect, by the check's ID; where it differs between
        kinds of tables, by the ID and the kind, such as “duplicate-same of labels”.
    label_counts : dict of str to LabelCounts
        Known label counts of the default release, by table.
    contradictions : dict of (str, str) to Contradictions
        Known contradictions between the classes of two tables of the default release.
    column_corrections : dict of (str, str) to str
        What the manual gets wrong about a raw column, by the kind of table ("" for any) and the column.
    """

    question: str
    families: tuple[FamilyPage, ...]
    tables: tuple[Table, ...]
    citations: Mapping[str, Citation]
    compared: tuple[str, ...]
    lineages: tuple[Lineage, ...] = ()
    label_sources: tuple[str, ...] = ()
    class_sources: tuple[str, ...] = ()
    expected: Mapping[str, str] = field(default_factory=dict)
    label_counts: Mapping[str, LabelCounts] = field(default_factory=dict)
    contradictions: Mapping[tuple[str, str], Contradictions] = field(default_factory=dict)
    column_corrections: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def lineage(self, table: Table) -> Lineage:
        """The lineage of a table: its own, where none is stated."""
        name = table.catalog_name
        own = Lineage(title=table.title, tables=(name,), reason="")
        return next((lineage for lineage in self.lineages if name in lineage.tables), own)

    def papers(self, release: int) -> dict[str, Citation]:
        """Papers of a release's tables and those always cited; all, where none of its tables is known."""
        keys = {key for table in self.tables if release in table.releases for key in table.citations}
        cited = keys or {*self.citations}
        return {key: paper for key, paper in self.citations.items() if key in cited or paper.cited_for}

    @property
    def detections(self) -> Table:
        """The table of detected nuclei."""
        return next(table for table in self.tables if table.name == VOLUME.detections)
