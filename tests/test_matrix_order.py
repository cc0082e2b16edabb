"""Another order, or pooled labels: the same nuclei in the same matrix cells."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from components.analysis.comparison.matrix import OTHER, Order, arranged, ordered_matrix, pooled_matrix
from components.figures.matrix import Shares, matrix_figure, share_of

SQUARE = pd.DataFrame(
    [[5, 1, 0], [0, 9, 2], [0, 3, 1]],
    index=pd.Index(["BC", "23P", "4P"], name="A"),
    columns=pd.Index(["BC", "23P", "4P"], name="B"),
)
ORDERS: tuple[Order, ...] = ("depth", "size", "similarity")
counts = st.tuples(st.integers(1, 7), st.integers(1, 7)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(0, 40))
)


def frame(values: np.ndarray) -> pd.DataFrame:
    rows, columns = values.shape
    return pd.DataFrame(
        values,
        index=pd.Index([f"r{k}" for k in range(rows)], name="A"),
        columns=pd.Index([f"c{k}" for k in range(columns)], name="B"),
    )


@pytest.mark.parametrize("order", ORDERS)
@given(values=counts)
def test_no_order_changes_a_count(order: Order, values: np.ndarray) -> None:
    matrix = frame(values)
    other = ordered_matrix(matrix, order, square=False)
    pd.testing.assert_frame_equal(other.loc[matrix.index, matrix.columns], matrix)


@pytest.mark.parametrize("order", ORDERS)
def test_a_square_matrix_keeps_one_order_on_both_axes(order: Order) -> None:
    other = ordered_matrix(SQUARE, order, square=True)
    assert [*other.index] == [*other.columns]


def test_the_orders() -> None:
    assert [*ordered_matrix(SQUARE, "depth", square=True).index] == ["23P", "4P", "BC"]
    assert [*ordered_matrix(SQUARE, "size", square=True).index] == ["23P", "BC", "4P"]
    alike = [*ordered_matrix(SQUARE, "similarity", square=True).index]
    assert abs(alike.index("23P") - alike.index("4P")) == 1


@given(values=counts, most=st.integers(1, 8))
def test_pooling_loses_no_nucleus(values: np.ndarray, most: int) -> None:
    pooled = pooled_matrix(frame(values), most, square=False)
    assert pooled.to_numpy().sum() == values.sum()
    assert pooled.shape == tuple(min(size, most + 1) for size in values.shape)


@pytest.mark.parametrize("order", ORDERS)
@given(values=counts, most=st.integers(1, 8))
def test_margins_stay_last_and_whole_behind_what_is_pooled(
    order: Order, values: np.ndarray, most: int
) -> None:
    inner = frame(values)
    whole = inner.assign(alone=7)
    whole.loc["alone"] = 5
    pooled = arranged(whole, order, most, square=False)
    assert pooled.to_numpy().sum() == whole.to_numpy().sum()
    assert pooled.index[-1] == pooled.columns[-1] == "alone"
    cut = most < len(inner)
    assert (pooled.index[-2] == OTHER) is cut
    kept = pooled.index.drop(["alone", *[OTHER] * cut])
    assert pooled.loc[kept, "alone"].eq(7).all()
    assert [*kept] == [row for row in ordered_matrix(inner, order, square=False).index if row in kept]


def test_what_is_pooled_stands_last_under_one_name() -> None:
    pooled = pooled_matrix(SQUARE, 1, square=True)
    assert [*pooled.index] == [*pooled.columns] == ["23P", OTHER]
    assert pooled.to_numpy().tolist() == [[9, 2], [4, 6]]


def test_shares_are_of_the_row_the_column_or_all() -> None:
    assert share_of(SQUARE, "row").to_numpy()[1].tolist() == [0, 9 / 11, 2 / 11]
    assert share_of(SQUARE, "column").to_numpy()[:, 1].tolist() == [1 / 13, 9 / 13, 3 / 13]
    assert share_of(SQUARE, "all").to_numpy().sum() == pytest.approx(1)


def test_a_margin_is_no_part_of_the_shares() -> None:
    inner = share_of(SQUARE, "row", margins=1).to_numpy()
    assert inner[0].tolist() == [5 / 6, 1 / 6, 0]
    assert inner[2].tolist() == [0, 0, 0]


@pytest.mark.parametrize("shares", ["row", "column", "all"])
def test_the_picture_holds_the_numbers(shares: Shares) -> None:
    figure = matrix_figure(SQUARE, square=True, caption="what", shares=shares, clickable=True)
    heat, targets, *_ = figure.data
    assert heat.z == pytest.approx(share_of(SQUARE, shares).to_numpy()), "the colour is the share"
    found = zip(targets.y, targets.x, np.asarray(targets.customdata)[:, 0], strict=True)
    assert {(row, column): n for row, column, n in found} == {
        (row, column): SQUARE.loc[row, column] for row in SQUARE.index for column in SQUARE.columns
    }
    frames = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert [(frame.x0 + 0.5, frame.y0 + 0.5) for frame in frames] == [(0, 0), (1, 1), (2, 2)]
    assert figure.layout.title.subtitle.text == "what"
