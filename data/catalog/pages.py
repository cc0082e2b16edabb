"""The catalogue of pages in navigation order: title, icon and question of each script.

A page is an entry here, or in the catalogue of its volume if it is a family's, and its script in `pages/`.
Navigation, search, the overview, each page's head and the tests read this list.
"""

from data.catalog import CATALOG
from data.catalog.entry import FamilyPage, Page, Table

_OVERVIEW = Page(
    name="overview",
    title="Overview",
    icon="public",
    heading="The release at a glance",
    question=CATALOG.question,
    summary="The release: its tables, counts, coverage, sources, citations",
)
_OTHERS = (
    Page(
        name="agreement",
        title="Agreement",
        icon="compare_arrows",
        question=(
            "Do two tables say the same about the same nuclei? Choose any two: their matrix shows where they "
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
        name="type",
        title="Type",
        icon="interests",
        question=(
            "What is this type? Its meaning and other names, where its nuclei lie, how many nuclei each "
            "table gives this label, what else they are called, and the nuclei on which all lineages agree "
            "or some differ."
        ),
        summary="One type: meaning, synonyms, place, counts by table and release, confusions, examples",
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
    Page(
        name="your_labels",
        title="Your labels",
        icon="upload_file",
        question=(
            "How do your own labels compare? Drop a table of nuclei with labels: every page of this "
            "session then shows it beside the release's tables. No other visitor sees it."
        ),
        summary="A table of your own beside the release: matched, compared, for this session alone",
    ),
    Page(
        name="review",
        title="Review",
        icon="rate_review",
        question=(
            "What is each of these nuclei? A queue of nuclei worth a look, one after another by keys: what "
            "every table says about each, where it lies, and your own verdict. Verdicts stay in your browser."
        ),
        summary="Judge nuclei one after another: label, certainty, note; saved in your browser, exported",
    ),
)

PAGES: dict[str, Page] = {page.name: page for page in (_OVERVIEW, *CATALOG.families, *_OTHERS)}
"""Every page by name; the first is the default."""

FAMILIES: dict[str, FamilyPage] = {page.name: page for page in CATALOG.families}
"""The table families in display order, one page each."""

OWN_TABLES_PAGE = FamilyPage(
    name="agreement",
    title="Yours",
    icon="upload_file",
    question="",
    colour="#5C5C66",
    partners=(),
)
"""Stands for the family of a reader's own tables, which the page Agreement shows."""


def family_of(table: Table) -> FamilyPage:
    """The family page that shows a table."""
    return FAMILIES.get(table.family, OWN_TABLES_PAGE)


def page_parameter(table: Table) -> tuple[str, str]:
    """The page that shows a table, and the link parameter that names the table there."""
    return (table.family, table.family) if table.family in FAMILIES else (OWN_TABLES_PAGE.name, "rows")


MOVED = {"cell": "nucleus", _OVERVIEW.name: _OVERVIEW.name}
"""Addresses in old links, and that of the default page by its name: hidden scripts, each with its page."""
