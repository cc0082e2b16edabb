"""The page “Your labels”: a dropped file at the left, its match and its labels at the right."""

import streamlit as st

from components.ui.own.expected import show_expected
from components.ui.own.matching import matched_rows, show_match_counts
from components.ui.own.meaning import own_mapping, show_meanings
from components.ui.own.reading import Draft, pick_columns, pick_own_file
from components.ui.page.frame import show_frame
from components.ui.selection.selected import show_selection
from components.ui.session.links import show_page_link
from components.ui.session.notices import plain, show_problem
from components.ui.session.own_tables import add_own_tables, kept_in_session, own_tables, remove_own_file
from components.ui.session.release import current_release, load_at_hand, load_labels
from components.ui.workbench.layout import Workbench
from components.ui.workbench.panels import Panel, show_panels
from data.errors import DataError
from data.loader import LabelTable, OpenRelease
from data.own.table import OwnTable, tables_of_file
from data.volume import VOLUME

NO_DETECTIONS = "Rows are matched to the nuclei of the tables at hand alone."
PROBLEM = "own-problem"
"""Why the last file could not be added."""


def show_your_labels() -> None:
    """Show the page."""
    bench = show_frame("your_labels")
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
        _show_kept(opened)
        file = pick_own_file()
        draft = pick_columns(file) if file else None
        if draft:
            _show_draft(bench, draft, opened)
    show_selection(bench, None)


def _show_draft(bench: Workbench, draft: Draft, opened: OpenRelease) -> None:
    """Offer to add what a file holds; at the right, which rows match and what their labels mean."""
    try:
        tables, match = _tables(draft, opened), matched_rows(draft, opened)
    except DataError as error:
        show_problem(error)
        return
    known = any(own.file.path.name == draft.file.path.name for own in own_tables().values())
    n = len(tables)
    what = f"{n} tables" if n > 1 else "this table"
    st.button(
        f"Replace your table with {what}" if known else f"Add {what} to this session", type="primary",
        icon=":material/playlist_add:", key="own-add", disabled=not match.n_matched,
        on_click=_add, args=(draft, opened),
    )  # fmt: skip
    labels = (
        sorted({label for own in tables.values() for label in own.labels}) if draft.columns.labels else []
    )
    panels = [Panel("Match", lambda: show_match_counts(tables, match))]
    if labels:
        panels.append(Panel("Labels", lambda: show_meanings(labels)))
        panels.append(Panel("Expected", lambda: show_expected(tables, match, opened)))
    with bench.right:
        show_panels(panels)


def _tables(draft: Draft, opened: OpenRelease) -> dict[str, OwnTable]:
    mapping = dict(own_mapping())
    key = f"{opened.release.number} {draft.key} {sorted(mapping.items())}"
    return kept_in_session(
        "own tables",
        key,
        lambda: tables_of_file(draft.file, draft.columns, draft.choices, mapping, opened.release),
        1,
    )


def _add(draft: Draft, opened: OpenRelease) -> None:
    try:
        add_own_tables(_tables(draft, opened), opened)
    except DataError as error:
        st.session_state[PROBLEM] = error


def _show_kept(opened: OpenRelease) -> None:
    """The session's tables, each with a way to compare and one to remove it."""
    files: dict[str, list[OwnTable]] = {}
    for own in own_tables().values():
        files.setdefault(own.file.path.name, []).append(own)
    for place, (name, tables) in enumerate(files.items()):
        with st.container(horizontal=True, vertical_alignment="center", key=f"own-file-{place}"):
            for own in tables:
                loaded = load_labels(own.table.name)
                if not isinstance(loaded, LabelTable):
                    show_problem(loaded)
                    continue
                title = plain(own.table.title)
                nuclei = loaded.provenance.nuclei
                st.markdown(f"**{title}** · {nuclei:,} nuclei, {len(own.labels):,} labels", width="content")
                show_page_link(
                    "agreement", "Compare", {"rows": own.table.title}, icon=":material/compare_arrows:"
                )
            st.button(
                "Remove", key=f"own-remove-{place}", icon=":material/delete:",
                on_click=remove_own_file, args=(name,),
            )  # fmt: skip
