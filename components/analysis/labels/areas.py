"""The area of each nucleus: by the table of later releases, else by fitted planes; how the two compare."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from data.loader import LabelTable
from data.number_words import of_nuclei
from data.volume import VOLUME
from data.volume.space import area_codes, area_of

WORD = "tag"
"""The column of the area in its table."""
NOT_IN_AREAS = "not in the area table"
"""Stands for the area of a nucleus that the table does not hold."""
OFFICIAL, APPROXIMATE = "official table", "approximate"
"""Shown beside an area: where it comes from."""


@dataclass(frozen=True)
class OfficialAreas:
    """The areas of a release's own table.

    Attributes
    ----------
    table : LabelTable
    words : Categorical Series
        Index `nucleus_id`, each once: the areas of the volume in display order, then words that it does not
        know, then `NOT_IN_AREAS`.
    """

    table: LabelTable
    words: pd.Series

    @property
    def key(self) -> str:
        """Identifies them in caches."""
        return self.table.key

    def of(self, nucleus_ids: NDArray[np.int64]) -> pd.Categorical:
        """The area of each nucleus, or `NOT_IN_AREAS`."""
        found = self.words.reindex(nucleus_ids).fillna(NOT_IN_AREAS)
        return pd.Categorical(found, self.words.cat.categories)


def areas_of(
    nucleus_ids: NDArray[np.int64], x_um: ArrayLike, z_um: ArrayLike, official: OfficialAreas | None
) -> pd.Categorical:
    """The area of each nucleus: the official one, else that of its place by the fitted planes.

    By the planes it is missing where a coordinate is NaN.
    """
    if official:
        return official.of(nucleus_ids)
    codes = area_codes(x_um, z_um)
    return pd.Categorical.from_codes(codes, VOLUME.areas)  # type: ignore[arg-type]  # the stubs want an Index


def area_source(official: OfficialAreas | None) -> str:
    """Say where areas come from."""
    return f"{OFFICIAL} “{official.table.table.title}”" if official else f"fitted planes, {APPROXIMATE}"


def read_areas(table: LabelTable) -> OfficialAreas:
    """Read the table of areas; of a nucleus that occurs in it twice, the first row counts."""
    return OfficialAreas(table, area_words(table.frame))


def area_words(frame: pd.DataFrame) -> pd.Series:
    """The word of each nucleus in the tidy frame of the table of areas, as `OfficialAreas.words`."""
    rows = frame.drop_duplicates("nucleus_id").dropna(subset=[WORD])
    found = rows[WORD].astype(str)
    further = sorted({*found} - {*VOLUME.areas})
    words = pd.Categorical(found, [*VOLUME.areas, *further, NOT_IN_AREAS])
    return pd.Series(words, index=pd.Index(rows["nucleus_id"], name="nucleus_id"))


def compare_areas(frame: pd.DataFrame, official: OfficialAreas) -> pd.DataFrame:
    """How the fitted planes compare with the official areas.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame with `nucleus_id`, `x_um` and `z_um` in oriented µm; a nucleus counts once.
    official : OfficialAreas

    Returns
    -------
    DataFrame
        Index `area`: the official ones that occur; columns `nuclei`, and `same`: those that lie in that area
        by the planes, too. Nuclei without a position or an official area are in none.
    """
    once = frame.drop_duplicates("nucleus_id")
    words = official.of(once["nucleus_id"].to_numpy())
    planes = area_of(once["x_um"], once["z_um"])
    known = np.asarray(words != NOT_IN_AREAS) & (planes != "")
    compared = pd.DataFrame({"area": words[known], "same": np.asarray(words[known]) == planes[known]})
    counts = compared.groupby("area", observed=True)["same"].agg(["size", "sum"])
    return counts.set_axis(["nuclei", "same"], axis=1)


def comparison_words(counts: pd.DataFrame) -> str:
    """The comparison in a sentence: how many lie in the same area by the planes, in all and by area."""
    n, same = int(counts["nuclei"].sum()), int(counts["same"].sum())
    if not n:
        return "No nucleus has both an official area and a position, so the planes are not compared."
    parts = ", ".join(f"{row.Index} {row.same:,} of {row.nuclei:,}" for row in counts.itertuples())
    return (
        f"By the fitted planes {same:,} of {of_nuclei(n)} ({same / n:.1%}) lie in the same area and "
        f"{n - same:,} in another. The same: {parts}."
    )
