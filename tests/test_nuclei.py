"""Nuclei and their roots: which are shared, and what looking up elsewhere changes."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.analysis.labels.levels import raw_labels
from components.analysis.labels.nuclei import (
    FOUND,
    LOOKUP_ROOT_CHANGES,
    LOST,
    NEITHER,
    OTHER,
    SAME,
    UNKNOWN,
    displacements,
    drawn,
    farther_than,
    length_profile,
    lookup_change_counts,
    lookup_root_changes,
    lookup_summary,
    root_sharing,
)
from components.analysis.selection.filters import Filters
from components.figures.profiles import PATTERNS, lengths_figure
from components.point_cloud.scenes import MOST_LINES, displacement_scene
from components.ui.context.table_view import TableView
from components.ui.session.cached import RESULTS
from data.catalog import TABLES
from data.errors import DataError
from data.loader import LabelTable
from data.tables.records import Provenance
from data.volume import VOLUME

BIG = 864_691_135_000_000_001
"""Longer than the numbers of a browser, and odd: as a float it would be another one."""
COLOURS = {change: f"#0000{k:02x}" for k, change in enumerate(LOOKUP_ROOT_CHANGES)}
HELD = st.lists(st.tuples(st.integers(1, 15), st.integers(0, 5)), min_size=1)


def roots(*held: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame(held, columns=["nucleus_id", "root_id"]).astype(np.int64)


def points(*rows: tuple[int, int, int, tuple[float, float, float]]) -> pd.DataFrame:
    """Give a nucleus at (100, 200, 300), its root there, the one at the point, and the way to the point."""
    ids, before, after, ways = zip(*rows, strict=True)
    made = pd.DataFrame({"nucleus_id": ids, "orig_root_id": before, "root_id": after}).astype(np.int64)
    for axis, start, way in zip(("x", "depth", "z"), (100, 200, 300), np.transpose(ways), strict=True):
        made[f"{axis}_um"] = np.float32(start)
        made[f"{axis}_alt_um"] = (start + way).astype(np.float32)
    return made


MOVED = points(
    (1, 0, BIG, (3.0, 0.0, 4.0)),
    (2, BIG, BIG + 2, (0.0, 1.0, 0.0)),
    (3, 7, 7, (0.0, -2.0, 0.0)),
    (4, 9, 0, (0.0, 0.0, 0.25)),
    (5, 0, 0, (0.0, 0.0, 0.0)),
    (6, 0, 8, (8.0, 0.0, 0.0)),
)


def test_a_root_with_two_nuclei_is_shared_and_root_0_never_is():
    sharing = root_sharing(
        roots((1, 0), (2, 0), (3, 0), (4, 11), (5, BIG), (6, BIG), (7, 12), (8, 12), (9, 12))
    )
    assert (sharing.nuclei, sharing.rootless, sharing.roots, sharing.on_shared) == (9, 3, 3, 5)
    assert sharing.shared.to_numpy().tolist() == [[12, 3], [BIG, 2]]
    assert sharing.spread.to_dict() == {2: 1, 3: 1}


def test_a_nucleus_that_stands_twice_does_not_share_with_itself():
    sharing = root_sharing(roots((1, 11), (1, 11), (2, 0), (2, 0)))
    assert (sharing.nuclei, sharing.rootless, len(sharing.shared)) == (2, 1, 0)
    assert sharing.on_shared == 0


def test_no_nuclei_share_nothing():
    sharing = root_sharing(roots((1, 11)).iloc[:0])
    assert (sharing.nuclei, sharing.rootless, sharing.roots, sharing.on_shared) == (0, 0, 0, 0)


@given(HELD)
def test_sharing_equals_a_count_by_pandas(held):
    made = roots(*dict(held).items())
    sharing = root_sharing(made)
    counts = made[made["root_id"] != 0].groupby("root_id")["nucleus_id"].nunique()
    expected = counts[counts > 1]
    assert dict(sharing.shared.to_numpy().tolist()) == expected.to_dict()
    assert sharing.on_shared == expected.sum()
    assert sharing.shared["nuclei"].is_monotonic_decreasing
    assert sharing.rootless == (made["root_id"] == 0).sum()


def test_each_change_of_root_has_its_name():
    assert lookup_root_changes(MOVED)["change"].tolist() == [FOUND, OTHER, SAME, LOST, NEITHER, FOUND]
    assert lookup_change_counts(lookup_root_changes(MOVED)).to_dict()["nuclei"] == {
        FOUND: 2, OTHER: 1, SAME: 1, LOST: 1, NEITHER: 1,
    }  # fmt: skip


def test_the_detections_say_the_root_at_the_centre():
    changes = lookup_root_changes(MOVED, roots((1, 3), (2, BIG + 2), (99, 5)))
    assert changes["change"].tolist()[:3] == [OTHER, SAME, SAME]
    assert changes["orig_root_id"].tolist() == [3, BIG + 2, 7, 9, 0, 0]  # its own where they do not hold it


def test_without_the_root_at_the_centre_the_change_is_not_known():
    bare = MOVED.drop(columns="orig_root_id")
    assert set(lookup_root_changes(bare)["change"]) == {UNKNOWN}
    assert lookup_root_changes(bare)["orig_root_id"].isna().all()
    assert lookup_root_changes(bare, roots((1, 3)))["change"].tolist() == [OTHER, *[UNKNOWN] * 5]
    assert lookup_root_changes(bare, roots((1, 3)).iloc[:0])["change"].eq(UNKNOWN).all()


def test_a_nucleus_with_two_points_stands_once_with_the_first():
    twice = pd.concat([MOVED, MOVED.assign(root_id=1)], ignore_index=True)
    pd.testing.assert_frame_equal(displacements(twice), displacements(MOVED))


def test_lengths_are_euclidean_and_to_the_nanometre():
    moved = displacements(MOVED)
    assert moved["length_um"].tolist() == [5, 1, 2, 0.25, 0, 8]
    assert (farther_than(moved), farther_than(moved, 5.0)) == (2, 1)


def test_a_displacement_of_exactly_the_window_is_not_farther():
    at_window = displacements(points((1, 0, 1, (0.0, 0.0, 3.0)), (2, 0, 1, (1.0, 2.0, 2.0))))
    assert farther_than(at_window) == 0


def test_the_profile_counts_every_nucleus_and_gathers_the_far_ones():
    profile = length_profile(displacements(MOVED), step_um=1.0, far_um=4.0)
    assert profile.index.tolist() == [0, 1, 2, 3, 4]
    assert profile[FOUND].tolist() == [0, 0, 0, 0, 2]
    assert profile[LOST].tolist() == [1, 0, 0, 0, 0]
    assert profile[OTHER].tolist() == [0, 1, 0, 0, 0]
    assert profile.to_numpy().sum() == len(MOVED)


@given(st.lists(st.floats(0, 20, width=32), min_size=1))
def test_the_profile_equals_a_cut_by_pandas(lengths):
    moved = pd.DataFrame(
        {"length_um": lengths, "change": pd.Categorical([SAME] * len(lengths), LOOKUP_ROOT_CHANGES)}
    )
    profile = length_profile(moved, step_um=0.5, far_um=6.0)
    edges = [*np.arange(0, 6.5, 0.5), np.inf]
    expected = pd.cut(moved["length_um"], edges, right=False).value_counts(sort=False)
    assert profile[SAME].tolist() == expected.tolist()


def test_the_lookup_is_summed_up():
    summary = lookup_summary(MOVED, roots((1, 0), (2, BIG), (3, 8)))
    assert (summary.moved, summary.compared, summary.mismatches) == (5, 3, 1)
    assert summary.changes["nuclei"].to_dict() == {FOUND: 2, OTHER: 2, LOST: 1, NEITHER: 1}
    assert summary.changes["share"].sum() == pytest.approx(1)


def test_a_lookup_without_points_or_without_detections_is_summed_up_as_far_as_it_goes():
    bare = MOVED[["nucleus_id", "orig_root_id", "root_id"]]
    assert lookup_summary(bare).moved is None
    assert (lookup_summary(bare).compared, lookup_summary(bare).mismatches) == (0, 0)
    assert lookup_summary(bare).changes.equals(lookup_change_counts(lookup_root_changes(MOVED)))


def test_a_lot_is_of_the_size_asked_in_order_and_always_the_same():
    moved = displacements(MOVED)
    assert drawn(moved, 6) is moved
    few = drawn(moved, 3)
    assert (len(few), few.index.is_monotonic_increasing) == (3, True)
    assert drawn(moved, 3).equals(few)


def test_the_bars_are_the_profile_each_change_with_a_pattern_of_its_own():
    profile = length_profile(displacements(MOVED))
    figure = lengths_figure(profile, COLOURS, 3.0, "caption")
    assert {bar.name: list(bar.y) for bar in figure.data} == profile.to_dict("list")
    assert len({bar.marker.pattern.shape for bar in figure.data}) == len(figure.data)
    assert len(set(PATTERNS)) == len(LOOKUP_ROOT_CHANGES)
    assert figure.layout.shapes[0].x0 == 3.0
    assert figure.data[0].customdata[0] == "0 to 0.25 µm"
    assert figure.data[0].customdata[-1] == "6 µm or more"
    assert figure.layout.xaxis.ticktext[-1] == "≥ 6"


def test_lines_are_stretched_upright_and_know_their_nucleus():
    scene = json.loads(displacement_scene(displacements(MOVED), COLOURS, 10.0).to_json())
    layers = {layer["id"]: layer for layer in scene["layers"]}
    (first, second) = layers["finds-a-root"]["data"]
    assert (first["from"], first["to"]) == ([100, -200, 300], [130, -200, 340])
    assert (first["nucleus_id"], first["before"], first["after"]) == ("1", "0", str(BIG))
    assert second["length"] == "8.00"
    (deeper,) = layers["finds-another-root"]["data"]
    assert (deeper["from"], deeper["to"]) == ([100, -200, 300], [100, -210, 300])  # deeper is down
    assert layers["loses-its-root"]["getColor"] == [0, 0, LOOKUP_ROOT_CHANGES.index(LOST)]
    assert [name["words"] for name in layers["names"]["data"]] == ["pia, 0", "200", "400", "600", "800"]
    assert "not-known" not in layers
    assert (
        sum(len(layers[change.replace(" ", "-")]["data"]) for change in set(LOOKUP_ROOT_CHANGES) - {UNKNOWN})
        == 6
    )


def test_a_scene_of_unknown_roots_says_so():
    bare = displacements(MOVED.drop(columns="orig_root_id"))
    layers = json.loads(displacement_scene(bare, COLOURS, 1.0).to_json())["layers"]
    assert {line["before"] for line in layers[0]["data"]} == {"not known"}


def test_a_scene_has_no_white_space():
    assert '": ' not in displacement_scene(displacements(MOVED), COLOURS, 10.0).to_json()


def test_a_scene_has_a_limit():
    many = displacements(MOVED).iloc[np.zeros(MOST_LINES + 1, int)]
    with pytest.raises(DataError, match="9,000 lines"):
        displacement_scene(many, COLOURS, 1.0)


# The panels: with everything, with less, with nothing

POINTS, LOOKUP = "nucleus_alternative_points", "nucleus_detection_lookup_v1"
DETECTIONS = "nucleus_detection_v0"


def loaded(name: str, frame: pd.DataFrame) -> LabelTable:
    record = Provenance(
        table=name, source="folder", place="", origin="", release=661, timestamp="", synthetic=False,
        rows=len(frame), nuclei=frame["nucleus_id"].nunique(), sha256="", fetched_at="made for a test",
        absent=(), notes=(), stamp=str(list(frame.columns)),
    )  # fmt: skip
    return LabelTable(TABLES[name], frame, record)


def panel(
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    name: str,
    shown: LabelTable | TableView | None,
    beside: LabelTable | None = None,
) -> AppTest:
    """Show one panel of a page that has a table in view, or that loads two."""
    monkeypatch.setenv("CELL_TYPES_SOURCE", "folder")
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(folder))
    # The folder is empty: there is no cloud that a chart could be linked with.
    monkeypatch.setattr("components.ui.family.page.linked", lambda *_, **__: None)

    def script(name, family):
        from components.ui.family import nuclei, page  # noqa: PLC0415  # the script is run by its text

        if name == "show_volumes":
            page.show_volumes(family.view)
        else:
            getattr(nuclei, name)(family)

    tables = {LOOKUP if name == "show_lookup" else POINTS: shown, DETECTIONS: beside}
    family = SimpleNamespace(view=shown, load=tables.__getitem__)
    app = AppTest.from_function(script, args=(name, family), default_timeout=60).run()
    assert not app.exception
    return app


ABSENT = None
DETECTED = loaded(DETECTIONS, roots((1, 0), (2, BIG), (3, 7), (4, 9), (5, 0), (6, 0)))


def test_the_panel_of_the_points_states_lengths_and_changes(monkeypatch, tmp_path):
    app = panel(monkeypatch, tmp_path, "show_alternative_points", loaded(POINTS, MOVED), DETECTED)
    said = app.markdown[0].value
    assert "**6 nuclei**" in said
    assert "finds a root: 2 (33.3%)" in said
    assert "**2 lie farther away than 3 µm**" in said
    rows = app.dataframe[0].value
    assert rows["nucleus_id"].tolist() == ["6", "1", "3", "2", "4", "5"]  # the farthest first
    assert rows["root_id"].tolist()[1] == str(BIG)
    assert len(app.get("deck_gl_json_chart")) == 1


def test_the_lines_can_be_those_of_one_change(monkeypatch, tmp_path):
    app = panel(monkeypatch, tmp_path, "show_alternative_points", loaded(POINTS, MOVED), DETECTED)
    app.selectbox(key="displacement-change").set_value(OTHER).run()
    assert not app.exception
    (scene,) = app.get("deck_gl_json_chart")
    ids = [layer["id"] for layer in json.loads(scene.proto.json)["layers"]]
    assert ids == ["finds-another-root", "outline", "names"]


def test_the_panel_of_the_lookup_states_shares(monkeypatch, tmp_path):
    app = panel(monkeypatch, tmp_path, "show_lookup", loaded(LOOKUP, MOVED), DETECTED)
    assert {number.label: number.value for number in app.metric} == {
        "Another root in the view (66.7%)": "4",
        "Without a root": "3 → 2",
        "Looked up elsewhere": "5",
    }
    assert "for all 6 nuclei that both hold" in app.caption[0].value


@pytest.mark.parametrize(
    ("name", "first", "second", "said"),
    [
        ("show_alternative_points", ABSENT, ABSENT, "The alternative points are not at hand"),
        ("show_alternative_points", loaded(POINTS, roots((1, 2))), DETECTED, "one position a nucleus"),
        ("show_lookup", ABSENT, DETECTED, "The lookup view is not at hand"),
        ("show_lookup", loaded(LOOKUP, roots((1, 2))), ABSENT, "Neither the view's rows nor the detections"),
    ],
)
def test_what_is_absent_is_said(monkeypatch, tmp_path, name, first, second, said):
    assert said in panel(monkeypatch, tmp_path, name, first, second).info[0].value


@pytest.mark.parametrize(("name", "table"), [("show_alternative_points", POINTS), ("show_lookup", LOOKUP)])
def test_without_the_detections_the_rows_speak_for_themselves(monkeypatch, tmp_path, name, table):
    app = panel(monkeypatch, tmp_path, name, loaded(table, MOVED), ABSENT)
    assert not app.info


def test_points_whose_roots_nobody_knows_are_shown_as_such(monkeypatch, tmp_path):
    bare = loaded(POINTS, MOVED.drop(columns=["orig_root_id", "root_id"]))
    app = panel(monkeypatch, tmp_path, "show_alternative_points", bare, ABSENT)
    assert "not known: 6 (100.0%)" in app.markdown[0].value
    assert set(app.dataframe[0].value["root_id"]) == {"not known"}


CALLED = roots((1, 0), (2, BIG), (3, BIG), (4, 9), (5, 10)).assign(
    cell_type=pd.Categorical(["not-neuron", "neuron", "neuron", "neuron", "not-neuron"]),
    volume_um3=np.array([40, 200, 300, 250, np.nan], np.float32),
)


def table_view(name: str, frame: pd.DataFrame, mask: list[bool] | None = None) -> TableView:
    one = loaded(name, frame)
    has_labels = "cell_type" in frame
    labels = raw_labels(frame) if has_labels else pd.Categorical([None] * len(frame), categories=[])
    # A filter, since table views are told apart by theirs.
    filters = Filters({"root": "With a segment"} if mask else {})
    masks = {"root": np.array(mask)} if mask else {}
    return TableView(
        one, one if has_labels else None, "type", labels, filters, VOLUME.layer_presets[0], masks
    )


def test_the_panel_of_the_nuclei_counts_what_is_shown(monkeypatch, tmp_path):
    app = panel(monkeypatch, tmp_path, "show_detections", table_view("nucleus_ref_neuron_svm", CALLED))
    assert {number.label: number.value for number in app.metric} == {
        "Nuclei shown": "5",
        "Root ID 0 (20.0%)": "1",
        "Roots": "3",
        "Shared root (40.0%)": "2",
        "Median volume": "225 µm³",
    }
    assert app.dataframe[0].value.to_numpy().tolist() == [[str(BIG), 2]]
    assert "not-neuron also means a detection error" in app.caption[0].value


def test_the_panel_of_the_nuclei_follows_the_filters(monkeypatch, tmp_path):
    only = table_view("nucleus_ref_neuron_svm", CALLED, [True, True, False, False, False])
    app = panel(monkeypatch, tmp_path, "show_detections", only)
    assert app.metric[0].value == "2"
    assert "None of the 1 root carries more than one" in app.info[0].value


def test_nuclei_without_root_or_volume_are_said_in_words(monkeypatch, tmp_path):
    bare = table_view(DETECTIONS, CALLED[["nucleus_id"]])
    app = panel(monkeypatch, tmp_path, "show_detections", bare)
    assert [number.label for number in app.metric] == ["Nuclei shown"]
    assert "hold no root IDs" in app.info[0].value
    assert not any("not-neuron" in caption.value for caption in app.caption)
    assert "hold no nucleus volumes" in panel(monkeypatch, tmp_path, "show_volumes", bare).info[0].value


def test_volumes_say_how_many_nuclei_have_none(monkeypatch, tmp_path):
    app = panel(monkeypatch, tmp_path, "show_volumes", table_view("nucleus_ref_neuron_svm", CALLED))
    assert "1 of the 5 nuclei shown have no volume" in app.caption[0].value
    assert "n = 4 nuclei with a volume" in app.get("plotly_chart")[0].proto.spec
    none = table_view("nucleus_ref_neuron_svm", CALLED, [False] * 4 + [True])
    RESULTS.clear()  # a table view is told from others by its filters, and this one has none
    assert "None of the 1 nucleus" in panel(monkeypatch, tmp_path, "show_volumes", none).info[0].value
