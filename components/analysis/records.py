"""Results as plain records: what the command line prints as JSON, key for key."""

from components.analysis.agreement import Agreement
from components.analysis.counts import Universe
from components.analysis.metrics import METRICS
from components.analysis.status import TableStatus
from data.cache import Provenance


def agreement_record(result: Agreement, provenance: Provenance) -> dict[str, object]:
    """An agreement with its counts: all of them are nuclei; what is undefined is None."""
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
        **{metric: getattr(result, metric, None) for metric in METRICS},
        "undefined": result.undefined,
    }


def status_record(status: TableStatus) -> dict[str, object]:
    """A catalogue entry as it stands."""
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


def universe_record(universe: Universe) -> dict[str, object]:
    """What coverage is counted out of."""
    return {"name": universe.name, "nuclei": len(universe.nuclei)}
