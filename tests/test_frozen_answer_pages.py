"""A frozen answer is saved from a page's code, and a dropped one says whether it still holds."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from components.analysis.output.frozen.answer import Loaded, frozen_answer
from components.analysis.output.frozen.question import Question
from components.analysis.selection.filters import Filters
from components.analysis.selection.text import from_text
from components.ui.page.frozen_answer import ANSWER
from components.ui.session.own_files import FILES
from data.opening import open_release
from data.settings import read_settings
from tests.conftest import UseFolder
from tests.loopback_archive import UNIT_HEADER, write_table
from tests.page_reader import opened, words

NEURONS, MTYPES = "allen_v1_column_types_slanted_ref", "allen_column_mtypes_v1"
SELECTED = f"filter:{NEURONS}:labels=23P"


@pytest.fixture
def answer(sample: Path) -> str:
    question = Question(
        table=NEURONS,
        label_source=NEURONS,
        filters=Filters(),
        partner=MTYPES,
        compared_at="subclass",
        selection=from_text(SELECTED),
    )
    release = open_release(read_settings({}), sample_when_offline=False)
    loaded = Loaded(release, {name: release.load_labels(name) for name in question.tables})
    return frozen_answer(question, loaded, page="manual_types", parameters={"baylor": ["x"]})


def test_a_dropped_answer_is_verified_and_leads_to_its_view(answer: str) -> None:
    app = opened("your_labels.py")
    app.file_uploader(key=FILES).set_value([("answer.json", answer.encode(), "application/json")]).run()
    assert not app.exception
    (verdict,) = app.success
    assert verdict.value.replace("\\", "").startswith(
        "**Frozen answer of v661.** Synthetic rows. The same: 2 tables of "
    )
    (link,) = app.get("link_button")
    assert link.proto.url == "manual_types?baylor=x&" + urlencode({"select": SELECTED})
    app.button(key="forget-answer").click().run()
    assert not app.success


def test_a_dropped_answer_that_does_not_hold_names_what_has_changed(answer: str) -> None:
    record = json.loads(answer)
    record["comparison"]["kappa"] += 1e-6
    app = opened("your_labels.py")
    app.file_uploader(key=FILES).set_value(
        [("a.json", json.dumps(record).encode(), "application/json")]
    ).run()
    assert not app.exception
    assert "Changed. Compared were 2 tables" in words(app)
    said = "\n".join(one.value for one in app.markdown).replace("\\", "")
    assert "comparison, kappa: " in said
    assert "section “comparison” was edited" in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 9}, "Update the app"),
        ({"release": 1300}, "v1300; the source “sample” holds v661"),
        ({"synthetic": False}, "The answer is of real rows"),
    ],
)
def test_a_dropped_answer_that_cannot_be_verified_says_why(
    answer: str, change: dict[str, object], said: str
) -> None:
    content = json.dumps(json.loads(answer) | change).encode()
    app = opened("your_labels.py")
    app.file_uploader(key=FILES).set_value([("answer.json", content, "application/json")]).run()
    assert not app.exception
    assert said in words(app)


def test_a_page_offers_its_answer_with_its_choices(sample: Path) -> None:
    app = opened("manual_types.py", drawer=["Code"], panel="Types")
    assert not app.exception
    assert any("python -m data verify" in caption.value for caption in app.caption)
    assert ANSWER not in app.session_state
    app.button(key="answer-link").click().run()
    assert not app.exception
    (address,) = [block.value for block in app.code if "answer=" in block.value]
    linked = opened(f"{urlsplit(address).path}.py", **parse_qs(urlsplit(address).query))
    (verdict,) = linked.success
    assert "The same: " in verdict.value.replace("\\", "")
    assert "answer" not in linked.query_params


def test_an_answer_is_offered_only_where_its_selection_can_be_followed(
    tmp_path: Path, use_folder: UseFolder
) -> None:
    units = "coregistration_manual_v3"
    header = UNIT_HEADER.replace("residual,float64\r\nscore,float64\r\n", "")
    write_table(tmp_path, units, [(1, 101, 4, 7, 11, 1, 175_760, 126_480, 15_504)], header)
    use_folder(tmp_path)
    for select, is_offered in ((f"filter:{units}", True), (f"filter:{units}:residual_um=0.0..5.0", False)):
        app = opened("coregistration.py", select=select)
        assert ("answer-link" in {button.key for button in app.button}) is is_offered
        assert ("has no column residual_um" in words(app).replace("\\", "")) is not is_offered
