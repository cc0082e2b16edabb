"""The checks' findings as text for a terminal."""

from textwrap import fill

from components.analysis.checks.entry import SEVERITIES, Finding, NotRun
from components.analysis.checks.registry import CHECKS
from components.analysis.checks.report import CheckReport

WIDTH = 100
INDENT = " " * 9
FEW_IDS = 8


def report_text(report: CheckReport) -> str:
    """The counts, then each finding with what is expected, then what could not be checked."""
    blocks = [report_headline(report)]
    blocks += [_finding_text(finding) for finding in report.findings]
    if report.not_run:
        width = max(len(skipped.check) for skipped in report.not_run)
        lines = [_not_run_text(skipped, width) for skipped in report.not_run]
        blocks.append("\n".join(["could not be checked:", *lines]))
    if report.clean:
        blocks.append(_wrapped("nothing found by " + ", ".join(check.id for check in report.clean), "  "))
    return "\n\n".join(blocks)


def report_headline(report: CheckReport) -> str:
    """Findings by severity, with the numbers of checks and tables."""
    words = {"error": "error", "warning": "warning", "info": "info"}
    counts = [(report.count(severity), words[severity]) for severity in SEVERITIES]
    counted = " · ".join(f"{n:,} {word if n == 1 else word + 's'}" for n, word in counts)
    n = len(report.tables)
    return f"{counted} — {len(CHECKS)} checks on {n} table{'' if n == 1 else 's'}"


def _finding_text(finding: Finding) -> str:
    lines = [
        f"{finding.severity:<8} {finding.id:<24} {finding.table:<38} {finding.counted:>16}",
        _wrapped(finding.message),
        _wrapped(f"Expected: {finding.expected}"),
    ]
    if len(finding.nucleus_ids):
        ids = ", ".join(map(str, finding.nucleus_ids[:FEW_IDS].tolist()))
        more = len(finding.nucleus_ids) - FEW_IDS
        lines.append(_wrapped(f"Nuclei: {ids}" + (f" and {more:,} more" if more > 0 else "")))
    return "\n".join(lines)


def _not_run_text(skipped: NotRun, width: int) -> str:
    table = f"{skipped.table}: " if skipped.table else ""
    start = f"  {skipped.check:<{width}}  "
    return fill(table + skipped.reason, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))


def _wrapped(text: str, indent: str = INDENT) -> str:
    first = "" if indent != INDENT else indent
    return fill(text, WIDTH, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
