"""The catalogue of pages in navigation order: title, icon and question of each script.

A page is an entry here and its script in `pages/`. Navigation, search, the overview, each page's head and the
tests read this list.
"""

from dataclasses import dataclass

RELEASE_WORD = "{Release}"
"""Placeholder in a question for the opened release, such as “Release v661”."""
_METAMODEL, _FINE = "aibs_soma_nuc_metamodel_preds_v117", "baylor_gnn_cell_type_fine_model_v2"


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


_OVERVIEW = Page(
    name="overview",
    title="Overview",
    icon="public",
    heading="The release at a glance",
    question=(
        f"{RELEASE_WORD} labels the same nuclei many times over: by hand, by clustering, by classifiers, and "
        "by matching them to recordings. Here is what each table says, of how many nuclei, and where they "
        "lie."
    ),
    summary="The release: its tables, counts, coverage, sources, citations",
)
_FAMILIES = (
    FamilyPage(
        name="manual_types",
        title="Manual types",
        icon="draw",
        question=(
            "What did the experts call the cells of the V1 column? Neurons and non-neurons of a slanting "
            "column through all layers were named by hand, and most models of this release were trained on "
            "these names."
        ),
        colour="#c4622d",
        partners=(_METAMODEL,),
    ),
    FamilyPage(
        name="m_types",
        title="M-types",
        icon="category",
        question=(
            "Which kinds appear when cells are grouped by shape and by targets? The clusters were found in "
            "the V1 column without labels; a model carries the excitatory ones to the whole volume."
        ),
        colour="#8a6fb0",
        partners=("allen_v1_column_types_slanted_ref",),
    ),
    FamilyPage(
        name="soma_nucleus",
        title="Soma–nucleus",
        icon="adjust",
        question=(
            "What do the shape of the soma and of its nucleus say about a cell? One hierarchical model names "
            "neurons and glia alike over the whole volume, so it covers more nuclei than any other table of "
            "types."
        ),
        colour="#2f7f8f",
        partners=(_FINE,),
    ),
    FamilyPage(
        name="baylor",
        title="Baylor",
        icon="account_tree",
        question=(
            "What does a neuron's dendrite say about its type? The coarse model tells excitatory from "
            "inhibitory by spines and synapses; the fine model names the subclass from the dendrite's graph, "
            "without its depth."
        ),
        colour="#3f6fb0",
        first=_FINE,
        partners=("baylor_log_reg_cell_type_coarse_v1", _FINE),
    ),
    FamilyPage(
        name="coregistration",
        title="Coregistration",
        icon="join_inner",
        question=(
            "Which recorded unit is which nucleus? Units of the two-photon recordings were matched to nuclei "
            "of the volume by hand and by a registration; each match has a residual and a score that say how "
            "sure it is."
        ),
        colour="#b5861c",
        partners=(_FINE, _METAMODEL),
    ),
    FamilyPage(
        name="nuclei",
        title="Nuclei",
        icon="grain",
        question=(
            "What was detected, which of it is a neuron, and which segment does it belong to? Every other "
            "table points at these nuclei, so what is odd here is odd everywhere."
        ),
        colour="#6c7580",
        partners=(_METAMODEL, "nucleus_ref_neuron_svm"),
    ),
)
_OTHERS = (
    Page(
        name="agreement",
        title="Agreement",
        icon="compare_arrows",
        question=(
            "Do two tables say the same of the same nuclei? Choose any two: their matrix shows where they "
            "part, and each matrix cell leads to its nuclei. Neither table is the truth."
        ),
        summary="Any two tables: confusion matrix, metrics such as kappa, where they differ",
    ),
    Page(
        name="nucleus",
        title="Nucleus",
        icon="fingerprint",
        question=(
            "What is this nucleus? Its label in every table, where tables contradict each other, "
            "their consensus, and what lies around it."
        ),
        summary="One nucleus: every table's label of it, its neighbours, its position",
    ),
    Page(
        name="checks",
        title="Checks",
        icon="fact_check",
        question=(
            "Is the release what it should be? Every table is asked the same questions; what is odd is "
            "listed with what is expected in this release and why, and its nuclei can be selected."
        ),
        summary="Sanity checks of the open release",
    ),
    Page(
        name="releases",
        title="Releases",
        icon="history",
        question=(
            "What changed between two releases? A nucleus keeps its ID for ever; whether a table holds it, "
            "which label it has there and which segment it lies in are three different things, each shown on "
            "its own."
        ),
        summary="One table in two releases: labels, nuclei and root IDs that changed",
    ),
)

PAGES: dict[str, Page] = {page.name: page for page in (_OVERVIEW, *_FAMILIES, *_OTHERS)}
"""Every page by name; the first is the default."""

FAMILIES: dict[str, FamilyPage] = {page.name: page for page in _FAMILIES}
"""The table families in display order, one page each."""

MOVED = {"cell": "nucleus"}
"""Addresses in old links: hidden scripts, each with its page."""
