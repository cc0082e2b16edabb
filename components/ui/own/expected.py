"""Whether every table still says what a reader's list expects: counted per table, each count a selection."""

from collections.abc import Mapping

import streamlit as st

from components.analysis.comparison.axes import axis_tables
from components.analysis.comparison.expected import (
    AGREES,
    DIFFERS,
    OUTCOMES,
    ExpectedInTable,
    compare_expected,
    expected_rows,
)
from components.analysis.selection.kinds import RESULTS, AgreeOrDiffer, Covered
from components.analysis.selection.listed import listed
from components.analysis.selection.selection import Selection
from components.ui.selection.picks import in_words
from components.ui.selection.selection import choose
from components.ui.session.exports import show_csv_download
from components.ui.session.notices import plain, show_nothing
from components.ui.session.own_tables import kept_in_session
from components.ui.session.release import current_release, load_at_hand
from data.catalog.entry import Table
from data.loader import OpenRelease
from data.number_words import of_nuclei
from data.own.matching import Match
from data.own.table import OwnTable, tidy_rows

WIDTHS = [3, 1.4, 1.2, 1.2, 1.5, 1.5]
MEANING = (
    "Agrees, differs: the table gives the expected label, or another one. Unknown: the table or your list "
    "gives the nucleus several labels, or one without a counterpart at the level; the download says which. "
    "Neither is the truth."
)


def show_expected(tables: Mapping[str, OwnTable], match: Match, opened: OpenRelease) -> None:
    """Count what each table of the release says about the nuclei of a list, and offer the rows.

    Parameters
    ----------
    tables : mapping of str to OwnTable
        Those of one file; the reader chooses the one whose labels are expected.
    match : Match
        The nuclei of the file's rows.
    opened : OpenRelease
    """
    own = next(iter(tables.values()))
    if len(tables) > 1:
        columns = {one.column: one for one in tables.values()}
        own = columns[st.selectbox("Expected labels", list(columns), key="expected-column")]
    others = {name: one for name, one in load_at_hand().items() if one.table.level and name != own.table.name}
    if any(one.table.own for one in others.values()) and not st.toggle(
        "Your other tables too", key="expected-yours"
    ):
        others = {name: one for name, one in others.items() if not one.table.own}

    def compare() -> list[ExpectedInTable]:
        rows = tidy_rows(own, match, opened.known_nuclei().frame)
        return compare_expected((own.table, rows), axis_tables(others))

    asked = repr((opened.key, own.read_as, [one.key for one in others.values()]))
    results = kept_in_session("expected", asked, compare, 2)
    if not results:
        show_nothing("No table of labels is at hand to compare with.")
        return
    n = len(results[0].rows)
    if not n:
        show_nothing("No row of the file names a nucleus.")
        return
    st.markdown(
        f"**{of_nuclei(n)}** with an expected label, in each table at the finest level that it shares with "
        "your labels. Click a number to select its nuclei.",
        help=MEANING,
    )
    _show_counts(results, own.table)
    labelling = current_release().tables.labelling.items()
    if absent := [table.title for name, table in labelling if name not in others and not table.added]:
        st.caption(plain(f"Not at hand, so not compared: {', '.join(absent)}."))
    with st.container(horizontal=True):
        show_csv_download(
            "Nuclei that differ, as CSV", lambda: expected_rows(results, DIFFERS), "expected-differ"
        )
        show_csv_download("Every nucleus by table", lambda: expected_rows(results), "expected")


def _show_counts(results: list[ExpectedInTable], own: Table) -> None:
    """A row for each table, with a button for each count."""
    tables = current_release().tables
    with st.container(key="expected-counts", gap=None):
        for place, head in zip(st.columns(WIDTHS), ("Table", "Level", *OUTCOMES), strict=True):
            place.markdown(f"**{head[0].upper()}{head[1:]}**")
        for result in results:
            title = tables[result.table].title
            name, level, *places = st.columns(WIDTHS, vertical_alignment="center")
            name.markdown(plain(title))
            level.markdown(f":gray[{result.level}]")
            for place, (outcome, n) in zip(places, result.counts.items(), strict=True):
                if not n:
                    place.markdown(":gray[0]")
                    continue
                words = f"{title} {outcome}" if outcome in (AGREES, DIFFERS) else f"{outcome}: {title}"
                place.button(
                    f"{n:,}", key=f"expected-{result.table}-{outcome}", type="tertiary", on_click=_choose,
                    args=(result, outcome, own), help=plain(f"Select {of_nuclei(n)} ({words})"),
                )  # fmt: skip


def _choose(result: ExpectedInTable, outcome: str, own: Table) -> None:
    """Select the nuclei with an outcome: by the tables that say so, where the list is one of the session."""
    recipes: dict[str, Selection] = {
        word: AgreeOrDiffer(own.name, result.table, result.level, kind)
        for word, kind in zip((AGREES, DIFFERS), RESULTS, strict=True)
    }
    ids = listed(result.nuclei(outcome))
    recipe = recipes.get(outcome, Covered((own.name,), (result.table,)))
    choose(in_words(ids, recipe, None))
