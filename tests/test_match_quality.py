"""A nucleus shows the residual and the score of its best unit."""

import numpy as np
import pandas as pd

from components.analysis.comparison.units import quality_columns, quality_name
from data.catalog import TABLES
from data.loader import LabelTable
from data.tables.records import Provenance

UNITS = "coregistration_manual_v3"
FRAME = pd.DataFrame(
    {
        "nucleus_id": np.array([7, 7, 3, 9], np.int64),
        "residual_um": np.array([1, 2, 3, 4], np.float32),
        "score_um": np.array([5, 8, -1, np.nan], np.float32),
    }
)


def loaded(name: str, frame: pd.DataFrame) -> LabelTable:
    record = Provenance(
        table=name, source="folder", place="here", origin="", release=661, timestamp="", synthetic=False,
        rows=len(frame), nuclei=3, sha256="", fetched_at="", absent=(), notes=(), stamp="",
    )  # fmt: skip
    return LabelTable(TABLES[name], frame, record)


def test_the_unit_of_highest_score_speaks_for_the_nucleus() -> None:
    found = quality_columns(loaded(UNITS, FRAME), pd.Index([3, 5, 7, 9]))
    score, residual = (found[quality_name(UNITS, name)] for name in ("score_um", "residual_um"))
    np.testing.assert_array_equal(score, np.array([-1, np.nan, 8, np.nan], np.float32))
    np.testing.assert_array_equal(residual, np.array([3, np.nan, 2, 4], np.float32))


def test_what_the_rows_do_not_hold_is_no_column() -> None:
    assert quality_columns(loaded(UNITS, FRAME[["nucleus_id"]]), pd.Index([3])) == {}
    assert quality_columns(loaded("nucleus_detection_v0", FRAME), pd.Index([3])) == {}
