"""The way into the volume: a link that opens nuclei in Neuroglancer, described beside it."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from components.analysis.output.viewer_link import MOST_LIVE, MOST_NUCLEI, ViewerLink, viewer_link
from components.ui.context.denominator import side_by_side, wide_table
from components.ui.session.cached import cached
from components.ui.session.colours import Colouring
from components.ui.session.notices import plain
from components.ui.session.release import current_release, table_title
from data.loader import LabelTable
from data.number_words import of_nuclei
from data.tables.schema import POSITION

OPEN, ICON = "Open in Neuroglancer", ":material/open_in_new:"
FEW = 20
"""Nuclei that a reader looks through one by one."""
SYNTHETIC = (
    "No link into Neuroglancer: these nuclei are synthetic, and the real volume holds others in their places."
)


def show_viewer_link(nucleus_ids: NDArray[np.int64], *, key: str, colouring: Colouring | None = None) -> None:
    """Show the link that opens nuclei in Neuroglancer, in a new tab; or say why there is none.

    Of one nucleus its help says what it opens, of several a caption.

    Parameters
    ----------
    nucleus_ids : ndarray of int64
        Of the current release. Many are sampled, as the caption states; those without position are left out.
    key : str
        Unique on the page.
    colouring : Colouring, optional
        Its table tags the points, where it labels nuclei; else the first table that labels any of these.
    """
    if not len(nucleus_ids):
        return
    opened = current_release()
    if opened.source.synthetic:
        st.caption(SYNTHETIC)
        return
    loaded, wide = wide_table()
    placed = wide.index[wide["x_um"].notna()] if "x_um" in wide else wide.index[:0]
    placed_ids = np.asarray(nucleus_ids)[np.isin(nucleus_ids, placed)]
    if not len(placed_ids):
        return
    table = _tagging(wide, placed_ids, colouring)
    # Words, above the controls, and a button at once: nothing moves when the link is ready.
    words_place = None
    if len(placed_ids) > 1:
        with st.container(key=f"viewer-words-{key}"):
            words_place = st.empty()
            words_place.caption("Writing the link …")
    with st.container(horizontal=True, vertical_alignment="center", key=f"viewer-{key}"):
        place = st.empty()
        place.button(OPEN, icon=ICON, disabled=True, key=f"viewer-soon-{key}")
        most = MOST_NUCLEI
        if len(placed_ids) > FEW:
            how_many = st.segmented_control(
                "How many", [f"{FEW}", "All"], default="All", required=True, key=f"viewer-most-{key}",
                help=f"{FEW} can be looked through one by one; all are {MOST_NUCLEI} at most, a random "
                "sample of more.",
            )  # fmt: skip
            most = FEW if how_many == f"{FEW}" else MOST_NUCLEI
        live = st.toggle(
            "Whole cells too",
            key=f"viewer-live-{key}",
            help="Adds CAVE's live segmentation, with the cell that each root ID names. It asks for a login, "
            f"which is free. Cells are large: at most {MOST_LIVE} open at once.",
        )
    link = _link(placed_ids, loaded, opened.release.number, table, live=live, most=most)
    words = _words(link, table, len(nucleus_ids) - len(placed_ids))
    place.link_button(OPEN, link.url, icon=ICON, help=None if words_place else words)
    if words_place:
        words_place.caption(words)


def _tagging(wide: pd.DataFrame, nucleus_ids: NDArray[np.int64], colouring: Colouring | None) -> str:
    """Choose the table whose labels tag the points; "" where none labels any of these nuclei."""
    labelling = current_release().tables.labelling
    named = [colouring.name] if colouring else []
    tables = [name for name in [*named, *labelling] if name in wide and name in labelling]
    return next((name for name in tables if wide.loc[nucleus_ids, name].notna().any()), "")


@cached()
def _link(
    nucleus_ids: NDArray[np.int64],
    loaded: dict[str, LabelTable],
    release: int,
    table: str,
    *,
    live: bool,
    most: int,
) -> ViewerLink:
    wide = side_by_side(loaded)
    nuclei = wide.loc[nucleus_ids, ["root_id", *POSITION]]
    labels = wide.loc[nucleus_ids, table] if table else pd.Series(index=nuclei.index, dtype=object)
    one = len(nuclei) == 1
    title = f"v{release} · {f'nucleus {nuclei.index[0]}' if one else of_nuclei(len(nuclei))}"
    return viewer_link(nuclei, labels, release=release, title=title, live=live, most=most)


def _words(link: ViewerLink, table: str, absent: int) -> str:
    """Describe what the link opens, of how many nuclei, and whether it asks for a login."""
    count = "the nucleus as a segment" if link.of == 1 else f"{of_nuclei(link.shown)} as segments"
    if link.sampled:
        count = f"{link.shown:,} of {of_nuclei(link.of)} as segments (a random sample, always the same)"
    tags = f", tagged by {plain(table_title(table))}" if table else ""
    points = "a point at it" if link.of == 1 else "a point at each"
    words = f"Shows the electron microscopy, {count}, and {points}{tags}. "
    if not link.live:
        words += "Opens without a login."
    else:
        words += "The whole cells come from CAVE, **which asks for a login** (free)."
        if link.rootless:
            words += f" {link.rootless:,} of the nuclei shown have no segment, so no cell."
    return words + (f" {absent:,} more have no position at hand." if absent else "")
