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
from data.catalog import CATALOG

first, *partners = CATALOG.compared

opened = show_frame("agreement")


def show_without_rows() -> None:
    """What needs no rows of the table chosen: all tables at hand."""
    show_all_pairs()
    show_alluvial([first, *partners[:1]], "subclass")


rows = list(dict.fromkeys([first, *opened.tables.on_axes]))
view = pick_table_view(rows, key="rows", as_axis=True, otherwise=show_without_rows)
comparison = pick_pair(view, *partners)
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
