"""Ways on from a profile: select it, the next of the selection, Neuroglancer."""

import numpy as np
import streamlit as st

from components.analysis.selection.listed import listed
from components.ui.nucleus.choice import step
from components.ui.nucleus.page import Profile
from components.ui.selection.selection import choose, keep_in_link, selected_nuclei
from components.ui.selection.viewer import show_viewer_link
from components.ui.session.colours import Colouring


def show_ways(profile: Profile) -> None:
    """Buttons: select the nucleus, go on within the selection, open Neuroglancer."""
    keep_in_link()
    nucleus = profile.nucleus_id
    selected = selected_nuclei()
    here = selected[np.isin(selected, profile.index.wide.index)]
    with st.container(horizontal=True, vertical_alignment="center"):
        if len(here):
            _show_steps(here, nucleus)
        st.button(
            "Select this nucleus", key="choose", on_click=choose, args=(listed([nucleus]),),
            icon=":material/ads_click:", disabled=len(selected) == 1 and nucleus in selected,
            help="Makes it the selection of all pages, or joins it in the way that is set there.",
        )  # fmt: skip
    table = profile.headline.table  # whose word the headline is, where it is one table's
    show_viewer_link(
        np.array([nucleus], dtype=np.int64), key="viewer-nucleus",
        colouring=Colouring(table) if table else None,
    )  # fmt: skip


def _show_steps(here: np.ndarray, nucleus: int) -> None:
    """Previous and next of the selection, by ID; and where in it the nucleus stands."""
    first, after = (int(np.searchsorted(here, nucleus, side=side)) for side in ("left", "right"))
    before = int(here[first - 1]) if first else None
    following = int(here[after]) if after < len(here) else None
    for title, icon, by, other in (
        ("Previous", ":material/chevron_left:", -1, before),
        ("Next", ":material/chevron_right:", 1, following),
    ):
        st.button(
            title, key=title.casefold(), icon=icon, on_click=step, args=(here, by), disabled=other is None,
            help=f"Nucleus {other} of the selection, in the order of IDs." if other else None,
        )  # fmt: skip
    if after > first:
        words = f"**{first + 1:,} of {len(here):,}** selected"
    else:
        words = f"not among the {len(here):,} selected"
    st.markdown(words, width="content")
