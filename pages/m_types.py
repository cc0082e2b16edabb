"""M-types: predicted over the volume, clustered in the column, and the interneurons' connectivity groups."""

from functools import partial

from components.ui.about import show_about
from components.ui.background import show_background
from components.ui.cloud import show_scope_cloud
from components.ui.code import show_code
from components.ui.comparison import pick_comparison, show_agreement_numbers
from components.ui.deprecation import show_deprecation
from components.ui.frame import show_frame
from components.ui.m_types import show_ambiguity, show_groups, show_vocabulary
from components.ui.matrix import show_matrix
from components.ui.panels import show_breakdown, show_rows
from components.ui.places import show_places
from components.ui.release import load_labels
from components.ui.scope import pick_scope
from components.ui.volumes import show_volumes
from data.catalog import TABLES

PREDICTED, COLUMN = "aibs_soma_nuc_exc_mtype_preds_v117", "allen_column_mtypes_v1"
GROUPS, MANUAL = "connectivity_groups_v507", "allen_v1_column_types_slanted_ref"

show_frame(
    "M-types",
    "Which kinds appear when cells are grouped by shape and by targets? The clusters were found in the V1 "
    "column without labels; a model carries the excitatory ones to the whole volume.",
    [PREDICTED, COLUMN, GROUPS],
)

scope = pick_scope(
    [PREDICTED, COLUMN, GROUPS],
    key="m_types",
    otherwise=partial(show_background, PREDICTED, COLUMN, GROUPS),
)
show_deprecation(scope.one.table)
comparison = pick_comparison(scope, MANUAL)
show_agreement_numbers(comparison)

show_scope_cloud(scope, comparison, key="m-types-cloud")
show_vocabulary(scope)
show_breakdown(scope)
show_groups(load_labels(COLUMN), load_labels(GROUPS))
show_places(scope)
show_volumes(scope)
show_matrix(scope, comparison)
show_ambiguity(scope, comparison)
show_rows(scope)

show_about(*(TABLES[name] for name in (PREDICTED, COLUMN, GROUPS)))
show_code(*(TABLES[name] for name in (PREDICTED, COLUMN, GROUPS)), scope=scope, comparison=comparison)
