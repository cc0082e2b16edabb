"""IDs as arrays: sorted, each once."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Ids = NDArray[np.int64]


def each_once(ids: ArrayLike) -> Ids:
    """Sort IDs, each once, as int64; `np.unique` hashes first, which takes several times as long."""
    return np.sort(pd.unique(np.asarray(ids, dtype=np.int64)))
