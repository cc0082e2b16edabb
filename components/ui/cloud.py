"""The shared 3D view of a page: one cloud of the whole release, and what is selected in it."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.layers import layer_bounds
from components.analysis.nucleus_table import nucleus_table
from components.point_cloud import (
    Cloud,
    LabelColumn,
    Layer,
    NumberColumn,
    View,
    make_cloud,
    show_carrier,
    show_cloud,
)
from components.point_cloud.view import Colouring as Coloured
from components.ui.colouring import Colouring, by_agreement, by_label, by_number
from components.ui.column import column_outline
from components.ui.exports import export_name
from components.ui.release import current_release, load_at_hand
from components.ui.selected import show_selected
from components.ui.selection import keep_in_link, keep_pick, selected_nuclei
from data.catalog import TABLES
from data.loader import LabelTable
from data.space import LAYER_PRESETS, em_box_um

HEIGHT = 640


def show_release_cloud(
    colouring: Colouring, *, key: str, against: str | None = None, needed: tuple[str, ...] = ()
) -> None:
    """Show every nucleus at hand, coloured as the reader chose, with the selection below.

    Parameters
    ----------
    colouring : Colouring
        A loaded table or a number.
    key : str
        Of the view; unique on the page.
    against : str, optional
        Colour instead by whether the table agrees with this other one, at the level of class.
    needed : tuple of str
        Tables that the cloud must know besides those at hand.
    """
    wanted = {*needed, *([colouring.name] if colouring.name in TABLES else [])}
    cloud, wide = release_cloud(*wanted)
    keep_in_link()
    show_carrier(cloud)
    _show_view(cloud, wide, colouring, against, key)


def release_cloud(*needed: str) -> tuple[Cloud, pd.DataFrame]:
    """Pack the nuclei of the tables at hand, once for all sessions; give the cloud and its wide table."""
    loaded = load_at_hand(*needed)
    opened = current_release()
    stamp = tuple((name, one.provenance.fetched_at) for name, one in loaded.items())
    return _packed((opened.source.key, opened.release.number), stamp, loaded)


@st.fragment
def _show_view(cloud: Cloud, wide: pd.DataFrame, colouring: Colouring, against: str | None, key: str) -> None:
    selected = selected_nuclei()
    view = _view(cloud, _coloured(cloud, wide, colouring, against), colouring, selected)
    picked = show_cloud(cloud, view, key=key, height=HEIGHT)
    if picked is not None:
        keep_pick(picked, colouring)
        st.rerun(scope="fragment")
    show_selected(selected, wide, colouring)


def _coloured(cloud: Cloud, wide: pd.DataFrame, colouring: Colouring, against: str | None) -> Coloured:
    if against:
        return by_agreement(cloud, colouring.name, against, "class")
    if colouring.name in TABLES:
        return by_label(cloud, colouring.name, colouring.level)
    return by_number(cloud, colouring.name, wide[colouring.name])


def _view(cloud: Cloud, coloured: Coloured, colouring: Colouring, selected: np.ndarray) -> View:
    opened = current_release()
    synthetic = opened.source.synthetic
    return View(
        colour=coloured,
        selected_ids=selected,
        layers=tuple(Layer(*bounds) for bounds in layer_bounds(LAYER_PRESETS[0])),
        em_corners=em_box_um(),
        outlines=(column_outline(),),
        caption=f"{colouring.title} · v{opened.release.number} · {len(cloud):,} nuclei at hand, "
        f"{len(selected):,} selected · "
        f"layers: {LAYER_PRESETS[0].name}, approximate",
        source=f"minnie65, release v{opened.release.number}, source: {opened.source.name}",
        file_name=export_name(colouring.name),
        synthetic=synthetic,
    )


@st.cache_resource(show_spinner="Packing the nuclei …", max_entries=4)
def _packed(
    place: tuple[str, int], stamp: tuple[tuple[str, str], ...], _loaded: dict[str, LabelTable]
) -> tuple[Cloud, pd.DataFrame]:
    wide = nucleus_table(_loaded)
    volume = {}
    if "volume_um3" in wide:
        volume["volume_um3"] = NumberColumn(title="Nucleus volume", unit="µm³", values=wide["volume_um3"])
    labels = {
        name: LabelColumn(title=one.table.title, labels=wide[name].array)
        for name, one in _loaded.items()
        if name in wide
    }
    axes = {axis: wide[axis] for axis in ("x_um", "depth_um", "z_um")}
    cloud = make_cloud(nucleus_id=wide.index, root_id=wide["root_id"], **axes, labels=labels, numbers=volume)
    return cloud, wide
