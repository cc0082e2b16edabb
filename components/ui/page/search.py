"""The search box in the bar of every page, its hits, and the ways to them."""

import streamlit as st

from components.analysis.search.names import SearchedRelease, SearchHit
from components.analysis.search.search import SearchResult, search_for
from components.analysis.selection.selection import How, Selection
from components.analysis.selection.text import from_text
from components.ui.selection.selection import (
    IN_LINK,
    MODE,
    MODES,
    current_selection,
    join_selection,
    link_text,
    selected_nuclei,
    selection_words,
    set_selection,
    undo_selection,
)
from components.ui.session.links import go_to_page, show_page_link, take_choices
from components.ui.session.notices import unlinked
from components.ui.session.release import current_release, load_labels
from components.ui.session.release_choice import release_in_link
from data.errors import TableAbsent
from data.loader import loaded_tables
from data.number_words import of_nuclei
from data.tables.typed import shortened
from data.volume import VOLUME

LABEL, HINT = "Find anything", "Nucleus, root ID, type, table, page"
ICONS = {
    "nucleus": ":material/fingerprint:",
    "nuclei": ":material/select_all:",
    "root": ":material/hub:",
    "place": ":material/location_on:",
    "type page": ":material/interests:",
    "type": ":material/ink_highlighter:",
    "table": ":material/table_rows:",
    "page": ":material/arrow_forward:",
}
HELP = (
    "A nucleus ID, a root ID, several of them, a place as x, y, z in voxels of "
    f"{VOLUME.voxel_words}, a type by its label or by what it means, a table by its title or its name in "
    "CAVE, or a page. Enter opens the only exact match. A type, or several nuclei, become the selection; "
    "where nuclei are selected already, you choose whether to replace them or to add to them."
)
OTHER_WAYS = {
    "Take away": "Take {} away from the selection.",
    "Only those in both": "Keep only what is both selected and in {}.",
}
"""What the buttons for the modes of picking do, besides replacing and adding."""
DONE_WORDS: dict[How, str] = {
    "plus": "Added {}",
    "minus": "Took away {}",
    "and": "Kept only what is in {} too",
}
OPENING, CHANGE = "search-opening", "search-change"
"""Keys of the hit that was clicked, and of what the search last did to the selection."""
LONGEST_WORDS = 160


def show_search(page: str) -> None:
    """Draw the box and its hits; before the page's choices, which a hit may set."""
    clicked = st.session_state.pop(OPENING, None)
    if clicked:
        _open(clicked, page)
    with st.form("search", border=False):
        # So narrow a box says nothing of the key to press, which would lie over what is typed.
        box, button = st.columns([3, 1], vertical_alignment="bottom", gap="xsmall")
        text = box.text_input(LABEL, placeholder=HINT, key="search-text", help=HELP)
        entered = button.form_submit_button("", icon=":material/search:", key="search-go", width="stretch")
    _show_change()
    if not text or not text.strip():
        return
    result = search_for(text, _searched_release())
    only = result.only_exact
    if entered and only and not _asks(only):
        _select(only, None)
        _open(only, page)
    _show_hits(result, page)


def _searched_release() -> SearchedRelease:
    """What can be searched without a download."""
    opened = current_release()
    free = [name for name in opened.tables.on_pages if opened.is_at_hand(name)]
    loaded = {name: load_labels(name, opened) for name in free}
    frames = {name: table.frame for name, table in loaded_tables(loaded).items()}
    absent = [name for name, table in loaded.items() if isinstance(table, TableAbsent)]
    return SearchedRelease(opened.tables, frames, absent)


def _show_hits(result: SearchResult, page: str) -> None:
    if result.note:
        st.caption(unlinked(result.note))
    selection = current_selection()
    if selection and any(map(_asks, result.hits)):
        words = shortened(selection_words(selection), LONGEST_WORDS)
        st.caption(f"Selected now: {of_nuclei(len(selected_nuclei()))}, {unlinked(words)}.")
    meaning = ""
    with st.container(gap="xxsmall", key="hits"):
        for position, hit in enumerate(result.hits):
            if hit.kind in ("type page", "type") and hit.description != meaning:
                meaning = hit.description
                st.caption(unlinked(meaning))
            if _asks(hit):
                _show_question(hit, position)
            elif _selection_of(hit) or (hit.link and hit.page == page):
                _show_button(hit, position)
            else:
                words = unlinked(hit.description)
                show_page_link(
                    hit.page, unlinked(hit.title), _link(hit), icon=ICONS[hit.kind], help_text=words
                )


def _show_question(hit: SearchHit, position: int) -> None:
    """A hit that would change the selection, with the ways of doing so."""
    title = unlinked(hit.title)
    ways = {"Replace": f"Select {title} in place of the nuclei selected now.", "Add": f"Also select {title}."}
    mode = st.session_state.get(MODE) or ""
    if MODES.get(mode) not in {None, "plus"}:
        ways[mode] = OTHER_WAYS[mode].format(title)
    st.markdown(f"{ICONS[hit.kind]} {title}")
    with st.container(horizontal=True, gap="small"):
        for label, help_text in ways.items():
            st.button(
                label, key=f"search-{position}-{label}", help=help_text, type="tertiary",
                on_click=_take, args=(hit, MODES.get(label)),
            )  # fmt: skip


def _show_button(hit: SearchHit, position: int) -> None:
    """A hit that does more than open a page: it selects, or sets a choice of this page."""
    st.button(
        unlinked(hit.title), key=f"search-{position}", icon=ICONS[hit.kind], type="tertiary",
        help=None if hit.kind == "type" else unlinked(hit.description), on_click=_take, args=(hit, None),
    )  # fmt: skip


def _show_change() -> None:
    """What the search did to the selection, with Undo, as long as that is the last change."""
    changed, words = st.session_state.get(CHANGE, (None, ""))
    if words and changed == current_selection():
        st.caption(unlinked(words))
        st.button("Undo", key="search-undo", icon=":material/undo:", on_click=_undo, type="tertiary")


def _undo() -> None:
    del st.session_state[CHANGE]
    undo_selection()


def _selection_of(hit: SearchHit) -> Selection | None:
    """The nuclei that a hit selects; None where it only opens a page."""
    text = dict(hit.link).get(IN_LINK)
    return from_text(text) if text else None


def _asks(hit: SearchHit) -> bool:
    """Whether a hit would change a selection that the reader has made."""
    meant, current = _selection_of(hit), current_selection()
    return meant is not None and current is not None and meant != current


def _take(hit: SearchHit, how: How | None) -> None:
    """Select what a hit means, and open its page on the run that follows: for buttons."""
    _select(hit, how)
    st.session_state[OPENING] = hit


def _select(hit: SearchHit, how: How | None) -> None:
    """Select what a hit means; joined in this way to what is selected (None: in its place)."""
    meant, before = _selection_of(hit), current_selection()
    if meant is None:
        return
    if before is None:
        set_selection(meant)
        return
    n_before = len(selected_nuclei())
    join_selection(meant, how)
    after = current_selection()
    if after == before:
        return
    n_after = len(selected_nuclei())
    if how is None:
        lost = shortened(selection_words(before), LONGEST_WORDS)
        words = f"Selected {hit.title} in place of {of_nuclei(n_before)}: {lost}."
    else:
        words = f"{DONE_WORDS[how].format(hit.title)}: {of_nuclei(n_after)} selected, {n_before:,} before."
    st.session_state[CHANGE] = (after, words)


def _open(hit: SearchHit, page: str) -> None:
    """Open the page of a hit, with the choices that show it."""
    link = dict(hit.link)
    link.pop(IN_LINK, None)
    if hit.page == page:  # whose choices are the session's by now, whatever a link says
        take_choices(page, link)
        return
    go_to_page(hit.page, _link(hit))


def _link(hit: SearchHit) -> dict[str, str]:
    """The query of the way to a hit: the reader's selection and release go along."""
    selection = current_selection()
    text = link_text(selection) if selection else None
    link = {name: value for name, value in hit.link if name != IN_LINK}
    return {**link, **({IN_LINK: text} if text else {}), **release_in_link()}
