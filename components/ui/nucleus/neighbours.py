"""What lies around a nucleus: its nearest neighbours, the types nearby, and its place in the cloud."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels.counts import type_counts
from components.analysis.labels.levels import NOT_IN_TABLE
from components.analysis.nucleus.index import neighbours, nuclei_around
from components.figures.bars import counts_figure
from components.figures.frame import Figure
from components.point_cloud.component import show_carrier, show_cloud
from components.point_cloud.view import Outline, View
from components.ui.cloud.cloud import release_cloud
from components.ui.cloud.colouring import by_label, by_number
from components.ui.cloud.column import column_outline
from components.ui.nucleus.choice import go_to, go_to_on_next_run
from components.ui.nucleus.page import Profile
from components.ui.nucleus.table_labels import label_chips
from components.ui.selection.picks import keep_pick
from components.ui.session.charts import figure_caption, picked_in, show_chart
from components.ui.session.colours import Colouring, colours_of
from components.ui.session.exports import export_name, marked
from components.ui.session.links import begin_choice, nucleus_link
from components.ui.session.own_tables import has_own_tables
from components.ui.session.release import current_release, table_title
from data.number_words import of_nuclei, plural
from data.volume import VOLUME
from data.volume.space import em_box_um, layer_bounds

NEAREST = 10
RADII = (25, 50, 100, 150)
CROSS_UM = 45.0


def show_neighbours(profile: Profile, *, opens: bool = True) -> None:
    """The nearest nuclei, and how many of each type lie within a distance.

    Parameters
    ----------
    profile : Profile
    opens : bool
        Whether a tick opens a neighbour in place of the nucleus.
    """
    st.subheader("Around it", anchor=False)
    name = _pick_label_source(profile)
    radius = st.segmented_control(
        "Within", RADII, default=50, required=True, key="within", bind="query-params",
        format_func=lambda um: f"{um} µm", help="From its centre to theirs.",
    )  # fmt: skip
    left, right = st.columns(2, gap="large")
    with left:
        _show_nearest(profile, name, opens=opens)
    with right:
        _show_around(profile, name, float(radius))


def _pick_label_source(profile: Profile) -> str | None:
    """The table whose labels the neighbours carry: of subclasses first, of most nuclei among these."""
    loaded, wide = profile.index.loaded, profile.index.wide
    names = [name for name in loaded if loaded[name].table.kind == "labels" and name in wide]
    if not names:
        return None
    names.sort(key=lambda name: (loaded[name].table.level != "subclass", -loaded[name].provenance.nuclei))
    titles = {table_title(name): name for name in names}
    begin_choice("neighbour-types", titles, next(iter(titles)), "types-from")
    return titles[st.selectbox("Types from", list(titles), key="neighbour-types", bind="query-params")]


def _show_nearest(profile: Profile, name: str | None, *, opens: bool) -> None:
    near = neighbours(profile.index, profile.nucleus_id, NEAREST)
    if near.empty:
        st.markdown("There is no other nucleus at hand.")
        return
    ids = near["nucleus_id"].to_numpy()
    labels = pd.Series([[str(label)] for label in _labels(profile, name, ids)] if name else [[] for _ in ids])
    shown = pd.DataFrame(
        {
            "Nucleus": ids.astype(str),
            "µm away": near["distance_um"].round(1),
            "Says": labels,
            "Nucleus page": [nucleus_link(nucleus) for nucleus in ids],
            "Depth, µm": profile.index.wide["depth_um"].loc[ids].round(1).to_numpy(),
        }
    )
    key = f"near-{profile.nucleus_id}"
    st.dataframe(
        marked(shown), hide_index=True, key=key, height=35 * len(shown) + 40,
        on_select=(lambda: _go_to_row(key, ids)) if opens else "ignore", selection_mode="single-row",
        column_config={
            "µm away": st.column_config.NumberColumn(format="%.1f"),
            "Says": label_chips(labels, 120),
            "Depth, µm": st.column_config.NumberColumn(format="%.1f"),
            "Nucleus page": st.column_config.LinkColumn(display_text="new tab"),
        },
    )  # fmt: skip
    note = _edge_note(profile, float(near["distance_um"].iloc[-1]))
    st.caption(
        f"The {len(near)} nearest of the {len(profile.index.wide):,} {profile.index.denominator}, centre to "
        f"centre.{' Tick a row to open its page here.' if opens else ''}{note}"
    )


def _go_to_row(key: str, ids: np.ndarray) -> None:
    rows = picked_in(key, "rows")
    if rows:
        go_to(int(ids[rows[0]]))
        st.rerun()  # the whole page, not the panel alone


def _show_around(profile: Profile, name: str | None, radius: float) -> None:
    around = nuclei_around(profile.index, profile.nucleus_id, radius)
    st.markdown(
        f"**{plural(len(around), 'other nucleus** lies', 'other nuclei** lie')} within {radius:g} µm, of the "
        f"{len(profile.index.wide):,} {profile.index.denominator}.{_edge_note(profile, radius)}"
    )
    if not name or not len(around):
        return
    of = f"n = {of_nuclei(len(around))} within {radius:g} µm of nucleus {profile.nucleus_id}"
    caption = figure_caption(table_title(name), of)

    def build() -> Figure:
        counts = type_counts(pd.Series(around), _labels(profile, name, around))
        return counts_figure(counts, colours_of(counts.index), caption)

    key = (profile.index.loaded[name], radius, profile.nucleus_id)
    show_chart("around", key, build, alt=f"Types of the nuclei around nucleus {profile.nucleus_id}")


def _labels(profile: Profile, name: str, ids: np.ndarray) -> pd.Categorical:
    """A table's labels of some nuclei, as it spells them, or `NOT_IN_TABLE`."""
    labels = pd.Categorical(profile.index.wide[name].loc[ids])
    return labels.add_categories([NOT_IN_TABLE]).fillna(NOT_IN_TABLE)


def _edge_note(profile: Profile, reach_um: float) -> str:
    edge = profile.position.edge_um
    if edge >= reach_um:
        return ""
    return f" The volume ends {max(edge, 0):,.0f} µm away: what lies beyond is not counted."


def show_in_cloud(profile: Profile) -> None:
    """The nucleus lit in the whole cloud; a click on another opens its profile."""
    cloud, _ = release_cloud()
    st.caption(
        "The lines meet at the nucleus. Click another to open its page.",
        help="A lasso or a box selects, as everywhere. The one lit nucleus is this one: clearing it there "
        "leaves your selection as it is.",
    )
    show_carrier(cloud, served=not has_own_tables())
    _show_view(profile)


@st.fragment
def _show_view(profile: Profile) -> None:
    cloud, _ = release_cloud()
    view, colouring = view_of(profile)
    picked = show_cloud(cloud, view, key="nucleus-cloud")
    if picked is None or picked.act == "clear":  # the lit nucleus is not the selection
        return
    if picked.act == "click" and len(picked.nucleus_ids) == 1:
        go_to_on_next_run(int(picked.nucleus_ids[0]))
    else:
        keep_pick(picked, colouring)
    st.rerun()


def view_of(profile: Profile) -> tuple[View, Colouring]:
    """The whole cloud with the nucleus lit and lines that meet at it, coloured by a table that labels it."""
    cloud, wide = release_cloud()
    labelled = [answer.table for answer in profile.answers if answer.state == "labelled"]
    labelling = [table for table in labelled if table.name in cloud.labels]  # the others were looked up
    labelling.sort(key=lambda table: table.level != "subclass")
    # Of detections alone, the depth.
    name = labelling[0].name if labelling else next(iter(cloud.labels), "depth_um")
    opened = current_release()
    view = View(
        colour=by_label(cloud, name) if name in cloud.labels else by_number(cloud, name, wide[name]),
        selected_ids=np.array([profile.nucleus_id]),
        lit=f"nucleus {profile.nucleus_id}",
        layers=layer_bounds(VOLUME.layer_presets[0]),
        em_corners=em_box_um(),
        outlines=(*([column_outline()] if VOLUME.column else []), _cross(profile)),
        caption=f"Nucleus {profile.nucleus_id} among {len(wide):,} {profile.index.denominator} · "
        f"v{opened.release.number} · layers: {VOLUME.layer_presets[0].name}, approximate",
        source=f"{VOLUME.name}, release v{opened.release.number}, source: {opened.source.name}",
        file_name=export_name(f"nucleus-{profile.nucleus_id}"),
        synthetic=opened.source.synthetic,
    )
    return view, Colouring(name)


def _cross(profile: Profile) -> Outline:
    """Three lines that meet at the nucleus, one of them up to the pia."""
    x, depth, z = profile.position.um
    r = CROSS_UM
    lines = (
        ((x - r, depth, z), (x + r, depth, z)),
        ((x, depth, z - r), (x, depth, z + r)),
        ((x, min(0.0, depth), z), (x, depth + r, z)),
    )
    return Outline(f"nucleus {profile.nucleus_id}", lines)
