"""The page's frame: its title and question, where the rows come from, and whom to cite."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.analysis.selection.filter_rows import FILTERS, Either
from components.ui.page.frozen_answer import show_answer_verdict
from components.ui.page.kept_files import show_kept_files
from components.ui.page.own_table import OWN_PAGE, show_add_table
from components.ui.page.search import show_search
from components.ui.selection.selection import keep_in_link, restore_selection
from components.ui.session.carried import restore_carried
from components.ui.session.exports import hide_table_downloads, pick_figure_format
from components.ui.session.followers import begin_page
from components.ui.session.history import is_history_step, record_steps, restore_address
from components.ui.session.links import OPEN_PAGE, begin_choices, keep_one_alternative
from components.ui.session.memory import forget_gone_widgets, keep_memory_level
from components.ui.session.notices import plain, show_offline, show_release_problem, show_synthetic_badge
from components.ui.session.own_files import forget_brought, keep_wanted
from components.ui.session.own_tables import keep_own_in_link, missing_files
from components.ui.session.reconnect import show_lost_session
from components.ui.session.release import current_release
from components.ui.session.release_choice import (
    chosen_release,
    odd_release,
    pick_release,
    restore_release,
    server_releases,
)
from components.ui.workbench.layout import Workbench, open_workbench
from data.catalog import CATALOG
from data.catalog.entry import RELEASE_WORD
from data.catalog.pages import FAMILIES, MOVED, PAGES
from data.catalog.tables import ReleaseTables, release_tables
from data.errors import DataError
from data.loader import OpenRelease
from data.settings import read_settings
from data.volume import VOLUME

NAME = f"{VOLUME.project} Cell Types"
LOGO = Path(__file__).with_name("logo.svg")
DROP = "Ask for these files and add them on “Your labels”; files that this browser keeps are offered below."
READ_FROM_FILES = (OWN_PAGE, "review")
"""Pages that show what a reader's file says before it is a table."""


def show_frame(name: str) -> Workbench:
    """Draw what every page begins with, and lay out its places; a page needs nothing from `app.py`.

    Parameters
    ----------
    name : str
        The page's, as the catalogue of pages has it.

    Returns
    -------
    Workbench
        The page's places; where no release can be opened the page ends here with a notice.
    """
    _start_through_app()
    keep_memory_level()
    forget_gone_widgets()
    _take_up_address(name)
    begin_page()
    page = PAGES[name]
    title = page.heading or page.title
    st.set_page_config(page_title=f"{title} · {NAME}", page_icon=str(LOGO), layout="wide")
    st.logo(str(LOGO), size="large")
    record_steps()
    bench = open_workbench()
    try:
        opened = current_release()
    except DataError as error:
        bench.choices.title(title, anchor=False)
        with bench.tools, suppress(DataError):  # the settings' own problem is shown below
            _show_release(None, name)
        with bench.notices:
            show_release_problem(error)
        raise  # not reached: the notice ended the page
    if opened.own or name in READ_FROM_FILES:
        hide_table_downloads()
    question = page.question.replace(RELEASE_WORD, f"Release v{opened.release.number}")
    bench.choices.title(title, anchor=False, help=question, width="content")
    if name != OWN_PAGE:
        with bench.choices:
            show_add_table(name)
    with bench.tools:
        show_synthetic_badge(opened)
        with st.popover("Search", icon=":material/search:", key="search-box"):
            show_search(name)
        _show_release(opened, name)
    with bench.notices:
        _show_notices(opened, name)  # it keeps what the link wants of files to come, before the link changes
        keep_in_link(lost=show_lost_session())
        keep_own_in_link()
    return bench


def _show_notices(opened: OpenRelease, page: str) -> None:
    """Say why the rows are others than asked for, and which files the link needs; offer those kept."""
    show_offline(opened)
    show_answer_verdict()
    if problem := odd_release(read_settings({})):
        st.warning(problem, icon=":material/link_off:")
    if missing := missing_files():
        keep_wanted()
        files = plain(", ".join(missing))
        st.warning(
            f"This link shows tables of files that this session lacks: {files}. {DROP}",
            icon=":material/link_off:",
        )
        show_kept_files(page)


def open_moved(address: str) -> None:
    """Open the page that an address of old links leads to now, with the same choices."""
    _start_through_app()
    choices = {name: st.query_params.get_all(name) for name in st.query_params}
    page = MOVED[address]
    try:
        st.switch_page(f"pages/{page}.py", query_params=choices)
    except StreamlitPageNotFoundError:  # the script runs alone, without the app's navigation
        st.markdown(f"[This page has moved]({page}?{urlencode(choices, doseq=True)})")


def _start_through_app() -> None:
    """Run again through `app.py` where the page's script runs alone, though `app.py` was started.

    Our server knows from its start (`shell.py`). Until `st.navigation` has run once in any other, Streamlit
    takes a folder named `pages` for its older way of listing pages, with a menu made of file names.
    Another visitor's run may end that meanwhile.
    """
    context = get_script_run_ctx()
    pages = context.pages_manager.get_pages().values() if context else ()
    alone = any(Path(page["script_path"]).name == "app.py" for page in pages)
    if alone or PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False  # as st.navigation does
        st.rerun()


def _take_up_address(name: str) -> None:
    """Take over the address after Back or Forward; on the way to another page begin its choices."""
    if is_history_step():
        restore_address()
        restore_release()
        restore_selection()
    else:
        _drop_empty_choices()
    restore_carried()
    if st.session_state.get(OPEN_PAGE) != name:
        keep_one_alternative(name)
        begin_choices(name)
        if name != OWN_PAGE:
            forget_brought()
        st.session_state[OPEN_PAGE] = name


def _drop_empty_choices() -> None:
    """Run again without what a link leaves empty, but for lists: of buttons in a row one is always down."""
    buttons = {row.parameter() for row in FILTERS.values() if isinstance(row, Either)}
    lists = {name for name in st.query_params if name.startswith("only-")} - buttons
    empty = [name for name, value in st.query_params.items() if not value and name not in {*lists, "through"}]
    for name in empty:
        del st.query_params[name]
    if empty:
        st.rerun()  # this run's widgets would still be set from the link as it came


def _show_release(opened: OpenRelease | None, page: str) -> None:
    """The choice of the release, where its rows come from, whom to cite, and how figures are saved."""
    now = chosen_release(read_settings({}))
    with st.popover(
        f"v{now}", icon=":material/history:", key="release-box", help="Release, source, citations"
    ):
        if opened is None:
            pick_release()
            _show_citations(page, release_tables(VOLUME.releases[VOLUME.release]))
            return
        pick_release(server_releases(opened), opened.release)
        release, source = opened.release, opened.source
        state = "live in CAVE" if release.live else "archived"
        rows = source.location if source.synthetic else f"rows from {source.title}: `{source.location}`"
        st.caption(f"Release **v{release.number}** · frozen {release.moment} · {state} · {rows}")
        _show_citations(page, opened.tables)
        pick_figure_format()


def _show_citations(page: str, tables: ReleaseTables) -> None:
    """Cite the dataset and the papers of the page's tables, as the release's terms ask on every page."""
    shown = tables.of_family(page) if page in FAMILIES else tables.on_pages.values()
    keys = dict.fromkeys([*list(CATALOG.citations)[:1], *(key for table in shown for key in table.citations)])
    papers = [CATALOG.citations[key] for key in keys]
    cited = "  \n".join(f"[{paper.short}]({paper.url})" for paper in papers)
    site = f"[{VOLUME.site_name.removeprefix('www.')}]({VOLUME.site})"
    st.markdown(f"**Cite**  \n{cited}  \nThe data: {VOLUME.project}, {site}")
