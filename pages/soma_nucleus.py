"""The soma-and-nucleus metamodel: neurons and glia of the whole volume."""

from functools import partial

from components.ui.cloud.cloud import show_view_cloud
from components.ui.code_export.code import show_code
from components.ui.context.comparison import pick_comparison, show_agreement_numbers
from components.ui.context.table_view import pick_table_view
from components.ui.family.about import show_about
from components.ui.family.background import show_background
from components.ui.family.deprecation import show_deprecation
from components.ui.family.matrix import show_matrix
from components.ui.family.panels import show_breakdown, show_rows
from components.ui.family.places import show_places
from components.ui.family.soma_nucleus import show_class_source, show_published
from components.ui.family.volumes import show_volumes
from components.ui.page.frame import show_frame
from data.catalog import TABLES

METAMODEL, FINE = "aibs_soma_nuc_metamodel_preds_v117", "baylor_gnn_cell_type_fine_model_v2"

show_frame("soma_nucleus")

view = pick_table_view([METAMODEL], key="soma", otherwise=partial(show_background, METAMODEL))
show_deprecation(TABLES[METAMODEL])
comparison = pick_comparison(view, FINE)
show_agreement_numbers(comparison)

show_view_cloud(view, comparison, key="soma-cloud")
show_breakdown(view)
show_places(view)
show_volumes(view)
show_matrix(view, comparison)
show_published(view)
show_class_source(view)
show_rows(view)

show_about(TABLES[METAMODEL])
show_code(TABLES[METAMODEL], view=view, comparison=comparison)
