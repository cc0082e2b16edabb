"""Small scenes with pydeck, where its layers do more than points: the V1 column and displacement lines.

Quirks of pydeck in Streamlit 1.67 that this module handles: the orbit view has y upwards,
so depths go in negative; text among a layer's settings is taken for an expression unless it is wrapped;
numbers of 32 bits are written with 15 digits, so they are rounded as 64 bits; every layer needs a name; a
whole release would be tens of megabytes, so scenes have a limit, and the browser fetches long rows by
themselves, compressed. Root IDs go in as text.
"""

import json
from collections.abc import Mapping, Sequence
from copy import copy
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pandas as pd
import pydeck as pdk
import streamlit as st
from streamlit.runtime import get_instance

from components.point_cloud.view import Outline
from data.errors import DataError
from data.volume.space import BOX_EDGES, em_box_um

MOST_NUCLEI = 10_000
LONG = 10_000
"""Bytes of rows beyond which they do not come with the scene."""
RADIUS_UM = 4
"""Of a drawn nucleus; a real one has about 4 µm as well."""
PLANE = [120, 140, 150, 60]
LINE = [130, 140, 150, 150]
INK = [125, 135, 145, 255]
TOOLTIP = {"html": "<b>{label}</b><br/>nucleus {nucleus_id}<br/>root {root_id}<br/>{depth} µm below the pia"}
MOST_LINES = 9_000
DEPTHS_UM = (0, 200, 400, 600, 800)
LINE_TOOLTIP = {
    "html": "<b>{change}</b><br/>nucleus {nucleus_id}<br/>root {before} → {after}<br/>{length} µm away"
}

Vertex = tuple[float, float, float]


class WrittenDeck(pdk.Deck):
    """A deck that is written once, when it is made: its layers' rows, and the rest.

    pydeck writes indented, in Python alone, which takes a second for thousands of rows: these go around it,
    and only their text is kept.

    Attributes
    ----------
    rows : dict of str to bytes
        The rows of each layer, as JSON.
    addresses : mapping of str to str
        Of the rows that the browser fetches by themselves, by layer.
    """

    addresses: Mapping[str, str] = MappingProxyType({})

    def __init__(self, layers: Sequence[pdk.Layer], **settings: object) -> None:
        rows = {layer.id: _compact(layer.data).encode() for layer in layers}
        for layer in layers:
            layer.data = None
        super().__init__(layers=list(layers), **settings)
        self._scene = json.loads(super().to_json())
        self.rows = rows  # set last: pydeck writes every attribute that it finds

    def to_json(self) -> str:
        """Write the scene; what is changed after it was made is not in it."""
        layers = [
            {**layer, "data": self.addresses.get(name := layer["id"]) or json.loads(self.rows[name])}
            for layer in self._scene["layers"]
        ]
        return _compact({**self._scene, "layers": layers})

    def served(self, key: str) -> "WrittenDeck":
        """Have Streamlit serve the rows of long layers, compressed, as it serves a page's pictures."""
        files = get_instance().media_file_mgr
        deck = copy(self)
        deck.addresses = {
            name: files.add(content, "application/json", f"{key}-{name}").lstrip("/")
            for name, content in self.rows.items()
            if len(content) > LONG
        }
        return deck


def _compact(tree: object) -> str:
    return json.dumps(tree, separators=(",", ":"))


def show_scene(deck: WrittenDeck, *, key: str, alt: str, height: int = 640) -> None:
    """Show a scene."""
    st.pydeck_chart(deck.served(key), height=height, key=key, alt=alt)


def column_scene(
    nuclei: pd.DataFrame,
    outline: Outline,
    planes: Sequence[Sequence[Vertex]],
    names: Sequence[tuple[str, Vertex]],
) -> WrittenDeck:
    """Make a scene of a few nuclei between planes with names, inside an outline.

    Parameters
    ----------
    nuclei : DataFrame
        At most `MOST_NUCLEI` rows: `nucleus_id`, `root_id`, `x_um`, `depth_um`, `z_um`, `label`, and
        `colour` as #rrggbb.
    outline : Outline
        Drawn as lines; the view is centred on it.
    planes : sequence of polygons
        Corners (x, depth, z) in oriented µm.
    names : sequence of (text, point)
        Text ends at its point.

    Raises
    ------
    DataError
        If there are more nuclei than the scene holds.
    """
    if len(nuclei) > MOST_NUCLEI:
        problem = f"The scene holds {MOST_NUCLEI:,} nuclei, not {len(nuclei):,}."
        raise DataError(problem, "Filter, or use the cloud, which holds all of them.")
    layers = [_nuclei(nuclei), _outline_layer(outline), _planes(planes), _name_layer(names)]
    return _orbit_deck(layers, outline, zoom=-0.5, tooltip=TOOLTIP)


def _orbit_deck(
    layers: Sequence[pdk.Layer], outline: Outline, *, zoom: float, tooltip: dict[str, str]
) -> WrittenDeck:
    """Put layers into a view that turns around the outline's middle."""
    axes = list(zip(*(_up(point) for line in outline.lines for point in line), strict=True))
    return WrittenDeck(
        layers,
        views=[pdk.View(type="OrbitView", controller=True, orbit_axis="Y", id="orbit")],
        initial_view_state=pdk.ViewState(
            target=[(min(axis) + max(axis)) / 2 for axis in axes], rotation_x=8, rotation_orbit=-35, zoom=zoom
        ),
        map_provider=None,
        tooltip=tooltip,
    )


def _nuclei(nuclei: pd.DataFrame) -> pdk.Layer:
    rows = nuclei[["nucleus_id", "root_id", "label"]].astype(str)
    rows["position"] = np.round(_upright(nuclei, "{}_um"), 1).tolist()
    rows["colour"] = nuclei["colour"].map(_rgb)
    rows["depth"] = nuclei["depth_um"].round().astype(int)
    return pdk.Layer(
        "ScatterplotLayer", rows.to_dict("records"), id="nuclei", get_position="position",
        get_fill_color="colour", billboard=True, get_radius=RADIUS_UM, radius_min_pixels=2, pickable=True,
    )  # fmt: skip


def _planes(planes: Sequence[Sequence[Vertex]]) -> pdk.Layer:
    rows = [{"polygon": [_up(point) for point in plane]} for plane in planes]
    return pdk.Layer(
        "SolidPolygonLayer", rows, id="planes", get_polygon="polygon", get_fill_color=PLANE, _full3d=True,
        pickable=False,
    )  # fmt: skip


def _outline_layer(outline: Outline) -> pdk.Layer:
    """Draw an outline as thin lines."""
    lines = [{"from": _up(start), "to": _up(end)} for line in outline.lines for start, end in pairwise(line)]
    return pdk.Layer(
        "LineLayer", lines, id="outline", get_source_position="from", get_target_position="to",
        get_color=LINE, get_width=1,
    )  # fmt: skip


def _name_layer(names: Sequence[tuple[str, Vertex]]) -> pdk.Layer:
    """Write texts, in ASCII only, each ending at its point (x, depth, z)."""
    rows = [{"words": words, "position": _up(point)} for words, point in names]
    return pdk.Layer(
        "TextLayer", rows, id="names", get_text="words", get_position="position", get_color=INK, get_size=15,
        get_text_anchor=pdk.types.String("end"), billboard=True,
    )  # fmt: skip


def _up(point: Vertex) -> list[float]:
    x, depth, z = point
    return [round(x, 1), round(-depth, 1), round(z, 1)]


def _rgb(colour: str) -> list[int]:
    """Turn #rrggbb into three numbers."""
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def displacement_scene(moved: pd.DataFrame, colours: dict[str, str], times: float) -> WrittenDeck:
    """Make a scene of displacement lines inside the EM box, depth downwards.

    Parameters
    ----------
    moved : DataFrame
        At most `MOST_LINES` rows: `nucleus_id`, `orig_root_id`, `root_id`, `change`, `length_um`, and the
        positions of nucleus and point in oriented µm.
    colours : dict
        Of each change, as #rrggbb.
    times : float
        How many times longer than it is a displacement is drawn; its direction is kept.

    Raises
    ------
    DataError
        If there are more lines than the scene holds.
    """
    if len(moved) > MOST_LINES:
        problem = f"The scene holds {MOST_LINES:,} lines, not {len(moved):,}."
        raise DataError(problem, "Draw a random sample of them.")
    # A layer per change: its colour is then in the JSON once, and not on every line.
    of_change = dict(list(moved.groupby("change", observed=True)))
    lines = [_lines(of_change[name], name, colours[name], times) for name in colours if name in of_change]
    corners = [(float(x), float(depth), float(z)) for x, depth, z in em_box_um()]
    box = Outline("EM volume", tuple((corners[low], corners[high]) for low, high in BOX_EDGES))
    return _orbit_deck([*lines, _outline_layer(box), _depths()], box, zoom=-1.7, tooltip=LINE_TOOLTIP)


def _lines(moved: pd.DataFrame, change: str, colour: str, times: float) -> pdk.Layer:
    centre = _upright(moved, "{}_um")
    end = centre + times * (_upright(moved, "{}_alt_um") - centre)
    rows = moved[["nucleus_id", "orig_root_id", "root_id"]].astype("string").fillna("not known")
    rows.columns = pd.Index(["nucleus_id", "before", "after"])
    rows["change"] = change
    rows["length"] = moved["length_um"].map("{:.2f}".format)
    rows["from"], rows["to"] = np.round(centre, 1).tolist(), np.round(end, 1).tolist()
    return pdk.Layer(
        "LineLayer", rows.to_dict("records"), id=change.replace(" ", "-"),
        get_source_position="from", get_target_position="to", get_color=_rgb(colour), get_width=1.5,
        pickable=True,
    )  # fmt: skip


def _upright(moved: pd.DataFrame, named: str) -> np.ndarray:
    """Positions with y upwards, as the orbit view has it; float64, µm."""
    axes = moved[[named.format(axis) for axis in ("x", "depth", "z")]].to_numpy(dtype=np.float64)
    return axes * [1, -1, 1]


def _depths() -> pdk.Layer:
    """Depths left of the box in the first view, the pia on top."""
    corners = em_box_um()
    left, far = float(corners[:, 0].min()), float(corners[:, 2].max())
    return _name_layer([(str(depth) if depth else "pia, 0", (left - 20, depth, far)) for depth in DEPTHS_UM])
