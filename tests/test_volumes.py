"""Nucleus volumes by label: every nucleus once, and the boxes equal to their numbers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.analysis.labels.counts import QUANTILES, UNMAPPED, median_volume, volume_by_label
from components.analysis.labels.levels import CONFLICTING, labels_at, raw_labels
from components.figures.profiles import volumes_figure

VOLUMES = st.one_of(st.just(np.nan), st.floats(25, 600, width=32))
LABELS = st.sampled_from(["23P", "BC", "oligo"])
NUCLEI = st.dictionaries(st.integers(1, 30), st.tuples(LABELS, VOLUMES), min_size=1)


def frame(*rows: tuple[int, str | None, float]) -> pd.DataFrame:
    ids, labels, volumes = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "nucleus_id": np.array(ids, np.int64),
            "cell_type": pd.Categorical(labels),
            "volume_um3": np.array(volumes, np.float32),
        }
    )


def test_the_quantiles_of_a_worked_example():
    made = frame(*((nucleus, "23P", 100.0 + nucleus) for nucleus in range(21)), (99, "oligo", 90.0))
    volumes = volume_by_label(made, raw_labels(made))
    assert volumes.to_dict("index")["23P"] == {
        "n": 21, "q05": 101, "q25": 105, "median": 110, "q75": 115, "q95": 119,
    }  # fmt: skip
    assert volumes.loc["oligo"].to_numpy().tolist() == [1, 90, 90, 90, 90, 90]
    assert volumes["n"].dtype == np.int64


def test_a_nucleus_counts_once_and_one_with_two_labels_as_conflicting():
    made = frame((1, "23P", 100), (1, "23P", 100), (2, "23P", 200), (3, "BC", 300), (3, "23P", 300))
    volumes = volume_by_label(made, raw_labels(made))
    assert volumes["n"].to_dict() == {"23P": 2, CONFLICTING: 1}
    assert volumes["median"].to_dict() == {"23P": 150, CONFLICTING: 300}


def test_an_unmapped_label_keeps_its_nuclei():
    made = frame((1, "23P", 100), (2, "something new", 200))
    assert volume_by_label(made, labels_at(made, "class"))["median"].to_dict() == {
        "excitatory": 100,
        UNMAPPED: 200,
    }


def test_what_has_no_volume_is_in_no_box():
    made = frame((1, "23P", 100), (2, "23P", np.nan), (3, "BC", np.nan))
    assert volume_by_label(made, raw_labels(made))["n"].to_dict() == {"23P": 1}


def test_filtered_rows_need_no_fresh_index():
    made = frame((1, "23P", 100), (2, "BC", 200), (3, "BC", 400))
    kept = made[made["nucleus_id"] > 1]
    assert volume_by_label(kept, raw_labels(kept))["median"].to_dict() == {"BC": 300}


@given(NUCLEI)
def test_quantiles_equal_those_of_pandas(nuclei):
    made = frame(*((nucleus, label, volume) for nucleus, (label, volume) in nuclei.items()))
    volumes = volume_by_label(made, raw_labels(made))
    known = made.dropna(subset="volume_um3").astype({"volume_um3": float, "cell_type": "str"})
    grouped = known.groupby("cell_type")["volume_um3"]
    assert volumes["n"].to_dict() == grouped.size().to_dict()
    for name, share in QUANTILES.items():
        expected = grouped.quantile(share)
        assert volumes[name].to_numpy() == pytest.approx(expected.reindex(volumes.index).to_numpy())


def test_the_median_of_all_takes_each_nucleus_once():
    assert median_volume(frame((1, "23P", 100), (1, "BC", 100), (2, "BC", 300))) == 200
    assert median_volume(frame((1, "23P", np.nan))) is None
    assert median_volume(pd.DataFrame({"nucleus_id": [1]})) is None


def test_the_boxes_are_the_quantiles_and_carry_no_rows():
    made = frame(
        *((k, "23P", 100.0 + k) for k in range(200)), *((k, "BC", 300.0 + k) for k in range(200, 300))
    )
    volumes = volume_by_label(made, raw_labels(made))
    figure = volumes_figure(volumes, {"23P": "#112233"}, "caption")
    boxes = [trace for trace in figure.data if trace.type == "box" and trace.name != "selected"]
    assert [box.name for box in boxes] == ["23P", "BC"] == list(figure.layout.yaxis.categoryarray)
    drawn = [[box.lowerfence, box.q1, box.median, box.q3, box.upperfence] for box in boxes]
    assert np.array(drawn).squeeze().tolist() == volumes[list(QUANTILES)].to_numpy().tolist()
    assert boxes[0].line.color == "#112233"
    (written,) = (trace for trace in figure.data if trace.type == "scatter")
    assert [text.strip() for text in written.text] == ["200 µm³ · n = 200", "550 µm³ · n = 100"]
    assert len(figure.to_json()) < 20_000
    assert figure.layout.yaxis.range == (1.5, -0.5)  # the first label on top
