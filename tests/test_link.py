"""What the browser is told of a chart's marks: conditions that mean just the nuclei that Python finds."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from components.analysis.labels.levels import CONFLICTING
from components.analysis.selection.marks import Axis, Marks, coded_words, exact_tenths
from components.point_cloud.cloud import Cloud, LabelColumn, NumberColumn, make_cloud
from components.point_cloud.marks import LEFT_TO_PYTHON, described, described_above, described_combinations

N = 12
NUCLEI = np.arange(101, 101 + N)
words = st.lists(st.sampled_from("abc"), min_size=N, max_size=N)
codes = st.lists(st.integers(-1, 3), min_size=N, max_size=N)
flags = st.lists(st.booleans(), min_size=N, max_size=N).map(np.array)


def packed(labels: list[int], numbers: list[int] | None = None) -> Cloud:
    at = np.arange(N, dtype=float)
    depths = NumberColumn(title="n", unit="", values=at if numbers is None else np.array(numbers, float))
    spelled = LabelColumn(title="t", labels=coded_words(np.array(labels), "pqrs"))
    return make_cloud(
        nucleus_id=NUCLEI, root_id=NUCLEI, x_um=at, depth_um=at, z_um=at,
        labels={"t": spelled}, numbers={"n": depths},
    )  # fmt: skip


def fulfilled(cloud: Cloud, conditions: list[list]) -> list[int]:
    """The nuclei that fulfil conditions, told as the browser tells them."""
    fits = np.ones(N, dtype=bool)
    for kind, column, *rest in conditions:
        if kind == "rows":
            assert rest == [N]
            fits &= np.isin(np.arange(N), np.cumsum(column))
            continue
        stored = cloud.columns[f"{'label' if kind == 'label' else 'number'}:{column}"]
        if kind == "label":
            codes, rows = [*rest, []][:2]
            fits &= np.isin(stored, codes) | np.isin(np.arange(N), rows)
        else:
            fits &= (stored >= rest[0]) & (stored <= rest[1])
    return cloud.nuclei_at(fits).tolist()


@given(codes, words, words, flags, flags)
def test_told_marks_are_exact_or_not_told(
    labels: list[int], rows: list[str], columns: list[str], counted: np.ndarray, within: np.ndarray
) -> None:
    cloud = packed(labels)
    kept = counted & within
    if not kept.any():
        return
    axes = {
        "y": Axis(pd.Categorical(np.array(rows)[kept]), ("t",)),
        "x": Axis(pd.Categorical(np.array(columns)[kept]), ("t", "n")),
    }
    marks = Marks(NUCLEI[kept], axes)
    told = described(cloud, marks, NUCLEI[within], filtered=True)
    if told is None:
        return
    for row in axes["y"].words.categories:
        for column in axes["x"].words.categories:
            found = fulfilled(cloud, told["y"][row] + told["x"][column])
            inside = [nucleus for nucleus in found if within[nucleus - 101]]
            assert inside == marks.nuclei_at({"y": row, "x": column}).tolist()


def test_marks_that_the_columns_tell_are_told() -> None:
    cloud = packed([0, 0, 1, 1, 2, 2, 2, 3, 3, -1, -1, -1], [5] * 6 + [9] * 6)
    marks = Marks(
        NUCLEI, {"y": Axis(coded_words(np.array([0] * 4 + [1] * 5 + [2] * 3), ["a", "b", "none"]), ("t",))}
    )
    told = described(cloud, marks, None, filtered=False)
    assert told == {
        "whole": True,
        "y": {"a": [["label", "t", [0, 1]]], "b": [["label", "t", [2, 3]]], "none": [["label", "t", [255]]]},
    }
    halves = Marks(NUCLEI, {"name": Axis(pd.Categorical(["up"] * 6 + ["down"] * 6), ("n",))})
    told = described(cloud, halves, None, filtered=True)
    assert told == {
        "whole": False,
        "within": None,
        "name": {"up": [["range", "n", 0, 0]], "down": [["range", "n", 65534, 65534]]},
    }


def test_nuclei_of_several_labels_are_told_one_by_one_where_these_are_one_at_a_coarser_level() -> None:
    labels = coded_words(np.array([0, 0, 1, 1, 2, 2, 3, 3, 3, 3, -1, -1]), ["p", "q", "r", CONFLICTING])
    at = np.arange(N, dtype=float)
    cloud = make_cloud(
        nucleus_id=NUCLEI, root_id=NUCLEI, x_um=at, depth_um=at, z_um=at,
        labels={"t": LabelColumn(title="t", labels=labels)}, numbers={},
    )  # fmt: skip
    words = coded_words(np.array([0] * 4 + [1] * 2 + [0, 0, 1, 2]), ["a", "b", CONFLICTING])
    marks = Marks(NUCLEI[:10], {"y": Axis(words, ("t",))})
    told = described(cloud, marks, None, filtered=True)
    assert told is not None
    for word, codes, several in (("a", [0, 1], [107, 108]), ("b", [2], [109]), (CONFLICTING, [], [110])):
        ((_, _, told_codes, rows),) = told["y"][word]
        assert (told_codes, cloud.nucleus_id[rows].tolist()) == (codes, several)
        assert fulfilled(cloud, told["y"][word]) == marks.nuclei_at({"y": word}).tolist()


@given(words, flags)
def test_marks_that_no_column_tells_are_told_by_their_rows(rows: list[str], counted: np.ndarray) -> None:
    if not counted.any():
        return
    cloud = packed([0] * N)
    marks = Marks(NUCLEI[counted], {"x": Axis(pd.Categorical(np.array(rows)[counted]), ())})
    told = described(cloud, marks, None, filtered=False)
    assert told is not None
    for word in marks.axes["x"].words.categories:
        assert fulfilled(cloud, told["x"][word]) == marks.nuclei_at({"x": word}).tolist()


def test_thresholds_are_told_by_the_nuclei_that_reach_no_higher_one() -> None:
    reached = coded_words(np.array([0, 2, -1, 2]), ["0", "0.5", "1"])
    told = described_above(packed([0] * N), NUCLEI[:4], reached, "at least {}")
    assert told is not None
    assert told["nested"]
    found = {word: fulfilled(packed([0] * N), conditions) for word, conditions in told["x"].items()}
    assert found == {"0": [101], "0.5": [], "1": [102, 104]}
    assert described_above(packed([0] * N), np.array([7]), reached[:1], "") is None  # no nucleus of the cloud


def test_marks_that_share_nuclei_are_told_by_both_their_words() -> None:
    cells = pd.Categorical(["a, p", "b, p", "b, q", "a, p"])
    marks = Marks(np.array([101, 101, 102, 103]), {"y x": Axis(cells, ())})
    told = described(packed([0] * N), marks, None, filtered=False)
    assert told is not None
    assert told.pop("shared")
    for word in cells.categories:
        assert fulfilled(packed([0] * N), told["y x"][word]) == marks.nuclei_at({"y x": word}).tolist()
    assert marks.words_at({"y": "b", "x": "p"}) == {"y x": "b, p"}
    selected = marks.selected(np.array([101, 103]))
    assert (selected.n, selected.of({"y": "a", "x": "p"}), selected.of({"y": "b", "x": "q"})) == (2, 2, 0)


def test_combinations_of_tables_that_the_cloud_lacks_are_left_to_python() -> None:
    cloud = packed([0, 0, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1])
    told = described_combinations(cloud, {"0": (("t",), (), 3), "1": (("t", "points"), (), 2)})
    assert fulfilled(cloud, told["customdata"]["0"]) == [101, 102, 103]
    assert told["customdata"]["1"] == LEFT_TO_PYTHON
    ((_, column, _),) = LEFT_TO_PYTHON
    assert f"label:{column}" not in cloud.columns


@given(st.lists(st.floats(-90, 900, width=32), min_size=1, max_size=5), st.integers(-900, 9000))
def test_codes_of_depths_tell_how_they_compare_with_tenths(depths: list[float], tenths: int) -> None:
    values = np.array([*depths, tenths / 10, np.nan], dtype=np.float32)
    codes = exact_tenths(values)
    assert (codes >= 2 * tenths).tolist() == (values >= tenths / 10).tolist()
    assert (codes <= 2 * tenths).tolist() == (values <= tenths / 10).tolist()


def test_a_point_is_known_by_its_words_or_by_the_number_of_its_trace() -> None:
    marks = Marks(
        NUCLEI[:3],
        {"y": Axis(coded_words(np.array([0, 1, 1]), ["12.5", "a<b"]), ()),
         "name": Axis(coded_words(np.array([2, 0, 2]), ["x", "none of these", "z"]), ())},
    )  # fmt: skip
    assert marks.words_at({"y": 12.5, "curve_number": 1}) == {"y": "12.5", "name": "z"}
    assert marks.words_at({"y": "a&lt;b", "name": "x"}) == {"y": "a<b", "name": "x"}
    assert marks.words_at({"y": 12.5, "curve_number": 2}) == {}
    assert marks.nuclei_at({"y": "a<b", "name": "x"}).tolist() == [102]
