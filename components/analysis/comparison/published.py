"""Published accuracies beside what the loaded rows show."""

from collections.abc import Sequence

import pandas as pd

from components.analysis.comparison.agreement import pair_labels
from components.analysis.comparison.axes import AxisTable
from data.catalog.accuracies import Accuracy
from data.labels.entry import Level


def beside_published(
    model: AxisTable, manual: Sequence[AxisTable], figures: Sequence[Accuracy]
) -> pd.DataFrame:
    """Measure on loaded rows what was published.

    Parameters
    ----------
    model : (Table, DataFrame)
    manual : sequence of (Table, DataFrame)
        Tables labelled by hand, of nuclei that do not overlap; against them the word is accuracy.
    figures : sequence of Accuracy

    Returns
    -------
    DataFrame
        A line per figure: `what`, `published` (0–1), `on`, `here` (share of the compared nuclei that carry
        the manual label, NaN where none is compared) and `n` (nuclei compared here).
    """
    pairs = {
        level: pd.concat([_words(model, one, level) for one in manual])
        for level in {figure.level for figure in figures}
        if manual
    }
    lines = []
    for figure in figures:
        here = pairs.get(figure.level, pd.DataFrame({"row_label": [], "column_label": []}))
        if figure.labels:
            here = here[here.isin(figure.labels).all(axis=1)]
        share = (here["row_label"] == here["column_label"]).mean() if len(here) else float("nan")
        lines.append((figure.what, figure.published, figure.on, share, len(here)))
    return pd.DataFrame(lines, columns=["what", "published", "on", "here", "n"])


def deep_inhibitory_called_excitatory(model: AxisTable, manual: AxisTable, border_um: float) -> pd.DataFrame:
    """Count manual inhibitory nuclei that the model calls excitatory, above and below a depth.

    Returns
    -------
    DataFrame
        Index `above`, `below` (the border, µm below the pia); columns `nuclei` (manual inhibitory, with a
        class by the model), `called_excitatory`, `share`.
    """
    pairs = _words(model, manual, "class")
    pairs = pairs[pairs["column_label"] == "inhibitory"]
    depth = manual[1].drop_duplicates("nucleus_id").set_index("nucleus_id")["depth_um"].reindex(pairs.index)
    where = pd.Series("above", index=pairs.index).mask(depth >= border_um, "below")
    called = pairs["row_label"] == "excitatory"
    counts = pd.DataFrame(
        {"nuclei": where.groupby(where).size(), "called_excitatory": called.groupby(where).sum()}
    )
    counts = counts.reindex(["above", "below"], fill_value=0)
    return counts.assign(share=counts["called_excitatory"] / counts["nuclei"].where(counts["nuclei"] > 0))


def _words(rows: AxisTable, columns: AxisTable, level: Level) -> pd.DataFrame:
    return pair_labels(rows, columns, level).frame.astype(str)
