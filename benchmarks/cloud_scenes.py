"""One scene, drawn in four ways: our component and its three rivals, each written as its users would."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pydeck as pdk
import streamlit as st

from benchmarks.cloud_nuclei import BOX_UM, FEW, LABELS, Nuclei, colours, made_up, names
from components.point_cloud.cloud import Cloud, LabelColumn, make_cloud
from components.point_cloud.component import show_carrier, show_cloud
from components.point_cloud.view import ByLabel, LegendEntry, Outline, Preset, View

HEIGHT = 640
TWO_TABLES = ("table 1", "table 2")
MIDDLE = [BOX_UM[0] / 2, -BOX_UM[1] / 2, BOX_UM[2] / 2]
LAYERS = (("upper", 0, 260), ("middle", 260, 530), ("lower", 530, 800))
SQUARE = ((600, 0, 200), (700, 0, 200), (700, 800, 200), (600, 800, 200), (600, 0, 200))
COLUMN = Outline("column", (SQUARE,))


@dataclass(frozen=True)
class Scene:
    """What the reader has chosen to see: a table to colour by, a filter, a side to look from."""

    table: str = "table 1"
    kept: str = "all"
    side: Preset = "oblique"

    def rows(self, nuclei: Nuclei) -> np.ndarray | None:
        """The rows that the filter keeps, or None where it keeps all."""
        if self.kept == "all":
            return None
        return nuclei.of_few_types if self.kept == "few types" else nuclei.any_half()


# Ours.


@st.cache_resource
def _cloud(n: int) -> Cloud:
    nuclei = made_up(n)
    labels = {table: LabelColumn(title=table, labels=_labels(nuclei, table)) for table in LABELS}
    x, depth, z = nuclei.positions.T
    return make_cloud(
        nucleus_id=nuclei.nucleus_id, root_id=nuclei.root_id, x_um=x, depth_um=depth, z_um=z, labels=labels
    )


def _labels(nuclei: Nuclei, table: str) -> pd.Categorical:
    dtype: pd.CategoricalDtype = pd.CategoricalDtype(names(table))
    codes = nuclei.codes[table].astype(np.int16)
    return pd.Categorical.from_codes(codes, dtype=dtype)  # type: ignore[arg-type]  # the stubs know lists only


@st.cache_resource
def another_half(n: int) -> np.ndarray:
    """Nucleus IDs of a half that is not the filter's."""
    return made_up(n).nucleus_id[made_up(n).any_half(6)]


@st.cache_resource
def _kept_ids(n: int, kept: str) -> np.ndarray | None:
    rows = Scene(kept=kept).rows(made_up(n))
    return None if rows is None else made_up(n).nucleus_id[rows]


def _colouring(table: str) -> ByLabel:
    hexes = ["#{:02x}{:02x}{:02x}".format(*colour) for colour in colours(table)]
    entries = [LegendEntry(name, hexes[i], (i,)) for i, name in enumerate(names(table))]
    return ByLabel(column=table, title=table, entries=tuple(entries))


def prepare(way: str, n: int, folder: Path) -> None:
    """Do what a server does once in its life, not once for each reader."""
    made_up(n)
    if way.startswith("ours"):
        _cloud(n).rows_of(made_up(n).nucleus_id[:1])  # sorts the IDs
        another_half(n)
        for kept in ("all", "few types", "any half"):
            _kept_ids(n, kept)
        assert _cloud(n).compressed  # once, and kept
    if way == "pydeck, address":
        _written(folder / f"deck-{n}.gz", lambda: _as_json(made_up(n)))


def carry(n: int) -> None:
    """Bring the nuclei."""
    show_carrier(_cloud(n))


def show_ours(n: int, scene: Scene, selected: np.ndarray | None) -> np.ndarray | None:
    """Show our component; return the nuclei that were picked, if this run is one that a pick caused."""
    view = View(
        colour=_colouring(scene.table),
        filter_ids=_kept_ids(n, scene.kept),
        selected_ids=selected,
        preset=scene.side,
        layers=LAYERS,
        outlines=(COLUMN,),
        caption="Made-up nuclei",
        synthetic=True,
    )
    picked = show_cloud(_cloud(n), view, key="cloud", height=HEIGHT)
    return None if picked is None else picked.nucleus_ids


# st.pydeck_chart.

ANGLES: dict[Preset, tuple[float, float]] = {"oblique": (20, 30), "front": (0, 0), "side": (0, 90)}


def _show_deck(layer: pdk.Layer, scene: Scene) -> None:
    tilt, turn = ANGLES[scene.side]
    state = pdk.ViewState(target=MIDDLE, zoom=-1, rotation_x=tilt, rotation_orbit=turn)
    view = pdk.View(type="OrbitView", controller=True, orbit_axis="Y", id="orbit")
    deck = pdk.Deck(
        [layer], views=[view], initial_view_state=state, map_provider=None, tooltip={"text": "{id}"}
    )
    st.pydeck_chart(deck, height=HEIGHT, key="cloud", on_select="rerun")


def show_pydeck_records(n: int, scene: Scene) -> None:
    """Show a DataFrame with `st.pydeck_chart`."""
    nuclei = made_up(n)
    x, depth, z = nuclei.positions.T
    codes = nuclei.codes[scene.table]
    red, green, blue = np.array(colours(scene.table))[codes].T
    frame = pd.DataFrame({"x": x, "y": -depth, "z": z, "r": red, "g": green, "b": blue})
    frame["id"], frame["root"] = nuclei.nucleus_id, nuclei.root_id.astype(str)
    frame["cell_type"] = np.array(names(scene.table))[codes]
    rows = scene.rows(nuclei)
    shown = frame if rows is None else frame[rows]
    how = {"get_position": "[x, y, z]", "get_color": "[r, g, b]", "point_size": 2, "pickable": True}
    _show_deck(pdk.Layer("PointCloudLayer", shown, id="nuclei", **how), scene)


def _as_json(nuclei: Nuclei) -> bytes:
    palettes = {table: [list(colour) for colour in colours(table)] for table in TWO_TABLES}
    first, second = (nuclei.codes[table].tolist() for table in TWO_TABLES)
    roots = nuclei.root_id.astype(str).tolist()
    places = (nuclei.positions * (1, -1, 1)).tolist()
    columns = zip(places, nuclei.nucleus_id.tolist(), roots, first, second, strict=True)
    one, other = (palettes[table] for table in TWO_TABLES)
    rows = [
        {"p": place, "id": nucleus, "root": root, "k": a, "c1": one[a], "c2": other[b]}
        for place, nucleus, root, a, b in columns
    ]
    return json.dumps(rows, separators=(",", ":")).encode()


def show_pydeck_address(n: int, scene: Scene) -> None:
    """Show a file of JSON with `st.pydeck_chart`, filtered on the GPU; it knows two tables' colours."""
    kept = range(FEW) if scene.kept == "few types" else range(LABELS["table 1"])
    layer = pdk.Layer(
        "PointCloudLayer",
        f"nuclei/deck-{n}.gz",
        id="nuclei",
        get_position="p",
        get_color="c1" if scene.table == "table 1" else "c2",
        point_size=2,
        pickable=True,
        extensions=[{"@@type": "DataFilterExtension", "categorySize": 1, "filterSize": 0}],
        get_filter_category="k",
        filter_categories=list(kept),
    )
    _show_deck(layer, scene)


# st.plotly_chart.

EYES: dict[Preset, dict[str, float]] = {
    "oblique": {"x": 1.2, "y": 1.2, "z": 1.0},
    "front": {"x": 0.0, "y": 2.2, "z": 0.0},
    "side": {"x": 2.2, "y": 0.0, "z": 0.0},
}


def show_plotly(n: int, scene: Scene) -> None:
    """Show `Scatter3d` with one trace per type, its columns as typed arrays."""
    nuclei = made_up(n)
    x, depth, z = nuclei.positions.T.astype(np.float32)
    codes, rows = nuclei.codes[scene.table], scene.rows(nuclei)
    figure = go.Figure()
    for code, (name, colour) in enumerate(zip(names(scene.table), colours(scene.table), strict=True)):
        own = codes == code if rows is None else (codes == code) & rows
        marker = {"size": 2, "color": "rgb({},{},{})".format(*colour)}
        places = {"x": x[own], "y": z[own], "z": -depth[own]}
        ids = nuclei.nucleus_id[own].astype(np.int32)
        figure.add_scatter3d(**places, customdata=ids, mode="markers", marker=marker, name=name)
    camera = {"eye": EYES[scene.side]}
    figure.update_layout(uirevision="kept", height=HEIGHT, scene={"aspectmode": "data", "camera": camera})
    st.plotly_chart(figure, key="cloud")


def _written(path: Path, content: Callable[[], bytes]) -> None:
    """Write a file for the server to serve, compressed once and not at every request."""
    if not path.exists():
        path.write_bytes(gzip.compress(content(), compresslevel=1))
