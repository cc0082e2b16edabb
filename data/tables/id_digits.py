"""What the digits of IDs tell: whether they were rounded, and IDs of which kind they are."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from data.tables.values import SUPERVOXEL_LAYER, can_be_roots
from data.volume import VOLUME

ROUNDED_BY = {
    "float32": "32-bit floating-point numbers, which keep 7 digits",
    "float64": "64-bit floating-point numbers, which keep whole numbers up to 2^53",
    "decimal": "numbers of 15 to 17 digits (Excel keeps 15, JavaScript shows 16 or 17)",
}
RARE = 1e-4
"""Probability below which multiples are rounded IDs and no chance: three of 128 are, or two of 1,000."""
MOST_BY_CHANCE = 2
"""How much more often than by chance exact IDs may be multiples: 17% more real ones are multiples of 64."""
MOST_ZEROS = 12
RoundedRoots = tuple[str, NDArray[np.int64]]
"""What rounded root IDs, and which."""
FIRST_DIGITS = 6
"""Leading digits that the roots of a volume share."""
MANY = 0.5


def rounding(roots: NDArray[np.int64]) -> RoundedRoots:
    """Which root IDs are rounded: multiples of a power of 2 or of 10, where they are too many for chance.

    Parameters
    ----------
    roots : int64 array
        Different root IDs, without 0.

    Returns
    -------
    kind : str
        How they were rounded: a key of `ROUNDED_BY`; "" where they look exact.
    places : int array
        The places of the rounded ones in `roots`.
    """
    most, kind, places = -np.log(RARE), "", np.array([], dtype=np.int64)
    for name, steps in steps_of(roots) if len(roots) else ():
        multiple = roots % steps == 0
        share, chance = multiple.mean(), min(1.0, MOST_BY_CHANCE * (1 / steps).mean())
        if share <= chance:
            continue
        # Chernoff's bound: chance makes this many multiples at most once in exp(surprise).
        surprise = share * np.log(share / chance)
        surprise += (1 - share) * np.log((1 - share) / (1 - chance)) if share < 1 else 0
        if len(roots) * surprise > most:
            most, kind, places = len(roots) * surprise, name, np.flatnonzero(multiple)
    return kind, places


def steps_of(roots: NDArray[np.int64]) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """What root IDs are multiples of after rounding, by what rounded them."""
    for name, float_type in (("float32", np.float32), ("float64", np.float64)):
        yield name, np.maximum(np.spacing(roots.astype(float_type)).astype(np.float64), 1).astype(np.int64)
    for zeros in range(1, MOST_ZEROS + 1):
        yield "decimal", np.full(len(roots), 10**zeros)


def coarseness(roots: NDArray[np.int64]) -> NDArray[np.int64]:
    """The largest step of rounding that each root ID is a multiple of."""
    widest = np.ones_like(roots)
    for _, steps in steps_of(roots):
        widest = np.where(roots % steps == 0, np.maximum(widest, steps), widest)
    return widest


def kind_of_ids(ids: NDArray[np.int64]) -> str:
    """What most of some IDs seem to be; "" where that is unknown.

    Parameters
    ----------
    ids : int64 array
        At least one, all of them positive.
    """
    example = str(VOLUME.example_root)
    shortened = [str(number) for number in ids.tolist() if number < VOLUME.example_root // 5]
    lost = sum(digits.startswith(example[:FIRST_DIGITS]) for digits in shortened)
    counts = {
        "nucleus IDs": int((ids < VOLUME.nucleus_ids_below).sum()),
        "root IDs that have lost their last digits": lost,
        "root IDs": int(can_be_roots(ids).sum()),
        "supervoxel IDs": int((ids >> 56 == SUPERVOXEL_LAYER).sum()),
    }
    return next((kind for kind, count in counts.items() if count > MANY * len(ids)), "")
