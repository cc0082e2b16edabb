"""The coregistration tables: which recorded unit is which nucleus, by hand and automatically."""

import math
from dataclasses import dataclass, fields

import numpy as np

from data.sources.sample.published import figures
from data.sources.sample.world.drawing import LEVELS, Ints, Stream, interpolate, split, whole
from data.sources.sample.world.hidden import EXCITATORY
from data.sources.sample.world.world import World
from data.volume.minnie65 import MINNIE65
from data.volume.space import Floats, Texts, area_of

SCANS = np.array(list(figures.SCANS.value), dtype=np.int64)
NEIGHBOURS = 4


@dataclass(frozen=True)
class UnitRows:
    """Rows of one coregistration table; `unit` counts the units of all scans."""

    nucleus: Ints
    scan: Ints
    unit: Ints
    field: Ints
    residual: Floats
    score: Floats

    def counters(self) -> tuple[Ints, Ints, Ints]:
        """Session, scan index and unit ID of each row."""
        return SCANS[self.scan, 0], SCANS[self.scan, 1], self.unit + 1


def draw_matches(world: World, coarse: Texts) -> dict[str, UnitRows]:
    """Draw both tables; `coarse` is the Baylor coarse label of each nucleus, "" for none."""
    stream = Stream(world.seed, "coregistration")
    shares = np.array(list(figures.SCANS.value.values()))
    unit_order = [stream.order(figures.UNITS_PER_SCAN.value) for _ in SCANS]
    manual_nuclei = _manual_nuclei(world, coarse, stream)
    nucleus, scan = _manual_rows(manual_nuclei, split(figures.COREG_ROWS.value, shares), stream)
    unit = _numbered(scan, unit_order, np.zeros(len(SCANS), dtype=np.int64))
    taken = np.bincount(scan, minlength=len(SCANS))
    rank = stream.uniform(nucleus.size)
    manual = _measured(world, nucleus, scan, unit, rank, stream)
    attempted, target, rank = _attempted(world, manual, rank, stream)
    more = _further(world, target, stream)
    other_scan = stream.integers(more.size, len(SCANS))
    other_unit = _numbered(other_scan, unit_order, taken)
    auto = _measured(
        world,
        np.concatenate([target, more]),
        np.concatenate([scan[attempted], other_scan]),
        np.concatenate([unit[attempted], other_unit]),
        np.concatenate([rank, stream.uniform(more.size)]),
        stream,
    )
    return {
        "coregistration_manual_v3": _mixed(manual, stream),
        "apl_functional_coreg_forward_v5": _mixed(auto, stream),
    }


def _candidates(world: World) -> Ints:
    """Excitatory neurons that two-photon fields reach: the dye is in no others."""
    top, bottom = figures.COREG_DEPTH_UM.value
    left, right = figures.COREG_PLACE_UM.value
    x, depth = world.um[:, 0], world.um[:, 1]
    reached = (depth > top) & (depth < bottom) & (x > left) & (x < right)
    return np.flatnonzero(reached & (world.root_id != 0) & np.isin(world.types, EXCITATORY))


def _manual_nuclei(world: World, coarse: Texts, stream: Stream) -> Ints:
    """Manually matched nuclei: as many of the column, of each area and coarse label as counted."""
    free = _candidates(world)
    in_column = stream.choose(free[free < world.n_manual], figures.COREG_COLUMN.value)
    free = free[free >= world.n_manual]
    areas = area_of(world.um[:, 0], world.um[:, 2], volume=MINNIE65)
    of_area, of_class = figures.COREG_AREAS.value, figures.COREG_COARSE.value
    by_area = split(figures.COREG_NUCLEI.value, np.array(list(of_area.values()), dtype=np.float64))
    classes = np.array([*of_class, ""])
    by_class = np.array([*of_class.values(), figures.COREG_NUCLEI.value - sum(of_class.values())])
    by_area -= np.array([np.count_nonzero(areas[in_column] == name) for name in of_area])
    by_class -= np.array([np.count_nonzero(coarse[in_column] == name) for name in classes])
    quotas = whole(np.outer(by_area, by_class) / by_area.sum(), by_area, by_class)
    chosen = [in_column]
    for row, name in enumerate(of_area):
        for column, label in enumerate(classes):
            among = free[(areas[free] == name) & (coarse[free] == label)]
            chosen.append(stream.choose(among, int(quotas[row, column])))
    return np.concatenate(chosen)


def _manual_rows(nuclei: Ints, in_scan: Ints, stream: Stream) -> tuple[Ints, Ints]:
    """Each nucleus as often as counted, each time in another scan."""
    times = dict(figures.COREG_MULTIPLICITY.value)
    # the published totals are one nucleus and three rows above the measured multiplicities
    times[3] += figures.COREG_NUCLEI.value - sum(times.values())
    repeats = np.repeat(np.array(list(times)), list(times.values()))
    nucleus = np.repeat(nuclei[stream.order(nuclei.size)], repeats[stream.order(nuclei.size)])
    scans = np.repeat(np.arange(in_scan.size), in_scan)
    stride = round(0.38 * scans.size)
    while math.gcd(stride, scans.size) > 1:
        stride += 1
    return nucleus, scans[np.arange(scans.size) * stride % scans.size]


def _numbered(scan: Ints, unit_order: list[Ints], taken: Ints) -> Ints:
    """Unit numbers for rows of given scans: each unit once, after those already taken."""
    unit = np.zeros(scan.size, dtype=np.int64)
    for number, order in enumerate(unit_order):
        of_scan = np.flatnonzero(scan == number)
        unit[of_scan] = order[taken[number] : taken[number] + of_scan.size]
    return unit


def _measured(world: World, nucleus: Ints, scan: Ints, unit: Ints, rank: Floats, stream: Stream) -> UnitRows:
    """Rows with field by depth, a residual, and a score by rank; µm in steps of 0.0001."""
    field = np.zeros(nucleus.size, dtype=np.int64)
    first, last = figures.FIELDS.value
    for number in range(len(SCANS)):
        here = np.flatnonzero(scan == number)
        deeper = here[np.argsort(world.um[nucleus[here], 1], kind="stable")]
        field[deeper] = first + np.arange(here.size) * (last - first + 1) // max(here.size, 1)
    residual = interpolate(stream.uniform(nucleus.size), LEVELS, np.array(figures.RESIDUAL_UM.value))
    score = interpolate(rank, LEVELS, np.array(figures.SCORE_UM.value))
    return UnitRows(nucleus, scan, unit, field, np.round(residual, 4), np.round(score, 4))


def _attempted(world: World, manual: UnitRows, rank: Floats, stream: Stream) -> tuple[Ints, Ints, Floats]:
    """Manual rows whose unit is also matched automatically: which, to which nucleus, at which score rank.

    The automated match finds the same nucleus the likelier the higher its score, else a neighbour.
    """
    n = manual.nucleus.size
    rows = np.sort(stream.choose(np.arange(n), round(n * figures.AUTO_ATTEMPTED.value)))
    alike = 0.6 * rank[rows] + 0.4 * stream.uniform(rows.size)
    own = np.empty(rows.size)
    own[np.argsort(alike, kind="stable")] = (np.arange(rows.size) + 0.5) / rows.size
    chance = interpolate(own, np.array([0.0, 0.3, 1.0]), np.array(figures.AUTO_AGREEMENT_KNOTS.value))
    agrees = stream.uniform(rows.size) < chance
    near = _candidates(world)
    cells = np.floor(world.um[near] / 20.0)
    near = near[np.lexsort((world.um[near, 1], cells[:, 2], cells[:, 0]))]
    place = np.empty(world.types.size, dtype=np.int64)
    place[near] = np.arange(near.size)
    found = manual.nucleus[rows]
    step = 1 + stream.integers(rows.size, NEIGHBOURS)
    before, after = (near[(place[found] + side * step) % near.size] for side in (-1, 1))
    gap_before, gap_after = (
        np.abs(world.um[other] - world.um[found]).sum(axis=1) for other in (before, after)
    )
    return rows, np.where(agrees, found, np.where(gap_before < gap_after, before, after)), own


def _further(world: World, target: Ints, stream: Stream) -> Ints:
    """Nuclei of the automated rows whose units were not matched by hand, up to the published totals."""
    known = np.unique(target)
    candidates = _candidates(world)
    fresh = np.setdiff1d(candidates, known)
    fresh = stream.choose(fresh, figures.AUTO_NUCLEI.value - known.size)
    every = np.concatenate([known, fresh])
    left = figures.AUTO_ROWS.value - target.size - fresh.size
    return np.concatenate([fresh, every[stream.integers(left, every.size)]])


def _mixed(rows: UnitRows, stream: Stream) -> UnitRows:
    """The same rows in any order."""
    order = stream.order(rows.nucleus.size)
    return UnitRows(*(getattr(rows, field.name)[order] for field in fields(UnitRows)))
