"""The nuclei themselves: detections, the neuron call, better points to look up their segment."""

from functools import partial

from components.ui.cloud.cloud import show_view_cloud
from components.ui.code_export.code import show_code
from components.ui.context.comparison import pick_comparison, show_agreement_numbers
from components.ui.context.table_view import pick_table_view
from components.ui.family.about import show_about
from components.ui.family.alternative_points import show_alternative_points
from components.ui.family.background import show_background
from components.ui.family.matrix import show_matrix
from components.ui.family.nuclei import show_detections, show_lookup
from components.ui.family.panels import show_breakdown, show_rows
from components.ui.family.places import show_places
from components.ui.family.volumes import show_volumes
from components.ui.page.frame import show_frame
from components.ui.session.release import load_labels
from data.catalog import TABLES
from data.volume import VOLUME

SVM = "nucleus_ref_neuron_svm"
POINTS, LOOKUP = "nucleus_alternative_points", "nucleus_detection_lookup_v1"
METAMODEL = "aibs_soma_nuc_metamodel_preds_v117"

show_frame("nuclei")

view = pick_table_view(
    [SVM, VOLUME.detections, POINTS, LOOKUP],
    key="nuclei",
    otherwise=partial(show_background, VOLUME.detections, SVM, POINTS, LOOKUP),
)
comparison = pick_comparison(view, METAMODEL, SVM)
show_agreement_numbers(comparison)

show_view_cloud(view, comparison, key="nuclei-cloud")
show_breakdown(view)
show_places(view)
show_volumes(view)
detections = load_labels(VOLUME.detections)
show_detections(view)
show_alternative_points(load_labels(POINTS), detections)
show_lookup(load_labels(LOOKUP), detections)
show_matrix(view, comparison)
show_rows(view)

show_about(*(TABLES[name] for name in (VOLUME.detections, SVM, POINTS, LOOKUP)))
show_code(
    *(TABLES[name] for name in (VOLUME.detections, SVM, POINTS, LOOKUP)), view=view, comparison=comparison
)
