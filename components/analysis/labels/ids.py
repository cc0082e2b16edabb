"""Arrays of IDs, sorted and unique."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Ids = NDArray[np.int64]
NO_IDS: Ids = np.array([], dtype=np.int64)


def each_once(ids: ArrayLike) -> Ids:
    """Sorted unique IDs, as int64; several times as fast as `np.unique`."""
    return np.sort(pd.unique(np.asarray(ids, dtype=np.int64)))
