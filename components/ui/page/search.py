"""Find anything: the box in the sidebar of every page, and the ways to what was found."""

import re
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from components.analysis.search.names import AtHand, Found
from components.analysis.search.search import SearchResult, find
from components.analysis.selection.kinds import from_text
from components.ui.selection.selection import IN_LINK, choose, current_selection, link_text
from components.ui.session.notices import plain
from components.ui.session.release import current_release, load_labels
from components.ui.session.release_choice import release_in_link
from data.catalog.pages import PAGES
from data.errors import TableAbsent
from data.loader import LabelTable
from data.volume import VOLUME

LABEL, HINT = "Find anything", "Nucleus, root ID, type, table, page"
ICONS = {
    "nucleus": ":material/fingerprint:",
    "nuclei": ":material/select_all:",
    "root": ":material/hub:",
    "place": ":material/location_on:",
    "type": ":material/ink_highlighter:",
    "table": ":material/table_rows:",
    "page": ":material/arrow_forward:",
}
HELP = (
    "A nucleus ID, a root ID, several of them, a place as x, y, z in voxels of "
    f"{VOLUME.voxel_words}, a type by its label or by what it means, a table by its title or its name in "
    "CAVE, or a page. Enter goes there where only one thing is called exactly so; a type, or several nuclei, "
    "are selected on the way."
)
ONE_OF = {"nucleus": ("nucleus", "root", "at")}
"""Of these choices of a page only one stands."""


def show_find() -> None:
    """Draw the box, and below it what the reader may mean.

    It is drawn before the choices of the page, so that it may set them.
    """
    with st.form("find", border=False):
        # So narrow a box says nothing of the key to press, which would lie over what is typed.
        box, button = st.columns([3, 1], vertical_alignment="bottom", gap="xsmall")
        text = box.text_input(LABEL, placeholder=HINT, key="find-text", help=HELP)
        entered = button.form_submit_button("", icon=":material/search:", key="find-go", width="stretch")
    if not text or not text.strip():
        return
    finding = find(text, _at_hand())
    if entered and finding.only_sure:
        _go(finding.only_sure)
    _show(finding)


def _at_hand() -> AtHand:
    """What can be looked into without a download."""
    opened = current_release()
    free = [name for name in opened.tables.shown if opened.source.local or opened.provenance(name)]
    loaded = {name: load_labels(name, opened) for name in free}
    frames = {name: one.frame for name, one in loaded.items() if isinstance(one, LabelTable)}
    absent = [name for name, one in loaded.items() if isinstance(one, TableAbsent)]
    return AtHand(opened.tables, frames, absent)


def _show(finding: SearchResult) -> None:
    if finding.said:
        st.caption(_words(finding.said))
    meaning = ""
    with st.container(gap="xxsmall", key="found"):
        for place, one in enumerate(finding.found):
            if one.kind == "type" and one.words != meaning:
                meaning = one.words
                st.caption(_words(meaning))
            if IN_LINK in dict(one.link) or (one.link and one.page == _page()):
                _show_act(one, place)
            else:
                _show_way(one)


def _show_act(one: Found, place: int) -> None:
    """A button, where more is done than to go to a page: another selection, another choice on this page."""
    words = None if one.kind == "type" else _words(one.words)
    if st.button(_words(one.title), key=f"find-{place}", icon=ICONS[one.kind], type="tertiary", help=words):
        _go(one)


def _show_way(one: Found) -> None:
    label, link, words = _words(one.title), _link(one), _words(one.words)
    try:
        st.page_link(f"pages/{one.page}.py", label=label, icon=ICONS[one.kind], query_params=link, help=words)
    except StreamlitPageNotFoundError:  # the page runs alone, without the app's navigation
        st.markdown(f"[{label}]({one.page}?{urlencode(link, safe=':,=', quote_via=quote)})")


def _go(one: Found) -> None:
    """Go where something is shown; a type's nuclei become the selection on the way."""
    link = dict(one.link)
    select = link.pop(IN_LINK, None)
    if select:
        choose(from_text(select), one.title)
    if one.page == _page():  # whose choices are the session's by now, whatever a link says
        for name in ONE_OF.get(one.page, ()) if link else ():
            st.session_state[name] = ""
        for name, value in link.items():
            st.session_state[name] = value
        return
    try:
        st.switch_page(f"pages/{one.page}.py", query_params=_link(one))
    except StreamlitPageNotFoundError:  # the page runs alone, without the app's navigation
        return


def _page() -> str:
    """The page that is open, by the name of its script."""
    last = urlsplit(st.context.url or "").path.rstrip("/").rpartition("/")[2]
    return last if last in PAGES else "overview"


def _link(one: Found) -> dict[str, str]:
    """The query of the way there: the reader's selection and release go along."""
    selection = current_selection()
    text = link_text(selection) if selection else None
    return {**dict(one.link), **({IN_LINK: text} if text else {}), **release_in_link()}


def _words(text: str) -> str:
    """Text as words alone: what Streamlit would make an address of by itself is parted, unseen."""
    return re.sub(r"(//|www\.|@)", "\\1\u200b", plain(text))
