"""The checks of the sample, run once for all tests of a worker: they take seconds."""

from typing import Any

from components.analysis.checks.registry import CheckReport, run_checks

REPORTS: list[CheckReport] = []


def sample_report(*given: Any) -> CheckReport:
    """Run the checks as asked the first time, and give that report again later; the sample alone is given."""
    REPORTS[:] = REPORTS or [run_checks(*given)]
    return REPORTS[0]
