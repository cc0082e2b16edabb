"""Doubts about a table's numbers: positions in another unit, IDs of another kind or without all digits."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from components.analysis.labels.ids import NO_IDS, Ids, each_once
from data.errors import DataError
from data.loader import LabelTable
from data.number_words import of_nuclei, plural
from data.tables.id_digits import MANY, ROUNDED_BY, RoundedRoots, coarseness, kind_of_ids, rounding, steps_of
from data.tables.positions import Nanometres, unit_words
from data.tables.schema import POSITION
from data.tables.values import can_be_roots
from data.volume import VOLUME
from data.volume.space import Floats, outside_em_box, voxels

DoubtName = Literal["position-unit", "above-pia", "rounded-roots", "impossible-nucleus", "impossible-root"]

UNITS: tuple[Nanometres, ...] = (
    (1.0, 1.0, 1.0),
    (1000.0, 1000.0, 1000.0),
    *((float(x), float(y), float(z)) for x, y, z in (VOLUME.voxel_nm, *VOLUME.imagery_nm)),
)
"""Units in which positions of the volume are published: nm, µm, and the voxels of its imagery."""
UNIT_NAMES = {UNITS[0]: " (nanometres)", UNITS[1]: " (micrometres)"}
MOST_OUTSIDE = 0.01
"""Share of nuclei that may lie outside the volume in the unit that fits."""
LEAST_GAIN = 10
"""How many times fewer nuclei lie outside in a unit that fits than in the one that they were read in."""
MOST_ABOVE = 0.02
"""Share of nuclei above the pia. Of 54,899 real nuclei of Baylor coarse none lies there."""
LEAST_FITTING = 0.95
"""Share of the nuclei in two tables whose positions differ by the same factor."""
SAME_FACTOR = 0.005
FEWEST = 3
"""Nuclei that it takes to believe in a factor of no known unit."""
ROUNDING = 1.5
"""Tolerance between rounded positions, in units of either table."""

EXACT_ROOTS = (
    "Root IDs to the last digit. pandas rounds them in a column with missing values, as do R and JavaScript; "
    "Excel keeps 15 digits."
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Doubt:
    """A reason to doubt one table's numbers.

    Attributes
    ----------
    name : DoubtName
        Also the ID of the check that reports it.
    certain : bool
        Whether the numbers cannot be right.
    nuclei : int64 array
        The nuclei concerned.
    problem, expected, remedy : str
        For the reader.
    """

    name: DoubtName
    certain: bool = True
    nuclei: Ids
    problem: str
    expected: str
    remedy: str


def combined(table: str, doubts: Sequence[Doubt]) -> DataError | None:
    """The doubts about a table as one error; None where there are none."""
    if not doubts:
        return None
    problems = " ".join(doubt.problem for doubt in doubts)
    return DataError(f"{table}: {problems}", " ".join(doubt.remedy for doubt in doubts))


def table_doubts(loaded: Mapping[str, LabelTable]) -> dict[str, tuple[Doubt, ...]]:
    """Doubts about each of several tables, which are compared with one another.

    Returns
    -------
    dict
        By table name, without the tables that raise none.
    """
    loaded = {name: table for name, table in loaded.items() if len(table.frame)}
    units, rounded = _unit_doubts(loaded), _rounded(loaded)
    doubts = {}
    for name, table in loaded.items():
        own = [units[name]] if name in units else [*_above_pia(table)]
        if name in rounded:
            own.append(_rounded_roots(table, *rounded[name]))
        if found := (*own, *_impossible_ids(table)):
            doubts[name] = found
    return doubts


def _unit_doubts(loaded: Mapping[str, LabelTable]) -> dict[str, Doubt]:
    """Tables whose positions are in another unit, by the volume's box and by the other tables."""
    places = {
        name: voxels(table.frame[[*POSITION]].to_numpy(dtype=np.float64)) for name, table in loaded.items()
    }
    doubts = {name: doubt for name in loaded if (doubt := _outside(loaded[name], places[name]))}
    trusted = sorted(
        (name for name in loaded if name not in doubts),
        key=lambda name: (
            outside_em_box(places[name], slack=1).mean() > MOST_OUTSIDE,
            _above(loaded[name]).mean() > MOST_ABOVE,
            not loaded[name].provenance.position_nm,
            name != VOLUME.detections,
            -len(places[name]),
        ),
    )
    unexplained, compared = _compared(loaded, places, trusted)
    if unexplained:
        # Start from each table in turn: where the right one leads, the others are in known units, or fewest.
        orders = [[name, *(other for other in trusted if other != name)] for name in trusted[1:]]
        verdicts = [(unexplained, compared), *(_compared(loaded, places, order) for order in orders)]
        _, compared = min(verdicts, key=lambda verdict: (verdict[0], len(verdict[1])))
    return {**doubts, **compared}


def _compared(
    loaded: Mapping[str, LabelTable], places: Mapping[str, Floats], order: Sequence[str]
) -> tuple[int, dict[str, Doubt]]:
    """How many tables differ from those before them by no known unit, and the doubts of all that differ."""
    ids = {name: loaded[name].frame["nucleus_id"].to_numpy(dtype=np.int64) for name in order}
    everyone = each_once(np.concatenate([NO_IDS, *ids.values()]))
    known, source = np.full((len(everyone), 3), np.nan), np.full(len(everyone), "", dtype=object)
    doubts, unexplained = {}, 0
    for name in order:
        at = np.searchsorted(everyone, ids[name])
        shared = source[at] != ""
        own, expected = places[name][shared], known[at[shared]]
        read_as = _read_as(loaded[name])
        scale = _factor(own, expected, read_as) if shared.any() else None
        if scale is not None:
            others = [loaded[other].table.title for other in dict.fromkeys(source[at[shared]])]
            doubts[name] = _differing(loaded[name], scale * read_as, int(shared.sum()), others)
            unexplained += _unit_of(scale * read_as) is None
            continue
        unexplained += bool((np.abs(own - expected) > ROUNDING).any(axis=1).sum() > len(own) / 2)
        known[at[~shared]], source[at[~shared]] = places[name][~shared], name
    return unexplained, doubts


def _outside(loaded: LabelTable, places: Floats) -> Doubt | None:
    """The doubt where another unit puts nuclei inside the volume that lie outside as they were read."""
    outside = outside_em_box(places, slack=1)
    n = int(outside.sum())
    if not n:
        return None
    written = places / _read_as(loaded)
    left = {
        unit: int(outside_em_box(written * _scale(unit), slack=_scale(unit).max()).sum()) for unit in UNITS
    }
    fewest = min(left.values())
    if fewest > min(MOST_OUTSIDE * len(places), n / LEAST_GAIN):
        return None
    fitting = [unit for unit, outside_then in left.items() if outside_then == fewest]
    problem = (
        f"{plural(n, 'position lies', 'positions lie')} outside the imaged volume, of {len(places):,}. "
        f"{_looks_like(fitting, _scale(fitting[0]))}, {f'all but {fewest:,}' if fewest else 'all'} would lie "
        "inside."
    )
    return _unit_doubt(loaded, problem)


def _differing(loaded: LabelTable, scale: Floats, n_shared: int, others: list[str]) -> Doubt:
    unit = _unit_of(scale)
    problem = (
        f"The positions of {of_nuclei(n_shared)} differ by a constant factor from those of "
        f"{' and '.join(others)}. {_looks_like([unit] if unit else [], scale)}, they would agree."
    )
    return _unit_doubt(loaded, problem)


def _unit_doubt(loaded: LabelTable, problem: str) -> Doubt:
    """The doubt about a table whose positions are in another unit: all of them, whichever show it."""
    stated = loaded.provenance.position_nm
    read = f"The file states {unit_words(stated)}" if stated else f"They were read as {VOLUME.voxel_words}"
    return Doubt(
        name="position-unit",
        nuclei=each_once(loaded.frame["nucleus_id"]),
        problem=problem,
        expected=f"Positions in voxels of {VOLUME.voxel_words}, unless the file states another unit. {read}.",
        remedy=(
            "Write the file again with dataframe_resolution as its positions are, or convert them."
            if stated
            else "Convert the positions in the file, or write it as Parquet with caveclient's "
            "attribute dataframe_resolution, which states their unit."
        ),
    )


def _looks_like(units: list[Nanometres], scale: Floats) -> str:
    """The units that positions seem to be in, and the factor that converts them to voxels."""
    divide = bool((scale <= 1).all())
    if np.allclose(scale, 1):
        return f"They look like {unit_words(VOLUME.voxel_nm)}: as they stand in the file"
    numbers = ", ".join(f"{factor:,.5g}" for factor in (1 / scale if divide else scale))
    factor = f"{'divided' if divide else 'multiplied'} by {numbers}"
    if not units:
        return factor.capitalize()
    named = " or ".join(f"{unit_words(unit)}{UNIT_NAMES.get(unit, '')}" for unit in units)
    return f"They look like {named}: {factor}"


def _scale(unit: Nanometres) -> Floats:
    """By how much positions in a unit are multiplied to be in voxels."""
    return np.array(unit) / np.array(VOLUME.voxel_nm, dtype=np.float64)


def _read_as(loaded: LabelTable) -> Floats:
    """The factor with which a file's positions were read: 1 where it states no other unit than voxels."""
    stated = np.array(loaded.provenance.position_nm or VOLUME.voxel_nm, dtype=np.float64)
    return stated / np.array(VOLUME.voxel_nm)


def _unit_of(scale: Floats) -> Nanometres | None:
    """The known unit with a scale, within the error of rounded positions."""
    return next((unit for unit in UNITS if np.allclose(scale, _scale(unit), rtol=SAME_FACTOR)), None)


def _factor(own: Floats, known: Floats, read_as: Floats) -> Floats | None:
    """The constant factor from own to known positions along each axis; None where there is none but 1.

    `read_as` is the factor with which the file's numbers were read: known units are factors of those.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.nanmedian(known / own, axis=0)
    if not np.isfinite(scale).all() or np.allclose(scale, 1, rtol=SAME_FACTOR) or (scale <= 0).any():
        return None
    unit = _unit_of(scale * read_as)
    if unit:
        scale = _scale(unit) / read_as
    elif len(own) < FEWEST:
        return None
    else:
        scale = (known * own).sum(axis=0) / (own * own).sum(axis=0)  # more exact than the median
    fits = (np.abs(known - own * scale) <= ROUNDING * np.maximum(1, scale)).all(axis=1)
    return scale if fits.mean() >= LEAST_FITTING else None


def _above(loaded: LabelTable) -> NDArray[np.bool_]:
    return (loaded.frame["depth_um"] < 0).to_numpy(dtype=bool)


def _above_pia(loaded: LabelTable) -> Iterator[Doubt]:
    """Many nuclei above the pia, which another unit of position would put below it."""
    above = _above(loaded)
    if above.mean() <= MOST_ABOVE:
        return
    nuclei = each_once(loaded.frame["nucleus_id"].to_numpy()[above])
    yield Doubt(
        name="above-pia",
        certain=False,
        nuclei=nuclei,
        problem=f"{plural(len(nuclei), 'nucleus lies', 'nuclei lie')} above the pia "
        f"({above.mean():.0%} of the rows): the positions may be in another unit.",
        expected="Nearly none, as in all real tables tried. Positions at 8 × 8 × 40 nm read as "
        f"{VOLUME.voxel_words} lie inside the volume, but half of them above the pia.",
        remedy="See in which unit the positions of the file are; another table of the same nuclei tells.",
    )


def _rounded_roots(loaded: LabelTable, kind: str, nuclei: Ids) -> Doubt:
    """Root IDs that went through floating-point numbers or a spreadsheet."""
    roots = np.max(
        [loaded.frame[column].to_numpy(dtype=np.int64) for column in _root_columns(loaded)], axis=0
    )
    rooted = each_once(loaded.frame["nucleus_id"].to_numpy()[roots > 1])
    all_of_them = len(nuclei) == len(rooted)
    which = "All root IDs" if all_of_them else f"The root IDs of {len(nuclei):,} of {of_nuclei(len(rooted))}"
    return Doubt(
        name="rounded-roots",
        nuclei=nuclei,
        problem=f"{which} are rounded, as by {ROUNDED_BY[kind]}: few are right.",
        expected=EXACT_ROOTS,
        remedy="Export the table again with root IDs as integers (Int64 in pandas) or as text.",
    )


def _impossible_ids(loaded: LabelTable) -> Iterator[Doubt]:
    """Nucleus IDs and root IDs that no nucleus or root of the volume can have."""
    nuclei = loaded.frame["nucleus_id"].to_numpy(dtype=np.int64)
    names = {
        "nucleus_id": loaded.table.id_column,
        "root_id": "pt_root_id",
        "orig_root_id": "the root at the centre",
    }
    for column, name in names.items():
        if column not in loaded.frame:
            continue
        ids = loaded.frame[column].to_numpy(dtype=np.int64)
        of_nuclei = column == "nucleus_id"
        odd = ids >= VOLUME.nucleus_ids_below if of_nuclei else (ids > 1) & ~can_be_roots(ids)
        if not odd.any():
            continue
        of = f"of {plural(len(ids), 'row')}"
        rows = plural(int(odd.sum()), f"{of} has", f"{of} have")
        what, kind = "nucleus" if of_nuclei else "root", kind_of_ids(ids[odd])
        yield Doubt(
            name="impossible-nucleus" if of_nuclei else "impossible-root",
            nuclei=each_once(nuclei[odd]),
            problem=f"{rows} an ID in {name} that no {what} can have, such as {ids[odd][0]}"
            f"{f': they look like {kind}' if kind else ''}.",
            expected=f"None. Nucleus IDs are below {VOLUME.nucleus_ids_below:,}; root IDs have "
            f"{VOLUME.root_digits}.",
            remedy=f"Write the {what} IDs into {name}, with all their digits.",
        )
        if not of_nuclei:
            return


def _rounded(loaded: Mapping[str, LabelTable]) -> dict[str, RoundedRoots]:
    """Per table what rounded its root IDs, and the nuclei: their digits tell, or exact ones beside them."""
    found = {name: _by_digits(table) for name, table in loaded.items()}
    centres = {}
    for name, table in loaded.items():
        if (roots := roots_at_centre(table)) is not None:
            ids = table.frame["nucleus_id"].to_numpy()
            compared = (roots > 1) & ~np.isin(ids, found[name][1])
            centres[name] = ids[compared], roots[compared]
    everyone = each_once(np.concatenate([NO_IDS, *(ids for ids, _ in centres.values())]))
    low, high = np.full(len(everyone), np.iinfo(np.int64).max), np.zeros(len(everyone), dtype=np.int64)
    for ids, roots in centres.values():
        at = np.searchsorted(everyone, ids)
        np.minimum.at(low, at, roots)
        np.maximum.at(high, at, roots)
    for name, (ids, roots) in centres.items():
        at = np.searchsorted(everyone, ids)
        other = np.where(roots == low[at], high[at], low[at])
        differing = np.flatnonzero(roots != other)
        own, exact = roots[differing], other[differing]
        coarse = coarseness(own)
        copied = (coarse > coarseness(exact)) & (np.abs(own - exact) < coarse)
        # Where IDs simply follow one another, most that are as near are not multiples.
        near = np.abs(own - exact) < coarse[copied].max(initial=0)
        if copied.sum() > MANY * near.sum():
            steps = dict(reversed([*steps_of(own[copied])]))
            likely = max(ROUNDED_BY, key=lambda kind: (own[copied] % steps[kind] == 0).sum())
            kind, nuclei = found[name]
            found[name] = kind or likely, each_once(np.concatenate([nuclei, ids[differing[copied]]]))
    return {name: rounded for name, rounded in found.items() if len(rounded[1])}


def _by_digits(loaded: LabelTable) -> RoundedRoots:
    kind, nuclei = "", NO_IDS
    for column in _root_columns(loaded):
        roots = loaded.frame[column].to_numpy(dtype=np.int64)
        different = each_once(roots[roots > 1])
        by_digits, places = rounding(different)
        rounded = np.isin(roots, different[places])
        kind = by_digits or kind
        nuclei = each_once(np.concatenate([nuclei, loaded.frame["nucleus_id"].to_numpy()[rounded]]))
    return kind, nuclei


def _root_columns(loaded: LabelTable) -> list[str]:
    return [column for column in ("root_id", "orig_root_id") if column in loaded.frame]


def roots_at_centre(loaded: LabelTable) -> Ids | None:
    """Each row's root at the nucleus's centre; None where the rows hold only the one at a lookup point."""
    column = "orig_root_id" if loaded.table.gives_points else "root_id"
    return loaded.frame[column].to_numpy(dtype=np.int64) if column in loaded.frame else None
