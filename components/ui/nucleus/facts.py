"""What is measured of a nucleus: its position, its root, its lookup points, its recorded units."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels.nuclei import WINDOW_UM
from components.analysis.nucleus.index import AT_POINT, Root, other_points, units_of
from components.ui.nucleus.page import Profile
from components.ui.session.charts import show_numbers
from components.ui.session.exports import marked
from components.ui.session.links import NUCLEUS, show_page_link
from components.ui.session.notices import plain
from components.ui.session.release import official_areas, table_title
from components.ui.session.release_choice import release_in_link
from data.number_words import plural
from data.volume import VOLUME

MOST_LINKS = 12


def show_facts(profile: Profile) -> None:
    """Where the nucleus lies and on which root, beside how it was recorded."""
    _show_numbers(profile)
    left, right = st.columns(2, gap="large")
    with left:
        _show_position(profile)
    with right:
        _show_root(profile.root)
        _show_points(profile)
    _show_units(profile)


def _show_numbers(profile: Profile) -> None:
    position, preset = profile.position, VOLUME.layer_presets[0]
    st.subheader("Where it lies", anchor=False)
    volume = "not at hand" if position.volume_um3 is None else f"{position.volume_um3:,.1f} µm³"
    column = "inside" if position.in_column else "outside"
    numbers = {"Depth": (f"{position.um[1]:,.1f} µm", "Below the pia, along the oriented axis.")}
    if preset.boundaries:
        note = f"{preset.name}: {preset.source}. {preset.note}"
        numbers["Layer"] = position.layers[preset.name], note
    if official := official_areas():
        (area,) = official.of(np.array([profile.nucleus_id]))
        about = f"By the fitted planes {position.area}. {official.table.table.about}"
        numbers["Area"] = area, plain(about)
    elif VOLUME.areas:
        numbers["Area, approximately"] = position.area, VOLUME.area_note
    numbers["Nucleus volume"] = volume, "Of the nucleus, not of the cell."
    if VOLUME.column:
        numbers[VOLUME.column_name] = column, VOLUME.column_note
    show_numbers(numbers)


def _show_position(profile: Profile) -> None:
    position = profile.position
    st.markdown("**Position**")
    default, *others = position.layers
    voxel = ", ".join(map(str, position.voxels))
    x, depth, z = position.um
    st.markdown(
        f"Voxels ({VOLUME.voxel_words}): `{voxel}`  \nOriented µm: x {x:,.1f}, depth {depth:,.1f}, z {z:,.1f}"
    )
    by_preset = ", ".join(f"{name} {position.layers[name]}" for name in others)
    layers = f"Layer by the {default}'s boundaries; by other presets: {by_preset}. " if others else ""
    edge = "It lies outside the box of the images."
    if position.edge_um >= 0:
        face = "The nearest face of the box of the images, not all of which is filled,"
        edge = f"{face} is {position.edge_um:,.0f} µm away."
    st.caption(f"{layers}{edge}")


def _show_root(root: Root) -> None:
    st.markdown("**Root and lookup points**")
    if root.root_id is None:
        st.markdown("No table at hand says on which root it lies.")
        return
    if root.root_id:
        st.markdown(f"Root ID `{root.root_id}` at its centre, by {table_title(root.source)}.")
        _show_shared(root)
    else:
        st.markdown(
            "Root ID **0**: there is no segment at its centre, so no table can describe its cell's shape."
        )
    for other, names in root.others.items():
        titles = ", ".join(map(table_title, names))
        st.warning(f"{titles} gives another root at its centre: `{other}`.", icon=":material/call_split:")


def _show_shared(root: Root) -> None:
    """The other nuclei of the root, each a way to its page."""
    shared, n = root.shared, len(root.shared)
    if shared.empty:
        st.markdown("No other nucleus lies on that root.")
        return
    more = f": {MOST_LINKS} of them, or all" if n > MOST_LINKS else ""
    st.markdown(f"**Shared with {plural(n, 'other nucleus', 'other nuclei')}**{more}")
    links = [
        (f"{nucleus}{' (at its lookup point)' if found == AT_POINT else ''}", {NUCLEUS: str(nucleus)})
        for nucleus, found in shared[["nucleus_id", "found"]].head(MOST_LINKS).itertuples(index=False)
    ]
    with st.container(horizontal=True, gap="small"):
        for words, choice in [*links, ("All on this root", {"root": str(root.root_id)})]:
            show_page_link("nucleus", words, choice | release_in_link(), icon=":material/fingerprint:")


def _show_points(profile: Profile) -> None:
    points = other_points(profile.index, profile.nucleus_id)
    for answer in profile.answers:
        table = answer.table
        if not table.gives_points:
            continue
        own = points[points["table"] == table.name] if len(points) else points
        if len(own):
            st.markdown(_point_words(table.title, own.iloc[0]))
            continue
        reasons = {"held": "the rows hold no second position", "table not at hand": "table not at hand"}
        st.caption(f"{table.title}: {reasons.get(answer.state, 'no other point for it')}.")


def _point_words(title: str, point: pd.Series) -> str:
    root = "root not known" if pd.isna(point["root_id"]) else f"root `{point['root_id']}`"
    if point["length_um"] == 0:
        return f"{title}: looked up at its centre, {root}."
    beyond = f"; farther than the {WINDOW_UM:g} µm that the manual states"
    return (
        f"{title}: looked up at voxels `{point['x']}, {point['y']}, {point['z']}`, "
        f"{point['length_um']:.2f} µm from its centre{beyond if point['length_um'] > WINDOW_UM else ''} — "
        f"{plain(str(point['change']))}, {root}."
    )


def _show_units(profile: Profile) -> None:
    """The recorded units matched to it, with how well they match."""
    st.subheader("Recorded units", anchor=False)
    tables = [answer for answer in profile.answers if answer.table.kind == "units"]
    counts = [plural(answer.rows, "unit") if answer.state == "held" else answer.state for answer in tables]
    pairs = zip(tables, counts, strict=True)
    st.markdown(", ".join(f"{answer.table.title}: {count}" for answer, count in pairs) + ".")
    units = units_of(profile.index, profile.nucleus_id)
    if units.empty:
        return
    cell_class = profile.consensus["class"].label
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
    unit = "A unit is a session, a scan and a number in it"
    if "score_um" in units:
        st.caption(
            f"{unit}. residual_um: how far unit and nucleus lie apart (small is good); score_um: how much "
            "farther the next neuron lies (large is good)."
        )
    else:
        st.caption(f"{unit}; these rows hold no residuals and no scores.")
