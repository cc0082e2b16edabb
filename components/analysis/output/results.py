"""Results for the command line: as records, which it prints as JSON, and as text for a terminal."""

from collections.abc import Sequence
from textwrap import fill

from components.analysis.checks.entry import SEVERITIES, Finding, NotRun
from components.analysis.checks.registry import CHECKS, CheckReport
from components.analysis.comparison.agreement import Agreement
from components.analysis.comparison.circular import learnt_from_other
from components.analysis.comparison.expected import DIFFERS, OUTCOMES, ExpectedInTable
from components.analysis.comparison.metrics import METRICS
from components.analysis.labels.counts import Denominator
from components.analysis.output.status import TableStatus
from data.loader import OpenRelease
from data.number_words import plural
from data.own.matching import Match
from data.tables.raw import UnreadFile
from data.tables.records import Provenance

WIDTH = 100
INDENT = " " * 9
FEW_IDS = 8
MOST_LINES = 20
"""The most nuclei listed in words of those that differ from a list."""
MOST_IDS = 1_000
"""The most nucleus IDs listed for a finding; `n` and the page count all."""


def release_record(opened: OpenRelease) -> dict[str, object]:
    """The first keys of a record about a whole release."""
    return {
        "release": opened.release.number,
        "timestamp": opened.release.iso or None,
        "source": opened.source.name,
        "place": opened.source.location,
        "synthetic": opened.source.synthetic,
    }


def agreement_record(
    result: Agreement, provenance: Provenance, denominator: Denominator | None = None
) -> dict[str, object]:
    """An agreement with its counts of nuclei; undefined metrics are None.

    With a table of functional units, `denominator` is what its nuclei without a unit are counted of.
    """
    pairs = result.pairs
    asked = {"denominator": denominator_record(denominator)} if denominator and pairs.n_asked else {}
    return {
        "rows": pairs.rows.name,
        "columns": pairs.columns.name,
        "release": provenance.release,
        "source": provenance.source,
        "synthetic": provenance.synthetic,
        "level": pairs.level,
        "n_rows_table": pairs.n_rows_table,
        "n_columns_table": pairs.n_columns_table,
        "n_both": pairs.n_both,
        **asked,
        "n_compared": len(pairs.frame),
        "left_out": pairs.left_out,
        "square": pairs.square,
        "row_labels": list(result.matrix.index),
        "column_labels": list(result.matrix.columns),
        "matrix": result.matrix.to_numpy().tolist(),
        **result.metrics,
        "undefined": result.undefined,
    }


def status_record(status: TableStatus) -> dict[str, object]:
    """The status of a catalogue entry."""
    expected = status.table.expected_rows
    return {
        "name": status.table.name,
        "title": status.table.title,
        "family": status.table.family,
        "rows": status.rows,
        "expected_rows": [expected.low, expected.high] if expected else None,
        "nuclei": status.nuclei,
        "coverage": status.coverage,
        "fetched_at": status.fetched_at,
        "source": status.source,
        "state": status.state,
        "problem": str(status.problem) if status.problem else None,
    }


def match_record(match: Match) -> dict[str, object]:
    """How the rows of a reader's own table were matched."""
    return {"rows": len(match.rows), "matched": match.n_matched, "not_matched": match.unmatched}


def expected_record(result: ExpectedInTable) -> dict[str, object]:
    """What one table says of a list of expected labels; the nuclei that differ with both labels."""
    counts = {outcome.replace(" ", "_"): n for outcome, n in result.counts.items()}
    differing = result.rows.loc[result.rows["outcome"] == DIFFERS, ["nucleus_id", "expected", "label"]]
    return {
        "table": result.table,
        "level": result.level,
        **counts,
        "differing": differing.head(MOST_IDS).to_dict("records"),
    }


def expected_text(name: str, results: Sequence[ExpectedInTable]) -> str:
    """What every table says of a list of expected labels, a line each, then the nuclei that differ."""
    heads = "".join(f"{outcome:>13}" for outcome in OUTCOMES)
    width = max([38, *(len(result.table) for result in results)])
    lines = [f"expected labels of {name}; all counts are nuclei", f"{'table':<{width}}  {'level':<10}{heads}"]
    for result in results:
        counts = "".join(f"{n:>13,}" for n in result.counts.values())
        lines.append(f"{result.table:<{width}}  {result.level:<10}{counts}")
    for result in results:
        differing = result.rows[result.rows["outcome"] == DIFFERS]
        lines += [
            f"{row.nucleus_id}: {row.expected} expected, {row.label} in {result.table}"
            for row in differing.head(MOST_LINES).itertuples()
        ]
        if len(differing) > MOST_LINES:
            lines.append(f"… and {len(differing) - MOST_LINES:,} more in {result.table} (--csv, --json)")
    return "\n".join(lines)


def denominator_record(denominator: Denominator) -> dict[str, object]:
    """The denominator of coverage."""
    return {"name": denominator.name, "nuclei": len(denominator.nuclei)}


def finding_record(finding: Finding) -> dict[str, object]:
    """A finding; nucleus IDs are below 2^53, so JSON holds them as numbers."""
    return {**vars(finding), "nucleus_ids": finding.nucleus_ids[:MOST_IDS].tolist()}


def checks_record(report: CheckReport) -> dict[str, object]:
    """All findings, and the checks that could not run."""
    return {
        "checks": [check.id for check in CHECKS],
        "tables": list(report.tables),
        "findings": [finding_record(finding) for finding in report.findings],
        "not_run": [vars(skipped) for skipped in report.not_run],
    }


def agreement_text(result: Agreement, denominator: Denominator | None = None) -> str:
    """One pair: what was compared, what was left out and why, the metrics, the matrix."""
    pairs = result.pairs
    counts = f"in rows {pairs.n_rows_table:,} · in columns {pairs.n_columns_table:,}"
    lines = [
        f"rows {pairs.rows.name}, columns {pairs.columns.name}, level {pairs.level}; all counts are nuclei",
        f"{counts} · in both {pairs.n_both:,} · compared {len(pairs.frame):,}",
    ]
    if denominator and pairs.n_asked:
        lines.append(f"coregistered or not: of {pairs.n_asked:,} {denominator.name}")
    left_out = {reason: n for reason, n in pairs.left_out.items() if n}
    lines += [f"left out, {reason.replace('_', ' ')}: {n:,}" for reason, n in left_out.items()]
    for metric in METRICS:
        value = result.metrics[metric]
        lines.append(f"{metric:<10} {result.undefined[metric] if value is None else f'{value:.6f}'}")
    if not result.matrix.empty:
        lines.append(result.matrix.to_string())
    return "\n".join(lines)


def pairs_text(results: list[Agreement]) -> str:
    """Many pairs, a line each, with a dash for undefined metrics."""
    metrics = [name for name, metric in METRICS.items() if metric.short]
    heads = "".join(f"{head:>10}" for head in ("both", "compared", *metrics))
    titles = [table.title for result in results for table in (result.pairs.rows, result.pairs.columns)]
    width = max([24, *map(len, titles)])
    lines = [f"{'rows':<{width}}  {'columns':<{width}}  {'level':<9}{heads}"]
    for result in results:
        pairs = result.pairs
        counts = "".join(f"{n:>10,}" for n in (pairs.n_both, len(pairs.frame)))
        values = (result.metrics[metric] for metric in metrics)
        cells = "".join(f"{'–' if value is None else f'{value:.4f}':>10}" for value in values)
        circular = learnt_from_other(pairs.rows, pairs.columns, pairs.level)
        mark = "  circular" if circular else ""
        names = f"{pairs.rows.title:<{width}}  {pairs.columns.title:<{width}}"
        lines.append(f"{names}  {pairs.level:<9}{counts}{cells}{mark}")
    return "\n".join(lines)


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
    counts = [plural(report.count(severity), severity, f"{severity}s") for severity in SEVERITIES]
    tables = plural(len(report.tables), "table")
    return f"{' · '.join(counts)} — {len(CHECKS)} checks on {tables}"


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


def status_text(
    statuses: list[TableStatus], denominator: Denominator | None, unread: Sequence[UnreadFile] = ()
) -> str:
    """A line per table, doubt, assumption and unread file; without a denominator, coverage is left out."""
    lines = [f"coverage is out of {len(denominator.nuclei):,} {denominator.name}"] if denominator else []
    lines.append(f"{'table':<38} {'rows':>8} {'expected':>15} {'nuclei':>8} {'coverage':>8}  state")
    sources = {status.source for status in statuses} - {None, "own"}
    several = {status.table.name: f" from {status.source}" for status in statuses if status.source}
    others = several if len(sources) > 1 else {}
    for status in statuses:
        expected = str(status.table.expected_rows or "unknown")
        coverage = "" if status.coverage is None or not denominator else f"{status.coverage:.1%}"
        lines.append(
            f"{status.table.name:<38} {_count(status.rows):>8} {expected:>15} "
            f"{_count(status.nuclei):>8} {coverage:>8}  {status.state}{others.get(status.table.name, '')}"
            + (f", {status.table.title}" if status.table.own else "")
        )
    doubted = [status for status in statuses if status.state == "loaded" and status.problem]
    lines += [str(status.problem) for status in doubted]
    lines += [f"{status.table.name}: {text}" for status in statuses for text in status.assumptions]
    return "\n".join([*lines, *map(str, unread)])


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
