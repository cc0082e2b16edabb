"""What a contact sheet shows: which nuclei, in what order, and what each lineage calls them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.analysis.labels.ids import Ids
from components.analysis.output.viewer_link import SEED, drawn_nuclei, voxel_positions
from components.analysis.raters.ratings import Ratings
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.labels.crosswalk import at_level
from data.number_words import of_nuclei
from data.volume import VOLUME


@dataclass(frozen=True)
class SheetNuclei:
    """The nuclei of one contact sheet.

    Attributes
    ----------
    nucleus_ids : int64 array
        In the order of the tiles.
    words : str
        How many of how many, and how they were chosen.
    """

    nucleus_ids: Ids
    words: str


@dataclass(frozen=True)
class LineageLabel:
    """What one lineage calls a nucleus: the label of the first of its tables that labels it."""

    lineage: str
    table: Table
    label: str


def drawn_sheet(nucleus_ids: Ids, most: int, values: "pd.Series[float] | None" = None) -> SheetNuclei:
    """Draw nuclei at random, the same ones each time; smaller sheets nest in larger ones.

    Parameters
    ----------
    nucleus_ids : int64 array
        Each once.
    most : int
        Tiles.
    values : Series of float, optional
        Index `nucleus_id`; orders those drawn, the least first, then those without a value. By default they
        are in the order of IDs.
    """
    drawn = drawn_nuclei(nucleus_ids, most)
    if values is not None:
        drawn = drawn[np.lexsort((drawn, values.reindex(drawn).to_numpy(dtype=np.float64)))]
    if len(drawn) == len(nucleus_ids):
        return SheetNuclei(drawn, f"all {of_nuclei(len(drawn))}" if len(drawn) > 1 else of_nuclei(len(drawn)))
    return SheetNuclei(drawn, f"{len(drawn)} of {of_nuclei(len(nucleus_ids))}, random sample (seed {SEED})")


def ranked_sheet(nucleus_ids: Ids, most: int, place: int = 0) -> SheetNuclei:
    """Take as many ranked nuclei as a sheet holds: those among which one place lies, by default the first.

    Parameters
    ----------
    nucleus_ids : int64 array
        The first rank first.
    most : int
        Tiles.
    place : int
        From 0.
    """
    first = place // most * most
    shown = nucleus_ids[first : first + most]
    if len(shown) == len(nucleus_ids):
        return SheetNuclei(shown, f"all {of_nuclei(len(shown))}" if len(shown) > 1 else of_nuclei(len(shown)))
    where = f"{first + 1:,}–{first + len(shown):,}" if first else f"the first {len(shown)}"
    return SheetNuclei(shown, f"{where} of {of_nuclei(len(nucleus_ids))}, by rank")


def agreed_shares(ratings: Ratings) -> "pd.Series[float]":
    """Share of each nucleus's votes for its most frequent label: the less, the more contested.

    Index `nucleus_id`.
    """
    votes = ratings.votes
    n = votes.sum(axis=1)
    shares = votes.max(axis=1, initial=0) / np.maximum(n, 1)
    return pd.Series(np.where(n > 0, shares, np.nan), index=ratings.nuclei)


def lineage_labels(rows: pd.DataFrame, tables: Iterable[Table]) -> list[tuple[LineageLabel, ...]]:
    """The label of every lineage that labels a nucleus, in the order of the catalogue.

    Parameters
    ----------
    rows : DataFrame
        A row per nucleus, with a column of labels for some of `tables`, as `nucleus_table` gives them.
    tables : iterable of Table
        That label nuclei.

    Returns
    -------
    list of tuple of LineageLabel
        By row. Labels are those of the tables, after synonyms.
    """
    order = [lineage.title for lineage in CATALOG.lineages]
    by_lineage: dict[str, list[Table]] = {title: [] for title in order}
    for table in tables:
        if table.name in rows:
            by_lineage.setdefault(CATALOG.lineage(table).title, []).append(table)
    for title, named in by_lineage.items():
        named.sort(key=lambda table: CATALOG.lineage(table).tables.index(table.catalog_name))
        by_lineage[title] = named
    columns = {table.name: rows[table.name].tolist() for named in by_lineage.values() for table in named}

    def of_row(place: int) -> tuple[LineageLabel, ...]:
        found = []
        for title, named in by_lineage.items():
            known = ((table, label) for table in named if not pd.isna(label := columns[table.name][place]))
            if first := next(known, None):
                table, label = first
                found.append(LineageLabel(title, table, at_level(str(label), "type") or str(label)))
        return tuple(found)

    return [of_row(place) for place in range(len(rows))]


def centres_nm(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Where nuclei lie, as the volume's imagery counts: x, y, z in nm, shape (n, 3).

    Parameters
    ----------
    rows : DataFrame
        With positions, `x_um`, `depth_um`, `z_um`, none missing.
    """
    return voxel_positions(rows).astype(np.float64) * VOLUME.voxel_nm
