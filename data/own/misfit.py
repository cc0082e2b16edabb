"""What the matched rows tell against the guess: IDs by chance, another unit, columns that contradict."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import DataError
from data.number_words import plural
from data.own.file import OwnFile
from data.own.ids import kind_of, row_ids
from data.own.points import STATED, UNITS, likely_units, named_unit, position_columns, read_positions_um
from data.tables.schema import POSITION
from data.tables.typed import BARE_ID, id_rank

ENOUGH = 5
"""Positions from which chance can be told from a match."""
CHANCE_SDS, FEW = 3.0, 0.5
"""Standard deviations over what matches at random that chance explains, up to this share of the IDs."""
NO_NEARER = 0.75
"""From this share of the distance of random places to a nucleus on, places are no nearer than chance."""
SHIFT_UM = 25.0
"""From a nucleus to a place at random; what lies farther off is another cell."""
AROUND = ((1, 0, 0), (-1, 0, 0), (0, 0, 1), (0, 0, -1))
"""The directions to these places."""
FITS_UM = 5.0
"""The largest median distance to a nucleus at which a unit fits."""


def id_doubt(file: OwnFile, name: str, ids: NDArray[np.int64], nuclei: NDArray[np.int64]) -> DataError | None:
    """Doubt that a column holds nucleus IDs: no more of them are known than of numbers at random.

    Parameters
    ----------
    file : OwnFile
    name : str
        The column.
    ids : int64 array
        Its IDs, 0 where a row has none.
    nuclei : int64 array
        The nuclei that rows can name.
    """
    ids = np.unique(ids[ids > 0])
    if not len(ids) or not len(nuclei):
        return None
    least, most = int(ids[0]), int(ids[-1])
    matched = np.isin(ids, nuclei).mean()
    chance = ((nuclei >= least) & (nuclei <= most)).sum() / (most - least + 1)
    if matched >= FEW or matched > chance + CHANCE_SDS * np.sqrt(chance * (1 - chance) / len(ids)):
        return None
    number = "no more numbers of {} are nucleus IDs than of numbers at random ({:.0%})"
    words = number.format(name, matched) if matched else f"no number of {name} is a nucleus ID"
    return DataError(
        f"{file.path.name}: {words}. They are {least:,} to {most:,}, nucleus IDs {nuclei.min():,} to "
        f"{nuclei.max():,}: they may count rows.",
        f"Name the column of nucleus IDs, root IDs or positions by --with-id; {name} keeps this one.",
    )


Distances = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""The distance of places to their nearest nuclei, in µm."""


def unit_doubt(file: OwnFile, names: tuple[str, ...], unit: str, distances: Distances) -> DataError | None:
    """Doubt the unit of positions: another brings them to nuclei, or they lie no nearer than at random.

    Parameters
    ----------
    file : OwnFile
    names : tuple of str
        The columns of the positions.
    unit : str
        As which they are read.
    distances : callable
    """
    units = [*UNITS, *([STATED] if file.statement.position_nm else [])]
    points = {one: _finite(read_positions_um(file, names, one, sample=True)) for one in units}
    if not len(points[unit]):
        return None
    median = {one: float(np.median(distances(found))) for one, found in points.items()}
    best = min(median, key=median.__getitem__)
    columns = ",".join(names)
    words: dict[str, str] = {STATED: "the unit that the file states", **dict(UNITS.items())}
    if median[best] <= FITS_UM and median[best] < median[unit] / 2:
        return DataError(
            f"{file.path.name}: half of {columns} lie over {median[unit]:,.1f} µm from a nucleus as "
            f"{words[unit]}, over {median[best]:,.1f} µm as {words[best]}.",
            f"--with-unit {best} reads them in that unit; --with-unit {unit} keeps the one assumed.",
        )
    shifts = [(points[unit] + step)[:, None] for step in SHIFT_UM * np.array(AROUND)]
    shifted = float(np.median(distances(np.concatenate(shifts).reshape(-1, 3))))
    if len(points[unit]) >= ENOUGH and median[unit] > max(FITS_UM, NO_NEARER * shifted):
        return DataError(
            f"{file.path.name}: {columns} lie no nearer to nuclei than places at random, half of them over "
            f"{median[unit]:,.1f} µm away, as {words[unit]}.",
            f"Check that they are places of nuclei; name their unit by --with-unit {{{','.join(UNITS)}}}.",
        )
    return None


def _finite(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points[np.isfinite(points).all(axis=1)]


def contradictions(
    file: OwnFile, names: Sequence[str], nuclei: NDArray[np.int64], known: pd.DataFrame, called: str
) -> tuple[list[str], NDArray[np.bool_]]:
    """Where other columns name another nucleus than the one that a row was matched to.

    Parameters
    ----------
    file : OwnFile
    names : sequence of str
        The columns by which rows were matched.
    nuclei : int64 array
        The nucleus of each row; 0 for none.
    known : DataFrame
        The nuclei of the release.
    called : str
        What these are.

    Returns
    -------
    notes : list of str
    rows : bool array
        The rows that name two nuclei.
    """
    of_row = known.drop_duplicates("nucleus_id").set_index("nucleus_id").reindex(nuclei)
    notes, two = list[str](), np.zeros(len(nuclei), bool)
    counted = f"{','.join(names)} counts"
    for name in file.rows.column_names:
        rank = id_rank(name)
        if name in names or rank is None or rank >= BARE_ID:
            continue
        ids = row_ids(file.rows[name])
        key = "root_id" if kind_of(ids, name) == "root" else "nucleus_id"
        if key == "root_id" and key not in known:
            continue
        own = nuclei if key == "nucleus_id" else of_row[key].fillna(0).to_numpy(np.int64)
        differs = (nuclei > 0) & (ids.ids > 0) & (ids.ids != own)
        is_known = np.isin(ids.ids, known[key].to_numpy(np.int64))
        if key == "nucleus_id" and "root_id" in known:  # two nuclei may be on one root
            differs &= ~_on_one_root(ids.ids, nuclei, known)
        if n := int((differs & is_known).sum()):
            rows = plural(n, "row names", "rows name")
            notes.append(f"{rows} another nucleus by {name}: {counted}.")
            two |= differs & is_known
        if n := int((differs & ~is_known).sum()):
            what = "root ID" if key == "root_id" else "nucleus"
            why = ", so that they may be of another release" if key == "root_id" else ""
            notes.append(f"{plural(n, 'row holds', 'rows hold')} no {what} of the {called} in {name}{why}.")
    if far := _far(file, names, of_row):
        place, n = far
        rows = plural(n, "row lies", "rows lie")
        notes.append(f"{rows} over {SHIFT_UM:g} µm from the nucleus by {','.join(place)}: {counted}.")
    return notes, two


def _on_one_root(ids: NDArray[np.int64], nuclei: NDArray[np.int64], known: pd.DataFrame) -> NDArray[np.bool_]:
    roots = known.drop_duplicates("nucleus_id").set_index("nucleus_id")["root_id"]
    first, second = (roots.reindex(found).fillna(0).to_numpy(np.int64) for found in (ids, nuclei))
    return np.asarray((first > 0) & (first == second))


def _far(file: OwnFile, names: Sequence[str], of_row: pd.DataFrame) -> tuple[tuple[str, ...], int] | None:
    """The columns of a position, and how many rows they put far from their nucleus; None for none."""
    place = next((found for found in position_columns(file) if not {*found} & {*names}), None)
    if place is None or not {*POSITION} <= {*of_row.columns}:
        return None
    likely = likely_units(file, place)
    unit = named_unit(file, place) or (likely[0] if len(likely) == 1 else "")
    if not unit:
        return None
    away = read_positions_um(file, place, unit) - of_row[[*POSITION]].to_numpy(np.float64)
    n = int((np.sqrt((away**2).sum(axis=1)) > SHIFT_UM).sum())  # NaN, of what has no place, is not
    return (place, n) if n else None
