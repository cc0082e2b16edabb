"""Baylor's two models: excitatory or inhibitory (coarse), and the subclass (fine)."""

from functools import partial

from components.ui.cloud.cloud import show_view_cloud
from components.ui.code_export.code import show_code
from components.ui.context.comparison import pick_comparison, show_agreement_numbers
from components.ui.context.table_view import pick_table_view
from components.ui.family.about import show_about
from components.ui.family.background import show_background
from components.ui.family.baylor import show_class_contradictions, show_how_made
from components.ui.family.matrix import show_matrix
from components.ui.family.panels import show_breakdown, show_rows
from components.ui.family.places import show_places
from components.ui.family.volumes import show_volumes
from components.ui.page.frame import show_frame
from components.ui.session.release import load_labels
from data.catalog import TABLES

COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
OTHER = {FINE: COARSE, COARSE: FINE}

show_frame("baylor")

view = pick_table_view([FINE, COARSE], key="baylor", otherwise=partial(show_background, FINE, COARSE))
comparison = pick_comparison(view, OTHER[view.one.table.name])
show_agreement_numbers(comparison)

show_view_cloud(view, comparison, key="baylor-cloud")
show_class_contradictions(load_labels(COARSE), load_labels(FINE))
show_breakdown(view)
show_places(view)
show_volumes(view)
show_matrix(view, comparison)
show_rows(view)

show_how_made()
show_about(TABLES[FINE], TABLES[COARSE])
show_code(TABLES[FINE], TABLES[COARSE], view=view, comparison=comparison)
