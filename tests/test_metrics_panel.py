"""The panel of metrics: numbers with what they are of, intervals or reasons, and who learned from whom."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.comparison.agreement import Agreement, measure_agreement, pair_labels
from components.analysis.comparison.axes import made_by_hand, training_words
from components.analysis.comparison.metrics import (
    FEW,
    METRICS,
    NO_METHOD,
    OTHER_VOCABULARY,
    interval_words,
    label_scores,
    metric_intervals,
)
from components.ui.agreement.metrics import agreement_title, score_rows
from data.catalog import TABLES
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, write_table
from tests.page_reader import run_with

TIMEOUT = 60
NEURONS, OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"
CLUSTERS, PREDICTED = "allen_column_mtypes_v1", "aibs_soma_nuc_exc_mtype_preds_v117"
METAMODEL, SVM = "aibs_soma_nuc_metamodel_preds_v117", "nucleus_ref_neuron_svm"
UNITS = "coregistration_manual_v3"
CLUSTER_NAMES = ("L2a", "L5ET", "L2a")


def frame(labels: list[str]) -> pd.DataFrame:
    ids = np.arange(1, len(labels) + 1, dtype=np.int64)
    return pd.DataFrame({"nucleus_id": ids, "cell_type": pd.Categorical(labels)})


def compared(rows: str, columns: str, first: list[str], second: list[str]) -> Agreement:
    sides = (TABLES[rows], frame(first)), (TABLES[columns], frame(second))
    return measure_agreement(pair_labels(*sides, "type"))


# Who was made by hand, and who learned from whom


@pytest.mark.parametrize(
    ("rows", "columns", "title"),
    [
        (FINE, NEURONS, "Agreement with Manual neurons"),
        (OTHERS, METAMODEL, "Agreement with Manual non-neurons"),
        (CLUSTERS, NEURONS, "Circular agreement with Manual neurons"),
        (FINE, METAMODEL, "Agreement"),
        (NEURONS, OTHERS, "Agreement"),
        (FINE, UNITS, "Agreement"),
    ],
)
def test_agreement_names_the_table_made_by_hand(rows: str, columns: str, title: str):
    assert agreement_title(TABLES[rows], TABLES[columns], "subclass") == title
    assert agreement_title(TABLES[columns], TABLES[rows], "subclass") == title


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [
        (FINE, NEURONS, "Baylor fine was trained on the labels of Manual neurons: "),
        (PREDICTED, CLUSTERS, "was trained on the labels of Column M-types (inferred): their agreement"),
        (FINE, METAMODEL, "were both trained on the labels of Manual neurons, made in the V1 column"),
        (COARSE, FINE, "whether Baylor coarse was too is unknown."),
        (COARSE, NEURONS, "Whether Baylor coarse was trained on the labels of Manual neurons is unknown."),
        (FINE, PREDICTED, ""),
        (FINE, SVM, ""),
    ],
)
def test_training_that_makes_agreement_optimistic_is_said(rows: str, columns: str, words: str):
    for one, other in ((rows, columns), (columns, rows)):
        said = training_words(TABLES[one], TABLES[other], TABLES)
        assert words in said
        assert bool(said) == bool(words)


def test_every_pair_of_the_catalogue_with_a_common_teacher_is_warned_of():
    taught = {name: {*table.trained_on.tables} for name, table in TABLES.items() if table.trained_on}
    for rows, columns in combinations(TABLES.values(), 2):
        first, second = taught.get(rows.name, set()), taught.get(columns.name, set())
        manual = {name for name in first & second if TABLES[name].method == "manual"}
        warned = rows.name in second or columns.name in first or bool(manual)
        assert bool(training_words(rows, columns, TABLES)) == warned
        assert made_by_hand(rows, columns) == made_by_hand(columns, rows)


def test_what_is_unknown_is_not_said_to_be_optimistic():
    for rows, columns in combinations(TABLES.values(), 2):
        words = training_words(rows, columns, TABLES)
        assert ("optimistic" in words) != (not words or "unknown" in words)
        assert ("unknown" in words) == (bool(words) and COARSE in (rows.name, columns.name))


# Label by label


def test_the_shares_of_a_label_say_of_which_table_they_are():
    result = compared(FINE, METAMODEL, ["23P"] * 4 + ["BC"], ["23P", "23P", "23P", "4P", "23P"])
    lines = score_rows(result).set_index("Label")
    assert [*lines.loc["23P"]] == [4, 4, 3, 0.75, 0.75, 0.75, "both"]
    assert [*lines.loc["BC"]][:4] == [1, 0, 0, 0.0]
    assert lines["Of Soma-nucleus metamodel, the same in Baylor fine"].isna().to_dict()["BC"]
    assert lines["Of Baylor fine, the same in Soma-nucleus metamodel"].isna().to_dict()["4P"]
    assert lines["In Soma-nucleus metamodel"].to_dict()["4P"] == 1


def test_both_readings_are_those_of_the_scores():
    draw = np.random.default_rng(3)
    labels = [draw.choice(["23P", "4P", "BC", "MC"], 300).tolist() for _ in range(2)]
    result = compared(FINE, METAMODEL, *labels)
    lines = score_rows(result).set_index("Label")
    of_rows, of_columns = (
        "Of Baylor fine, the same in Soma-nucleus metamodel",
        "Of Soma-nucleus metamodel, the same in Baylor fine",
    )
    rows, columns = label_scores(result.matrix), label_scores(result.matrix.T)
    assert [*rows["support"]] == [*lines["In Baylor fine"]]
    assert [*columns["support"]] == [*lines["In Soma-nucleus metamodel"]]
    for shares in (rows["recall"], columns["precision"]):
        assert np.allclose(shares, lines[of_rows])
    for shares in (rows["precision"], columns["recall"]):
        assert np.allclose(shares, lines[of_columns])
    for shares in (rows["f1"], columns["f1"]):
        assert np.allclose(shares, lines["F1"])


@pytest.mark.parametrize(
    ("n_rows", "n_columns", "word"),
    [
        (FEW, FEW, ""),
        (FEW - 1, FEW, "Baylor fine"),
        (FEW, FEW - 1, "Soma-nucleus metamodel"),
        (FEW - 1, FEW - 1, "both"),
    ],
)
def test_a_share_of_few_nuclei_is_marked_in_words(n_rows: int, n_columns: int, word: str):
    n = 3 * FEW
    first, second = (["BC"] * k + ["23P"] * (n - k) for k in (n_rows, n_columns))
    lines = score_rows(compared(FINE, METAMODEL, first, second)).set_index("Label")
    assert lines.loc["BC", f"Few (< {FEW}) in"] == word


# Intervals


def test_an_interval_is_said_in_the_metrics_own_form():
    assert interval_words("agreement", (0.9123, 0.9561)) == "91.2% to 95.6%"
    assert interval_words("kappa", (-0.0504, 0.1)) == "−0.050 to 0.100"


def test_a_metric_without_an_interval_says_why():
    reasons = metric_intervals(np.array([[9, 1], [1, 9]]), square=True)
    assert interval_words("kappa", reasons["kappa"]) == "no interval: fewer than 40 nuclei are compared"
    assert interval_words("ami", reasons["ami"]) == NO_METHOD


# On a page

INTERVAL = r"^(−?[\d.]+%? to |no interval: )"
SCRIPT = """
import streamlit as st
from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.ui.agreement.metrics import COLUMN_KEY, show_labels, show_leak, show_metrics
from components.ui.session.release import load_labels

st.segmented_control("V1 column", ["Any", "Inside", "Outside"], default="Any", key=COLUMN_KEY)
rows, columns = load_labels({rows!r}), load_labels({columns!r})
result = measure_agreement(
    pair_labels((rows.table, rows.frame), (columns.table, columns.frame), {level!r})
)
show_metrics(result)
show_leak(result)
show_labels(result)
"""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two tables of the same three nuclei, and one of clusters."""
    clusters = [(*row[:3], label, *row[4:]) for row, label in zip(FINE_ROWS, CLUSTER_NAMES, strict=True)]
    for name, rows in ((FINE, FINE_ROWS), (METAMODEL, FINE_ROWS), (CLUSTERS, clusters)):
        write_table(tmp_path, name, rows)
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(tmp_path))


def opened(rows: str, columns: str, level: str = "type", **query: str) -> AppTest:
    return run_with(
        AppTest.from_string(SCRIPT.format(rows=rows, columns=columns, level=level), default_timeout=TIMEOUT),
        query,
    )


def captions(app: AppTest) -> str:
    """Captions, each with the reason behind its help icon."""
    return "\n".join(": ".join(filter(None, (one.value, one.proto.help))) for one in app.caption)


@pytest.mark.usefixtures("sample")
def test_each_tile_has_its_interval_which_the_link_can_leave_out():
    app = opened(FINE, NEURONS, "subclass")
    assert [tile.label for tile in app.metric] == [
        "Agreement with Manual neurons",
        *(metric.title for name, metric in METRICS.items() if name != "agreement"),
    ]
    shown = captions(app)
    assert len(re.findall(INTERVAL, shown, re.MULTILINE)) == len(METRICS)
    assert "78.8% to 83.7%" in shown
    assert not re.search(
        INTERVAL, captions(opened(FINE, NEURONS, "subclass", intervals="false")), re.MULTILINE
    )


@pytest.mark.usefixtures("sample")
def test_the_intervals_shown_are_those_of_the_matrix():
    app = opened(FINE, COARSE, "class")
    lines = app.table[0].value
    both = lines[["In Baylor fine", "In Baylor coarse", "The same in both"]].set_index(lines["Label"])
    excitatory, inhibitory = both.loc["excitatory"], both.loc["inhibitory"]
    matrix = pd.DataFrame(
        [
            [excitatory.iloc[2], excitatory.iloc[0] - excitatory.iloc[2]],
            [inhibitory.iloc[0] - inhibitory.iloc[2], inhibitory.iloc[2]],
        ]
    )
    spans = metric_intervals(matrix.to_numpy(), square=True)
    assert all(interval_words(metric, spans[metric]) in captions(app) for metric in METRICS)


@pytest.mark.usefixtures("sample")
def test_where_both_learned_from_the_column_the_nuclei_outside_it_are_one_click_away():
    app = opened(FINE, METAMODEL)
    (button,) = app.button
    assert button.label == "Only nuclei outside the V1 column"
    assert "nuclei compared lie outside it" in app.warning[0].value
    button.click().run()
    assert app.session_state["only-column"] == "Outside"
    assert "Shown are only nuclei outside the column." in app.warning[0].value
    app.button[0].click().run()
    assert app.session_state["only-column"] == "Any"


@pytest.mark.usefixtures("sample")
def test_against_the_manual_table_itself_nothing_is_offered():
    app = opened(FINE, NEURONS, "subclass")
    assert "Baylor fine was trained on the labels of Manual neurons" in app.warning[0].value
    assert not app.button
    assert not opened(FINE, SVM, "neuron").warning


@pytest.mark.usefixtures("folder")
def test_few_nuclei_are_marked_in_words_and_grey():
    app = opened(FINE, METAMODEL)
    assert "Of **3 nuclei compared**" in app.markdown[0].value
    assert "**Few**" in app.markdown[0].value
    assert app.metric[0].value == ":gray[100.0%]"
    assert {*app.table[0].value[f"Few (< {FEW}) in"]} == {"both"}


@pytest.mark.usefixtures("folder")
def test_what_is_undefined_says_why_and_different_labels_have_no_scores():
    app = opened(FINE, CLUSTERS)
    assert [tile.value for tile in app.metric][:3] == [":gray[undefined]"] * 3
    assert captions(app).count(OTHER_VOCABULARY) == 3
    assert "have different labels here" in app.info[0].value
    assert "At the level of subclass they have the same." in app.info[0].value
    assert not app.table
