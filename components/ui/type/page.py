"""The page of one type: its nuclei lit in the cloud, beside what the tables say about them."""

from components.ui.cloud.cloud import show_coloured_cloud
from components.ui.code_export.code import show_code
from components.ui.family.about import show_about
from components.ui.family.page import chart_panels, show_rows
from components.ui.imagery.sheet import sheets_panel
from components.ui.page.frame import show_frame
from components.ui.selection.breakdown import show_selection_breakdown
from components.ui.selection.selected import show_selection
from components.ui.session.release import current_release
from components.ui.type.choice import pick_type
from components.ui.type.examples import CONTESTED, example_sheets, show_examples, show_type_numbers
from components.ui.type.other_names import show_other_names
from components.ui.type.panels import show_meaning, show_other_releases, show_papers
from components.ui.workbench.panels import Panel, show_panels


def show_type() -> None:
    """Show the page."""
    bench = show_frame("type")
    open_type = pick_type(bench)
    view = open_type.view
    with bench.numbers:
        show_type_numbers(open_type)
    with bench.left:
        colouring = show_coloured_cloud(open_type.loaded, key="type-cloud", view=view)
    with bench.right:
        show_panels(
            [
                Panel("Type", lambda: show_meaning(open_type)),
                Panel("Other names", lambda: show_other_names(open_type)),
                Panel("Examples", lambda: show_examples(open_type)),
                *chart_panels(view, ["Types"]),
                Panel("Releases", lambda: show_other_releases(open_type)),
                Panel("Papers", lambda: show_papers(open_type)),
                Panel("Selection", lambda: show_selection_breakdown(view), follows=True),
                sheets_panel(lambda: example_sheets(open_type), beside=CONTESTED),
            ]
        )
    tables = [current_release().tables[str(name)] for name in open_type.counts["table"]]
    show_selection(
        bench,
        colouring,
        first=[Panel("Rows", lambda: show_rows(view))],
        last=[
            Panel("Code", lambda: show_code(view.table, view=view)),
            Panel("About", lambda: show_about(*tables)),
        ],
    )
