"""Which nuclei are labelled by which tables: every combination of tables that occurs, and how often."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.labels.ids import NO_IDS, each_once
from components.analysis.selection.kinds import Covered
from data.catalog.entry import Table
from data.volume import VOLUME

MOST = 20
"""So many combinations are told apart; the others are counted together."""


@dataclass(frozen=True)
class Combination:
    """The nuclei that exactly these of the compared tables hold.

    Attributes
    ----------
    inside : tuple of str
        The tables; empty: none of those compared.
    nuclei : int
        How many.
    recipe : Covered
        Selects them.
    """

    inside: tuple[str, ...]
    nuclei: int
    recipe: Covered


@dataclass(frozen=True)
class Coverage:
    """Combinations of tables, which share out the nuclei: their counts add up to `n_nuclei`.

    Attributes
    ----------
    n_nuclei : int
        The detected nuclei and those of the tables together.
    detected : bool
        Whether the detections are among them; without these no nucleus is in no table.
    sizes : dict of str to int
        Nuclei of each table compared, the largest first.
    everywhere : tuple of str
        Tables that hold every nucleus: they tell no combination from another and are not compared.
    combinations : tuple of Combination
        The largest first, up to `MOST`.
    n_others, n_other_nuclei : int
        How many more combinations there are, and their nuclei.
    """

    n_nuclei: int
    detected: bool
    sizes: dict[str, int]
    everywhere: tuple[str, ...]
    combinations: tuple[Combination, ...]
    n_others: int
    n_other_nuclei: int


def table_coverage(
    frames: Mapping[str, pd.DataFrame], tables: Mapping[str, Table], most: int = MOST
) -> Coverage:
    """Count the nuclei of every combination of tables.

    Parameters
    ----------
    frames : mapping of table name to tidy DataFrame
        What is at hand: tables that label nuclei or match units to them are compared, the detections
        say which nuclei there are.
    tables : mapping of table name to Table
        Of the opened release.
    most : int
        How many combinations to tell apart.

    Returns
    -------
    Coverage
    """
    ids = {
        name: each_once(frame["nucleus_id"])
        for name, frame in frames.items()
        if name == VOLUME.detections or tables[name].kind in ("labels", "units")
    }
    every = each_once(np.concatenate([NO_IDS, *ids.values()]))
    sizes = {name: len(nuclei) for name, nuclei in ids.items() if name != VOLUME.detections}
    everywhere = tuple(name for name, n in sizes.items() if n == len(every))
    if len(everywhere) == len(sizes):
        everywhere = ()
    compared = sorted(sizes.keys() - {*everywhere}, key=lambda name: (-sizes[name], [*sizes].index(name)))
    codes = np.zeros(len(every), dtype=np.int64)  # one bit for each table
    for place, name in enumerate(compared):
        codes[np.searchsorted(every, ids[name])] |= 1 << place
    counts = pd.Series(codes).value_counts().sort_index().sort_values(ascending=False, kind="stable")
    combinations = []
    for code, n in counts.items():
        inside = tuple(name for place, name in enumerate(compared) if int(str(code)) >> place & 1)
        outside = tuple(name for name in compared if name not in inside)
        # A table that holds every nucleus stands for no table.
        recipe = Covered(inside or (*everywhere, VOLUME.detections)[:1], outside)
        combinations.append(Combination(inside, int(n), recipe))
    return Coverage(
        n_nuclei=len(every),
        detected=VOLUME.detections in ids,
        sizes={name: sizes[name] for name in compared},
        everywhere=everywhere,
        combinations=tuple(combinations[:most]),
        n_others=len(combinations[most:]),
        n_other_nuclei=sum(combination.nuclei for combination in combinations[most:]),
    )
