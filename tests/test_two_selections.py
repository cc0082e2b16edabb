"""Two selections side by side, and the agreement of two tables inside a selection."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, cohen_kappa_score
from streamlit.testing.v1 import AppTest

from components.analysis.comparison.agreement import measure_agreement, pair_labels, pairs_within
from components.analysis.comparison.intervals import newcombe_interval
from components.analysis.comparison.metrics import ONE_LABEL, ONE_SIDED
from components.analysis.comparison.two_sets import composition, depth_shares, share_differences
from components.analysis.labels.counts import UNMAPPED, Quartiles
from components.analysis.selection.text import to_text
from components.ui.selection.bar import IN_BAR, agreement_words
from data.catalog import TABLES
from data.volume import VOLUME
from tests.loopback_archive import COARSE, FINE, write_table
from tests.page_reader import run_with

AXES = TABLES[COARSE], TABLES[FINE]
PRESET = VOLUME.layer_presets[0]


def labelled(*labels: str, first: int = 1) -> pd.DataFrame:
    ids = np.arange(first, first + len(labels), dtype=np.int64)
    return pd.DataFrame({"nucleus_id": ids, "cell_type": pd.Categorical(labels)})


COARSE_ROWS = labelled(*["excitatory", "inhibitory", "excitatory", "inhibitory", "excitatory"] * 8)
FINE_ROWS = labelled(*["23P", "BC", "BC", "4P", "4P", "MC", "23P"] * 5, first=3)
PAIRS = pair_labels((AXES[0], COARSE_ROWS), (AXES[1], FINE_ROWS), "class")


# Agreement inside a selection


@pytest.mark.parametrize("asked", [range(1, 60), range(10, 22), (3, 4, 5, 9, 36), ()])
def test_agreement_inside_a_selection_is_scikit_learns(asked: range | tuple[int, ...]) -> None:
    ids = np.array([*asked], dtype=np.int64)
    inside = measure_agreement(pairs_within(PAIRS, ids), IN_BAR)
    said = PAIRS.frame[PAIRS.frame.index.isin(asked)].astype(str)
    first, second = said["row_label"], said["column_label"]
    scores = {"agreement": accuracy_score, "kappa": cohen_kappa_score} if asked else {}
    expected = {name: score(first, second) for name, score in scores.items()}
    defined = {name: value for name, value in inside.metrics.items() if value is not None}
    assert defined == pytest.approx(expected)
    assert len(inside.pairs.frame) == len(said)


def test_nuclei_that_are_not_asked_for_count_as_filtered() -> None:
    ids = np.array([3, 4, 5, 60], dtype=np.int64)
    axes = (AXES[0], COARSE_ROWS), (AXES[1], FINE_ROWS)
    asked, kept = pair_labels(*axes, "class", within=ids), pairs_within(PAIRS, ids)
    assert asked.left_out == kept.left_out
    pd.testing.assert_frame_equal(asked.frame, kept.frame)


def test_what_is_undefined_is_a_dash_with_its_reason() -> None:
    result = measure_agreement(PAIRS)
    text, meaning = agreement_words(result, np.array([60, 61], dtype=np.int64))
    assert text == "0 in both · agreement — · κ —"
    assert "Of the 2 selected, 0 nuclei compared" in meaning
    assert "There is no nucleus to compare." in meaning
    alike = PAIRS.frame.index[(PAIRS.frame.astype(str) == "excitatory").all(axis=1)].to_numpy(np.int64)
    text, meaning = agreement_words(result, alike)
    assert text == f"{len(alike)} in both · agreement 100.0% · κ —"
    assert ONE_LABEL in meaning
    coarse = PAIRS.frame["row_label"].astype(str) == "excitatory"  # of both labels in the other table
    text, meaning = agreement_words(result, PAIRS.frame.index[coarse].to_numpy(np.int64))
    assert text.endswith(" · κ —")
    assert ONE_SIDED in meaning


# The differences of two sets


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(first, second, low, high) -> None:
    """Rows of his table II, method 10: of so many hits out of so many."""
    hits, n = ((np.array(one), np.array(other)) for one, other in zip(first, second, strict=True))
    assert [*map(float, newcombe_interval(hits, n))] == pytest.approx([low, high], abs=5e-5)


FRAME = FINE_ROWS.assign(
    depth_um=np.linspace(90, 700, len(FINE_ROWS)).astype(np.float32), x_um=np.float32(0), z_um=np.float32(0)
)
LABELS = FRAME["cell_type"].array


def test_a_set_is_described_as_counting_says() -> None:
    ids = np.array([3, 4, 5, 6, 999], dtype=np.int64)
    part = composition(FRAME, LABELS, ids, PRESET)
    depths = FRAME["depth_um"][:4].astype(float)
    assert part.n == 4
    assert part.labels["nuclei"].to_dict() == {"23P": 1, "4P": 1, "BC": 2}
    assert part.layers["nuclei"].sum() == 4
    assert part.depth == Quartiles(*np.percentile(depths, [25, 50, 75]))
    assert part.volume is None
    assert part.by_depth.sum() == pytest.approx(1)


def test_shares_stand_beside_each_other_and_have_an_interval_only_apart() -> None:
    first, second = (
        composition(FRAME, LABELS, np.array(ids, dtype=np.int64), PRESET).labels
        for ids in ([3, 4], [5, 6, 7])
    )
    apart, together = (
        share_differences(first, second, ["BC", "4P", "23P"], apart=how) for how in (True, False)
    )
    assert [*apart.index] == ["BC", "4P", "23P"]
    assert [*apart["difference"]] == pytest.approx([1 / 2 - 1 / 3, -2 / 3, 1 / 2])
    assert ((apart["low"] < apart["difference"]) & (apart["difference"] < apart["high"])).all()
    assert together[["low", "high"]].isna().all(axis=None)
    assert UNMAPPED not in apart.index


def test_the_slices_of_both_sets_are_one_scale_without_gaps() -> None:
    sets = {
        letter: composition(FRAME, LABELS, np.array(ids, dtype=np.int64), PRESET)
        for letter, ids in (("A", [3]), ("B", [37]))
    }
    shares = depth_shares(sets)
    assert [*shares.sum()] == [1, 1]
    assert (np.diff(shares.index) == 25).all()


# On a page


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nuclei 101 to 140, of each type in turn."""
    folder = tmp_path_factory.mktemp("release")
    rows = [
        (k, 101 + k, "s", ("23P", "4P", "BC")[k % 3], 0, 175_760, 126_480 + 4_000 * k, 15_504)
        for k in range(40)
    ]
    write_table(folder, FINE, rows)
    return folder


SCRIPT = f"""
import streamlit as st
from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.analysis.labels.levels import own_labels
from components.analysis.selection.filters import Filters
from components.ui.context.table_view import TableView
from components.ui.selection.bar import show_selection_bar
from components.ui.selection.selection import keep_in_link, set_selection
from components.ui.selection.two_selections import show_two_selections
from components.ui.session.release import load_labels
from components.ui.workbench.panels import Panel, show_panels
from data.volume import VOLUME

one = load_labels("{FINE}")
view = TableView(one, one, "type", own_labels(one.frame, "type"), Filters(), VOLUME.layer_presets[0])
result = measure_agreement(pair_labels(one.as_axis, one.as_axis, "type"))
keep_in_link()
show_selection_bar(None, result)
show_panels([Panel("A and B", lambda: show_two_selections(view, result))])
"""


def opened(monkeypatch: pytest.MonkeyPatch, release: Path, **link: str) -> AppTest:
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(release))
    return run_with(
        AppTest.from_string(SCRIPT, default_timeout=60), {name.replace("_", "-"): link[name] for name in link}
    )


def said(app: AppTest) -> str:
    return "\n".join(block.value for block in [*app.markdown, *app.caption, *app.info])


PYRAMIDS, BASKETS = f"filter:{FINE}:labels=23P,4P", f"filter:{FINE}:labels=BC"
REST = f"filter:{FINE} minus {PYRAMIDS}"


@pytest.mark.parametrize(
    ("set_a", "set_b", "words", "charts"),
    [
        (PYRAMIDS, BASKETS, "A: 27 of its 27 nuclei are in Baylor fine. B: 13 of its 13 nuclei are", 3),
        (PYRAMIDS, "", "B: 13 of its 13 nuclei are", 3),
        (PYRAMIDS, f"filter:{FINE}:labels=4P,BC", "A and B share 13 nuclei", 3),
        (BASKETS, f"{BASKETS} and filter:{FINE}", "A and B are the same nuclei here", 3),
        ("ids:1,2", BASKETS, "A: 0 of its 2 nuclei are in Baylor fine.", 0),
        ("", BASKETS, "Nothing is selected or kept as A.", 0),
        (f"filter:{FINE}", "", "So there is nothing to compare.", 0),
    ],
)  # fmt: skip
def test_a_link_restores_both_and_says_how_they_overlap(
    monkeypatch, release, set_a, set_b, words, charts
) -> None:
    link = {name: text for name, text in (("set_a", set_a), ("set_b", set_b)) if text}
    app = opened(monkeypatch, release, **link)
    assert words in said(app)
    assert len(app.get("plotly_chart")) == charts
    assert {name: to_text(app.session_state[name.replace("_", "-")]) for name in link} == link


def test_a_selection_is_kept_as_a_and_as_b_and_swapped(monkeypatch, release) -> None:
    app = opened(monkeypatch, release, select=PYRAMIDS)
    app.button(key="keep-set-a").click().run()
    assert app.query_params["set-a"] == PYRAMIDS
    app.button(key="select-B").click().run()  # the rest
    assert app.query_params["select"] == REST
    app.button(key="keep-set-b").click().run()
    app.button(key="swap-sets").click().run()
    assert [app.query_params[name] for name in ("set-a", "set-b")] == [REST, PYRAMIDS]
    app.selectbox(key="set-b-choice").set_value("The rest").run()
    assert "set-b" not in app.query_params
    assert not app.exception


def test_a_pick_draws_again_what_it_changes_and_no_more(monkeypatch, release) -> None:
    app = opened(monkeypatch, release, select=PYRAMIDS)
    app.button(key="select-B").click().run()
    assert "A: 13 of its 13 nuclei are in Baylor fine. B: 27 of its 27" in said(app)
    # The choices of A and B stay as they are; of the bar's tools “Undo” has something to undo now.
    assert {button.key for button in app.button} >= {"undo-selection", "clear-selection"}
    assert "select-B" not in {button.key for button in app.button}
    app.run()
    app.button(key="select-B").click().run()
    assert "**27 nuclei selected**" in said(app)
    assert not [*app.button, *app.selectbox, *app.get("download_button")[1:]]
    app.run()
    app.button(key="clear-selection").click().run()
    assert "**Nothing selected**" in said(app)
    assert "Nothing is selected or kept as A." in said(app)
    assert {button.key for button in app.button if button.disabled} >= {"clear-selection", "keep-set-a"}
    assert not app.get("page_link")
