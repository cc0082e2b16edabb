"""Published accuracies beside those of the loaded rows."""

from collections.abc import Sequence

import pandas as pd

from components.analysis.comparison.agreement import pair_labels
from components.analysis.comparison.axes import AxisTable
from data.catalog.accuracies import Accuracy
from data.labels.entry import Level


def beside_published(
    model: AxisTable, manual: Sequence[AxisTable], figures: Sequence[Accuracy]
) -> pd.DataFrame:
    """Measure published accuracies on loaded rows.

    Parameters
    ----------
    model : (Table, DataFrame)
    manual : sequence of (Table, DataFrame)
        Tables labelled by hand, without nuclei in common: the reference of the accuracies.
    figures : sequence of Accuracy

    Returns
    -------
    DataFrame
        A row per figure: `what`, `published` (0–1), `on`, `here` (share of the compared nuclei with the
        manual label, NaN where none is compared) and `n` (nuclei compared).
    """
    pairs = {
        level: pd.concat([_words(model, manual_table, level) for manual_table in manual])
        for level in {figure.level for figure in figures}
        if manual
    }
    rows = []
    for figure in figures:
        compared = pairs.get(figure.level, pd.DataFrame({"row_label": [], "column_label": []}))
        if figure.labels:
            compared = compared[compared.isin(figure.labels).all(axis=1)]
        share = (compared["row_label"] == compared["column_label"]).mean() if len(compared) else float("nan")
        rows.append((figure.what, figure.published, figure.on, share, len(compared)))
    return pd.DataFrame(rows, columns=["what", "published", "on", "here", "n"])


def deep_inhibitory_called_excitatory(model: AxisTable, manual: AxisTable, border_um: float) -> pd.DataFrame:
    """Count the inhibitory nuclei by hand that the model calls excitatory, above and below a depth.

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
