"""Where labels fail, on pages: labels out of place, standardised agreement, clusters, and whom to trust."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components.analysis.labels.ids import Ids
from components.analysis.selection.marks import Marks
from components.analysis.selection.misplaced import Misplaced
from components.ui.agreement import differences
from components.ui.selection.selection import selected_nuclei
from components.ui.session.followers import FOLLOWING
from data.volume import VOLUME
from tests.page_reader import ROOT, TIMEOUT, figures, run_with, words
from tests.test_review import message

pytestmark = pytest.mark.usefixtures("sample")
MANUAL, OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"
FINE = "baylor_gnn_cell_type_fine_model_v2"


def page(name: str, **link: Any) -> AppTest:
    named = {key.replace("_", "-"): value for key, value in link.items()}
    return run_with(AppTest.from_file(str(ROOT / "pages" / f"{name}.py"), default_timeout=TIMEOUT), named)


def lines(app: AppTest, head: str) -> list[dict[str, object]]:
    """The lines of the list with a column of this head."""
    (found,) = (one.value for one in app.dataframe if head in one.value)
    return [{str(name): value for name, value in line.items()} for line in found.to_dict("records")]


def test_all_labels_out_of_place_are_selected_by_the_rule() -> None:
    app = page("agreement", panel="Out of place")
    bars = figures(app)["misplaced"]["data"][0]
    n = sum(bars["x"])
    ranges = lines(app, "Too deep")
    assert n == sum(int(str(line["Too shallow"])) + int(str(line["Too deep"])) for line in ranges)
    (button,) = (button for button in app.button if button.key == "misplaced-all")
    assert button.label == f"Select all {n:,} nuclei"
    button.click().run()
    assert app.session_state["selection"] == Misplaced(FINE, (MANUAL, OTHERS))


def test_the_queue_of_review_names_the_place_and_the_range() -> None:
    app = page("review", queue="Implausible in place")
    assert "plausible by the manual labels" in message(app)["why"]


def test_agreement_is_standardised_to_the_mix_of_each_table_and_coverage_is_counted() -> None:
    app = page("agreement", panel="Metrics", rows="Baylor fine", **{"with": "Manual neurons"})
    found = lines(app, "Types and depths")
    assert [line["Types and depths"] for line in found] == [
        "as compared",
        "as Baylor fine has them",
        "as Manual neurons has them",
        "as Soma-nucleus metamodel has them",
        "each type of Manual neurons alike",
    ]
    assert str(found[0]["Agreement (95 %)"]).startswith(str(app.metric[1].value))
    figure = figures(app)["covered"]
    assert sum(n for n, *_ in figure["data"][0]["customdata"]) == int(str(found[0]["Compared"]))
    assert {*figure["layout"]["meta"]["marks"]["name"]} == {"covered", "not covered"}


def test_disagreements_are_counted_by_their_neighbours() -> None:
    app = page("agreement", panel="Where", compared_at="Class", **{"with": "Baylor coarse"})
    n = sum(figures(app)["clustering"]["data"][0]["y"])
    assert f"neighbours of the {n:,} nuclei on which the tables differ" in words(app)


@pytest.mark.parametrize("by", differences.BY)
def test_a_click_on_a_bin_selects_its_nuclei_that_differ(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    selected: list[tuple[Ids, Ids]] = []

    def click(
        key: str, *_: object, on_select: Callable[[], None], marks: Callable[[], Marks], **_more: object
    ) -> None:
        word = str(marks().axes["y"].words[0])
        st.session_state[key] = {"selection": {"points": [{"words": {"y": word}}]}}
        on_select()
        selected.append((selected_nuclei(), marks().nuclei_at({"y": word})))

    monkeypatch.setattr(differences, "linked", lambda marks, *_: marks)
    monkeypatch.setattr(differences, "show_chart", click)
    page("agreement", panel="Where", differ_by=by, compared_at="Class", **{"with": "Baylor coarse"})
    found, wanted = selected[-1]
    assert found.tolist() == wanted.tolist()
    assert len(wanted)


def test_whom_to_trust_names_no_winner_and_says_what_is_unknown() -> None:
    app = page("agreement", panel="Trust", trust_where="Layer", trust_layer="L5")
    known = {line["Lineage"]: line for line in lines(app, "Lineage")}
    assert known["Manual labels"]["By hand, not its training cells"] == "by hand itself"
    assert known["Column M-types"]["By hand, not its training cells"] == "unknown"
    assert "circular" in str(known["Column M-types"]["By hand, its training cells"])
    assert "The panel ranks nothing." in words(app)
    assert len(figures(app)["lineages"]["layout"]["yaxis"]["ticktext"]) > len(known) - 1
    assert "panel:Trust" not in app.session_state[FOLLOWING]  # a pick leaves it as it is
    nowhere = page("agreement", panel="Trust", trust_where="Selection")
    assert "panel:Trust" in nowhere.session_state[FOLLOWING]
    assert "in the selection, which is empty" in words(nowhere)


def test_places_part_the_nuclei_that_lineages_label() -> None:
    def compared(**place: Any) -> Counter[str]:
        drawn = figures(page("agreement", panel="Trust", **place))["lineages"]["data"]
        return Counter({name: n for trace in drawn for name, _, n, *_ in trace.get("customdata", ())})

    everywhere, deepest = compared(), int(VOLUME.deepest_um)
    areas = [compared(trust_where="Area", trust_area=area) for area in VOLUME.areas]
    ends = ([0, 400], [400, deepest])
    depths = [compared(trust_where="Depth", trust_depth=[*map(str, range_um)]) for range_um in ends]
    assert sum(areas, Counter()) == everywhere
    assert sum(depths, Counter()) == everywhere
    assert all(part < everywhere for part in (areas[0], *depths))
