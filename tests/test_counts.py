"""Counts and depth profiles: every nucleus once, and the picture equal to its numbers."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from components.analysis.labels.counts import depth_profile, find_denominator, type_counts
from components.analysis.labels.levels import CONFLICTING, NO_LABEL, raw_labels
from components.figures.matrix import matrix_figure
from components.figures.profiles import DEPTH_LINE, depth_figure

rows = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from(["23P", "BC", "4P", None]), st.floats(0, 800)), min_size=1
)


def frame(*given_rows: tuple[int, str | None, float]) -> pd.DataFrame:
    ids, labels, depths = zip(*given_rows, strict=True)
    return pd.DataFrame(
        {"nucleus_id": ids, "cell_type": pd.Categorical(labels), "depth_um": np.array(depths, np.float32)}
    )


def test_a_nucleus_with_two_labels_stands_once_as_conflicting():
    made = frame((1, "23P", 100), (1, "BC", 100), (2, "23P", 110), (2, "23P", 110), (3, None, 120))
    counts = type_counts(made["nucleus_id"], raw_labels(made))
    assert counts["nuclei"].to_dict() == {"23P": 1, NO_LABEL: 1, CONFLICTING: 1}
    assert counts["share"].sum() == 1


@given(rows)
def test_counts_and_profile_add_up_to_the_nuclei(given_rows):
    made = frame(*given_rows)
    n = made["nucleus_id"].nunique()
    labels = raw_labels(made)
    assert type_counts(made["nucleus_id"], labels)["nuclei"].sum() == n
    assert depth_profile(made, labels).to_numpy().sum() == n


def test_a_slice_holds_what_lies_in_it():
    made = frame((1, "23P", 0.0), (2, "23P", 24.9), (3, "BC", 25.0), (4, "23P", 60.0))
    profile = depth_profile(made, raw_labels(made), step_um=25)
    assert profile.index.tolist() == [12.5, 37.5, 62.5]
    assert profile["23P"].tolist() == [2, 0, 1]
    assert profile["BC"].tolist() == [0, 1, 0]


def test_the_depth_line_steps_between_slices_and_closes_on_nothing():
    made = frame((1, "23P", 10.0), (2, "23P", 30.0), (3, "23P", 31.0))
    line = depth_figure(depth_profile(made, raw_labels(made), 25), {}, [("L1", 0, 90)], "caption").data[0]
    assert list(line.x) == [0, 1, 2, 0]
    assert [line.y0 + k * line.dy for k in range(4)] == [-12.5, 12.5, 37.5, 62.5]
    assert DEPTH_LINE["line"]["shape"] == "vhv"  # vertical first: depth is on the y axis


def test_the_matrix_writes_its_counts_and_frames_agreement_only_where_axes_speak_the_same():
    matrix = pd.DataFrame([[3, 1], [0, 6]], index=pd.Index(["a", "b"], name="r"), columns=["a", "b"])
    square, other = (matrix_figure(matrix, square=square, caption="c") for square in (True, False))
    assert square.data[0].text.tolist() == [
        ["<b>3</b><br>75.0%", "<b>1</b><br>25.0%"],
        ["", "<b>6</b><br>100.0%"],
    ]
    assert (len(square.layout.shapes), len(other.layout.shapes)) == (2, 0)


def test_the_denominator_is_named():
    labelled = frame((1, "23P", 1), (2, "BC", 2))
    assert find_denominator({"some": labelled}).name == "nuclei in the loaded tables together"
    detected = find_denominator({"some": labelled, "nucleus_detection_v0": frame((1, None, 1))})
    assert (detected.name, detected.nuclei.tolist()) == ("detected nuclei", [1])
