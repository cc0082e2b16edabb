"""The marks of the charts of a table view and of a matrix: the nuclei that each counts, by its words."""

import pandas as pd

from components.analysis.comparison.agreement import Pairs
from components.analysis.labels.counts import nuclei_once
from components.analysis.selection.marks import Axis, Marks, coded_words
from components.ui.context.table_view import TableView
from components.ui.session.cached import cached


@cached(max_entries=16)
def label_marks(view: TableView) -> Marks:
    """A bar for each label."""
    rows, labels = _labelled(view)
    return Marks(rows["nucleus_id"].to_numpy(), {"y": labels})


def cell_marks(pairs: Pairs) -> Marks:
    """A matrix cell for each label of one table and each of the other."""
    frame = pairs.frame
    axes = (("y", "row_label", pairs.rows), ("x", "column_label", pairs.columns))
    return Marks(
        frame.index.to_numpy(),
        {name: Axis(frame[column].array, (table.name,)) for name, column, table in axes},
    )


def _labelled(view: TableView) -> tuple[pd.DataFrame, Axis]:
    """Each nucleus once, as `nuclei_once` gives it, with its label as an axis."""
    rows, words = nuclei_once(view.frame["nucleus_id"], view.kept_labels)
    source = view.label_source
    return rows, Axis(coded_words(rows["code"].to_numpy(), words), (source.table.name,) if source else ())
