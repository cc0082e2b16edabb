"""Agreement through a crosswalk that was learnt from the other table, and what holds without that circle."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.comparison.agreement import Pairs
from data.catalog.entry import Table
from data.labels.crosswalk import CELL_TYPES, at_level, find_label
from data.labels.entry import Level

SPLITS, SEED = 200, 661


@dataclass(frozen=True, kw_only=True)
class Circular:
    """The agreement of two tables of which one's labels count as what the other mostly calls their cells.

    Attributes
    ----------
    mapped, learnt_from : Table
        The table whose labels are mapped, and the one that the mapping was learnt from.
    same, n : int
        Nuclei with the same label, of those that both tables label at the level.
    unmapped : int
        Nuclei that the second labels at the level while the first's label has no counterpart there.
    split_half : float or None
        Share of same labels, the unmapped included, where the mapping is learnt from a random half of the
        nuclei and tried on the other: the mean of `SPLITS` splits, both ways. None for fewer than 2 nuclei.
    """

    mapped: Table
    learnt_from: Table
    same: int
    n: int
    unmapped: int
    split_half: float | None

    @property
    def words(self) -> str:
        """What is circular, the unmapped as misses, and the value by split halves."""
        n = self.n + self.unmapped
        words = (
            f"A label of {self.mapped.title} counts as the subclass that {self.learnt_from.title} gives most "
            f"of its cells, so their agreement is circular: {self.same:,} of {self.n:,}."
        )
        if self.unmapped:
            words += f" With the {self.unmapped:,} unmapped as misses: {self.same / n:.1%} of {n:,}."
        if self.split_half is not None:
            words += (
                f" Learnt from a half of the nuclei and tried on the other: {self.split_half:.1%} of {n:,}."
            )
        return words


def learnt_from_other(rows: Table, columns: Table, level: Level) -> tuple[Table, Table] | None:
    """Which table's labels count at a level as what the other mostly calls their cells: it, and the other."""
    for mapped, other in ((rows, columns), (columns, rows)):
        # A reader's own table states no vocabulary; its M-types are those of the crosswalk.
        words = mapped.vocabulary or (CELL_TYPES if mapped.level == "m-type" else ())
        teachers = {entry.learnt_from for word in words if (entry := find_label(word))}
        if level == "subclass" and other.catalog_name in teachers:
            return mapped, other
    return None


def circular_agreement(raw: Pairs, level: Level) -> Circular | None:
    """Measure a circular agreement; None where the crosswalk was not learnt from the other table.

    Parameters
    ----------
    raw : Pairs
        The two tables at the level `type`: the nuclei with the labels as spelt.
    level : Level
        The level at which they are compared.
    """
    tables = learnt_from_other(raw.rows, raw.columns, level)
    if tables is None:
        return None
    mapped, learnt_from = tables
    names = ("row_label", "column_label") if mapped == raw.rows else ("column_label", "row_label")
    labels, truth = (raw.frame[name].astype(str) for name in names)
    wanted = truth.map({word: at_level(word, level) for word in truth.unique()})
    labels, wanted = labels[wanted.notna()], wanted[wanted.notna()]
    counted_as = labels.map({word: at_level(word, level) for word in labels.unique()})
    return Circular(
        mapped=mapped,
        learnt_from=learnt_from,
        same=int((counted_as == wanted).sum()),
        n=int(counted_as.notna().sum()),
        unmapped=int(counted_as.isna().sum()),
        split_half=_split_half(labels, wanted),
    )


def _split_half(labels: pd.Series, wanted: pd.Series) -> float | None:
    """The mean share of same labels of the half that a mapping was not learnt from."""
    if len(labels) < 2:
        return None
    cells, _ = pd.factorize(labels)
    kinds, names = pd.factorize(wanted)
    random, shape = np.random.default_rng(SEED), (cells.max() + 1, len(names))
    shares = []
    for _ in range(SPLITS):
        half = random.permutation(len(cells)) < len(cells) // 2
        for learning in (half, ~half):
            counts = np.zeros(shape, dtype=np.int64)
            np.add.at(counts, (cells[learning], kinds[learning]), 1)
            likeliest = np.where(counts.any(1), counts.argmax(1), -1)
            shares.append((likeliest[cells[~learning]] == kinds[~learning]).mean())
    return float(np.mean(shares))
