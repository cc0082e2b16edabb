"""Agreements in words, for a terminal."""

from components.analysis.comparison.agreement import Agreement
from components.analysis.comparison.metrics import METRICS


def agreement_text(result: Agreement) -> str:
    """One pair: what was compared, what was left out and why, the metrics, the matrix."""
    pairs = result.pairs
    counts = {
        "in rows": pairs.n_rows_table,
        "in columns": pairs.n_columns_table,
        "in both": pairs.n_both,
        "compared": len(pairs.frame),
    }
    lines = [
        f"rows {pairs.rows.name}, columns {pairs.columns.name}, level {pairs.level}; all counts are nuclei",
        " · ".join(f"{name} {n:,}" for name, n in counts.items()),
    ]
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
    lines = [f"{'rows':<26}{'columns':<26}{'level':<9}{heads}"]
    for result in results:
        pairs = result.pairs
        counts = "".join(f"{n:>10,}" for n in (pairs.n_both, len(pairs.frame)))
        values = (result.metrics[metric] for metric in metrics)
        cells = "".join(f"{'–' if value is None else f'{value:.4f}':>10}" for value in values)
        lines.append(f"{pairs.rows.title:<26}{pairs.columns.title:<26}{pairs.level:<9}{counts}{cells}")
    return "\n".join(lines)
