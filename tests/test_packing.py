"""The packed cloud: what goes in comes out, exactly or to the stated step, and it is small."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from components.point_cloud.packing import (
    NOT_IN_TABLE,
    PackedColumns,
    label_codes,
    pack_columns,
    stored,
)
from components.point_cloud.sets import checksum, pack_bits, unpack_bits
from data.errors import DataError
from tests.unpacking import unpack

GREATEST = 2**63 - 1
ids = st.integers(0, GREATEST)


@st.composite
def some_columns(draw: Callable) -> PackedColumns:
    """Make up the columns of up to forty nuclei."""
    n = draw(st.integers(0, 40))
    coordinates = st.floats(-2_000, 2_000, width=32)
    numbers = st.floats(-1e6, 1e6) | st.just(float("nan"))
    return PackedColumns(
        nucleus_id=np.array(draw(st.lists(ids, min_size=n, max_size=n, unique=True)), dtype=np.int64),
        root_id=np.array(draw(st.lists(ids, min_size=n, max_size=n)), dtype=np.int64),
        positions=draw(arrays.arrays(np.float64, (n, 3), elements=coordinates)),
        labels={"fine": draw(arrays.arrays(np.uint8, n))},
        numbers={"volume_um3": draw(arrays.arrays(np.float64, n, elements=numbers))},
    )


def few(n: int = 3, **changed: Any) -> PackedColumns:
    given = PackedColumns(
        nucleus_id=np.arange(n) + 4074,
        root_id=np.full(n, 864691135066017860),
        positions=np.arange(3.0 * n).reshape(n, 3),
        labels={},
        numbers={},
    )
    return replace(given, **changed)


@given(some_columns())
def test_ids_and_codes_come_back_exactly_and_the_rest_to_its_step(columns):
    packed = pack_columns(columns)
    back, version = unpack(packed.content)
    order = packed.order
    assert version == packed.version
    assert np.array_equal(back.nucleus_id, columns.nucleus_id[order])
    assert np.array_equal(back.root_id, columns.root_id[order])
    assert np.array_equal(back.labels["fine"], columns.labels["fine"][order])
    if len(columns):
        step = np.maximum(np.ptp(columns.positions, axis=0), 1) / 65_535
        assert (np.abs(back.positions - columns.positions[order]) <= 0.51 * step + 1e-9).all()
    volume = columns.numbers["volume_um3"][order]
    assert np.array_equal(np.isnan(back.numbers["volume_um3"]), np.isnan(volume))
    if np.isfinite(volume).any():
        span = max(np.ptp(volume[np.isfinite(volume)]), 1)
        assert np.nanmax(np.abs(back.numbers["volume_um3"] - volume)) <= 0.51 * span / 65_534 + 1e-6


@pytest.mark.parametrize(
    "root_ids",
    [
        [0, GREATEST, GREATEST - 1],
        [GREATEST, GREATEST - 1, GREATEST - 2**31],
        [0, 0, 2**32 - 1],
        [0, 0, 2**32],
    ],
)
def test_root_ids_keep_their_last_digit(root_ids):
    packed = pack_columns(few(root_id=np.array(root_ids)))
    assert unpack(packed.content)[0].root_id.tolist() == [root_ids[row] for row in packed.order]


@pytest.mark.parametrize(("spread", "kind"), [(2**32 - 1, "uint32"), (2**32, "int64")])
def test_ids_take_four_bytes_where_their_range_allows_and_else_eight(spread, kind):
    packed = pack_columns(few(root_id=np.array([10**17, 10**17 + spread, 10**17])))
    assert stored(packed.content)["root_id"].dtype == kind


@pytest.mark.parametrize("n", [0, 1])
def test_a_cloud_may_hold_one_nucleus_or_none(n):
    back, _ = unpack(pack_columns(few(n)).content)
    assert back.nucleus_id.tolist() == [4074][:n]
    assert back.positions.tolist() == [[0, 1, 2]][:n]


def test_the_shuffle_is_a_permutation_and_always_the_same():
    first, second = pack_columns(few(1000)), pack_columns(few(1000))
    assert first.content == second.content
    assert sorted(first.order.tolist()) == list(range(1000))
    assert first.order.tolist() != list(range(1000))


def test_any_prefix_is_a_fair_sample():
    n = 40_000
    columns = few(n, labels={"half": (np.arange(n) < n // 2).astype(np.uint8)})
    half = stored(pack_columns(columns).content)["label:half"]
    assert abs(half[:4000].mean() - 0.5) < 0.03  # 4 standard deviations


def test_the_version_changes_with_any_nucleus_and_with_nothing_else():
    same = {pack_columns(few()).version for _ in range(2)}
    other = pack_columns(few(root_id=np.array([864691135066017860, 864691135066017860, 864691135066017861])))
    assert len(same) == 1
    assert other.version not in same


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"root_id": np.zeros(2, np.int64)}, "differ in length"),
        ({"labels": {"fine": np.zeros(4, np.uint8)}}, "differ in length"),
        ({"positions": np.array([[0, 0, 0], [0, np.nan, 0], [0, 0, 0]])}, "no position"),
        ({"nucleus_id": np.array([5, 6, 5])}, "occurs twice"),
    ],
)
def test_columns_that_do_not_fit_together_are_refused(changed, problem):
    with pytest.raises(DataError, match=problem):
        pack_columns(few(**changed))


def test_a_label_column_tells_255_labels_apart_and_refuses_more():
    assert label_codes([0, 254, -1], 255, "fine").tolist() == [0, 254, NOT_IN_TABLE]
    with pytest.raises(DataError, match="“fine” has 256 labels"):
        label_codes([0], 256, "fine")


def test_the_release_fits_into_four_megabytes():
    n, random = 144_120, np.random.default_rng(0)
    columns = PackedColumns(
        nucleus_id=random.permutation(800_000)[:n],
        root_id=864_691_130_000_000_000 + random.integers(0, 10**10, n),
        positions=random.uniform(0, 1_000, (n, 3)),
        labels={f"table {i}": random.integers(0, 20, n).astype(np.uint8) for i in range(6)},
        numbers={},
    )
    content = pack_columns(columns).content
    sections = stored(content)
    assert len(content) <= 4_000_000
    assert sum(sections[name].nbytes for name in ("positions", "nucleus_id", "root_id")) <= 2_700_000


@given(arrays.arrays(np.bool_, st.integers(0, 200)))
def test_a_bitset_comes_back_exactly(rows):
    bits = pack_bits(rows)
    assert len(bits) == -(-len(rows) // 8)
    assert np.array_equal(unpack_bits(bits, len(rows)), rows)


def test_a_bitset_has_its_first_row_in_the_lowest_bit():
    rows = np.zeros(10, dtype=bool)
    rows[[0, 9]] = True
    assert pack_bits(rows) == bytes([0b00000001, 0b00000010])


def test_a_bitset_of_other_rows_is_refused():
    with pytest.raises(ValueError, match="2 bytes cannot hold 17 rows"):
        unpack_bits(b"\0\0", 17)


def test_a_bitset_is_named_by_its_crc_32():
    assert checksum(b"123456789") == "cbf43926"  # the check value of CRC-32
