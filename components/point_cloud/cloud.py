"""The cloud: the nuclei of one release, packed once and never changed."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from components.point_cloud.packing import STEPS, PackedColumns, label_codes, pack_columns, sections, stored

POSITIONS = {"x_um": "x", "depth_um": "depth", "z_um": "z"}
"""Number columns that every cloud has without sending them: its positions."""


@dataclass(frozen=True, kw_only=True)
class LabelColumn:
    """One table's labels, one per nucleus.

    Attributes
    ----------
    title : str
        The table's title, for readers.
    labels : pandas Categorical or Series of category dtype, length n
        Missing where the table does not hold the nucleus.
    """

    title: str
    labels: "pd.Categorical | pd.Series[str]"


@dataclass(frozen=True, kw_only=True)
class NumberColumn:
    """One number per nucleus, with its title and unit; NaN where there is none."""

    title: str
    unit: str
    values: ArrayLike


@dataclass(frozen=True, eq=False)
class Cloud:
    """The nuclei of one release, packed for the browser. Make it with `make_cloud`, once, and cache it.

    Attributes
    ----------
    content : bytes
        What the browser reads.
    version : str
        A hash of the content.
    nucleus_id : int64 array, shape (n,)
        In packed order: row `i` of the browser is `nucleus_id[i]`.
    titles : mapping of str to str
        The readers' title of each column.
    units : mapping of str to str
        The unit of each number column.
    labels : mapping of str to tuple of str
        The labels of each label column, in the order of their codes.
    """

    content: bytes = field(repr=False)
    version: str
    nucleus_id: NDArray[np.int64] = field(repr=False)
    titles: Mapping[str, str]
    units: Mapping[str, str]
    labels: Mapping[str, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.nucleus_id)

    @cached_property
    def _index(self) -> "pd.Index[int]":
        index = pd.Index(self.nucleus_id)
        assert index.is_unique  # asked before others see it: pandas builds its table at the first question
        return index

    @cached_property
    def compressed(self) -> bytes:
        """The content as gzip at its fastest: two thirds of the size, in a tenth of a second."""
        return gzip.compress(self.content, compresslevel=1, mtime=0)

    @cached_property
    def columns(self) -> dict[str, NDArray[Any]]:
        """The stored sections in packed order: `positions`, `label:…`, `number:…` and the IDs."""
        return stored(self.content)

    @cached_property
    def label_counts(self) -> dict[str, NDArray[np.intp]]:
        """How many nuclei have each code, by label column."""
        return {name: np.bincount(self.columns[f"label:{name}"], minlength=256) for name in self.labels}

    def rows_of(self, nucleus_ids: ArrayLike) -> NDArray[np.bool_]:
        """Mark the packed rows of some nuclei; IDs that the cloud does not hold are passed over.

        Returns
        -------
        bool array, shape (n,)
        """
        mask = np.zeros(len(self), dtype=bool)
        rows = self.places_of(nucleus_ids)
        mask[rows[rows >= 0]] = True
        return mask

    def places_of(self, nucleus_ids: ArrayLike) -> NDArray[np.intp]:
        """Give the packed row of each nucleus, -1 for one that the cloud does not hold."""
        return self._index.get_indexer(pd.Index(np.asarray(nucleus_ids, dtype=np.int64)))

    def numbers_of(self, name: str, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        """Read a column of whole numbers at some packed rows, as the browser does; NaN is none."""
        section = sections(self.content)[f"number:{name}"]
        steps = self.columns[f"number:{name}"][rows]
        numbers = np.rint(section["low"] + steps / STEPS * (section["high"] - section["low"]))
        return np.where(steps > STEPS, np.nan, numbers)

    def nuclei_at(self, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the nucleus IDs at the marked packed rows, sorted."""
        return np.sort(self.nucleus_id[rows])


def make_cloud(
    *,
    nucleus_id: ArrayLike,
    root_id: ArrayLike,
    x_um: ArrayLike,
    depth_um: ArrayLike,
    z_um: ArrayLike,
    labels: Mapping[str, LabelColumn] | None = None,
    numbers: Mapping[str, NumberColumn] | None = None,
) -> Cloud:
    """Pack the nuclei of a release into a cloud.

    Parameters
    ----------
    nucleus_id, root_id : int array, shape (n,)
        Each nucleus once; root ID 0 where there is no segment.
    x_um, depth_um, z_um : float array, shape (n,)
        Oriented micrometres, pia up, finite.
    labels : mapping of str to LabelColumn
        At most 255 labels in each.
    numbers : mapping of str to NumberColumn
        Besides the positions, which every cloud can be coloured by.

    Raises
    ------
    DataError
        If the columns do not fit together, a nucleus occurs twice or has no position, or a column
        has too many labels.
    """
    label_columns, number_columns = dict(labels or {}), dict(numbers or {})
    categories = {name: _as_categorical(column.labels) for name, column in label_columns.items()}
    columns = PackedColumns(
        nucleus_id=np.asarray(nucleus_id, dtype=np.int64),
        root_id=np.asarray(root_id, dtype=np.int64),
        positions=np.column_stack([np.asarray(axis, dtype=np.float64) for axis in (x_um, depth_um, z_um)]),
        labels={name: label_codes(c.codes, len(c.categories), name) for name, c in categories.items()},
        numbers={name: np.asarray(c.values, dtype=np.float64) for name, c in number_columns.items()},
    )
    packed = pack_columns(columns)
    titled = {name: column.title for name, column in (label_columns | number_columns).items()}
    return Cloud(
        content=packed.content,
        version=packed.version,
        nucleus_id=columns.nucleus_id[packed.order],
        titles={**POSITIONS, **titled},
        units={**dict.fromkeys(POSITIONS, "µm"), **{n: c.unit for n, c in number_columns.items()}},
        labels={name: tuple(map(str, c.categories)) for name, c in categories.items()},
    )


def _as_categorical(labels: "pd.Categorical | pd.Series[str]") -> pd.Categorical:
    if isinstance(labels, pd.Series):
        labels = labels.astype("category").array
    return pd.Categorical(labels)
