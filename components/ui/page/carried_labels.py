"""Labels of another release from every page: put on the nuclei of the opened one, and chosen there."""

from functools import partial

import numpy as np
import streamlit as st

from components.analysis.releases.carried import MISSING, graft_counts
from components.analysis.releases.carried_table import can_be_carried
from components.analysis.selection.listed import listed
from components.ui.selection.selection import choose
from components.ui.session.carried import add_carried, remove_carried
from components.ui.session.exports import show_csv_download
from components.ui.session.notices import plain, show_nothing, show_problem
from components.ui.session.own_files import choose_table
from components.ui.session.own_tables import OwnRelease
from components.ui.session.release import current_release, load_labels
from components.ui.session.release_choice import can_be_had, other_releases
from data.catalog.facts import Carried
from data.loader import LabelTable, OpenRelease
from data.number_words import of_nuclei
from data.volume import VOLUME

OF, TABLE = "carried-of", "carried-table"
"""Keys of the release whose labels are wanted, and of their table."""
HELP = (
    "Labels of another release on the nuclei and root IDs of this one, by nucleus ID: a table beside the "
    "release's own, on every page and in the link."
)


def show_carry_labels(page: str) -> None:
    """Offer labels of other releases beside the choices of a page; none where there is no other release."""
    opened = current_release()
    if not opened.source.synthetic and other_releases(opened):
        with st.container(key="carry-labels", width="content"):
            _show_carry_labels(page)


@st.fragment(key="carry-labels")
def _show_carry_labels(page: str) -> None:
    opened = current_release()
    box = st.popover(
        "Labels of …", icon=":material/move_down:", key=f"carry-{page}", on_change="rerun", type="tertiary"
    )
    if box.open:
        with box:
            _pick_labels(page, opened)
            if isinstance(opened, OwnRelease):
                for name in opened.carried:
                    with st.container(key=f"carried-{name}", border=True, gap="xsmall"):
                        _show_carried(name, opened)


def _pick_labels(page: str, opened: OpenRelease) -> None:
    """Let the reader choose an available release, and its table; the last one before comes first."""
    number = opened.release.number
    others = [other for other in other_releases(opened) if can_be_had(other, opened)]
    tables = {other: _tables_of(opened, other) for other in others}
    offered = [other for other, held in tables.items() if held]
    if not offered:
        show_nothing(f"The source of v{number} offers no other release with labels.")
        return
    earlier = [other for other in offered if other < number]
    if st.session_state.get(OF) not in offered:  # another release is open than when it was chosen
        st.session_state.pop(OF, None)
    with st.container(horizontal=True, gap="small"):
        of = st.selectbox(
            "Labels of", offered, index=offered.index(earlier[-1]) if earlier else 0, key=OF,
            format_func=lambda other: f"v{other}", width=110, help=HELP,
        )  # fmt: skip
        held = tables[of]
        if st.session_state.get(TABLE) not in held:  # the other release lacks what was chosen
            st.session_state.pop(TABLE, None)
        # What this release does not hold itself is what readers miss.
        titles = sorted(held, key=lambda title: held[title] in opened.tables.held)
        title = st.selectbox("Table", titles, key=TABLE, width=250)
    st.button(
        f"Put on v{number}", key="carry", icon=":material/move_down:", type="primary",
        on_click=partial(_add, page, Carried(held[title], of)),
    )  # fmt: skip


def _tables_of(opened: OpenRelease, release: int) -> dict[str, str]:
    """Names of a release's tables of labels, by title; of all, where the catalogue does not know it."""
    known = release in VOLUME.releases
    tables = opened.tables.in_release(release) if known else opened.tables.every
    return {table.title: name for name, table in tables.items() if can_be_carried(table)}


def _show_carried(name: str, opened: OwnRelease) -> None:
    """What became of the labelled nuclei: by outcome a count, a selection and a file."""
    table = opened.tables[name]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(table.title)}**", width="stretch")
        st.button(
            "Remove", key=f"uncarry-{name}", icon=":material/delete:", type="tertiary",
            on_click=_remove, args=(name,),
        )  # fmt: skip
    loaded = load_labels(name, opened)
    if not isinstance(loaded, LabelTable):
        show_problem(loaded, table, place=f"-carried-{name}")
        return
    fates = opened.graft(name).fates
    counts = graft_counts(fates)
    st.caption(f"{of_nuclei(int(counts.sum()))} with a label, each counted once:")
    for outcome, n in counts[counts > 0].items():
        rows = fates[fates["outcome"] == outcome]
        file = f"{name}-{str(outcome).partition(':')[0].replace(' ', '-')}"
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.button(
                f"{n:,} {outcome}", key=f"select-{file}", type="tertiary", disabled=outcome == MISSING,
                help=None if outcome == MISSING else f"Select these {of_nuclei(n)}",
                on_click=_select, args=(rows["nucleus_id"].to_numpy(np.int64),),
            )  # fmt: skip
            show_csv_download("CSV", rows, file)


def _add(page: str, carried: Carried) -> None:
    add_carried(carried)
    choose_table(page, current_release().tables[carried.name])
    st.rerun()  # the whole page, not the box alone


def _remove(name: str) -> None:
    remove_carried(name)
    st.rerun()


def _select(nucleus_ids: np.ndarray) -> None:
    choose(listed(nucleus_ids))
