"""Where two tables give a nucleus classes that exclude each other."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from components.analysis.comparison.agreement import Pairs, pair_labels
from components.analysis.comparison.axes import AxisTable
from components.analysis.labels.levels import nucleus_labels


def exclude_each_other(first: ArrayLike, second: ArrayLike) -> NDArray[np.bool_]:
    """Whether two labels exclude each other: a nucleus has one label per level, so any two that differ do.

    Parameters
    ----------
    first, second : str or array of str
        Labels at the same level, none missing.
    """
    return np.asarray(np.asarray(first, dtype=object) != np.asarray(second, dtype=object), dtype=bool)


def contradicted(pairs: Pairs) -> pd.DataFrame:
    """The rows of `Pairs.frame` whose labels exclude each other."""
    return pairs.frame[exclude_each_other(pairs.frame["row_label"], pairs.frame["column_label"])]


def contradiction_counts(rows: AxisTable, columns: AxisTable) -> pd.DataFrame:
    """Count the nuclei whose classes differ, by their type in the column table.

    Parameters
    ----------
    rows, columns : (Table, DataFrame)
        A catalogue entry with its tidy frame; the second names the types.

    Returns
    -------
    DataFrame
        Index `label`: the column table's types in the order of display. Columns `said` (the class that
        type means), `other` (the class the row table gives instead), `nuclei` (those that differ),
        `compared` (nuclei of that type in both tables) and `share` (of the compared, 0–1).
    """
    pairs = pair_labels(rows, columns, "class")
    types = nucleus_labels(columns[1], "type").labels
    label = types.astype(str).rename("label")
    compared = label.reindex(pairs.frame.index).value_counts()
    counted = (
        contradicted(pairs)
        .join(label)
        .groupby(["label", "column_label", "row_label"], observed=True)
        .size()
        .reset_index(name="nuclei")
    )
    order = {word: place for place, word in enumerate(types.cat.categories)}
    counted = counted.sort_values("label", key=lambda labels: labels.map(order)).set_index("label")
    counted = counted.rename(columns={"column_label": "said", "row_label": "other"})
    counted["compared"] = compared.reindex(counted.index)
    counted["share"] = counted["nuclei"] / counted["compared"]
    return counted
