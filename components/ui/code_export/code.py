"""Code to take away: what gives a page's tables, rows, matrix and selection without the dashboard."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import get_args

import streamlit as st

from components.analysis.code_export.carried import graft_snippet
from components.analysis.code_export.comparisons import matrix_snippet
from components.analysis.code_export.raters import raters_snippet
from components.analysis.code_export.recipes import ShownRows, rows_snippet, selection_snippet
from components.analysis.code_export.script import Origin, OriginName, bases_of, origins_of
from components.analysis.code_export.tables import coverage_snippet, nucleus_snippet, table_snippets
from components.analysis.code_export.text import Snippet
from components.analysis.comparison.agreement import Pairs
from components.analysis.raters.dawid_skene import Posteriors
from components.analysis.raters.ratings import Ratings
from components.analysis.selection.selection import Selection
from components.ui.context.comparison import Comparison
from components.ui.context.denominator import wide_table
from components.ui.context.table_view import TableView
from components.ui.session.cached import cached
from components.ui.session.exports import export_name
from components.ui.session.notices import plain
from components.ui.session.release import current_release, load_labels, official_areas
from data.catalog.entry import Table
from data.loader import LabelTable, OpenRelease, loaded_tables
from data.volume import VOLUME

SYNTHETIC = "# The page shows synthetic rows; this code fetches the real ones.\n"
SYNTHETIC_IDS = "# The IDs that it lists are of synthetic nuclei: no real table holds them.\n"
ELSEWHERE = "The page reads its rows from {}; this code fetches those of the public archive."
HEIGHT, LINES = 460, 24
"""Pixels that a long piece of code takes on the page, and lines that make it long."""
ROWS, MATRIX = "These rows", "This matrix"


def show_code(*tables: Table, view: TableView | None = None, comparison: Comparison | None = None) -> None:
    """Fold out code: of each table as it is, of the rows shown, of the matrix; its status above it.

    Parameters
    ----------
    *tables : Table
        Tables to fetch whole, what works for the release first.
    view : TableView, optional
        The rows that the page shows.
    comparison : Comparison, optional
        Its matrix.
    """
    opened = current_release()
    bases = bases_of(opened)
    made: dict[str, Sequence[Snippet]] = {
        table.title: table_snippets(table, opened.release, archive=bases["archive"], cave=bases["cave"])
        for table in tables
        if not table.added
    }
    for table in tables:
        if table.carried and (labels := opened.tables.get(table.catalog_name)):
            origin = origins_of_release()[0]
            made[table.title] = [graft_snippet((origin.of_release(table.carried.release), origin), labels)]
    if view is not None and tables:
        made[ROWS] = _of_rows(origins_of_release(), view)
    if view and comparison and view.label_source and comparison.partner and comparison.result:
        pairs, label_source = comparison.result.pairs, view.label_source
        made[MATRIX] = _of_matrix(origins_of_release(), view, label_source, comparison.partner, pairs)
    if not made:
        return
    with code_drawer("code"):
        places = st.tabs([plain(title) for title in made]) if len(made) > 1 else [st.container()]
        for place, found in zip(places, made.values(), strict=True):
            with place:
                show_snippets(found)


def show_selection_code(selection: Selection) -> None:
    """Fold out the code that ends in the selection's nuclei; they are in `.st-key-selection-code`."""
    loaded = {name: load_labels(name) for name in sorted(selection.tables())}
    at_hand = loaded_tables(loaded)
    if len(at_hand) < len(loaded):
        return
    found = _of_selection(origins_of_release(), selection, at_hand, f"{export_name('selection')}.csv")
    with st.container(key="selection-code"), st.expander("Code of this selection", icon=":material/code:"):
        show_snippets(found, lists_ids=selection.most_listed > 0)


def show_coverage_code(tables: Sequence[Table]) -> None:
    """Show the code that counts the nuclei of tables, and their share of all."""
    with code_drawer("code"):
        show_snippets([coverage_snippet(origin, tables) for origin in origins_of_release()])


def show_nucleus_code(nucleus_id: int) -> None:
    """Show the code that fetches one nucleus's rows from every table."""
    with code_drawer("nucleus-code"):
        tables = current_release().tables.on_pages.values()
        show_snippets([nucleus_snippet(nucleus_id, origin, tables) for origin in origins_of_release()])


@contextmanager
def code_drawer(key: str) -> Iterator[None]:
    """Draw the contents under a note where the page's own rows are the reader's files."""
    source = current_release().source
    with st.container(key=key):
        if source.name not in get_args(OriginName) and not source.synthetic:
            st.caption(ELSEWHERE.format(source.title))
        yield


def origins_of_release(opened: OpenRelease | None = None) -> tuple[Origin, ...]:
    """Give the places from which a script can fetch the rows of a release: the open one by default."""
    opened = opened or current_release()
    areas = VOLUME.area_table if official_areas() and opened.key == current_release().key else ""
    return origins_of(opened, areas)


def _shown(view: TableView) -> ShownRows:
    """What a page shows, as the code knows it."""
    label_source = view.label_source.as_axis if view.label_source else None
    table, frame = view.table, view.loaded.frame
    denominator = contributing_tables(view.loaded)
    return ShownRows(table, frame, view.filters, view.preset, view.level, label_source, denominator)


def contributing_tables(one: LabelTable) -> tuple[Table, ...]:
    """The tables whose nuclei are asked whether they are coregistered; none where `one` is not asked so."""
    if one.table.kind != "units" or "cell_type" not in one.frame:
        return ()
    loaded, wide = wide_table(one.table.name)
    return _contributing(loaded, len(wide))


@cached()
def _contributing(loaded: dict[str, LabelTable], n: int) -> tuple[Table, ...]:
    """The tables that hold a nucleus which those before them do not, the detections first."""
    found, seen = [], set[int]()
    for one in sorted(loaded.values(), key=lambda one: one.table.name != VOLUME.detections):
        nuclei = set(one.frame["nucleus_id"].tolist())
        if not nuclei <= seen:
            found.append(one.table)
            seen |= nuclei
        if len(seen) == n:
            break
    return tuple(found)


@cached()
def _of_rows(origins: tuple[Origin, ...], view: TableView) -> tuple[Snippet, ...]:
    return tuple(rows_snippet(origin, _shown(view)) for origin in origins)


@cached()
def _of_matrix(
    origins: tuple[Origin, ...], view: TableView, label_source: LabelTable, partner: LabelTable, pairs: Pairs
) -> tuple[Snippet, ...]:
    axes = (label_source.as_axis, partner.as_axis)
    shown = None if view.is_whole and label_source is view.loaded else _shown(view)
    denominator = contributing_tables(view.loaded)
    return tuple(
        matrix_snippet(origin, pairs, axes, shown=shown, denominator=denominator) for origin in origins
    )


@cached()
def _of_selection(
    origins: tuple[Origin, ...], selection: Selection, loaded: dict[str, LabelTable], file: str
) -> tuple[Snippet, ...]:
    frames = {name: one.frame for name, one in loaded.items()}
    made = (selection_snippet(origin, selection, frames, file=file) for origin in origins)
    # What fetches nothing is the same on every origin.
    return tuple({snippet.text: snippet for snippet in made}.values())


def show_snippets(found: Sequence[Snippet], *, lists_ids: bool = False) -> None:
    """Show scripts, each with its status above it; a script that lists synthetic IDs says so."""
    synthetic = current_release().source.synthetic
    note = f"{SYNTHETIC if synthetic else ''}{SYNTHETIC_IDS if synthetic and lists_ids else ''}"
    for snippet in found:
        st.caption(f"**{plain(snippet.title)}** — {plain(snippet.status)}")
        text = note + snippet.text
        st.code(text, language="python", height=HEIGHT if text.count("\n") > LINES else "content")


def show_raters_code(ratings: Ratings, rated: Posteriors | None, loaded: dict[str, LabelTable]) -> None:
    """Fold out the code that ends in α and, where there is one, in the consensus with probabilities."""
    axes = {name: one.as_axis for name, one in loaded.items()}
    with st.expander("Code of all raters", icon=":material/code:"), code_drawer("raters-code"):
        show_snippets([raters_snippet(origin, ratings, axes, rated) for origin in origins_of_release()])
