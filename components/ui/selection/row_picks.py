"""A list of rows of which the reader can pick some: their nuclei become the selection."""

import zlib

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.analysis.output.files import Rows
from components.analysis.selection.kinds import listed
from components.ui.selection.selection import choose

AT_ONCE = 1_000
"""Rows in a list to pick from, which is sent whole; a longer list comes as it is scrolled, without picks."""


def show_pickable_rows(rows: Rows, nucleus_ids: NDArray[np.int64], *, key: str, height: int) -> None:
    """List rows; offer to pick some of them, a thousand at a time where there are more.

    Parameters
    ----------
    rows : Rows
        n of them, as they are shown.
    nucleus_ids : int64 array, shape (n,)
        Nucleus of each row.
    key : str
        Unique on the page.
    height : int
        Pixels.
    """
    n = len(nucleus_ids)
    first = 0
    if n > AT_ONCE:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            picking = st.toggle(
                "Pick rows", key=f"{key}-pick", help=f"Lists {AT_ONCE:,} rows at a time, with boxes."
            )
            pages = -(-n // AT_ONCE)
            if picking:
                page = st.number_input(f"Thousand (of {pages:,})", 1, pages, key=f"{key}-{n}-page", width=180)
                first = AT_ONCE * (int(page) - 1)
        if not picking:
            st.dataframe(rows, hide_index=True, height=height, lazy=True, placeholder="–", key=key)
            return
    part, ids = rows.slice(first, AT_ONCE), nucleus_ids[first : first + AT_ONCE]
    # Places are remembered by key: of other rows they would be other nuclei.
    stamp = zlib.crc32(np.ascontiguousarray(ids).tobytes())
    state = st.dataframe(
        part, hide_index=True, height=height, placeholder="–", key=f"{key}-{stamp}", on_select="rerun",
        selection_mode="multi-row", lazy=False,
    )  # fmt: skip
    picked = np.unique(ids[[place for place in state["selection"]["rows"] if place < len(ids)]])
    if len(picked):
        st.button(
            f"Select {'this nucleus' if len(picked) == 1 else f'these {len(picked):,} nuclei'}",
            key=f"{key}-choose", on_click=choose, args=(listed(picked),), icon=":material/ads_click:",
        )  # fmt: skip
