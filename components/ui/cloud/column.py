"""The V1 column in its own small scene: what the experts labelled, between the layers' planes."""

from html import escape

import pandas as pd
import streamlit as st

from components.analysis.labels.levels import own_labels
from components.point_cloud.scenes import WrittenDeck, column_scene, show_scene
from components.point_cloud.view import Outline
from components.ui.session.cached import cached
from components.ui.session.exports import synthetic_words
from components.ui.session.release import current_release
from data.labels.crosswalk import colour_of, ordered
from data.loader import LabelTable
from data.number_words import of_nuclei
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import column_section, layer_bounds
from data.volume.volume import LayerPreset

GAP_UM = 15.0
ENTRY = (
    '<span style="white-space:nowrap"><span style="display:inline-block;width:.72em;height:.72em;'
    'border-radius:50%;margin-right:.45em;background:{colour}"></span>{label} '
    '<span style="opacity:.65;font-variant-numeric:tabular-nums">{n:,}</span></span>'
)
"""A label of the legend, its colour, and of how many nuclei."""


def column_outline() -> Outline:
    """The V1 column as lines: its upper and lower end, and the edges between."""
    sections = [section.corners for section in VOLUME.column]
    rings = [(*corners, corners[0]) for corners in (sections[0], sections[-1])]
    edges = [tuple(section[corner] for section in sections) for corner in range(4)]
    return Outline(VOLUME.column_name, (*rings, *edges))


def show_column(*shown: LabelTable, preset: LayerPreset = VOLUME.layer_presets[0]) -> None:
    """Show the column's labelled nuclei, with the layers' planes and names."""
    opened = current_release()
    n, legend, deck = _scene(shown, preset)
    st.subheader("The column from near", anchor=False)
    titles = " and ".join(loaded.table.title for loaded in shown)
    st.caption(
        f"{synthetic_words()}{titles} · v{opened.release.number} · "
        f"n = {of_nuclei(n)} · "
        f"planes: upper borders of the layers after the {preset.name}, approximate. "
        "Drag to turn; hover for the nucleus."
    )
    st.html(legend)
    show_scene(deck, key="column", alt=f"The {VOLUME.column_name}: {titles}")


@cached()
def _scene(shown: tuple[LabelTable, ...], preset: LayerPreset) -> tuple[int, str, WrittenDeck]:
    """How many nuclei, the legend, and the scene, made and written once for all sessions."""
    nuclei = pd.concat([_labelled(loaded) for loaded in shown])
    layers = layer_bounds(preset)
    deck = column_scene(
        nuclei,
        column_outline(),
        planes=[column_section(top).corners for _, top, _ in layers],
        names=[(name, _beside((top + bottom) / 2)) for name, top, bottom in layers],
    )
    return nuclei["nucleus_id"].nunique(), column_legend(nuclei), deck


def column_legend(nuclei: pd.DataFrame) -> str:
    """Write the scene's legend as HTML: each label, in order of display, with its colour and its nuclei.

    Parameters
    ----------
    nuclei : DataFrame
        `nucleus_id`, `label` and `colour`; a nucleus with two labels counts in both.
    """
    counts = nuclei.groupby("label")["nucleus_id"].nunique()
    colours = dict(zip(nuclei["label"], nuclei["colour"], strict=True))
    entries = [
        ENTRY.format(label=escape(label), colour=colours[label], n=counts[label])
        for label in ordered(colours)
    ]
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:.3em 1.1em;font-size:.875rem">{"".join(entries)}</div>'
    )


def _beside(depth_um: float) -> tuple[float, float, float]:
    """A place left of the column in the first view."""
    section = column_section(depth_um)
    return (section.x_um[0], depth_um, section.z_um[1] + GAP_UM)


def _labelled(loaded: LabelTable) -> pd.DataFrame:
    frame = loaded.frame
    labels = own_labels(frame, "type")
    return frame[["nucleus_id", *POSITION]].assign(
        root_id=frame.get("root_id", 0),
        label=labels.astype(str),
        colour=[colour_of(label) for label in labels.astype(str)],
    )
