"""The checks page: the cloud beside the findings."""

from components.ui.checks.checks import (
    checked_release,
    pick_findings,
    show_checks_command,
    show_checks_headline,
    show_findings,
    show_findings_download,
    show_not_checked,
)
from components.ui.cloud.cloud import show_coloured_cloud
from components.ui.page.frame import show_frame
from components.ui.selection.selected import show_selection
from components.ui.session.followers import show_part
from components.ui.session.notices import show_nothing
from components.ui.session.release import load_at_hand
from components.ui.workbench.panels import Panel


def show_checks() -> None:
    """Show the page."""
    bench, colouring = show_frame("checks"), None
    with bench.notices:
        report = checked_release()
    with bench.choices:
        findings = pick_findings(report)
    with bench.numbers:
        show_checks_headline(report)
    loaded = load_at_hand()
    with bench.left:
        if loaded:
            colouring = show_coloured_cloud(loaded, key="checks-cloud")
        else:
            show_nothing("No table of the release is at hand, so there is no nucleus to show.")
    with bench.right:
        show_part("findings", lambda: show_findings(findings, report))
        show_not_checked(report)
    show_selection(
        bench,
        colouring,
        last=[
            Panel("Files", lambda: show_findings_download(report)),
            Panel("Code", show_checks_command),
        ],
    )
