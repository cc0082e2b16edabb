"""All tables side by side: a row per nucleus, a column per table's label."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from components.analysis.labels.counts import nuclei_once
from components.analysis.labels.ids import each_once
from components.analysis.labels.levels import CONFLICTING, raw_labels
from data.loader import LabelTable
from data.tables.schema import POSITION
from data.volume import VOLUME

COREGISTERED = "coregistered"
"""The label of a nucleus in a table of functional units."""
PLACE = ["root_id", *POSITION, "volume_um3"]


def nucleus_table(loaded: Mapping[str, LabelTable], doubted: Collection[str] = ()) -> pd.DataFrame:
    """Join tables on the nucleus ID.

    Parameters
    ----------
    loaded : mapping
        Tables by name. A nucleus's position and root come from the first table that holds it, starting with
        `nucleus_detection_v0`.
    doubted : collection of str
        Tables whose positions or IDs are doubted: theirs count only where no other table holds the nucleus.

    Returns
    -------
    DataFrame
        Index `nucleus_id` (sorted, unique: the union of the tables), the columns of `PLACE` that the
        tables hold (root 0 and NaN where unknown), and one categorical column per table of labels or
        units, named after the table; missing where the table lacks the nucleus.
    """
    by_rank = sorted(loaded, key=lambda name: (name in doubted, name != VOLUME.detections))
    places = [_placed(loaded[name].frame) for name in by_rank]
    if not places:
        return pd.DataFrame(
            {"root_id": np.array([], np.int64)}, index=pd.Index([], dtype=np.int64, name="nucleus_id")
        )
    wide = pd.concat(places)
    wide = wide[~wide.index.duplicated()].sort_index().rename_axis("nucleus_id")
    wide["root_id"] = wide["root_id"].fillna(0).astype(np.int64) if "root_id" in wide else np.int64(0)
    return with_labels(wide, loaded)


def with_labels(wide: pd.DataFrame, loaded: Mapping[str, LabelTable]) -> pd.DataFrame:
    """Add the columns of tables of labels or units to nuclei side by side, which hold all of theirs."""
    columns = {}
    for name, label_table in loaded.items():
        words = _words(label_table)
        if words is not None:
            codes = np.full(len(wide), -1, dtype=np.int16)
            codes[wide.index.get_indexer(words.index)] = words.cat.codes
            columns[name] = pd.Categorical.from_codes(codes, words.cat.categories)  # type: ignore[arg-type]  # as in levels.py
    return wide.assign(**columns)


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    once = frame[~frame["nucleus_id"].duplicated()]
    placed = once[[name for name in PLACE if name in once]].set_index(once["nucleus_id"].to_numpy())
    # A nullable integer keeps root IDs exact where another table has none.
    return placed.astype({"root_id": "Int64"}) if "root_id" in placed else placed


def _words(label_table: LabelTable) -> pd.Series | None:
    """One label per nucleus: as the table spells it, or `COREGISTERED`."""
    ids = label_table.frame["nucleus_id"]
    if label_table.table.kind == "units":
        nuclei = each_once(ids)
        return pd.Series(pd.Categorical([COREGISTERED] * len(nuclei)), index=nuclei)
    if "cell_type" not in label_table.frame:
        return None
    rows, words = nuclei_once(ids, raw_labels(label_table.frame))
    codes = rows["code"].to_numpy()
    kept = words[:-1] if (codes == words.index(CONFLICTING)).any() else words[:-2]  # never unmapped
    return pd.Series(
        pd.Categorical.from_codes(codes.tolist(), pd.Index(kept)), index=rows["nucleus_id"].to_numpy()
    )
