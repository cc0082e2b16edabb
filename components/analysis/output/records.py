"""Results as plain records, which the command line prints as JSON."""

from dataclasses import asdict

from components.analysis.checks.entry import Finding
from components.analysis.checks.registry import CHECKS
from components.analysis.checks.report import CheckReport
from components.analysis.comparison.agreement import Agreement
from components.analysis.labels.counts import Denominator
from components.analysis.output.status import TableStatus
from data.loader import OpenRelease
from data.tables.records import Provenance

MOST_IDS = 1_000
"""The most nucleus IDs listed for a finding; `n` and the page count all."""


def release_record(opened: OpenRelease) -> dict[str, object]:
    """The first keys of a record about a whole release."""
    return {
        "release": opened.release.number,
        "timestamp": opened.release.timestamp.isoformat(),
        "source": opened.source.name,
        "place": opened.source.place,
        "synthetic": opened.source.synthetic,
    }


def agreement_record(result: Agreement, provenance: Provenance) -> dict[str, object]:
    """An agreement with its counts of nuclei; undefined metrics are None."""
    pairs = result.pairs
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
        "state": status.state,
        "problem": str(status.problem) if status.problem else None,
    }


def denominator_record(denominator: Denominator) -> dict[str, object]:
    """The denominator of coverage."""
    return {"name": denominator.name, "nuclei": len(denominator.nuclei)}


def finding_record(finding: Finding) -> dict[str, object]:
    """A finding; nucleus IDs have at most six digits, so they are numbers."""
    return {
        "id": finding.id,
        "severity": finding.severity,
        "table": finding.table,
        "n": finding.n,
        "of": finding.of,
        "message": finding.message,
        "expected": finding.expected,
        "nucleus_ids": finding.nucleus_ids[:MOST_IDS].tolist(),
    }


def checks_record(report: CheckReport) -> dict[str, object]:
    """All findings, and the checks that could not run."""
    return {
        "checks": [check.id for check in CHECKS],
        "tables": list(report.tables),
        "findings": [finding_record(finding) for finding in report.findings],
        "not_run": [asdict(skipped) for skipped in report.not_run],
    }
