"""What is measured of a nucleus: its place, its root, its other points, its recorded units."""

import pandas as pd
import streamlit as st

from components.analysis.labels.nuclei import WINDOW_UM
from components.analysis.nucleus.index import AT_POINT
from components.analysis.nucleus.profile import Root, other_points, units_of
from components.ui.nucleus.page import Profile
from components.ui.session.exports import marked
from components.ui.session.links import nucleus_link
from components.ui.session.notices import plain
from components.ui.session.release import table_title
from data.volume import VOLUME

MOST_LINKS = 12


def show_facts(profile: Profile) -> None:
    """Where the nucleus lies and on which root, beside how it was recorded."""
    _show_numbers(profile)
    left, right = st.columns(2, gap="large")
    with left:
        _show_place(profile)
    with right:
        _show_root(profile.root)
        _show_points(profile)
    _show_units(profile)


def _show_numbers(profile: Profile) -> None:
    place = profile.place
    st.subheader("Where it lies", anchor=False)
    default = VOLUME.layer_presets[0].name
    volume = "not at hand" if place.volume_um3 is None else f"{place.volume_um3:,.1f} µm³"
    numbers = [
        ("Depth", f"{place.um[1]:,.1f} µm", "Below the pia, along the oriented axis."),
        (
            "Layer",
            place.layers[default],
            f"{default}: {VOLUME.layer_presets[0].source}. {VOLUME.layer_presets[0].note}",
        ),
        ("Area, approximately", place.area, VOLUME.area_note),
        ("Nucleus volume", volume, "Of the nucleus, not of the cell."),
        ("V1 column", "inside" if place.in_column else "outside", "The prism that was labelled by hand."),
    ]
    for column, (title, value, note) in zip(st.columns(len(numbers)), numbers, strict=True):
        column.metric(title, value, help=note)


def _show_place(profile: Profile) -> None:
    place = profile.place
    st.markdown("**Position**")
    default, *others = place.layers
    voxel = ", ".join(map(str, place.voxels))
    x, depth, z = place.um
    st.markdown(
        f"Voxels ({VOLUME.voxel_words}): `{voxel}`  \nOriented µm: x {x:,.1f}, depth {depth:,.1f}, z {z:,.1f}"
    )
    said = ", ".join(f"{name} {place.layers[name]}" for name in others)
    st.caption(f"Layer by the {default}'s boundaries; by other presets: {said}. {_edge_words(place.edge_um)}")


def _edge_words(edge_um: float) -> str:
    if edge_um < 0:
        return "It lies outside the box of the images."
    return (
        f"The nearest face of the box of the images, not all of which is filled, is {edge_um:,.0f} µm away."
    )


def _show_root(root: Root) -> None:
    st.markdown("**Root and lookup points**")
    if root.root_id is None:
        st.markdown("No table at hand says on which root it lies.")
        return
    if not root.root_id:
        st.markdown(
            "Root ID **0**: there is no segment at its centre, so no table can tell of its cell's shape."
        )
    else:
        st.markdown(f"Root ID `{root.root_id}` at its centre, by {table_title(root.source)}.")
        st.markdown(_shared_words(root))
    for other, names in root.others.items():
        titles = ", ".join(table_title(name) for name in names)
        st.warning(f"{titles} gives another root at its centre: `{other}`.", icon=":material/call_split:")


def _shared_words(root: Root) -> str:
    """Who shares the root: a release merges some cells."""
    shared = [int(nucleus) for nucleus in root.shared["nucleus_id"]]
    if not shared:
        return "No other nucleus lies on that root."
    at_point = {int(n) for n in root.shared["nucleus_id"][root.shared["found"] == AT_POINT]}
    links = ", ".join(
        f"[{nucleus}]({nucleus_link(nucleus)}){' (at its lookup point)' if nucleus in at_point else ''}"
        for nucleus in shared[:MOST_LINKS]
    )
    more = f" and {len(shared) - MOST_LINKS:,} more" if len(shared) > MOST_LINKS else ""
    others = "1 other nucleus" if len(shared) == 1 else f"{len(shared):,} other nuclei"
    return f"**Shared with {others}**: {links}{more} — [all of them](nucleus?root={root.root_id})."


def _show_points(profile: Profile) -> None:
    points = other_points(profile.index, profile.nucleus_id)
    told = [word for word in profile.words if word.table.kind == "points" or word.table.view]
    for word in told:
        here = points[points["table"] == word.table.name] if len(points) else points
        if len(here):
            st.markdown(_point_words(word.table.title, here.iloc[0]))
        elif word.state == "held":
            st.caption(f"{word.table.title}: the rows hold no second position.")
        else:
            absent = "table not at hand" if word.state == "table not at hand" else "no other point for it"
            st.caption(f"{word.table.title}: {absent}.")


def _point_words(title: str, point: pd.Series) -> str:
    root = "root not known" if pd.isna(point["root_id"]) else f"root `{point['root_id']}`"
    if point["length_um"] == 0:
        return f"{title}: looked up at its centre, {root}."
    far = (
        f"; farther than the {WINDOW_UM:g} µm that the manual states"
        if point["length_um"] > WINDOW_UM
        else ""
    )
    return (
        f"{title}: looked up at voxels `{point['x']}, {point['y']}, {point['z']}`, "
        f"{point['length_um']:.2f} µm from its centre{far} — {plain(str(point['change']))}, {root}."
    )


def _show_units(profile: Profile) -> None:
    """The recorded units matched to it, with how well they match."""
    tables = [word for word in profile.words if word.table.kind == "units"]
    units = units_of(profile.index, profile.nucleus_id)
    st.subheader("Recorded units", anchor=False)
    said = ", ".join(f"{word.table.title}: {_units_words(word.state, word.rows)}" for word in tables)
    st.markdown(f"{said}.")
    if units.empty:
        return
    cell_class = profile.together["class"].label
    if cell_class in ("inhibitory", "non-neuronal"):
        st.warning(
            f"The tables together call it {cell_class}, while the recordings show excitatory cells: the "
            "match or the labels may be wrong.", icon=":material/rule:",
        )  # fmt: skip
    if not units["best"].any():
        units = units.drop(columns="best")
    titled = units.assign(table=[table_title(name) for name in units["table"]])
    shown = titled.rename(columns={"table": "Table", "best": "Highest score of its table"})
    st.dataframe(marked(shown), hide_index=True, key=f"units-{profile.nucleus_id}", placeholder="–")
    if "score_um" not in units:
        st.caption(
            "A unit is a session, a scan and a number in it; these rows hold no residuals and no scores."
        )
        return
    st.caption(
        "A unit is a session, a scan and a number in it. residual_um: how far unit and nucleus lie apart "
        "(small is good); score_um: how much farther the next neuron lies (large is good)."
    )


def _units_words(state: str, rows: int) -> str:
    return ("1 unit" if rows == 1 else f"{rows} units") if state == "held" else state
