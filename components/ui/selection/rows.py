"""Lists whose rows select: by ticks and a button, or a ticked row at once."""

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from components.analysis.labels.ids import each_once
from components.analysis.output.files import Rows
from components.analysis.selection.listed import listed
from components.analysis.selection.selection import Selection
from components.ui.selection.selection import (
    choose,
    current_selection,
    join_selection,
    picked_how,
    set_selection,
)
from components.ui.session.charts import picked_in
from components.ui.session.exports import marked
from components.ui.session.followers import follow, follow_here, part_here, redraw_followers
from components.ui.session.notices import plain
from data.labels.crosswalk import at_level
from data.number_words import of_nuclei

AT_ONCE = 1_000
"""Rows in a list to pick from, which is sent whole; a longer list comes as it is scrolled, without picks."""
HEIGHT = 220
TICKED = "ticked-row"
"""Key of the ticked row: its list, the selection that it made, and how many ticks the list has lost."""


def show_pickable_rows(rows: Rows, nucleus_ids: NDArray[np.int64], *, key: str) -> None:
    """List rows; offer to pick some of them, a thousand at a time where there are more.

    Parameters
    ----------
    rows : Rows
        n of them, as they are shown.
    nucleus_ids : int64 array, shape (n,)
        Nucleus of each row.
    key : str
        Unique on the page.
    """
    n, first = len(nucleus_ids), 0
    if n > AT_ONCE:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            hint = f"Lists {AT_ONCE:,} rows at a time, with boxes."
            if picking := st.toggle("Pick rows", key=f"{key}-pick", help=hint):
                pages = -(-n // AT_ONCE)
                page = st.number_input(f"Thousand (of {pages:,})", 1, pages, key=f"{key}-{n}-page", width=180)
                first = AT_ONCE * (int(page) - 1)
        if not picking:
            st.dataframe(rows, hide_index=True, height=HEIGHT, lazy=True, placeholder="–", key=key)
            return
    part, ids = rows.slice(first, AT_ONCE), nucleus_ids[first : first + AT_ONCE]
    # Places are remembered by key: of other rows they would be other nuclei.
    stamp = zlib.crc32(np.ascontiguousarray(ids).tobytes())
    state = st.dataframe(
        part, hide_index=True, height=HEIGHT, placeholder="–", key=f"{key}-{stamp}", on_select="rerun",
        selection_mode="multi-row", lazy=False,
    )  # fmt: skip
    picked = each_once(ids[[place for place in state["selection"]["rows"] if place < len(ids)]])
    if len(picked):
        st.button(
            f"Select {'this nucleus' if len(picked) == 1 else f'these {of_nuclei(len(picked))}'}",
            key=f"{key}-choose", on_click=choose, args=(listed(picked),), icon=":material/ads_click:",
        )  # fmt: skip


def spelling_words(labels: pd.DataFrame) -> str:
    """Name the labels that these columns spell otherwise than the pages do, as Markdown; "" if none."""
    columns = [column.array for _, column in labels.items() if isinstance(column.dtype, pd.CategoricalDtype)]
    words = sorted({str(word) for column in columns for word in column.remove_unused_categories().categories})
    pages = {word: at_level(word, "type") for word in words}
    other = [f"{word} ({label} on this page)" for word, label in pages.items() if label != word]
    return f"As the table spells it: {plain(', '.join(other))}." if other else ""


def show_ticked_rows(
    rows: pd.DataFrame, selections: Callable[[int], Selection], *, key: str, columns: dict[str, Any]
) -> None:
    """List rows in a panel: a tick selects a row's nuclei, and goes as soon as something else is selected.

    Parameters
    ----------
    rows : DataFrame
    selections : callable
        The selection of a row, by its place.
    key : str
        Unique on the page.
    columns : dict
        Streamlit's settings of columns.
    """
    of, made, lost = st.session_state.get(TICKED, ("", None, 0))
    if of == key and made != current_selection():
        of, made, lost = st.session_state[TICKED] = "", None, lost + 1
    if of == key:
        follow_here()
    part = part_here()
    st.dataframe(
        marked(rows), hide_index=True, key=f"{key}-{lost}", height=35 * min(len(rows), 12) + 38,
        on_select=lambda: _tick(key, lost, selections, part), selection_mode="single-row",
        column_config=columns,
    )  # fmt: skip


def _tick(key: str, lost: int, selections: Callable[[int], Selection], part: str) -> None:
    places = picked_in(f"{key}-{lost}", "rows")
    if places:
        join_selection(selections(places[0]), picked_how())
        st.session_state[TICKED] = key, current_selection(), lost
        follow(part)
    elif st.session_state.get(TICKED) == (key, current_selection(), lost):
        set_selection(None)
    redraw_followers()
