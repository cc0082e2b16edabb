"""Find anything: what a reader types, what is meant by it, and where it leads."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qsl

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.analysis.search.names import SearchedRelease, SearchHit
from components.analysis.search.search import LONGEST, LONGEST_LIST, MOST, search_for
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.listed import Listed, listed
from components.analysis.selection.text import from_text, to_text
from data.catalog import EVERY_TABLE, TABLES
from data.catalog.pages import MOVED, PAGES
from data.catalog.tables import release_tables
from data.labels.crosswalk import CELL_TYPES
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from tests.page_reader import ROOT, TIMEOUT, opened_wide, words

DETECTIONS, GROUPS = "nucleus_detection_v0", "connectivity_groups_v507"
METAMODEL, FINE = "aibs_soma_nuc_metamodel_preds_v117", "baylor_gnn_cell_type_fine_model_v2"
MANUAL = "allen_v1_column_types_slanted_ref"
ROOT_ID, SHARED = 864691135919440816, 864691135919440817


def frame(rows: list[tuple[int, int]], labels: list[str] | None = None) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["nucleus_id", "root_id"]).astype(np.int64)
    return made if labels is None else made.assign(cell_type=pd.Categorical(labels))


UNKNOWN = replace(VOLUME.releases[661], number=9999)
OPENED = release_tables(VOLUME.releases[661])
HERE = SearchedRelease(
    OPENED,
    {
        DETECTIONS: frame([(12, 0), (260_620, ROOT_ID), (582_276, SHARED), (582_277, SHARED)]),
        GROUPS: frame([(260_620, ROOT_ID), (582_276, SHARED)], ["12", "Group 7"]),
    },
)
NOTHING = SearchedRelease(OPENED, {})


def kind_and_title(hit: SearchHit) -> tuple[str, str]:
    return hit.kind, hit.title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("260620", ("nucleus", "Nucleus 260620")),
        ("  260,620 ", ("nucleus", "Nucleus 260620")),
        ("nucleus 260620", ("nucleus", "Nucleus 260620")),
        ("Nucleus ID: 260620", ("nucleus", "Nucleus 260620")),
        (f"{ROOT_ID}", ("root", f"Root {ROOT_ID}")),
        (f"root id {ROOT_ID:,}", ("root", f"Root {ROOT_ID}")),
        ("240640, 207872, 21360", ("place", "At 240640, 207872, 21360")),
        ("[240640 207872 21360]", ("place", "At 240640, 207872, 21360")),
        ("240640.5;207872;21360", ("place", "At 240640.5, 207872, 21360")),
        ("at 700, 310, 870 µm", ("place", "At 700, 310, 870 µm")),
        ("Baylor fine", ("table", "Baylor fine")),
        ("baylor_gnn_cell_type_fine_model_v2", ("table", "Baylor fine")),
        ("  AGREEMENT ", ("page", "Agreement")),
        ("checks", ("page", "Checks")),
        ("inhibitory", ("type page", "Type inhibitory")),
        ("5P-PT", ("type page", "Type 5P-ET")),
        ("group 7", ("type page", "Type Group 7")),
    ],
)
def test_one_thing_that_is_called_so_is_sure(text: str, expected: tuple[str, str]) -> None:
    only = search_for(text, HERE).only_exact
    assert only is not None
    assert kind_and_title(only) == expected


@pytest.mark.parametrize(
    ("text", "label", "tables"),
    [
        ("BC", "BC", [METAMODEL, FINE, MANUAL]),
        ("basket", "BC", [METAMODEL, FINE, MANUAL]),
        ("Martinotti cells", "MC", [METAMODEL, FINE, MANUAL]),
        ("5P-PT", "5P-ET", [METAMODEL, FINE, MANUAL]),
        ("5p - et", "5P-ET", [METAMODEL, FINE, MANUAL]),
        ("oligodendrocyte", "oligo", [METAMODEL, "aibs_column_nonneuronal_ref"]),
        ("InhTC", "ITC", ["allen_column_mtypes_v1"]),
        ("12", "12", [GROUPS]),
    ],
)
def test_a_type_is_found_in_each_table_that_holds_it_the_widest_first(
    text: str, label: str, tables: list[str]
) -> None:
    types = [hit for hit in search_for(text, HERE).hits if hit.kind == "type"]
    types = [hit for hit in types if hit.exact] or types  # behind those called so, those called like it
    recipes = [from_text(dict(hit.link)["select"]) for hit in types]
    assert recipes == [Filtered(name, (label,)) for name in tables]
    for hit, name in zip(types, tables, strict=True):
        page = TABLES[name].family
        assert hit.page == page
        assert dict(hit.link)[page] == TABLES[name].title


@pytest.mark.parametrize(
    ("text", "nuclei"),
    [
        ("nucleus_id 260620 582276", [260_620, 582_276]),
        (f"pt_root_id {ROOT_ID} {SHARED}", [260_620, 582_276, 582_277]),
        (f'[{{"target_id":260620,"pt_root_id":{SHARED}}},{{"target_id":12,"pt_root_id":0}}]', [12, 260_620]),
    ],
)
def test_of_a_pasted_table_the_column_of_ids_is_read(text: str, nuclei: list[int]) -> None:
    only = search_for(text, HERE).only_exact
    assert only is not None
    selection = from_text(dict(only.link)["select"])
    assert isinstance(selection, Listed)
    assert list(selection.nucleus_ids) == nuclei


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"x_nm":260620,"y_nm":582276}]', "paste the table under “Select by ID”"),
        ("nucleus_id,pt_root_id 260620,582276 582277,12", "is not an ID"),
    ],
)
def test_of_a_pasted_table_without_a_telling_column_nothing_is_found(text: str, said: str) -> None:
    result = search_for(text, HERE)
    assert not result.hits
    assert said in result.note


def test_a_spelling_of_another_table_is_named() -> None:
    titles = [hit.title for hit in search_for("5P-ET", HERE).hits]
    assert titles[:3] == ["Type 5P-ET", "5P-ET in Soma-nucleus metamodel", "5P-ET (5P-PT) in Baylor fine"]


def test_a_number_that_is_a_nucleus_and_a_label_is_both_and_neither_is_the_only_one() -> None:
    result = search_for("12", HERE)
    assert [hit.kind for hit in result.hits] == ["nucleus", "type page", "type"]
    assert result.only_exact is None


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("260620", (("nucleus", "260620"),)),
        (f"{ROOT_ID}", (("root", str(ROOT_ID)),)),
        ("240640, 207872, 21360", (("at", "240640,207872,21360"),)),
        ("(700 310 870) um", (("at", "700,310,870um"),)),
    ],
)
def test_a_nucleus_a_root_and_a_place_lead_to_the_page_of_one_nucleus(
    text: str, link: tuple[tuple[str, str], ...]
) -> None:
    (hit,) = search_for(text, HERE).hits
    assert (hit.page, hit.link) == ("nucleus", link)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("777", "not one of the 4 nucleus detections of v661"),
        ("864691135919440899", "no nucleus of v661 at hand has it"),
        ("0", "0 stands for “no segment”, and no nucleus has it."),
        ("12345678", "neither a nucleus ID (below 10,000,000) nor a root ID"),
        ("9" * 19, "neither a nucleus ID"),
        ("9" * 150, "neither a nucleus ID"),
        ("1, 2, 3", "outside the imaged box, which is x 52,770–437,618"),
        ("-240640, 207872, 21360", "outside the imaged box"),
        ("700, 3100, 870 um", "700, 3100, 870 µm lies outside the imaged box"),
        ("x" * (LONGEST + 1), "at most 200 characters; this text has 201"),
        ("qqqq", "Nothing is named “qqqq”; try a nucleus ID"),
    ],
)
def test_what_is_nowhere_is_said_before_the_page_is_left(text: str, said: str) -> None:
    result = search_for(text, HERE)
    assert said in result.note
    assert result.hits == ()


@pytest.mark.parametrize(("text", "kind"), [("777", "nucleus"), ("864691135919440899", "root")])
def test_what_cannot_be_looked_up_without_a_download_is_not_refused(text: str, kind: str) -> None:
    (hit,) = search_for(text, NOTHING).hits
    assert hit.kind == kind
    assert "Not checked" in hit.description


@pytest.mark.parametrize(
    ("text", "nuclei", "said"),
    [
        ("260620 12", (12, 260_620), "2 of 2 different IDs are known"),
        ("nuclei 12, 260620; 582276|12", (12, 260_620, 582_276), "3 of 3 different IDs"),
        (f"[{ROOT_ID}, 12]", (12, 260_620), "2 of 2 different IDs"),
        (f"['{ROOT_ID}', \"12\"]", (12, 260_620), "2 of 2 different IDs"),
        (f"root IDs: {ROOT_ID} {SHARED}", (260_620, 582_276, 582_277), "2 of 2 different IDs"),
        ("260,620, 582,276", (260_620, 582_276), "2 of 2 different IDs"),
        ("260,620 582,276 12", (12, 260_620, 582_276), "3 of 3 different IDs"),
        ("12,260620", (12, 260_620), "2 of 2 different IDs"),
    ],
)
def test_several_ids_are_the_nuclei_they_mean(text: str, nuclei: tuple[int, ...], said: str) -> None:
    only = search_for(text, HERE).only_exact
    assert only is not None
    assert from_text(dict(only.link)["select"]) == listed(nuclei)
    assert dict(only.link)["nucleus"] == str(nuclei[0])
    assert said in only.description


def test_unknown_ids_are_told_before_the_page_is_left() -> None:
    result = search_for(f"{SHARED},999,998,997,996", HERE)
    assert result.only_exact is None
    (hit,) = result.hits
    assert from_text(dict(hit.link)["select"]) == listed((582_276, 582_277))
    assert result.note == (
        "1 of 5 different IDs are known in v661 at hand. Unknown: 996, 997, 998 and 1 more."
    )


def test_three_numbers_that_are_ids_too_are_offered_as_both() -> None:
    here = SearchedRelease(OPENED, {DETECTIONS: frame([(100_001, 0), (100_002, 0), (20_000, 0)])})
    result = search_for("100001, 100002, 20000", here)
    assert [hit.kind for hit in result.hits] == ["place", "nuclei"]
    assert result.only_exact is None
    (only,) = search_for("12, 582276, 582277", HERE).hits  # outside the imaged box
    assert only.kind == "nuclei"
    assert search_for("12, 582276, 5", HERE).note.endswith("Unknown: 5.")
    assert [hit.kind for hit in search_for("100001, 100002, 20001", here).hits] == ["place"]
    assert [hit.kind for hit in search_for("at 100001, 100002, 20000", here).hits] == ["place"]
    assert [hit.kind for hit in search_for("nuclei 100001, 100002, 20001", here).hits] == ["nuclei"]


def test_commas_of_thousands_are_tried_first_and_then_two_ids() -> None:
    here = SearchedRelease(OPENED, {DETECTIONS: frame([(260, 0), (620, 0), (12, 0)])})
    only = search_for("260,620", here).only_exact
    assert only is not None
    assert from_text(dict(only.link)["select"]) == listed((260, 620))
    assert search_for("12,", here).only_exact == search_for("12", here).only_exact


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12, 0", "1 of 2 different IDs are known in v661 at hand. Unknown: 0."),
        ("12 9999999999999999999", "Unknown: 9999999999999999999."),
    ],
)
def test_what_can_be_no_id_counts_as_unknown(text: str, said: str) -> None:
    result = search_for(text, HERE)
    assert result.only_exact is None
    assert result.note.endswith(said)


@pytest.mark.parametrize("times", [1, 40])
def test_a_word_that_is_no_id_among_ids_is_named(times: int) -> None:
    assert search_for("260620, 582276, 12, 1.5, " * times, HERE).note == (
        "“1.5” is not an ID: a list of IDs holds whole numbers alone."
    )


def test_more_nuclei_than_a_link_holds_are_said_and_not_raised() -> None:
    many = np.random.default_rng(1).choice(10**6, 20_000, replace=False)
    here = SearchedRelease(OPENED, {DETECTIONS: frame([(int(nucleus), SHARED) for nucleus in many])})
    assert "a link holds" in search_for(f"{SHARED} 5", here).note


def test_ids_of_nothing_at_hand_say_so() -> None:
    result = search_for("4 5", HERE)
    assert result.hits == ()
    assert result.note == "0 of 2 different IDs are known in v661 at hand. Unknown: 4, 5."
    assert "no table is at hand" in search_for("4 5", NOTHING).note


def test_a_long_list_of_ids_is_read_and_a_longer_one_is_told_where_to_go() -> None:
    long = "12 " * 300
    assert search_for(long, HERE).only_exact is not None
    assert "paste them" in search_for("260620 " * LONGEST_LIST, HERE).note


def test_a_shared_root_says_how_many_nuclei_share_it() -> None:
    assert "2 nuclei share it" in search_for(str(SHARED), HERE).hits[0].description
    assert "Nucleus 260620" in search_for(str(ROOT_ID), HERE).hits[0].description


def test_a_misspelling_is_said_and_its_neighbours_are_offered_but_none_is_sure() -> None:
    result = search_for("baskit", HERE)
    assert result.note == "Nothing is named “baskit”; try “Basket”."
    assert "BC in Baylor fine" in [hit.title for hit in result.hits]
    assert result.only_exact is None
    assert "Baylor fine" in [hit.title for hit in search_for("Bailor fine", HERE).hits]


def test_a_part_of_a_name_lists_what_the_open_release_holds_first() -> None:
    found = search_for("metamodel", HERE).hits
    assert kind_and_title(found[0]) == ("table", "Soma-nucleus metamodel")
    assert all(hit.title.endswith("(not in v661)") for hit in found[1:])
    assert search_for("gnn", HERE).hits[0].title == "Baylor fine"


def test_more_than_a_list_takes_is_said() -> None:
    result = search_for("cell", HERE)
    assert len(result.hits) == MOST
    assert re.fullmatch(r"\d+ more have similar names: .*", result.note)


def test_a_table_that_the_source_does_not_hold_is_not_selected_by_and_says_so() -> None:
    here = SearchedRelease(OPENED, {}, [METAMODEL, MANUAL])
    assert [hit.title for hit in search_for("basket", here).hits] == ["Type BC", "BC in Baylor fine"]
    (hit,) = search_for("Soma-nucleus metamodel", here).hits
    assert hit.title == "Soma-nucleus metamodel (not in this source)"


def test_a_type_that_the_release_does_not_hold_says_which_tables_may() -> None:
    _, hit = search_for("L2c", HERE).hits
    assert "No table of v661 here holds it" in hit.description
    assert hit.page == "releases"


def test_every_label_is_found_and_every_recipe_can_be_written(subtests: pytest.Subtests) -> None:
    for label in CELL_TYPES:
        with subtests.test(label):
            found = search_for(label, NOTHING).hits
            assert ("name", label) in found[0].link
            for hit in found:
                if "select" in dict(hit.link):
                    assert to_text(from_text(dict(hit.link)["select"])) == dict(hit.link)["select"]


def test_every_table_is_found_by_name_and_title_and_leads_to_where_it_is_shown(
    subtests: pytest.Subtests,
) -> None:
    tables = release_tables(VOLUME.releases[1300])
    for table in EVERY_TABLE.values():
        with subtests.test(table.name):
            for text in (table.name, table.title):
                only = search_for(text, SearchedRelease(tables, {})).only_exact
                assert only is not None
                assert only.title.startswith(table.title)
                assert only.page == (table.family if table.name in tables.on_pages else "releases")


def test_the_catalogue_of_pages_lists_the_scripts() -> None:
    assert {path.stem for path in Path(ROOT, "pages").glob("*.py")} == {*PAGES, *MOVED}
    assert set(MOVED.values()) <= set(PAGES)


def test_the_navigation_offers_every_page_and_opens_old_addresses() -> None:
    navigation = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT)
    with patch("streamlit.navigation") as navigate:
        navigation.run()
    (offered,) = navigate.call_args.args
    assert sorted(page.url_path for page in offered) == sorted(["", *{*PAGES, *MOVED}])


@given(st.text(max_size=300) | st.from_regex(r"[\[(]?[0-9., ;-]{0,60}[\])]?", fullmatch=True))
def test_whatever_is_typed_nothing_is_raised_and_a_way_leads_to_a_page(text: str) -> None:
    for here in (HERE, NOTHING, SearchedRelease(release_tables(UNKNOWN), {})):
        result = search_for(text, here)
        assert len(result.hits) <= MOST
        assert result.hits or result.note or not text.strip()
        for hit in result.hits:
            assert hit.page in PAGES
            assert all(part for pair in hit.link for part in pair)


def search(app: AppTest, text: str) -> AppTest:
    """Type a text into the box of a page and press Enter."""
    app.text_input(key="search-text").set_value(text)
    app.button(key="search-go").click().run()
    assert not app.exception
    return app


def box_of(app: AppTest) -> Any:
    """The search box with its hits."""
    return next(block for block in app.get("popover") if block.proto.popover.label == "Search")


def search_words(app: AppTest) -> str:
    """What the search box says in sentences."""
    blocks = [*box_of(app).caption, *box_of(app).markdown]
    return "\n".join(block.value for block in blocks).replace("\\", "")


@pytest.fixture
def app(sample: Path) -> AppTest:
    return opened_wide(
        AppTest.from_file(str(ROOT / "pages" / "manual_types.py"), default_timeout=TIMEOUT)
    ).run()


def test_a_type_is_selected_on_the_page_that_shows_it(app: AppTest) -> None:
    search(app, "basket")
    buttons = {button.label: button for button in box_of(app).button}
    assert "BC: Basket cell" in search_words(app)
    buttons["BC in Manual neurons"].click().run()
    assert not app.exception
    assert app.session_state["selection"] == Filtered(MANUAL, ("BC",))
    assert "nuclei selected" in words(app)


def test_several_ids_become_the_selection_which_goes_along_to_another_page(app: AppTest) -> None:
    search(app, "9000023, 9000003")
    assert app.session_state["selection"] == listed((9_000_003, 9_000_023))
    assert "2 of 2 different IDs are known in v661 at hand." in search_words(app)
    search(app, "Baylor coarse")
    (way,) = (block.value for block in box_of(app).markdown if "baylor?" in block.value)
    assert "baylor=Baylor%20coarse" in way
    assert "select=ids:" in way


@pytest.mark.parametrize(
    ("mode", "way", "kept", "change"),
    [
        (
            "New",
            "Replace",
            [9_000_003, 9_000_007],
            "Selected 2 nuclei by ID in place of 2 nuclei: a list of 2 nuclei.",
        ),
        (
            "New",
            "Add",
            [9_000_003, 9_000_007, 9_000_023],
            "Added 2 nuclei by ID: 3 nuclei selected, 2 before.",
        ),
        ("Take away", "Take away", [9_000_023], "Took away 2 nuclei by ID: 1 nucleus selected, 2 before."),
    ],
)
def test_what_would_change_the_selection_asks_how_and_can_be_undone(
    app: AppTest, mode: str, way: str, kept: list[int], change: str
) -> None:
    search(app, "9000003 9000023")
    app.session_state["selection-mode"] = mode
    search(app, "9000003 9000007")
    assert app.session_state["selection"] == listed((9_000_003, 9_000_023))
    assert "Selected now: 2 nuclei" in search_words(app)
    buttons = {button.label: button for button in box_of(app).button}
    assert ("Take away" in buttons) == (mode == "Take away")
    buttons[way].click().run()
    assert app.session_state["selection"].nuclei({}).tolist() == kept
    assert change in search_words(app)
    app.button(key="search-undo").click().run()
    assert app.session_state["selection"] == listed((9_000_003, 9_000_023))
    assert change not in search_words(app)
    assert not app.exception


def test_what_is_selected_already_is_not_asked_about(app: AppTest) -> None:
    search(app, "9000003 9000023")
    search(app, "9000023 9000003")
    assert "Replace" not in {button.label for button in box_of(app).button}


def test_a_way_to_the_nucleus_page_names_one_nucleus_root_or_place(sample: Path) -> None:
    detections = open_release(read_settings({}), sample_when_offline=False).load_labels(DETECTIONS).frame
    row, other = detections.query("root_id != 0").iloc[[40, 4_000]].to_dict("records")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=TIMEOUT)
    visits = [
        ("nucleus", str(row["nucleus_id"])),
        ("root", str(other["root_id"])),
        ("at", "175520,189824,20823"),
        ("nucleus", str(other["nucleus_id"])),
    ]
    for name, value in visits:
        app.switch_page("pages/releases.py").query_params = {}
        app.run()
        search(app, value)  # on another page than the first the simulated Enter is lost; the way is listed
        (way,) = box_of(app).get("page_link")
        link = dict(parse_qsl(way.proto.query_string))
        assert link == {name: value}
        app.switch_page("pages/nucleus.py").query_params = link
        app.run()
        assert not app.exception
        boxes = {box.key: box.value for box in app.text_input if box.value and box.key != "search-text"}
        assert boxes == app.query_params == {name: value}
    app = AppTest.from_file(str(ROOT / "pages" / "nucleus.py"), default_timeout=TIMEOUT)
    app.query_params["nucleus"] = str(row["nucleus_id"])
    search(app.run(), str(other["root_id"]))
    boxes = {box.key: box.value for box in app.text_input if box.value and box.key != "search-text"}
    assert boxes == app.query_params == {"root": str(other["root_id"])}


@pytest.mark.parametrize(
    "text",
    ["[click](https://evil.example)", "<b>x</b>", "$$x$$ :red[y]", "www.evil.example", "a@evil.example"],
)
def test_what_is_typed_comes_back_as_words_alone(app: AppTest, text: str) -> None:
    captions = [caption.value for caption in box_of(search(app, text)).caption]
    (said,) = [caption for caption in captions if "Nothing is named" in caption]
    assert text not in said
    assert text in said.replace("\\", "").replace("\u200b", "")
