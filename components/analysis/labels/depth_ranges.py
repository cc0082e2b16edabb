"""How deep each subclass lies in the column labelled by hand, and which labels lie elsewhere.

The range of a subclass spans the middle 99 % of its manual labels' depths, and `WIDENED_UM` more at either
end, in whole micrometres: layers are not as thick everywhere as in the column.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from components.analysis.labels.levels import nucleus_labels
from data.catalog.entry import Table

TAILS = (0.005, 0.995)
WIDENED_UM = 50
FEWEST_MANUAL = 20
"""Manual nuclei of a subclass below which it has no range."""
RULE = (
    f"outside the range of the type's manual labels in the column: from their {TAILS[0]:.1%} to their "
    f"{TAILS[1]:.1%} quantile of depth, widened by {WIDENED_UM} µm at either end, to whole µm"
)


def names_types_of_column(table: Table) -> bool:
    """Whether a table's labels, made by hand in the column, tell where a type lies."""
    return table.method == "manual" and table.of_column and table.level == "subclass"


def may_be_misplaced(table: Table) -> bool:
    """Whether a table's labels can lie outside their type's range: subclasses, not named in the column."""
    finest = table.level in ("subclass", "m-type")
    return table.kind == "labels" and finest and not table.view and not names_types_of_column(table)


def depth_by_label(frame: pd.DataFrame) -> pd.DataFrame:
    """The subclass and depth of each nucleus of a table.

    Returns
    -------
    DataFrame
        Index `nucleus_id` (sorted, unique); `label` (categorical) and `depth_um`, of the nucleus's first row.
        Nuclei without a subclass or a depth, or with conflicting labels, are left out.
    """
    labels = nucleus_labels(frame, "subclass").labels.rename("label")
    depth = frame.drop_duplicates("nucleus_id").set_index("nucleus_id")["depth_um"]
    return labels.to_frame().join(depth).dropna()


def manual_depth_ranges(manual: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The depths between which the manual labels of each subclass lie.

    Parameters
    ----------
    manual : iterable of DataFrame
        Tidy frames of the tables that `names_types_of_column`; a nucleus counts with the first that names it.

    Returns
    -------
    DataFrame
        Index `label`, the subclasses of `FEWEST_MANUAL` nuclei or more; `n` nuclei, `low`, `high` µm.
    """
    named = pd.concat([depth_by_label(frame).astype({"label": str}) for frame in manual])
    depths = named[~named.index.duplicated()].astype({"depth_um": float}).groupby("label")["depth_um"]
    low, high = map(depths.quantile, TAILS)
    ranges = pd.DataFrame(
        {"n": depths.size(), "low": np.floor(low - WIDENED_UM), "high": np.ceil(high + WIDENED_UM)}
    )
    return ranges[ranges["n"] >= FEWEST_MANUAL]


def placed_labels(frame: pd.DataFrame, ranges: pd.DataFrame) -> pd.DataFrame:
    """How far each label of a table lies beyond the depths of its type.

    Parameters
    ----------
    frame : DataFrame
        Tidy, with labels.
    ranges : DataFrame
        From `manual_depth_ranges`.

    Returns
    -------
    DataFrame
        As `depth_by_label`, of the labels with a range; `beyond_um`: negative above it (too near the pia),
        positive below it, 0 inside.
    """
    placed = depth_by_label(frame)
    placed = placed[placed["label"].isin(ranges.index)]
    depth, labels = placed["depth_um"].astype(float), placed["label"].astype(str)
    low, high = labels.map(ranges["low"]).astype(float), labels.map(ranges["high"]).astype(float)
    return placed.assign(beyond_um=np.minimum(depth - low, 0) + np.maximum(depth - high, 0))


def misplaced_labels(frame: pd.DataFrame, manual: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of `placed_labels` outside their type's depth range."""
    placed = placed_labels(frame, manual_depth_ranges(manual))
    return placed[placed["beyond_um"] != 0]
