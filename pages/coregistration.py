"""Coregistration: which recorded unit is which nucleus, by hand and by registration."""

from functools import partial

from components.analysis.comparison.units import PUBLISHED_CUT
from components.ui.cloud.cloud import show_view_cloud
from components.ui.code_export.code import show_code
from components.ui.context.comparison import pick_comparison, show_agreement_numbers
from components.ui.context.table_view import pick_table_view
from components.ui.family.about import show_about
from components.ui.family.background import show_background
from components.ui.family.coregistration import show_quality, show_unexpected, show_units
from components.ui.family.deprecation import show_deprecation
from components.ui.family.matrix import show_matrix
from components.ui.family.panels import show_breakdown, show_rows
from components.ui.family.places import show_places
from components.ui.family.unit_matches import show_match
from components.ui.page.frame import show_frame
from components.ui.session.release import load_labels
from data.catalog import TABLES

MANUAL, AUTOMATED = "coregistration_manual_v3", "apl_functional_coreg_forward_v5"
PAIR = ("baylor_gnn_cell_type_fine_model_v2", "aibs_soma_nuc_metamodel_preds_v117")

show_frame("coregistration")

view = pick_table_view(
    [MANUAL, AUTOMATED],
    key="coregistration",
    extra=PUBLISHED_CUT,
    otherwise=partial(show_background, MANUAL, AUTOMATED),
)
show_deprecation(view.one.table)
comparison = pick_comparison(view, *PAIR)
show_agreement_numbers(comparison)

show_view_cloud(view, comparison, key="coregistration-cloud")
show_units(view)
show_quality(view)
show_breakdown(view)
show_unexpected(view)
show_places(view)
show_match(load_labels(MANUAL), load_labels(AUTOMATED), view.label_source)
show_matrix(view, comparison)
show_rows(view)

show_about(TABLES[MANUAL], TABLES[AUTOMATED])
show_code(TABLES[MANUAL], TABLES[AUTOMATED], view=view, comparison=comparison)
