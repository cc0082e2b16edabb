"""Agreement: any two tables, from a matrix cell to its nuclei."""

from components.ui.agreement.differences import show_confusions, show_differences
from components.ui.agreement.many_tables import show_all_pairs, show_alluvial
from components.ui.agreement.metrics import show_labels, show_leak, show_metrics
from components.ui.agreement.pairs import show_crosswalk, show_pairs
from components.ui.cloud.cloud import show_view_cloud
from components.ui.code_export.code import show_code
from components.ui.context.comparison import pick_pair
from components.ui.context.table_view import pick_table_view
from components.ui.family.matrix import show_matrix
from components.ui.page.frame import show_frame

FINE = "baylor_gnn_cell_type_fine_model_v2"
COARSE = "baylor_log_reg_cell_type_coarse_v1"
METAMODEL = "aibs_soma_nuc_metamodel_preds_v117"

opened = show_frame("agreement")


def show_without_rows() -> None:
    """What needs no rows of the table chosen: all tables at hand."""
    show_all_pairs()
    show_alluvial([FINE, METAMODEL], "subclass")


rows = [FINE, *(name for name in opened.tables.on_axes if name != FINE)]
view = pick_table_view(rows, key="rows", as_axis=True, otherwise=show_without_rows)
comparison = pick_pair(view, METAMODEL, COARSE)
show_metrics(comparison.result)
show_leak(comparison.result)

show_matrix(view, comparison, full=True)
show_confusions(comparison.result, view)
show_labels(comparison.result)
show_view_cloud(view, comparison, key="agreement-cloud")
show_differences(view, comparison.result)
show_pairs(view, comparison.result)
show_crosswalk(view, comparison)

show_all_pairs()
pair = [view.loaded, *([comparison.partner] if comparison.partner else [])]
show_alluvial([one.table.name for one in pair], comparison.level)

show_code(view=view, comparison=comparison)
