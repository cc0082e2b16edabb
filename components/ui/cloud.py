"""The shared 3D view of a page: one cloud of the whole release, coloured by the table the reader picks."""

import streamlit as st

from components.analysis.layers import layer_bounds
from components.analysis.nucleus_table import CONFLICTING, COREGISTERED, nucleus_table
from components.point_cloud import (
    ByLabel,
    Cloud,
    LabelColumn,
    Layer,
    LegendEntry,
    NumberColumn,
    View,
    make_cloud,
    show_carrier,
    show_cloud,
)
from components.ui.release import current_release, load_at_hand
from data.catalog import TABLES
from data.cell_types import Level, at_level, colour_of, ordered
from data.loader import LabelTable
from data.space import LAYER_PRESETS, em_box_um

ODD_COLOUR = "#9aa0a8"
HEIGHT = 640


def pick_colouring(loaded: dict[str, LabelTable]) -> str:
    """Let the reader pick the table that colours the cloud; give its name."""
    choices = [one.table for one in loaded.values() if one.table.level or one.table.kind == "units"]
    titles = {table.title: table.name for table in choices}
    preferred = next((title for title, name in titles.items() if TABLES[name].level == "subclass"), None)
    title = st.selectbox(
        "Colour by",
        list(titles),
        index=list(titles).index(preferred) if preferred else 0,
        key="colour",
        bind="query-params",
        help="Nuclei that the table does not hold stay as grey context.",
    )
    return titles[title]


def show_release_cloud(colour_by: str, level: Level = "type", *, key: str) -> None:
    """Show every nucleus at hand, coloured by one table's labels.

    Parameters
    ----------
    colour_by : str
        Name of a loaded table that labels nuclei, or of units: then coregistered nuclei stand out.
    level : Level
        The level its labels are grouped at.
    key : str
        Of the view; unique on the page.
    """
    cloud = _release_cloud(colour_by)
    show_carrier(cloud)
    _show_view(cloud, colour_by, level, key)


@st.fragment
def _show_view(cloud: Cloud, colour_by: str, level: Level, key: str) -> None:
    opened = current_release()
    title = TABLES[colour_by].title
    words = cloud.labels[colour_by]
    view = View(
        colour=ByLabel(column=colour_by, title=title, entries=legend_entries(words, level)),
        layers=tuple(Layer(*bounds) for bounds in layer_bounds(LAYER_PRESETS[0])),
        em_corners=em_box_um(),
        caption=f"{title}, release v{opened.release.number}, {len(cloud):,} nuclei at hand",
        source=f"minnie65, release v{opened.release.number}",
        file_name=f"{'synthetic-' if opened.source.synthetic else ''}v{opened.release.number}-{colour_by}",
        synthetic=opened.source.synthetic,
    )
    show_cloud(cloud, view, key=key, height=HEIGHT)


def legend_entries(words: tuple[str, ...], level: Level) -> tuple[LegendEntry, ...]:
    """Group a column's labels by their word at a level; labels without one are shown as unmapped."""
    grouped: dict[str, list[int]] = {}
    for code, word in enumerate(words):
        same = word if word in (CONFLICTING, COREGISTERED) else at_level(word, level)
        shown = word if level == "type" else same or "unmapped"
        grouped.setdefault(shown, []).append(code)
    last = [word for word in (CONFLICTING, "unmapped") if word in grouped]
    return tuple(
        LegendEntry(word, ODD_COLOUR if word in last else colour_of(word), tuple(grouped[word]))
        for word in [*ordered([word for word in grouped if word not in last]), *last]
    )


def _release_cloud(*needed: str) -> Cloud:
    loaded = load_at_hand(*needed)
    opened = current_release()
    stamp = tuple((name, one.provenance.fetched_at) for name, one in loaded.items())
    return _packed((opened.source.key, opened.release.number), stamp, loaded)


@st.cache_resource(show_spinner="Packing the nuclei …", max_entries=4)
def _packed(
    place: tuple[str, int], stamp: tuple[tuple[str, str], ...], _loaded: dict[str, LabelTable]
) -> Cloud:
    wide = nucleus_table(_loaded)
    volume = {}
    if "volume_um3" in wide:
        volume["volume_um3"] = NumberColumn(title="nucleus volume", unit="µm³", values=wide["volume_um3"])
    return make_cloud(
        nucleus_id=wide.index,
        root_id=wide["root_id"],
        x_um=wide["x_um"],
        depth_um=wide["depth_um"],
        z_um=wide["z_um"],
        labels={
            name: LabelColumn(title=one.table.title, labels=wide[name].array)
            for name, one in _loaded.items()
            if name in wide
        },
        numbers=volume,
    )
