"""Where two tables give a nucleus classes that exclude each other."""

import pandas as pd

from components.analysis.comparison.agreement import pair_labels
from components.analysis.labels.levels import nucleus_labels
from data.catalog.entry import Table


def contradiction_counts(
    rows: tuple[Table, pd.DataFrame], columns: tuple[Table, pd.DataFrame]
) -> pd.DataFrame:
    """Count the nuclei whose classes differ, by the type that the column table gives them.

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
    pairs = pair_labels(rows, columns, "class").frame
    types = nucleus_labels(columns[1], "type").labels.reindex(pairs.index)
    known = pairs.assign(label=types.to_numpy().astype(str))
    compared = known.groupby("label").size()
    differ = known[known["row_label"].astype(str) != known["column_label"].astype(str)]
    counted = (
        differ.groupby(["label", "column_label", "row_label"], observed=True)
        .size()
        .reset_index(name="nuclei")
    )
    order = {word: place for place, word in enumerate(types.cat.categories)}
    counted = counted.sort_values("label", key=lambda labels: labels.map(order)).set_index("label")
    counted = counted.rename(columns={"column_label": "said", "row_label": "other"})
    counted["compared"] = compared.reindex(counted.index)
    counted["share"] = counted["nuclei"] / counted["compared"]
    return counted
