"""The V1 column by hand: neurons and non-neurons, as the experts named them."""

from functools import partial

from components.ui.cloud.cloud import show_view_cloud
from components.ui.code_export.code import show_code
from components.ui.context.comparison import pick_comparison, show_agreement_numbers
from components.ui.context.table_view import pick_table_view
from components.ui.family.about import show_about
from components.ui.family.background import show_background
from components.ui.family.deprecation import show_deprecation
from components.ui.family.manual_types import (
    show_column_membership,
    show_column_of,
    show_omitted_labels,
    show_together,
)
from components.ui.family.matrix import show_matrix
from components.ui.family.panels import show_breakdown, show_rows
from components.ui.family.places import show_places
from components.ui.family.volumes import show_volumes
from components.ui.page.frame import show_frame
from components.ui.session.release import load_labels
from data.catalog import TABLES
from data.volume import VOLUME

NEURONS, OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"
METAMODEL = "aibs_soma_nuc_metamodel_preds_v117"

show_frame("manual_types")

view = pick_table_view(
    [NEURONS, OTHERS],
    key="manual_types",
    otherwise=partial(show_background, NEURONS, OTHERS),
)
show_deprecation(view.one.table)
comparison = pick_comparison(view, METAMODEL)
show_agreement_numbers(comparison)

neurons, others = load_labels(NEURONS), load_labels(OTHERS)
show_view_cloud(view, comparison, key="manual-cloud")
show_column_of(neurons, others, view.preset)
show_column_membership(load_labels(VOLUME.detections), neurons, others)
show_breakdown(view)
show_omitted_labels(view)
show_together(neurons, others, view.preset)
show_places(view)
show_volumes(view)
show_matrix(view, comparison)
show_rows(view)

show_about(TABLES[NEURONS], TABLES[OTHERS])
show_code(TABLES[NEURONS], TABLES[OTHERS], view=view, comparison=comparison)
