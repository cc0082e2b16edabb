"""Made-up nuclei for `cloud.py`: as many as wished, in a box of the volume's size. No release is in them."""

import colorsys
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

BOX_UM = (1300.0, 800.0, 520.0)
"""Extent along x, depth and z."""
LABELS = {"table 1": 18, "table 2": 12, "table 3": 9, "table 4": 7, "table 5": 5, "table 6": 2}
"""How many labels each of the label columns has."""
FEW = 6
"""The filter by type keeps the labels of the first table below this one."""
FIRST_ROOT, ROOTS = 864_691_132_000_000_000, 5 * 10**9
"""Root IDs in a range as wide as a release's: too wide for 32 bits."""


@dataclass(frozen=True, eq=False)
class Nuclei:
    """Made-up nuclei.

    Attributes
    ----------
    nucleus_id, root_id : int64 array, shape (n,)
    positions : float64 array, shape (n, 3)
        x, depth and z in µm, to a tenth.
    codes : mapping of str to uint8 array
        The labels of each table, as numbers from 0.
    """

    nucleus_id: NDArray[np.int64]
    root_id: NDArray[np.int64]
    positions: NDArray[np.float64]
    codes: dict[str, NDArray[np.uint8]]

    def __len__(self) -> int:
        return len(self.nucleus_id)

    @property
    def of_few_types(self) -> NDArray[np.bool_]:
        """The rows that the filter by type keeps."""
        return self.codes["table 1"] < FEW

    def any_half(self, seed: int = 5) -> NDArray[np.bool_]:
        """Half of the rows, told by no label and no place: the hardest set to write in few bytes."""
        return np.random.default_rng(seed).random(len(self)) < 0.5


@lru_cache(maxsize=2)
def made_up(n: int) -> Nuclei:
    """Make up `n` nuclei, always the same; labels follow depth, with much noise."""
    random = np.random.default_rng(661)
    positions = (random.random((n, 3)) * BOX_UM).round(1)
    share = positions[:, 1] / BOX_UM[1]
    codes = {
        table: (np.clip(share + random.normal(0, 0.12, n), 0, 0.9999) * labels).astype(np.uint8)
        for table, labels in LABELS.items()
    }
    return Nuclei(
        nucleus_id=200_000 + random.permutation(3 * n)[:n].astype(np.int64),
        root_id=FIRST_ROOT + random.integers(0, ROOTS, n),
        positions=positions,
        codes=codes,
    )


def names(table: str) -> list[str]:
    """Name the labels of a table."""
    return [f"{table}-{code}" for code in range(LABELS[table])]


def colours(table: str) -> list[tuple[int, int, int]]:
    """Give each label of a table its colour, as red, green and blue from 0 to 255."""
    hues = [code / LABELS[table] for code in range(LABELS[table])]
    parts = [colorsys.hsv_to_rgb(hue, 0.6, 0.85) for hue in hues]
    return [(round(255 * red), round(255 * green), round(255 * blue)) for red, green, blue in parts]
