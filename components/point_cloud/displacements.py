"""The scene of displacement lines: from each nucleus towards its lookup point, longer than they are."""

import numpy as np
import pandas as pd
import pydeck as pdk

from components.point_cloud.scene import WrittenDeck, name_layer, orbit_deck, outline_layer, rgb
from components.point_cloud.view import Outline
from data.errors import DataError
from data.volume.space import BOX_EDGES, em_box_um

MOST_LINES = 9_000
DEPTHS_UM = (0, 200, 400, 600, 800)
TOOLTIP = {
    "html": "<b>{change}</b><br/>nucleus {nucleus_id}<br/>root {before} → {after}<br/>{length} µm away"
}
WIDTH_PX = 1.5


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
        raise DataError(problem, "Draw some of them by lot.")
    # A layer per change: its colour is then said once, and not on every line.
    lines = [
        _lines(moved[moved["change"] == change], change, colour, times)
        for change, colour in colours.items()
        if (moved["change"] == change).any()
    ]
    box = _box()
    return orbit_deck([*lines, outline_layer(box), _depths()], box, zoom=-1.7, tooltip=TOOLTIP)


def _lines(moved: pd.DataFrame, change: str, colour: str, times: float) -> pdk.Layer:
    centre = _upright(moved, "{}_um")
    end = centre + times * (_upright(moved, "{}_alt_um") - centre)
    # Rounded as 64 bits: see components/point_cloud/scene.py.
    ends = zip(np.round(centre, 1).tolist(), np.round(end, 1).tolist(), strict=True)
    words = moved[["nucleus_id", "orig_root_id", "root_id"]].astype("string").fillna("not known")
    rows = [
        {"from": start, "to": stop, "change": change, "nucleus_id": nucleus, "before": before, "after": after,
         "length": f"{length:.2f}"}
        for (start, stop), (nucleus, before, after), length in zip(
            ends, words.itertuples(index=False), moved["length_um"], strict=True
        )
    ]  # fmt: skip
    return pdk.Layer(
        "LineLayer", rows, id=change.replace(" ", "-"), get_source_position="from", get_target_position="to",
        get_color=rgb(colour), get_width=WIDTH_PX, pickable=True,
    )  # fmt: skip


def _upright(moved: pd.DataFrame, named: str) -> np.ndarray:
    """Positions with y upwards, as the orbit view has it; float64, µm."""
    axes = moved[[named.format(axis) for axis in ("x", "depth", "z")]].to_numpy(dtype=np.float64)
    return axes * [1, -1, 1]


def _box() -> Outline:
    corners = [(float(x), float(depth), float(z)) for x, depth, z in em_box_um()]
    return Outline("EM volume", tuple((corners[low], corners[high]) for low, high in BOX_EDGES))


def _depths() -> pdk.Layer:
    """Depths written left of the box as one first sees it, the pia on top."""
    corners = em_box_um()
    left, far = corners[:, 0].min(), corners[:, 2].max()
    return name_layer(
        [
            (f"{depth}" if depth else "pia, 0", (float(left) - 20, float(depth), float(far)))
            for depth in DEPTHS_UM
        ]
    )
