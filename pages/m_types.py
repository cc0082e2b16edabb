"""M-types: predicted over the volume, clustered in the column, and the interneurons' connectivity groups."""

from functools import partial

from components.ui.cloud.cloud import show_view_cloud
from components.ui.code_export.code import show_code
from components.ui.context.comparison import pick_comparison, show_agreement_numbers
from components.ui.context.table_view import pick_table_view
from components.ui.family.about import show_about
from components.ui.family.background import show_background
from components.ui.family.deprecation import show_deprecation
from components.ui.family.m_types import show_ambiguity, show_groups, show_vocabulary
from components.ui.family.matrix import show_matrix
from components.ui.family.panels import show_breakdown, show_rows
from components.ui.family.places import show_places
from components.ui.family.volumes import show_volumes
from components.ui.page.frame import show_frame
from components.ui.session.release import load_labels
from data.catalog import TABLES

PREDICTED, COLUMN = "aibs_soma_nuc_exc_mtype_preds_v117", "allen_column_mtypes_v1"
GROUPS, MANUAL = "connectivity_groups_v507", "allen_v1_column_types_slanted_ref"

show_frame("m_types")

view = pick_table_view(
    [PREDICTED, COLUMN, GROUPS],
    key="m_types",
    otherwise=partial(show_background, PREDICTED, COLUMN, GROUPS),
)
show_deprecation(view.one.table)
comparison = pick_comparison(view, MANUAL)
show_agreement_numbers(comparison)

show_view_cloud(view, comparison, key="m-types-cloud")
show_vocabulary(view)
show_breakdown(view)
show_groups(load_labels(COLUMN), load_labels(GROUPS))
show_places(view)
show_volumes(view)
show_matrix(view, comparison)
show_ambiguity(view, comparison)
show_rows(view)

show_about(*(TABLES[name] for name in (PREDICTED, COLUMN, GROUPS)))
show_code(*(TABLES[name] for name in (PREDICTED, COLUMN, GROUPS)), view=view, comparison=comparison)
