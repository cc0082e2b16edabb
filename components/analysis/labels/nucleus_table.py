"""All tables side by side: a row per nucleus, a column per table's word for it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from components.analysis.labels.levels import CONFLICTING, raw_labels
from data.labels.crosswalk import ordered
from data.loader import LabelTable
from data.volume import VOLUME

COREGISTERED = "coregistered"
"""Stands for a nucleus that a table of functional units holds."""
PLACE = ["root_id", "x_um", "depth_um", "z_um", "volume_um3"]


def nucleus_table(loaded: Mapping[str, LabelTable]) -> pd.DataFrame:
    """Join tables on the nucleus ID.

    Parameters
    ----------
    loaded : mapping
        Tables by name. A nucleus's place comes from the first that holds it, `nucleus_detection_v0`
        before all others.

    Returns
    -------
    DataFrame
        Index `nucleus_id` (sorted, unique: the union of the tables), the columns of `PLACE` that the
        tables hold (root 0 and NaN where unknown), and one categorical column per table that labels
        nuclei or units, named as the table; missing where the table does not hold the nucleus.
    """
    by_rank = sorted(loaded.values(), key=lambda one: one.table.name != VOLUME.detections)
    places = [_placed(one.frame) for one in by_rank]
    if not places:
        return pd.DataFrame(
            {"root_id": np.array([], np.int64)}, index=pd.Index([], dtype=np.int64, name="nucleus_id")
        )
    wide = pd.concat(places)
    wide = wide[~wide.index.duplicated()].sort_index().rename_axis("nucleus_id")
    wide["root_id"] = wide["root_id"].fillna(0).astype(np.int64) if "root_id" in wide else np.int64(0)
    for name, one in loaded.items():
        words = _words(one)
        if words is not None:
            codes = np.full(len(wide), -1, dtype=np.int16)
            codes[wide.index.get_indexer(words.index)] = words.cat.codes
            wide[name] = pd.Categorical.from_codes(codes, words.cat.categories)  # type: ignore[arg-type]  # as in levels.py
    return wide


def _placed(frame: pd.DataFrame) -> pd.DataFrame:
    once = frame[~frame["nucleus_id"].duplicated()]
    here = once[[name for name in PLACE if name in once]].set_index(once["nucleus_id"].to_numpy())
    # A nullable integer keeps root IDs exact where another table has none.
    return here.astype({"root_id": "Int64"}) if "root_id" in here else here


def _words(one: LabelTable) -> pd.Series | None:
    """One word per nucleus: the label as the table spells it, or that the nucleus is coregistered."""
    ids = one.frame["nucleus_id"]
    if one.table.kind == "units":
        nuclei = np.unique(ids)
        return pd.Series(pd.Categorical([COREGISTERED] * len(nuclei)), index=nuclei)
    if "cell_type" not in one.frame:
        return None
    labels = raw_labels(one.frame)
    distinct = pd.DataFrame({"id": ids.to_numpy(), "code": labels.codes}).drop_duplicates()
    twice = distinct["id"].duplicated(keep=False).to_numpy()
    once = distinct[~twice]
    words = pd.Series(
        pd.Categorical.from_codes(once["code"].tolist(), labels.categories), index=once["id"].to_numpy()
    )
    if not twice.any():
        return words
    conflicting = np.unique(distinct["id"][twice])
    categories = [*ordered(list(labels.categories)), CONFLICTING]
    both = pd.Series(pd.Categorical([CONFLICTING] * len(conflicting), categories), index=conflicting)
    return pd.concat([words.cat.set_categories(categories), both])
