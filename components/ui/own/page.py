"""The page “Your labels”: a dropped file at the left, its match and its labels at the right."""

import streamlit as st

from components.ui.own.expected import show_expected
from components.ui.own.matching import show_match_counts
from components.ui.own.meaning import show_meanings
from components.ui.own.reading import pick_columns, pick_own_file
from components.ui.own.start import show_layouts, show_purpose, show_steps
from components.ui.page.frame import show_frame
from components.ui.page.kept_files import show_kept_files
from components.ui.page.own_table import OWN_PAGE, show_own_tables
from components.ui.selection.selected import show_selection
from components.ui.session.notices import plain, show_problem
from components.ui.session.own_files import OPENED_AT, Draft, draft_tables, matched_rows
from components.ui.session.own_tables import add_own_tables, missing_files, own_tables
from components.ui.session.release import current_release, load_at_hand, load_labels
from components.ui.workbench.layout import Workbench
from components.ui.workbench.panels import PANEL, Panel, show_panels
from data.errors import DataError
from data.loader import OpenRelease
from data.volume import VOLUME

NO_DETECTIONS = "Rows are matched to the nuclei of the tables at hand alone."
PROBLEM = "own-problem"
"""Why the last file could not be added."""


def show_your_labels() -> None:
    """Show the page."""
    bench = show_frame(OWN_PAGE)
    opened = current_release()
    detected = load_labels(VOLUME.detections)
    with bench.notices:
        if isinstance(detected, DataError) and not load_at_hand():
            show_problem(detected, opened.tables[VOLUME.detections])
        elif isinstance(detected, DataError):
            st.info(f"{NO_DETECTIONS} {plain(detected.problem)}", icon=":material/inventory_2:")
        if problem := st.session_state.pop(PROBLEM, None):
            show_problem(problem)
    with bench.left:
        show_own_tables()
        if not missing_files():  # or the frame's notices offer what the browser has kept
            show_kept_files(OWN_PAGE)
        purpose = st.container()
        file = pick_own_file()
        draft = pick_columns(file) if file else None
        if draft:
            _show_draft(bench, draft, opened)
    if not file and not own_tables():
        with purpose:
            show_purpose()
        with bench.left:
            show_layouts()
        with bench.right:
            show_steps()
    show_selection(bench, None)


def _show_draft(bench: Workbench, draft: Draft, opened: OpenRelease) -> None:
    """Offer to add what a file holds; at the right, which rows match and what their labels mean."""
    try:
        tables, match = draft_tables(draft, opened), matched_rows(draft, opened)
    except DataError as error:
        show_problem(error)
        return
    added = [own for own in own_tables().values() if own.file.path.name == draft.file.path.name]
    is_added = [one.read_as for one in added] == [one.read_as for one in tables.values()]
    what = f"{len(tables)} tables" if len(tables) > 1 else "this table"
    words = f"Replace your table with {what}" if added else f"Add {what} to this session"
    st.button(
        "Added to this session" if is_added else words, type="primary", key="own-add",
        icon=":material/check:" if is_added else ":material/playlist_add:",
        disabled=is_added or not match.n_matched, on_click=_add, args=(draft, opened),
    )  # fmt: skip
    labels = (
        sorted({label for own in tables.values() for label in own.labels}) if draft.columns.labels else []
    )
    panels = [Panel("Match", lambda: show_match_counts(tables, match))]
    if labels:
        panels.append(Panel("Labels", lambda: show_meanings(labels)))
        panels.append(Panel("Expected", lambda: show_expected(tables, match, opened)))
    if title := st.session_state.pop(OPENED_AT, ""):
        st.session_state[PANEL] = title
    with bench.right:
        show_panels(panels)


def _add(draft: Draft, opened: OpenRelease) -> None:
    try:
        add_own_tables(draft_tables(draft, opened), opened)
    except DataError as error:
        st.session_state[PROBLEM] = error
