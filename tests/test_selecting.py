"""Selecting on a page: joined picks, undo, pasted IDs, named sets, bars, depths, squares, rows."""

import json
import re
import zlib
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.selection.kinds import Filtered
from components.analysis.selection.listed import listed
from components.analysis.selection.named_sets import NamedSet, SetsFile, sets_text
from components.analysis.selection.selection import Selection
from components.analysis.selection.text import from_text, to_text
from tests.loopback_archive import COARSE, FINE, write_table
from tests.page_reader import opened, run_with, words

TYPES = ("23P", "4P", "BC")
ROOT = 864691135568539300
N = 30
"""Nuclei 101 to 130, of each type in turn, later is deeper; two and two share a root, the last have none."""


def fine_row(place: int) -> tuple[object, ...]:
    root = ROOT + place // 2 if place < 26 else 0
    return (place, 101 + place, "s", TYPES[place % 3], root, 175_760, 126_480 + 4_000 * place, 15_504)


def coarse_row(place: int) -> tuple[object, ...]:
    word = "inhibitory" if place % 3 == 2 or place < 3 else "excitatory"
    return (place, 101 + place, "s", word, *fine_row(place)[4:])


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    for name, row in ((FINE, fine_row), (COARSE, coarse_row)):
        write_table(folder, name, [row(place) for place in range(N)])
    return folder


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, release: Path) -> None:
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(release))
    monkeypatch.setenv("CELL_TYPES_CACHE", str(release.parent / "cache"))  # the figures are made once


def typed(*types: str) -> list[int]:
    return [101 + place for place in range(N) if TYPES[place % 3] in types]


def script(lines: str, **link: str) -> AppTest:
    """Run a few lines as a page would, in a session of their own."""
    head = (
        "import numpy as np, streamlit as st\n"
        "from components.analysis.selection.kinds import *\n"
        "from components.analysis.selection.listed import *\n"
        "from components.ui.selection.selection import *\n"
        f"FINE, COARSE = {FINE!r}, {COARSE!r}\n"
    )
    return run_with(
        AppTest.from_string(head + lines, default_timeout=60),
        {name.replace("_", "-"): link[name] for name in link},
    )


def kept(app: AppTest) -> Selection:
    selection = app.session_state["selection"]
    assert selection is not None
    return selection


# Joining and undo


@pytest.mark.parametrize(
    ("mode", "nuclei"),
    [
        ("New", typed("BC", "4P")),
        ("Add", typed("23P", "BC", "4P")),
        ("Take away", typed("23P")),
        ("Only those in both", typed("4P")),
    ],
)
def test_a_pick_does_what_the_reader_has_set(mode: str, nuclei: list[int]) -> None:
    app = script(
        f"set_selection(Filtered(FINE, ('23P', '4P')))\n"
        f"st.session_state[MODE] = {mode!r}\n"
        "choose(Filtered(FINE, ('BC', '4P')))\n"
        "st.session_state['found'] = selected_nuclei().tolist()\n"
    )
    assert app.session_state["found"] == nuclei
    assert app.query_params["select"] == to_text(kept(app))


@pytest.mark.parametrize(
    ("mode", "before", "said"),
    [
        ("Take away", "None", "Nothing is selected yet"),
        ("Only those in both", "None", "Nothing is selected yet"),
        ("Add", "Filtered(FINE)", "stays as it was"),
        ("Take away", "Filtered(FINE, ('4P',))", "stays as it was"),
    ],
)
def test_a_pick_that_changes_nothing_says_so_and_is_no_step_to_undo(
    mode: str, before: str, said: str
) -> None:
    app = script(
        f"before = {before}\n"
        "if before: set_selection(before)\n"
        "n = len(st.session_state.get(BEFORE, []))\n"
        f"st.session_state[MODE] = {mode!r}\n"
        "choose(Filtered(FINE, ('23P',)))\n"
        "assert current_selection() == before and len(st.session_state.get(BEFORE, [])) == n\n"
    )
    assert said in noted(app)


def test_what_leaves_nothing_clears_the_selection_and_undo_brings_it_back() -> None:
    app = script(
        "set_selection(Filtered(FINE, ('23P',)))\n"
        "st.session_state[MODE] = 'Only those in both'\n"
        "choose(Filtered(FINE, ('BC',)))\n"
        "assert current_selection() is None\n"
        "undo_selection()\n"
    )
    assert "Undo brings" in noted(app)
    assert kept(app) == Filtered(FINE, ("23P",))


def test_what_is_taken_away_may_be_a_difference_itself() -> None:
    app = script(
        "set_selection(Filtered(FINE))\n"
        "st.session_state[MODE] = 'Take away'\n"
        "choose(Filtered(FINE, ('23P', '4P')) - Filtered(FINE, ('4P',)))\n"
        "st.session_state['found'] = selected_nuclei().tolist()\n"
    )
    assert (
        app.query_params["select"]
        == f"filter:{FINE} minus (filter:{FINE}:labels=23P,4P minus filter:{FINE}:labels=4P)"
    )
    assert app.session_state["found"] == typed("4P", "BC")


def test_a_recipe_that_cannot_be_followed_leaves_the_selection() -> None:
    app = script(
        "set_selection(listed([101]))\n"
        "st.session_state[MODE] = 'Add'\n"
        "choose(Filtered('coregistration_manual_v3'))\n"
    )
    assert kept(app) == listed([101])
    assert "stays as it was" in noted(app)


def test_undo_goes_back_step_by_step_and_not_farther_than_it_may() -> None:
    app = script(
        "for n in range(30): set_selection(listed([n]))\n"
        "set_selection(listed([29]))\n"  # the same again is no step
        "steps = []\n"
        "while st.session_state.get(BEFORE):\n"
        "    undo_selection()\n"
        "    steps.append(current_selection().nucleus_ids[0])\n"
        "undo_selection()\n"
        "st.session_state['steps'] = steps\n"
    )
    assert app.session_state["steps"] == list(range(28, 8, -1))
    assert app.query_params["select"] == "ids:9"


def test_undo_of_the_first_pick_goes_back_to_the_links_selection() -> None:
    app = script("choose(listed([101]))\nundo_selection()\n", select="ids:102")
    assert kept(app) == listed([102])
    assert app.query_params["select"] == "ids:102"


@pytest.mark.parametrize(
    ("held", "mode", "text"),
    [
        ("new", "New", "ids:102"),
        ("new", "Take away", "filter:{FINE} minus ids:102"),
        ("new", "Only those in both", "filter:{FINE} and ids:102"),
        ("add", "Take away", "filter:{FINE}"),
        ("subtract", "Only those in both", "filter:{FINE} minus ids:102"),
    ],
)
def test_shift_and_alt_in_the_cloud_hold_before_the_readers_way(held: str, mode: str, text: str) -> None:
    app = script(
        "from components.point_cloud.view import Picked\n"
        "from components.ui.selection.picks import keep_pick\n"
        "from components.ui.session.colours import Colouring\n"
        "set_selection(Filtered(FINE))\n"
        f"st.session_state[MODE] = {mode!r}\n"
        f"keep_pick(Picked('click', {held!r}, np.array([102])), Colouring(FINE))\n"
    )
    assert app.query_params["select"] == text.format(FINE=FINE)


def test_what_a_legend_calls_differing_is_said_so_also_within_a_filter() -> None:
    lines = (
        f"{PAGE}from components.point_cloud.view import Picked\n"
        "ids = np.array({ids})\n"
        "keep_pick(Picked('legend', 'new', ids, title='{title}'), Colouring(FINE, 'class'), view, COARSE)\n"
    )
    differing = [101, 102]  # both excitatory by the fine table
    compared = f"compared:{FINE}:{COARSE}:class:differ"
    app = script(lines.format(ids=differing, title="differ"))
    assert app.query_params["select"] == compared
    app = script(lines.format(ids=[101], title="differ"), **{"only-Baylor fine": "23P"})
    assert app.query_params["select"] == f"{compared} and filter:{FINE}:labels=23P"
    app = script(lines.format(ids=[102], title="differ"))  # the rest is hidden by a slab
    assert app.query_params["select"] == "lasso:102"


# Bars, depths, squares


PAGE = (
    "from components.ui.selection.marks import *\n"
    "from components.ui.workbench.layout import open_workbench\n"
    "from components.ui.context.table_view import pick_table_view\n"
    "from components.ui.selection.picks import *\n"
    "view = pick_table_view(open_workbench(), [FINE, COARSE], key='baylor', otherwise=st.stop)\n"
)


BAR = "choose_mark('chart', label_marks(view), lambda words: [label_clause(view, words['y'])], view)"


def picked(kind: str, points: object, call: str, **link: str) -> AppTest:
    return script(
        f"{PAGE}st.session_state['chart'] = {{'selection': {{{kind!r}: {points!r}}}}}\n{call}\n", **link
    )


def test_a_bar_selects_its_label_in_words() -> None:
    app = picked("points", [{"y": "4P"}], BAR)
    assert kept(app) == Filtered(FINE, ("4P",))


@pytest.mark.parametrize(
    ("marks", "recipe", "point", "text"),
    [
        (
            "label_marks(view)",
            "[label_clause(view, words['y'])]",
            {"y": "4P", "held": "add"},
            "{23P} plus {4P}",
        ),
        (
            "place_marks(view, 'layer')",
            "[label_clause(view, words.get('name')), place_clause(view, 'layer', words.get('y'))]",
            {"words": {"name": "23P"}},
            "{23P}",
        ),
    ],
)
def test_a_mark_selects_by_its_words_and_by_the_key_held(
    marks: str, recipe: str, point: dict[str, object], text: str
) -> None:
    before = "set_selection(Filtered(FINE, ('23P',)))\n" if "held" in point else ""
    call = f"{before}choose_mark('chart', {marks}, lambda words: {recipe}, view)"
    app = picked("points", [point], call)
    wanted = re.sub(r"{(\w+)}", rf"filter:{FINE}:labels=\1", text)
    assert app.query_params["select"] == wanted


@pytest.mark.parametrize(
    ("types", "odd", "text"),
    [
        (("23P", "4P"), "ids + [103]", "filter:{FINE}:labels=23P,4P plus ids:103"),
        (TYPES, "ids[1:]", "filter:{FINE}:labels=23P,4P,BC minus ids:101"),
        (("23P", "4P"), "ids + [103, 106]", "ids:…"),
    ],
)
def test_a_mark_of_a_recipe_but_for_few_nuclei_is_not_a_list(
    types: tuple[str, ...], odd: str, text: str
) -> None:
    app = script(
        f"{PAGE}ids = {typed(*types)}\n"
        f"marks = Marks(np.array({odd}), {{'y': Axis(pd.Categorical(['most'] * len({odd})), ())}})\n"
        "st.session_state['chart'] = {'selection': {'points': [{'y': 'most'}]}}\n"
        f"choose_mark('chart', marks, lambda words: [Filtered(FINE, {types})], view)\n"
        f"st.session_state['found'] = selected_nuclei().tolist(), sorted({odd})\n"
    )
    found, wanted = app.session_state["found"]
    assert found == wanted
    assert app.query_params["select"].startswith(text.format(FINE=FINE).rstrip("…"))


def test_a_bar_at_a_level_is_of_that_level() -> None:
    app = picked("points", [{"y": "inhibitory"}], BAR, level="Class")
    assert kept(app) == Filtered(FINE, ("inhibitory",), level="class")


def test_a_bar_under_a_filter_is_said_with_the_filter() -> None:
    app = script(
        f"{PAGE}from dataclasses import replace\n"
        "from components.analysis.labels.ranges import Range\n"
        "from components.analysis.selection.filters import Filters\n"
        "frame = view.frame\n"
        "low, high = np.sort(frame['depth_um'])[[5, 15]]\n"
        "filters = Filters({'depth': Range('depth_um', float(low), float(high))})\n"
        "masks = {'depth': frame['depth_um'].between(low, high).to_numpy()}\n"
        "view = replace(view, filters=filters, masks=masks)\n"
        "st.session_state['chart'] = {'selection': {'points': [{'y': '23P'}]}}\n"
        f"{BAR}\n"
        "st.session_state['found'] = selected_nuclei().tolist()\n",
    )
    assert app.session_state["found"] == [n for n in typed("23P") if 106 <= n <= 116]
    selection = kept(app)
    assert to_text(selection).startswith(f"filter:{FINE}:labels=23P and filter:{FINE}:depth_um=")
    assert from_text(to_text(selection)) == selection


def test_a_depth_range_dragged_over_is_a_range_with_both_ends() -> None:
    app = picked("box", [{"y": [10_000.0, -10_000.0]}], "choose_depths('chart', view)")
    assert app.query_params["select"] == f"filter:{FINE}:depth_um=-10000.0..10000.0"


def test_a_drag_over_no_nucleus_and_a_drag_taken_back_change_nothing() -> None:
    app = picked("box", [{"y": [-900.0, -800.0]}], "choose_depths('chart', view)")
    assert app.session_state.get("selection") is None
    assert "No nucleus" in noted(app)
    assert picked("box", [], "choose_depths('chart', view)").session_state.get("selection") is None
    assert picked("points", [], BAR).session_state.get("selection") is None


# On a page


@pytest.fixture
def page() -> AppTest:
    return opened("baylor.py", select=f"filter:{FINE}:labels=23P,4P")


def noted(app: AppTest) -> str:
    """What the last pick did, as the selection's bar says it next."""
    return str(app.session_state["selection-note"])


def said(app: AppTest) -> str:
    assert not app.exception
    return words(app)


def test_ids_are_pasted_found_and_joined_and_undone(page: AppTest) -> None:
    assert "**20 nuclei selected** — 23P, 4P in Baylor fine" in said(page)
    page.text_area(key="ids-text").set_value(f"{ROOT}, 103 103; 999 8.6e17").run()
    text = said(page).replace("\\", "")
    assert "**4 IDs read** · 3 nuclei found · 1 by nucleus ID and 2 on 1 root" in text
    assert "1 repeated · 1 unknown in this release: 999." in text
    assert "“8.6e17” in line 1 (written short" in text
    page.segmented_control(key="next-pick").set_value("Only those in both").run()
    page.run()
    next(b for b in page.button if b.label == "Select these 3 nuclei").click().run()
    assert "**2 nuclei selected** — 23P, 4P in Baylor fine; of these only a list of 3 nuclei" in said(page)
    assert page.query_params["select"] == f"filter:{FINE}:labels=23P,4P and ids:101,102,103"
    page.button(key="undo-selection").click().run()
    assert "**20 nuclei selected**" in said(page)
    page.run()  # the drawer, which no pick draws again
    assert str(page.text_area(key="ids-text").value).startswith(str(ROOT))
    page.button(key="clear-selection").click().run()
    assert "**Nothing selected**" in said(page)
    assert "select" not in page.query_params


def test_a_table_with_two_columns_of_ids_is_asked_about_and_nothing_is_offered_before(page: AppTest) -> None:
    rows = "".join(f"{n},{ROOT + n},{ROOT + 2 * n}\n" for n in range(4))
    page.text_area(key="ids-text").set_value(f"id,pre_pt_root_id,post_pt_root_id\n{rows}").run()
    assert "IDs read" not in said(page)
    assert not [button for button in page.button if button.label.startswith("Select these")]
    (box,) = (box for box in page.selectbox if box.label.startswith("Which column holds the IDs?"))
    assert box.options == ["pre_pt_root_id — 8 nuclei", "post_pt_root_id — 8 nuclei", "id — 0 nuclei"]
    box.select_index(1).run()
    assert "**4 IDs read** in the column post\\_pt\\_root\\_id · 8 nuclei found" in said(page)
    next(button for button in page.button if button.label == "Select these 8 nuclei").click().run()
    assert kept(page) == listed([101, 102, 105, 106, 109, 110, 113, 114])


def test_ids_that_are_no_nuclei_can_be_downloaded(page: AppTest) -> None:
    page.text_area(key="ids-text").set_value("nucleus_id\n101\n999\n8.6e17\n").run()
    (button,) = (one for one in page.get("download_button") if "left out" in one.proto.label)
    assert button.proto.label == "Download 2 entries that are left out"


def test_bad_input_loses_neither_the_text_nor_the_selection(page: AppTest) -> None:
    page.text_area(key="ids-text").set_value('{"sets": []}').run()
    assert "Import it under" in said(page)
    assert "**20 nuclei selected**" in said(page)
    assert page.text_area(key="ids-text").value == '{"sets": []}'


def test_a_set_is_saved_used_renamed_exported_deleted_and_imported(page: AppTest) -> None:
    page.text_input(key="set-name").set_value("pyramids").run()
    page.button(key="save-set").click().run()
    assert "Saved “pyramids”, 20 nuclei" in said(page)
    page.text_input(key="set-name").set_value("pyramids").run()
    page.button(key="save-set").click().run()
    assert "There is a set “pyramids” already" in said(page)
    page.button(key="clear-selection").click().run()
    page.button(key="set-New").click().run()
    assert "**20 nuclei selected** — 23P, 4P in Baylor fine" in said(page)
    page.text_input(key="set-new-name").set_value("excitatory").run()
    page.button(key="rename-set").click().run()
    (one,) = page.session_state["named-sets"]
    assert (one.name, one.n, one.selection) == ("excitatory", 20, Filtered(FINE, ("23P", "4P")))
    page.button(key="delete-set").click().run()
    assert page.session_state["named-sets"] == []
    assert "Deleted “excitatory”" in said(page)


def test_an_import_says_what_is_not_as_here_and_a_bad_file_changes_nothing() -> None:
    file = {
        "format": "microns-cell-types selections", "version": 1, "release": 1300, "source": "sample",
        "synthetic": True,
        "sets": [{"name": "old", "recipe": f"filter:{FINE}:labels=BC", "nuclei": 1, "nucleus_ids": [103]}],
    }  # fmt: skip
    lines = (
        "from components.ui.selection.named_sets import import_sets\n"
        f"import_sets({json.dumps(file).encode()!r})\n"
        "good = list(st.session_state['named-sets'])\n"
        "st.write(st.session_state['sets-said'])\n"
        "import_sets(b'{}')\n"
        "assert st.session_state['named-sets'] == good and len(good) == 1\n"
        "st.write(st.session_state['sets-said'].problem)\n"
    )
    first, second = (block.value.replace("\\", "") for block in script(lines).markdown)
    assert "Imported 1 set. The file is of release v1300, and v661 is open" in first
    assert "of synthetic rows, and real rows are open" in first
    assert "“old” selected 1 nucleus there and 10 here" in first
    assert "does not say “format”" in second


def test_rows_are_picked_and_become_the_selection(page: AppTest) -> None:
    stamp = zlib.crc32(np.arange(101, 101 + N).tobytes())
    page.session_state[f"rows-{FINE}-{stamp}"] = {"selection": {"rows": [2, 0], "columns": [], "cells": []}}
    page.run()
    page.button(key=f"rows-{FINE}-choose").click().run()
    assert kept(page) == listed((101, 103))
    assert "**2 nuclei selected**" in said(page)


def test_the_types_of_the_selection_stand_against_all_on_the_overview_too() -> None:
    app = opened("overview.py", select=f"filter:{FINE}:labels=23P,4P")
    assert "20 of 20 selected nuclei are in Baylor" in said(app)


def test_the_square_of_a_matrix_under_a_filter_is_said_in_words() -> None:
    app = script(
        PAGE + "from components.ui.context.comparison import pick_comparison\n"
        "from components.ui.family.matrix import select_cell\n"
        "comparison = pick_comparison(view, COARSE)\n"
        "select_cell(comparison.result, 'excitatory', 'inhibitory', view)\n"
        "st.session_state['found'] = selected_nuclei().tolist()\n",
        **{"only-Baylor fine": "23P"},
    )
    assert app.session_state["found"] == [101]
    assert (
        to_text(kept(app))
        == f"square:{FINE}:{COARSE}:class:excitatory:inhibitory and filter:{FINE}:labels=23P"
    )


def test_a_file_of_ids_is_read_beside_the_text(page: AppTest) -> None:
    page.text_area(key="ids-text").set_value("101").run()
    page.file_uploader(key="ids-file").set_value(
        ("my.csv", b"\xef\xbb\xbfnucleus_id;x\r\n103;1\r\n104;2\r\n", "")
    ).run()
    assert "**2 IDs read** in the column nucleus\\_id · 2 nuclei found." in said(page)
    next(b for b in page.button if b.label == "Select these 2 nuclei").click().run()
    assert kept(page) == listed([103, 104])
    page.run()
    page.file_uploader(key="ids-file").set_value(("my.csv", b"\x00\x01", "")).run()
    assert "is not text" in said(page)
    assert "**2 nuclei selected**" in said(page)


def test_a_file_of_sets_is_imported_on_the_page(page: AppTest) -> None:
    sets = SetsFile(661, "folder", False, (NamedSet("mine", listed([101]), (101,)),))
    page.file_uploader(key="sets-file").set_value(("sets.json", sets_text(sets).encode(), "")).run()
    page.button(key="import-sets").click().run()
    assert "Imported 1 set." in said(page)
    assert page.session_state["named-sets"] == list(sets.sets)
