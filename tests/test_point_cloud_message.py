"""What Python and the browser tell each other: nuclei in, rows out, and the same nuclei back."""

import base64
import json
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from streamlit.testing.v1 import AppTest

from components.point_cloud.cloud import Cloud, LabelColumn, NumberColumn, make_cloud
from components.point_cloud.component import ASKED, read_pick
from components.point_cloud.message import view_message
from components.point_cloud.packing import MAGIC
from components.point_cloud.sets import checksum, pack_bits, short_form, varints
from components.point_cloud.view import ByAgreement, ByLabel, ByNumber, LegendEntry, View

N = 144_120
BY_FINE = ByLabel(column="fine", title="Fine", entries=(LegendEntry("23P", "#8268DC", (0,)),))


def a_cloud(n: int) -> Cloud:
    random = np.random.default_rng(1)
    return make_cloud(
        nucleus_id=500 + 3 * np.arange(n),
        root_id=np.zeros(n, np.int64),
        x_um=random.uniform(0, 1400, n),
        depth_um=random.uniform(0, 800, n),
        z_um=random.uniform(0, 500, n),
        labels={
            "fine": LabelColumn(title="Fine", labels=pd.Categorical(random.choice(["23P", "4P", "BC"], n)))
        },
        numbers={
            "volume_um3": NumberColumn(title="Nucleus volume", unit="µm³", values=random.uniform(25, 500, n))
        },
    )


@pytest.fixture(scope="module")
def release() -> Cloud:
    return a_cloud(N)


def spelled_out(how: list, content: bytes, cloud: Cloud) -> np.ndarray:
    """Read a set back as the browser does, slowly."""
    kind, hint = how
    if kind == "bits":
        return np.unpackbits(np.frombuffer(content, np.uint8), count=len(cloud), bitorder="little").astype(
            bool
        )
    rows = np.zeros(len(cloud), dtype=bool)
    if hint:
        steps = cloud.columns["positions"].reshape(-1, 3)[:, hint["axis"]]
        rows = (hint["low"] <= steps) & (steps <= hint["high"])
    if hint and "column" in hint:
        rows &= np.isin(cloud.columns[f"label:{hint['column']}"], hint["codes"])
    row, gap, shift = -1, 0, 0
    for byte in content:
        gap |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            row += gap + 1
            rows[row] = not rows[row]
            gap = shift = 0
    return rows


@given(arrays.arrays(np.bool_, 300, elements=st.booleans()))
def test_any_set_of_rows_comes_back_exactly(rows):
    cloud = a_cloud(300)
    assert np.array_equal(spelled_out(*short_form(cloud, rows), cloud), rows)


def test_labels_within_a_range_take_next_to_nothing(release):
    depth = release.columns["positions"].reshape(-1, 3)[:, 1]
    label, between = release.columns["label:fine"] == 1, (depth > 9_000) & (depth < 20_000)
    for rows in (label, between, label & between):
        how, content = short_form(release, rows)
        assert np.array_equal(spelled_out(how, content, release), rows)
        assert len(content) + len(json.dumps(how)) < 200


@pytest.mark.parametrize("share", [0, 0.003, 0.1, 0.5, 0.9, 1])
def test_no_set_takes_more_than_a_bit_for_each_nucleus(release, share):
    rows = np.random.default_rng(2).random(N) < share
    how, content = short_form(release, rows)
    assert np.array_equal(spelled_out(how, content, release), rows)
    assert len(content) <= -(-N // 8)


def test_a_variable_length_integer_takes_seven_bits_to_a_byte():
    assert varints(np.array([0, 127, 128, 300, 2**28])).hex(" ") == "00 7f 80 01 ac 02 80 80 80 80 01"


def test_rows_and_nuclei_are_two_names_for_the_same():
    cloud = a_cloud(1000)
    ids = np.array([500, 503, 3497])
    rows = cloud.rows_of(ids)
    assert rows.sum() == 3
    assert set(cloud.nucleus_id[rows]) == set(ids.tolist())
    assert cloud.nuclei_at(rows).tolist() == ids.tolist()


def test_nuclei_that_the_cloud_does_not_hold_are_passed_over():
    assert a_cloud(10).rows_of([1, 500, 10**9]).sum() == 1
    assert a_cloud(0).rows_of([1, 2]).shape == (0,)


def test_a_lasso_comes_back_as_sorted_nucleus_ids(release):
    wanted = np.sort(release.nucleus_id[::3])
    bits = base64.b64encode(pack_bits(release.rows_of(wanted))).decode()
    picked = read_pick(release, {"cloud": release.version, "act": "lasso", "mode": "add", "bits": bits})
    assert picked is not None
    assert (picked.act, picked.mode) == ("lasso", "add")
    assert np.array_equal(picked.nucleus_ids, wanted)


def test_a_click_comes_back_as_its_nucleus(release):
    picked = read_pick(release, {"cloud": release.version, "act": "click", "mode": "new", "row": 77})
    assert picked is not None
    assert picked.nucleus_ids.tolist() == [release.nucleus_id[77]]


def test_an_answer_about_another_cloud_is_no_pick(release):
    assert read_pick(release, {"cloud": "other", "act": "clear", "mode": "new"}) is None
    assert read_pick(release, None) is None


def told(cloud: Cloud, view: View, known: set[str]) -> dict | bytes:
    return view_message(cloud, view, known, key="cloud")


def test_what_the_browser_knows_is_not_sent_again(release):
    known: set[str] = set()
    half = np.random.default_rng(3).permutation(release.nucleus_id)[: N // 2]
    layers = tuple(
        (name, 90.0 * i, 90.0 * (i + 1)) for i, name in enumerate(["L1", "L2/3", "L4", "L5", "L6"])
    )
    first = told(
        release, View(colour=BY_FINE, filter_ids=half, layers=layers, em_corners=np.zeros((8, 3))), known
    )
    again = told(
        release, View(colour=BY_FINE, filter_ids=half, layers=layers, em_corners=np.zeros((8, 3))), known
    )
    assert isinstance(first, bytes)
    assert N // 8 < len(first) < 20_000
    assert isinstance(again, dict)
    assert len(json.dumps(again)) < 500
    assert "parts" not in again
    assert again["filter"] == checksum(pack_bits(release.rows_of(half)))


def test_no_filter_and_a_filter_that_nothing_passes_are_told_apart():
    cloud = a_cloud(100)
    none_pass = checksum(bytes(13))
    message = told(cloud, View(colour=BY_FINE, filter_ids=[], selected_ids=[]), {none_pass})
    assert isinstance(message, dict)
    assert message["filter"] == none_pass
    assert message["selected"] is None  # nothing selected is no selection
    unfiltered = told(cloud, View(colour=BY_FINE), set())
    assert isinstance(unfiltered, dict)
    assert unfiltered["filter"] is None


@pytest.mark.parametrize(
    "colour",
    [
        BY_FINE,
        ByNumber(
            column="depth_um", title="Depth", unit="µm", colours=("#000000", "#ffffff"), low=0, high=800
        ),
        ByAgreement(
            rows="fine",
            columns="fine",
            title="Fine against itself",
            row_words=(0, 1, 2),
            column_words=(0, 1, 2),
            colours=dict.fromkeys(("agree", "differ", "rows", "columns"), "#123456"),
            titles=dict.fromkeys(("agree", "differ", "rows", "columns"), "word"),
        ),
    ],
)
def test_every_colouring_is_json(colour):
    sent = told(a_cloud(10), View(colour=colour), set())
    assert isinstance(sent, dict)
    read = json.loads(json.dumps(sent))
    assert read["parts"][read["colour"]]["title"] == colour.title


def test_each_colouring_is_sent_once_and_named_afterwards():
    cloud, known = a_cloud(10), set[str]()
    others = ByLabel(column="fine", title="Fine", entries=(LegendEntry("23P", "#000000", (0,)),))
    views = [View(colour=colour) for colour in (BY_FINE, others, BY_FINE)]
    first, second, third = (cast("dict[str, Any]", told(cloud, view, known)) for view in views)
    assert all(isinstance(one, dict) for one in (first, second, third))
    assert set(first["parts"]) == {first["colour"], first["scene"]}
    assert set(second["parts"]) == {second["colour"]}  # the scene is the same
    assert "parts" not in third
    assert third["colour"] == first["colour"] != second["colour"]


PAGE = """
import numpy as np
from components.point_cloud.cloud import make_cloud
from components.point_cloud.component import show_carrier

five = np.arange(5)
show_carrier(make_cloud(nucleus_id=five, root_id=five, x_um=five, depth_um=five, z_um=five))
"""


def test_a_session_is_told_where_its_nuclei_are_and_sent_them_once_if_it_cannot_fetch_them():
    app = AppTest.from_string(PAGE).run()

    def brought() -> Any:
        app.run()
        proto = app.get("bidi_component")[0].proto
        return proto.bytes or json.loads(proto.json)

    named = brought()
    assert set(named) == {"cloud", "address"}
    assert brought() == named
    app.session_state[ASKED].add(named["cloud"])
    content = brought()
    assert content[:4] == MAGIC
    assert named["cloud"].encode() in content
    assert brought() == named


def test_any_half_of_the_release_is_a_bitset_and_half_a_kilobyte(release):
    """The hardest set there is: nothing but bits can tell it."""
    labels = tuple(LegendEntry(f"label {i:02}", "#8268DC", (i,)) for i in range(18))
    colour = ByLabel(column="fine", title="Fine", entries=labels)
    known: set[str] = set()
    told(release, View(colour=colour), known)
    half = np.random.default_rng(4).permutation(release.nucleus_id)[: N // 2]
    sent = told(release, View(colour=colour, filter_ids=half), known)
    assert isinstance(sent, bytes)
    bits = -(-N // 8)
    assert bits < len(sent) < bits + 512
