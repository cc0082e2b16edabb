"""Small scenes with pydeck, where its layers do more than points: planes, names, lines.

What one must know of pydeck in Streamlit 1.67, and what this module sees to: the orbit view has y upwards,
so depths go in negative; text among a layer's settings is taken for an expression unless it is wrapped;
numbers of 32 bits are written with 15 digits, so they are rounded as 64 bits; every layer needs a name; a
whole release would be tens of megabytes, so scenes have a limit. Root IDs go in as text.
"""

import json
from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

import pandas as pd
import pydeck as pdk
import streamlit as st

from components.point_cloud.view import Outline
from data.errors import DataError

MOST_NUCLEI = 10_000
RADIUS_UM = 4
"""Of a drawn nucleus; a real one has about 4 µm as well."""
PLANE = [120, 140, 150, 60]
LINE = [130, 140, 150, 150]
INK = [125, 135, 145, 255]
TOOLTIP = {"html": "<b>{label}</b><br/>nucleus {nucleus_id}<br/>root {root_id}<br/>{depth} µm below the pia"}


Vertex = tuple[float, float, float]


class WrittenDeck(pdk.Deck):
    """A deck that is written once and without white space: the page asks for its JSON on every run."""

    @cached_property
    def _written(self) -> str:
        return json.dumps(json.loads(super().to_json()), separators=(",", ":"))

    def to_json(self) -> str:
        """Write the scene; what is changed after the first time is not in it."""
        return self._written


def show_scene(deck: pdk.Deck, *, key: str, alt: str, height: int = 640) -> None:
    """Show a scene."""
    st.pydeck_chart(deck, height=height, key=key, alt=alt)


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
    layers = [_nuclei(nuclei), outline_layer(outline), _planes(planes), name_layer(names)]
    return orbit_deck(layers, outline, zoom=-0.5, tooltip=TOOLTIP)


def orbit_deck(
    layers: Sequence[pdk.Layer], outline: Outline, *, zoom: float, tooltip: dict[str, str]
) -> WrittenDeck:
    """Put layers into a view that turns around the outline's middle."""
    axes = list(zip(*(_up(point) for line in outline.lines for point in line), strict=True))
    return WrittenDeck(
        layers=list(layers),
        views=[pdk.View(type="OrbitView", controller=True, orbit_axis="Y", id="orbit")],
        initial_view_state=pdk.ViewState(
            target=[(min(axis) + max(axis)) / 2 for axis in axes], rotation_x=8, rotation_orbit=-35, zoom=zoom
        ),
        map_provider=None,
        tooltip=tooltip,
    )


def _nuclei(nuclei: pd.DataFrame) -> pdk.Layer:
    rows = [
        {
            "position": [round(float(x), 1), round(-float(depth), 1), round(float(z), 1)],
            "colour": rgb(colour),
            "label": str(label),
            "nucleus_id": str(nucleus),
            "root_id": str(root),
            "depth": round(float(depth)),
        }
        for nucleus, root, x, depth, z, label, colour in nuclei[
            ["nucleus_id", "root_id", "x_um", "depth_um", "z_um", "label", "colour"]
        ].itertuples(index=False)
    ]
    return pdk.Layer(
        "ScatterplotLayer", rows, id="nuclei", get_position="position", get_fill_color="colour",
        billboard=True, get_radius=RADIUS_UM, radius_min_pixels=2, pickable=True,
    )  # fmt: skip


def _planes(planes: Sequence[Sequence[Vertex]]) -> pdk.Layer:
    rows = [{"polygon": [_up(point) for point in plane]} for plane in planes]
    return pdk.Layer(
        "SolidPolygonLayer", rows, id="planes", get_polygon="polygon", get_fill_color=PLANE, _full3d=True,
        pickable=False,
    )  # fmt: skip


def outline_layer(outline: Outline) -> pdk.Layer:
    """Draw an outline as thin lines."""
    lines = [{"from": _up(start), "to": _up(end)} for line in outline.lines for start, end in pairwise(line)]
    return pdk.Layer(
        "LineLayer", lines, id="outline", get_source_position="from", get_target_position="to",
        get_color=LINE, get_width=1,
    )  # fmt: skip


def name_layer(names: Sequence[tuple[str, Vertex]]) -> pdk.Layer:
    """Write texts, in ASCII only, each ending at its point (x, depth, z)."""
    rows = [{"words": words, "position": _up(point)} for words, point in names]
    return pdk.Layer(
        "TextLayer", rows, id="names", get_text="words", get_position="position", get_color=INK, get_size=15,
        get_text_anchor=pdk.types.String("end"), billboard=True,
    )  # fmt: skip


def _up(point: Vertex) -> list[float]:
    x, depth, z = point
    return [round(x, 1), round(-depth, 1), round(z, 1)]


def rgb(colour: str) -> list[int]:
    """Turn #rrggbb into three numbers."""
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
