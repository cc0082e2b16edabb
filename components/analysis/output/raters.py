"""All lineages at a level for the command line: as a record, which it prints as JSON, and as text."""

from typing import Any

import numpy as np

from components.analysis.raters.alpha import alpha_at
from components.analysis.raters.dawid_skene import RESOLVED, NotIdentifiable, Posteriors
from components.analysis.raters.hierarchy import OUTCOMES, disagreement
from components.analysis.raters.ratings import Ratings
from data.number_words import of_nuclei

_KEYS = [outcome.replace(" ", "_") for outcome in OUTCOMES]


def raters_record(ratings: Ratings, rated: Posteriors | NotIdentifiable) -> dict[str, Any]:
    """How far all lineages agree, where every two differ, and the consensus or why there is none."""
    alpha, found = alpha_at(ratings), disagreement(ratings)
    known = not isinstance(alpha.interval, str)
    return {
        "level": ratings.level,
        "n_labels": dict(zip(ratings.lineages, (ratings.codes >= 0).sum(axis=0).tolist(), strict=True)),
        "alpha": {
            "value": alpha.value,
            "interval": [*alpha.interval] if known else None,
            "no_interval": None if known else alpha.interval,
            "n_nuclei": alpha.nuclei,
            "n_labels": alpha.ratings,
        },
        "pairs": [
            {"lineages": title, **dict(zip(_KEYS, counts, strict=True))}
            for title, counts in zip(found.counts.index, found.counts.to_numpy().tolist(), strict=True)
        ],
        "consensus": _consensus_record(rated) if isinstance(rated, Posteriors) else None,
        "not_identifiable": rated.reason if isinstance(rated, NotIdentifiable) else None,
    }


def _consensus_record(rated: Posteriors) -> dict[str, Any]:
    labels, answers = rated.ratings.labels, rated.answers
    counts = np.bincount(answers[answers >= 0], minlength=len(labels)).tolist()
    return {
        "n_rated": len(answers),
        "resolved_from": RESOLVED,
        "n_unresolved": int((answers < 0).sum()),
        "n": dict(zip(labels, counts, strict=True)),
        "weights": dict(zip(rated.ratings.lineages, rated.weights.tolist(), strict=True)),
        "left_out": rated.left_out,
        "labels": labels,
        "confusions": dict(zip(rated.ratings.lineages, rated.confusion.tolist(), strict=True)),
    }


def raters_text(record: dict[str, Any]) -> str:
    """The record in lines; confusions are in the JSON alone."""
    alpha = record["alpha"]
    each = ", ".join(f"{title} {n:,}" for title, n in record["n_labels"].items())
    lines = [f"level {record['level']}; all counts are nuclei", f"lineages: {each or 'none'}"]
    value = "undefined" if alpha["value"] is None else f"{alpha['value']:.6f}"
    low, high = alpha["interval"] or (None, None)
    ends = alpha["no_interval"] if low is None else f"95 % interval {low:.6f} to {high:.6f}"
    shared = f"{of_nuclei(alpha['n_nuclei'])} of two lineages or more"
    lines.append(f"Krippendorff's alpha {value} ({ends.rstrip('.')}); {shared}")
    for pair in record["pairs"]:
        counts = ", ".join(f"{outcome} {pair[key]:,}" for outcome, key in zip(OUTCOMES, _KEYS, strict=True))
        lines.append(f"{pair['lineages']}: {counts}")
    consensus = record["consensus"]
    if consensus is None:
        return "\n".join([*lines, record["not_identifiable"]])
    lines.append(
        f"consensus of {of_nuclei(consensus['n_rated'])} that three raters label or more, "
        f"{consensus['n_unresolved']:,} unresolved (no posterior of {consensus['resolved_from']})"
    )
    lines += [f"  {label}: {n:,}" for label, n in consensus["n"].items() if n]
    lines += [f"{title}: weight {weight:.1%}" for title, weight in consensus["weights"].items()]
    return "\n".join(lines)
