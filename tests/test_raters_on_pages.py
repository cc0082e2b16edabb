"""All raters on pages: the panel of Agreement, the colours of the cloud, the nucleus page, the files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.raters.dawid_skene import UNRESOLVED, Posteriors, rate_nuclei
from components.analysis.raters.files import consensus_rows
from components.analysis.raters.ratings import lineage_ratings
from components.ui.agreement.raters import SILENT, crossed_marks
from components.ui.context.raters import with_consensus
from components.ui.session.notices import plain
from data.loader import LabelTable
from data.opening import open_release
from data.settings import read_settings
from tests.page_reader import ROOT, TIMEOUT, figures, metrics, run_with, words
from tests.test_marks import CLOUD, view_message

pytestmark = pytest.mark.usefixtures("sample")


@pytest.fixture(scope="module")
def loaded(sample_cache: Path) -> dict[str, LabelTable]:
    settings = read_settings({"source": "sample", "cache": sample_cache})
    opened = open_release(settings, sample_when_offline=False)
    return {name: opened.load_labels(name) for name in opened.tables.on_pages}


@pytest.fixture(scope="module")
def rated(loaded: dict[str, LabelTable]) -> Posteriors:
    found = rate_nuclei(lineage_ratings(loaded, "subclass"))
    assert isinstance(found, Posteriors)
    return found


def page(name: str, **link: str) -> AppTest:
    named = {key.replace("_", "-"): value for key, value in link.items()}
    return run_with(AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=TIMEOUT), named)


def legend(app: AppTest) -> list[str]:
    """The titles in the legend of the cloud; none where a number colours it."""
    (view,) = (one.proto for one in app.get("bidi_component") if one.proto.component_name.endswith(CLOUD))
    message = view_message(view)
    colour = message["parts"][message["colour"]]
    return [title for title, *_ in colour["entries"]] if colour["by"] == "label" else []


def test_the_panel_counts_what_the_model_gives(rated: Posteriors) -> None:
    app = page("agreement", panel="All raters")
    n, resolved = len(rated.posterior), int((rated.answers >= 0).sum())
    assert metrics(app)["Rated"] == f"{n:,}"
    assert metrics(app)["Resolved"] == f"{resolved:,} ({resolved / n:.1%})"
    assert metrics(app)["Unresolved"] == f"{n - resolved:,}"
    for name, of in (("raters-crossed", n), ("raters-disagree", None)):
        cells = figures(app)[name]["data"][1]["customdata"]
        assert of is None or sum(count for count, _ in cells) == of
    assert "(circular)" in words(app)
    assert "optimistic" in words(app)


def test_a_level_of_two_lineages_has_no_posterior() -> None:
    app = page("agreement", panel="All raters", rows="Neuron SVM", compared_at="Neuron")
    assert "Not identifiable: two lineages" in words(app)
    assert "Rated" not in metrics(app)
    assert "raters-crossed" not in figures(app)


def test_the_cloud_takes_the_colours_of_the_consensus(rated: Posteriors) -> None:
    app = page("agreement", colour_of="Consensus")
    found = {rated.ratings.labels[place] if place >= 0 else UNRESOLVED for place in rated.answers}
    assert {*legend(app)} == found
    assert legend(app)[-1] == UNRESOLVED
    assert legend(page("agreement", colour_of="Posterior")) == []
    assert legend(page("agreement", colour_of="Differ nearby")) == [f"{n} of 5 differ" for n in range(6)]


@pytest.mark.parametrize("rater", [None, 0, 2])
def test_a_cell_holds_the_nuclei_that_it_counts(rated: Posteriors, rater: int | None) -> None:
    marks, rows = crossed_marks(rated, rater), consensus_rows(rated)
    if rater is None:
        given = rows["majority"]
    else:
        words_of = np.array([*rated.ratings.labels, SILENT], dtype=object)
        given = pd.Series(words_of[rated.ratings.codes[:, rater]], index=rows.index)
    for consensus, label in ((UNRESOLVED, "4P"), ("4P", "23P"), ("4P", "4P")):
        wanted = rows.index[(rows["consensus"] == consensus) & (given == label)]
        assert marks.nuclei_at({"y": consensus, "x": label}).tolist() == wanted.tolist()


def test_the_nucleus_page_says_the_posterior_beside_the_majority(rated: Posteriors) -> None:
    rows = consensus_rows(rated)
    sure = rows[rows["consensus"] == rows["majority"]].iloc[0]
    said = words(page("nucleus", nucleus=str(sure.name)))
    assert f"posterior {sure['likeliest']} {sure['posterior']:.2f}" in said
    unsure = rows[rows["consensus"] == UNRESOLVED].iloc[0]
    said = words(page("nucleus", nucleus=str(unsure.name)))
    assert plain(f"posterior unresolved: {unsure['likeliest']} {unsure['posterior']:.2f}, ") in said


def test_files_hold_the_consensus_of_the_nuclei_that_have_one(
    rated: Posteriors, loaded: dict[str, LabelTable]
) -> None:
    rows = consensus_rows(rated)
    some = pd.DataFrame({"kept": [1, 2, 3]}, index=pd.Index([rows.index[5], -1, rows.index[5]]))
    found = with_consensus(some, loaded)
    assert found["kept"].tolist() == [1, 2, 3]
    assert found["posterior_subclass"].tolist()[::2] == [rows["posterior"].iloc[5]] * 2
    assert found["consensus_subclass"].isna().tolist() == [False, True, False]
    assert "consensus_class" in found


CLICK = """
import streamlit as st
from components.ui.agreement.raters import crossed_marks
from components.ui.context.raters import posteriors_at_hand
from components.ui.selection.picks import choose_mark
st.session_state["chart"] = {"selection": {"points": [{"y": "unresolved", "x": "no majority"}]}}
choose_mark("chart", crossed_marks(posteriors_at_hand("subclass"), None), lambda words: [])
"""


def test_a_click_on_a_cell_selects_its_nuclei(rated: Posteriors) -> None:
    app = run_with(AppTest.from_string(CLICK, default_timeout=TIMEOUT), {})
    rows = consensus_rows(rated)
    wanted = rows.index[(rows["consensus"] == UNRESOLVED) & rows["majority"].isna()]
    assert app.session_state["selection"].nuclei({}).tolist() == wanted.tolist()
    assert len(wanted) > 10
