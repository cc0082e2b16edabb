"""A table of the reader's own from every page: dropped beside the pickers, added, and chosen there."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from components.ui.page.carried_labels import show_carry_labels
from components.ui.page.frozen_answer import take_dropped_answer
from components.ui.page.kept_files import show_kept_files
from components.ui.session.links import go_to_page, show_page_link
from components.ui.session.notices import plain, show_problem
from components.ui.session.own_files import (
    BROUGHT,
    FILES,
    add_if_certain,
    bring_file,
    choose_own_table,
    files_at_hand,
)
from components.ui.session.own_tables import missing_files, own_tables, remove_own_file
from components.ui.session.release import current_release, load_labels
from components.ui.session.release_choice import release_in_link
from data.errors import DataError
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.own.file import MOST_BYTES, MOST_ROWS
from data.own.table import OwnTable
from data.settings import variable_name

OWN_PAGE = "your_labels"
FILE_TYPES = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet", "feather", "gz"]
LIMITS = (
    f"CSV with any separator, as Excel saves it too, Parquet, Feather or JSON; at most {MOST_ROWS:,} rows "
    f"and {MOST_BYTES / 1e6:.0f} MB. No other visitor sees it; your browser "
    "keeps a copy until you remove it."
)
EVERYBODYS = f"The server was started with it (`{variable_name('with_')}`): every visitor sees this table."
REFUSED = "own-refused"
"""Key of why dropped files are not tables."""


def show_add_table(page: str) -> None:
    """Offer to add the reader's file, or another release's labels, beside the choices of a page.

    The page then shows what was added.
    """
    with st.container(key="own-add-table", width="content"):
        _show_add_table(page)
    show_carry_labels(page)


@st.fragment(key="own-add-table")
def _show_add_table(page: str) -> None:
    words = "Add your table: a file of nuclei with labels, beside the release's tables in this session."
    box = st.popover(
        "Yours", icon=":material/add:", key=f"own-add-{page}", on_change="rerun", type="tertiary", help=words
    )
    if st.session_state.get(BROUGHT):
        _open_your_labels()
    if box.open:
        with box:
            for error in st.session_state.pop(REFUSED, []):
                show_problem(error)
            show_uploader("Drop your table, or a saved answer", on_change=partial(_add_dropped, page))
            show_own_tables()
            if not missing_files():  # or the page's notices offer what the browser has kept
                show_kept_files(page)
            show_page_link(
                OWN_PAGE, "More on “Your labels”: paste a table, correct columns, say what labels mean",
                release_in_link(), icon=":material/upload_file:",
            )  # fmt: skip


def show_uploader(label: str, on_change: Callable[[], None] | None = None) -> None:
    """Let the reader drop files; `files_at_hand` reads them."""
    st.file_uploader(
        label, type=FILE_TYPES, accept_multiple_files=True, key=FILES, help=LIMITS,
        max_upload_size=MOST_BYTES // 10**6, on_change=on_change,
    )  # fmt: skip


def show_own_tables() -> None:
    """The readers' tables, each with a way to compare; the session's also to change and remove.

    Those that the server was started with are marked as everybody's.
    """
    files: dict[str, list[OwnTable]] = {}
    for own in current_release().own.values():
        files.setdefault(own.file.path.name, []).append(own)
    for place, (name, tables) in enumerate(files.items()):
        with st.container(key=f"own-file-{place}", border=True, gap="xsmall"):
            for own in tables:
                _show_own_table(own)
            if left_out := tables[0].columns.left_out:
                st.caption(plain(f"No table was made of {', '.join(left_out)}, which may hold labels too."))
            if tables[0].table.name not in own_tables():
                st.badge("Shared on this server", icon=":material/groups:", help=EVERYBODYS)
                continue
            with st.container(horizontal=True, gap="small"):
                st.button(
                    "Columns and labels", key=f"own-change-{place}", icon=":material/tune:", type="tertiary",
                    on_click=bring_file, args=(tables[0].file,),
                )  # fmt: skip
                st.button(
                    "Remove", key=f"own-remove-{place}", icon=":material/delete:", type="tertiary",
                    on_click=_remove, args=(name,),
                )  # fmt: skip


def _show_own_table(own: OwnTable) -> None:
    loaded = load_labels(own.table.name)
    if not isinstance(loaded, LabelTable):
        show_problem(loaded)
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        labels = plural(len(own.labels), "label") if own.column else "no labels"
        words = f"**{plain(own.table.title)}** · {of_nuclei(loaded.provenance.nuclei)}, {labels}"
        st.markdown(words, width="content")
        choice = {"rows": own.table.title} | release_in_link()
        show_page_link("agreement", "Compare", choice, icon=":material/compare_arrows:")
    n_raw = len(own.raw_labels)
    unknown = f" {plural(n_raw, 'label is', 'labels are')} not known." if n_raw else ""
    st.caption(loaded.provenance.notes[0] + unknown)


def _add_dropped(page: str) -> None:
    """Add the dropped files where nothing has to be decided, and choose the first; leave the others open."""
    if take_dropped_answer():
        st.rerun()  # the page says whether it still holds
    opened, added = current_release(), dict[str, OwnTable]()
    for file in files_at_hand().values():
        if isinstance(file, DataError):
            st.session_state[REFUSED] = [*st.session_state.get(REFUSED, []), file]
        elif any(own.file.sha256 == file.sha256 for own in own_tables().values()):
            continue
        elif tables := add_if_certain(file, opened):
            added |= tables
        else:
            bring_file(file)
    choose_own_table(page, added)
    if added and not st.session_state.get(BROUGHT):
        st.rerun()  # the whole page, not the box alone


def _remove(name: str) -> None:
    st.session_state.get(BROUGHT, {}).pop(name, None)
    remove_own_file(name)
    st.rerun()


def _open_your_labels() -> None:
    go_to_page(OWN_PAGE, release_in_link())
    st.info("The page “Your labels” asks what is not certain of this file.", icon=":material/upload_file:")
