"""Labels of another release on pages: added beside the pickers, kept in links, counted and selected."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.releases.carried import KEPT, MERGED, MISSING, MOVED, PARTED, UNROOTED, graft
from components.ui.session.release import reopen_release
from data.catalog import EVERY_TABLE
from tests.archived_releases import FORMS, PREFERRED, lost, made_rows, release_files, roots
from tests.loopback_archive import LoopbackArchive, running_archive
from tests.page_reader import click_point, figures, metrics, opened, tick, words

FINE, FINE_TITLE = "baylor_gnn_cell_type_fine_model_v2", "v661 on v1507: Baylor fine"
NUMBERS = (661, 1507)


@pytest.fixture(scope="module")
def archive() -> Iterator[LoopbackArchive]:
    with running_archive() as running:
        for number in NUMBERS:
            running.files |= release_files(number, FORMS[number])
        yield running


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def served(archive: LoopbackArchive, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {"SOURCE": "archive", "ARCHIVE": archive.url, "CACHE": str(cache)}.items():
        monkeypatch.setenv(f"CELL_TYPES_{name}", value)
    reopen_release()
    yield
    reopen_release()


def in_link(app: AppTest, name: str) -> str:
    value = app.query_params.get(name, "")
    return value if isinstance(value, str) else value[0]


def grafted() -> "pd.Series[str]":
    """What became of each nucleus with a fine label of 661 in 1507."""
    first, last = (
        pd.DataFrame({"nucleus_id": of.index, "root_id": of.to_numpy()})
        for of in (roots(661), roots(1507).drop(lost(1507)))
    )
    labelled = made_rows(FINE, 661)["target_id"].drop_duplicates().sort_values()
    fates = graft(first[first["nucleus_id"].isin(labelled)], first, last)
    return fates.set_index("nucleus_id")["outcome"].astype(str)


def selected(app: AppTest) -> list[int]:
    chosen: list[int] = app.session_state["selection"].nuclei({}).tolist()
    return chosen


def test_a_link_opens_cold_with_labels_of_another_release_on_pages(subtests: pytest.Subtests) -> None:
    for page in ("overview.py", "checks.py", "nucleus.py"):
        with subtests.test(page):
            app = opened(page, release="1507", carried=f"{FINE}~v661")
            assert not app.exception
            assert in_link(app, "carried") == f"{FINE}~v661"
            if page == "overview.py":
                lines = next(frame.value for frame in app.dataframe if "Page" in frame.value)
                (line,) = lines[lines["Table"] == FINE_TITLE].to_dict("records")
                assert line["In CAVE"] == "v661 on v1507"
                assert f"carried={FINE}~v661" in line["Page"]


def test_the_carried_table_is_one_of_its_family_and_marked() -> None:
    app = opened("baylor.py", release="1507", carried=f"{FINE}~v661", baylor=FINE_TITLE)
    assert app.selectbox(key="baylor").value == FINE_TITLE
    said = words(app)
    assert "Labels of v661 on the nuclei of v1507: of" in said.replace("\\", "")
    n = made_rows(FINE, 661)["target_id"].nunique()
    assert f"{n:,} nuclei" in said
    assert sum("fates_of(known, later)" in block.value for block in app.code) == 1


def test_what_is_no_table_of_labels_is_left_out_of_the_link() -> None:
    odd = f"no_table~v661,{FINE}~v661x,nucleus_detection_v0~v661,{FINE}"
    app = opened("baylor.py", release="1507", carried=odd)
    assert in_link(app, "carried") == ""
    assert FINE_TITLE not in app.selectbox(key="baylor").options


def test_an_answer_of_labels_put_on_another_release_is_verified_wherever_it_is_opened() -> None:
    link = {"release": "1507", "carried": f"{FINE}~v661", "baylor": FINE_TITLE, "drawer": ["Code"]}
    app = opened("baylor.py", **link)
    app.button(key="answer-link").click().run()
    (address,) = [block.value for block in app.code if "answer=" in block.value]
    (packed,) = parse_qs(urlsplit(address).query)["answer"]
    for page, release in (("checks.py", "661"), ("overview.py", "1507")):
        there = opened(page, release=release, answer=packed)
        (verdict,) = there.success
        assert verdict.value.replace("\\", "").startswith("**Frozen answer of v1507.** The same: ")


def test_labels_are_put_on_the_release_counted_selected_and_taken_away() -> None:
    app = opened("baylor.py", release="1507")
    app.session_state["carry-baylor"] = True
    app.run()
    app.selectbox(key="carried-of").set_value(661).run()
    app.selectbox(key="carried-table").set_value("Baylor fine").run()
    app.button(key="carry").click().run()
    assert not app.exception
    assert (in_link(app, "carried"), app.selectbox(key="baylor").value) == (f"{FINE}~v661", FINE_TITLE)
    counted = [one for one in app.button if str(one.key).startswith(f"select-{FINE}~v661-")]
    becoming = grafted()
    expected = becoming.value_counts()
    assert {one.label for one in counted} == {f"{n:,} {outcome}" for outcome, n in expected.items()}
    assert {MERGED, PARTED, UNROOTED, MISSING, MOVED, KEPT} <= {*expected.index}
    for outcome in (MERGED, UNROOTED):
        app.session_state["carry-baylor"] = True
        app.run()
        button = next(one for one in app.button if one.label.endswith(outcome))
        button.click().run()
        assert selected(app) == becoming.index[becoming == outcome].tolist()
    app.session_state["carry-baylor"] = True
    app.run()
    app.button(key=f"uncarry-{FINE}~v661").click().run()
    assert not app.exception
    assert in_link(app, "carried") == ""
    assert FINE_TITLE not in app.selectbox(key="baylor").options


def test_root_ids_are_followed_and_their_nuclei_selected(monkeypatch: pytest.MonkeyPatch) -> None:
    known = roots(661)
    moved = known[(known != roots(1507)) & (known > 0)].unique()[:3].tolist()
    app = opened("releases.py", release="1507", of="Baylor fine", against="v661")
    app.text_area(key="rot-text").set_value("\n".join(map(str, [*moved, moved[0], 77, "x"]))).run()
    assert not app.exception
    app.text_area(key="rot-text").set_value("\n".join(map(str, [*moved, 864691135568539372]))).run()
    rot = next(frame.value for frame in app.dataframe if "later_root_ids" in frame.value)
    assert rot["root_id"].tolist() == [*map(str, moved), "864691135568539372"]
    assert rot["outcome"].tolist()[-1] == "no nucleus on it in the earlier release"
    app.button(key="rot-cave").click().run()
    assert "CELL_TYPES_TOKEN" in words(app).replace("\\", "")
    answer = {int(rot["root_id"].iloc[-1]): (11, 12)}
    monkeypatch.setattr("components.ui.releases.rot.follow_roots", lambda *_: answer)
    app.button(key="rot-cave").click().run()
    assert "of 1 root ID 0 still whole, 1 became others, 0 unknown" in words(app)
    app.button(key="select-rot").click().run()
    on_them = known[known.isin(moved)].index
    assert f"{len(on_them)} nuclei selected" in words(app)


def test_a_bar_of_root_ids_selects_the_nuclei_that_are_still_there() -> None:
    known = roots(661)[lambda of: of > 0]
    app = opened("releases.py", release="1507", of="Baylor fine", against="v661")
    app.text_area(key="rot-text").set_value("none of these").run()
    assert "root ID" in app.error[0].value
    app.text_area(key="rot-text").set_value("\n".join(map(str, known.unique()))).run()
    rot = next(frame.value for frame in app.dataframe if "later_root_ids" in frame.value)
    outcome = figures(app)["rot-chart"]["data"][0]["y"][0]
    click_point(app, "rot-chart", y=outcome)
    nuclei = rot[rot["outcome"] == outcome]["nucleus_ids"].str.split().explode().astype(int)
    assert selected(app) == sorted({*nuclei} - {*lost(1507)}) != []


FLOW_KEY = f"release-flow-{FINE}-v661-v1507"
FLOW = f"""
import streamlit as st
from components.ui.releases import glance, pair
from components.ui.session.release import load_labels, release_of
earlier, later = (load_labels("{FINE}", release_of(number)) for number in (661, 1507))
found = pair.ReleasePair(earlier, later)
marks = glance.flow_marks(glance.flow_of(found, "type"))
st.session_state["{FLOW_KEY}"] = {{"selection": {{"points": [{{"words": {{"0": "BC", "1": "MC"}}}}]}}}}
glance.choose_mark("{FLOW_KEY}", marks, lambda words: ())
"""


def test_releases_count_the_changes_of_a_table_and_a_band_of_their_flow_selects_its_nuclei() -> None:
    app = opened("releases.py", release="1507", of="Baylor fine", against="v661")
    becoming = grafted()
    n = {outcome: int((becoming == outcome).sum()) for outcome in (MERGED, PARTED, MISSING)}
    shown = metrics(app)
    assert shown["Merged, split"] == f"{n[MERGED]:,}, {n[PARTED]:,}"
    assert shown["Added, gone"] == f"+0 −{n[MISSING]:,}"
    (told,) = [figure for key, figure in figures(app).items() if key == FLOW_KEY]
    assert {"BC", "MC"} <= told["layout"]["meta"]["marks"]["0"].keys()
    app = AppTest.from_string(FLOW, default_timeout=60).run()
    assert not app.exception
    before, after = (
        made_rows(FINE, number).drop_duplicates("target_id").set_index("target_id")["cell_type"]
        for number in NUMBERS
    )
    both = after.index[(after == "MC") & (before.reindex(after.index) == "BC")]
    assert selected(app) == sorted(both) != []


def test_an_order_of_the_tables_that_a_view_repeats_selects_its_nuclei_by_a_tick() -> None:
    titles = {EVERY_TABLE[name].title: {*made_rows(name, 1507)["target_id"]} for name in PREFERRED}
    info = made_rows("aibs_cell_info", 1507).set_index("id")["cell_type_source"].dropna()
    decided = info.map(lambda name: EVERY_TABLE[name].title)
    app = opened("soma_nucleus.py", release="1507", call="cell type")
    orders = next(frame.value for frame in app.dataframe if "Passed over" in frame.value)
    assert len(orders) > 1
    for place, (decides, over, n, _) in enumerate(orders.itertuples(index=False)):
        tick(app, "orders-cell type-0", place)
        nuclei = {*decided.index[decided == decides]}
        for title in {*titles} - {decides}:
            nuclei = nuclei & titles[title] if title in over else nuclei - titles[title]
        assert selected(app) == sorted(nuclei)
        assert len(nuclei) == n > 0
