"""Residual and score as numbers of a nucleus: those of its best matched unit."""

import numpy as np
import pandas as pd

from components.analysis.comparison.units import QUALITY, best_units
from data.loader import LabelTable

TITLES = {"residual_um": "Residual", "score_um": "Score"}


def quality_name(table: str, column: str) -> str:
    """Name of the column that holds a table's residual or score beside the nuclei."""
    return f"{table}.{column}"


def quality_columns(one: LabelTable, nuclei: pd.Index) -> dict[str, np.ndarray]:
    """Residual and score of each nucleus, in µm, where a table of units holds them.

    Parameters
    ----------
    one : LabelTable
    nuclei : Index of int64
        The nuclei asked about.

    Returns
    -------
    dict
        By `quality_name`: float32, NaN where the table has no unit of the nucleus. A nucleus with several
        units shows those of its highest score. Empty for other tables.
    """
    held = [name for name in QUALITY if name in one.frame and one.table.kind == "units"]
    if not held:
        return {}
    best = best_units(one.frame).set_index("nucleus_id")[held].reindex(nuclei)
    return {quality_name(one.table.name, name): best[name].to_numpy(dtype=np.float32) for name in held}
