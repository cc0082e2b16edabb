"""A figure of each kind, or those that `only` names, of the synthetic release, as wide as `width` says."""

from collections.abc import Callable

import streamlit as st

from components.analysis.comparison.agreement import (
    all_agreements,
    measure_agreement,
    pair_labels,
    pair_table,
)
from components.analysis.comparison.alluvial import nuclei_through
from components.analysis.comparison.axes import axis_tables
from components.analysis.comparison.differences import agreement_by
from components.analysis.comparison.unit_matches import match_units, same_by_score
from components.analysis.comparison.units import PUBLISHED_CUT, quality_density, units_by
from components.analysis.labels import counts as counting
from components.analysis.labels.levels import raw_labels
from components.analysis.labels.nuclei import WINDOW_UM, displacements, length_profile
from components.analysis.selection.coverage import table_coverage
from components.figures.alluvial import alluvial_figure
from components.figures.bars import counts_figure, coverage_figure, fields_figure
from components.figures.composition import places_figure, shares_figure
from components.figures.frame import Figure
from components.figures.intervals import agreement_by_figure, same_by_score_figure
from components.figures.matrix import matrix_figure, quality_figure, scans_figure
from components.figures.pairs_grid import pairs_grid_figure
from components.figures.profiles import depth_figure, lengths_figure, volumes_figure
from components.figures.upset import upset_figure
from components.ui.session.charts import figure_caption, show_chart
from components.ui.session.colours import colours_of
from components.ui.session.exports import pick_figure_format
from components.ui.session.release import load_at_hand
from data.catalog import TABLES
from data.volume import VOLUME
from data.volume.space import layer_bounds

METAMODEL, FINE = "aibs_soma_nuc_metamodel_preds_v117", "baylor_gnn_cell_type_fine_model_v2"
COARSE, POINTS = "baylor_log_reg_cell_type_coarse_v1", "nucleus_alternative_points"
UNITS = ("coregistration_manual_v3", "apl_functional_coreg_forward_v5")

loaded = load_at_hand(*TABLES)
preset, frame, axes = VOLUME.layer_presets[0], loaded[METAMODEL].frame, axis_tables(loaded)
labels, caption = raw_labels(frame), figure_caption(TABLES[METAMODEL].title, f"n = {len(frame):,} nuclei")
counts = counting.type_counts(frame["nucleus_id"], labels)
colours, titles = colours_of(counts.index), {name: TABLES[name].title for name in axes}
pairs = pair_labels(axes[METAMODEL], axes[FINE], "subclass")
matrix = measure_agreement(pairs).matrix
of_class = measure_agreement(pair_labels(axes[FINE], axes[COARSE], "class")).matrix
bins = agreement_by(pairs.frame, frame, "depth", preset).query("n > 0")
manual, automated = (loaded[name].frame for name in UNITS)
covered = table_coverage({name: one.frame for name, one in loaded.items()}, TABLES)
moved = displacements(loaded[POINTS].frame, loaded[VOLUME.detections].frame)
rows = [
    (name, TABLES[name].title, len(one.frame), len(one.frame) / 144_120, "#2f7f8f")
    for name, one in loaded.items()
]

FIGURES: dict[str, Callable[[], Figure]] = {
    "Bars of counts": lambda: counts_figure(counts, colours, caption, clickable=True),
    "Bars of coverage": lambda: coverage_figure(rows, 144_120, caption),
    "Bars of units": lambda: fields_figure(units_by(manual, "field"), caption),
    "Places": lambda: places_figure(counting.counts_by_layer(frame, labels, preset), colours, caption),
    "Shares": lambda: shares_figure(counts, counts[4:9].assign(share=0.2), colours, caption),
    "Depth": lambda: depth_figure(
        counting.depth_profile(frame, labels), colours, layer_bounds(preset), caption
    ),
    "Volumes": lambda: volumes_figure(counting.volume_by_label(frame, labels), colours, caption),
    "Displacements": lambda: lengths_figure(length_profile(moved), {}, WINDOW_UM, caption),
    "Matrix of many": lambda: matrix_figure(matrix, square=True, caption=caption, clickable=True),
    "Matrix of few": lambda: matrix_figure(of_class, square=True, caption=caption, clickable=True),
    "Scans": lambda: scans_figure(units_by(manual, ["session", "scan_idx"]), caption),
    "Quality": lambda: quality_figure(quality_density(manual, PUBLISHED_CUT), PUBLISHED_CUT, caption),
    "Agreement by depth": lambda: agreement_by_figure(bins, 0.646, caption, layer_bounds(preset)),
    "Agreement by score": lambda: same_by_score_figure(
        same_by_score(match_units(manual, automated).frame), caption
    ),
    "All pairs": lambda: pairs_grid_figure(
        pair_table(all_agreements(axes)), titles, "agreement", caption, (FINE, METAMODEL)
    ),
    "Alluvial": lambda: alluvial_figure(nuclei_through([axes[FINE], axes[METAMODEL]], "subclass"), caption),
    "Combinations": lambda: upset_figure(covered, titles, dict.fromkeys(covered.sizes, "#2f7f8f"), caption),
}

pick_figure_format()
only = st.query_params.get_all("only")
with st.container(width=int(st.query_params.get("width", "600"))):
    for title, build in FIGURES.items():
        if only and title not in only:
            continue
        show_chart(title.replace(" ", "-"), title, build, alt=title)
