"""A link into Neuroglancer holds exactly the nuclei meant: read back here with nothing of its writer's."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.analysis.labels.levels import CONFLICTING
from components.analysis.labels.nucleus_table import nucleus_table
from components.analysis.output.viewer_link import (
    MOST_CHARACTERS,
    MOST_LIVE,
    MOST_NUCLEI,
    VIEWER,
    ViewerLink,
    drawn_nuclei,
    tag_ids,
    viewer_link,
    voxel_positions,
)
from data.labels.crosswalk import colour_of
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from data.volume.space import oriented_um
from tests.loopback_archive import COARSE, FINE, FINE_ROWS, write_table

ROOT = Path(__file__).parents[1]
ROOT_ID = 864_691_135_919_440_816  # beyond 2^53: a number of JavaScript's would end in 800
AXES = ["x_um", "depth_um", "z_um"]

EM, NUCLEI, LIVE = VOLUME.imagery, VOLUME.nuclei, VOLUME.segmentation

place = st.tuples(*(st.integers(low, high) for low, high in VOLUME.em_box_voxels))
places = st.lists(place, min_size=1, max_size=40)


@pytest.fixture(autouse=True)
def nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link is text: whoever opens a connection for one fails."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def tidy(
    nucleus_ids: Sequence[int], at: Sequence[tuple[int, ...]], roots: Sequence[int] = ()
) -> pd.DataFrame:
    """Nuclei at these voxels, as the tidy frame keeps them: float32, oriented."""
    frame = pd.DataFrame(oriented_um(at).astype(np.float32), columns=AXES, index=[*nucleus_ids])
    return frame.assign(root_id=np.array(roots or [0] * len(frame), dtype=np.int64))


def link_to(
    nucleus_ids: Sequence[int], at: Sequence[tuple[int, ...]], labels: Sequence[str | None], **more: Any
) -> ViewerLink:
    nuclei = tidy(nucleus_ids, at, more.pop("roots", ()))
    return viewer_link(
        nuclei, pd.Series([*labels], nuclei.index, dtype=object), release=661, title="a", **more
    )


def read(link: ViewerLink | str) -> dict[str, Any]:
    """Read the state out of a link, as the viewer does; whole numbers come as they are written."""
    host, _, fragment = (link if isinstance(link, str) else link.url).partition("#!")
    assert host == VIEWER
    state: dict[str, Any] = json.loads(unquote(fragment))
    return state


def layers(link: ViewerLink | str) -> dict[str, dict[str, Any]]:
    """The layers, by where they come from."""
    found = {layer["source"][0]["url"]: layer for layer in read(link)["layers"]}
    assert len(found) == len(read(link)["layers"])
    return found


def points(link: ViewerLink | str) -> pd.DataFrame:
    """The points of a link: index the nucleus ID, `at` in voxels, `said`, `tags` in the tables' words."""
    layer = layers(link)["local://annotations"]
    words = [tag["description"] for tag in layer["annotationProperties"]]
    assert all(tag["type"] == "bool" for tag in layer["annotationProperties"])
    rows = layer["annotations"]
    assert all(isinstance(row["id"], str) and len(row["props"]) == len(words) for row in rows)
    return pd.DataFrame(
        {
            "at": [tuple(row["point"]) for row in rows],
            "said": [row["description"] for row in rows],
            "tags": [[w for w, held in zip(words, row["props"], strict=True) if held] for row in rows],
            "roots": [[one for group in row.get("segments", []) for one in group] for row in rows],
        },
        index=[int(row["id"]) for row in rows],
    )


def segments(link: ViewerLink | str, source: str = NUCLEI) -> list[str]:
    chosen: list[str] = layers(link)[source]["segments"]
    assert all(isinstance(one, str) for one in chosen)
    return chosen


# One nucleus, worked out


def test_the_basket_cell_of_the_manual() -> None:
    link = link_to([260620], [(173584, 145120, 21127)], ["BC"], roots=[ROOT_ID])
    state, found = read(link), layers(link)
    assert set(found) == {EM, NUCLEI, "local://annotations"}
    assert state["position"] == [173584, 145120, 21127]
    assert state["dimensions"] == {"x": [4e-9, "m"], "y": [4e-9, "m"], "z": [4e-8, "m"]}
    assert segments(link) == ["260620"]
    assert found[NUCLEI]["segmentColors"] == {"260620": colour_of("BC")}
    (point,) = points(link).itertuples()
    assert point == (260620, (173584, 145120, 21127), "nucleus 260620 · BC · v661", ["BC"], [])
    assert found["local://annotations"]["annotationProperties"][0]["id"] == "type_BC"
    assert (link.shown, link.of, link.sampled, link.live) == (1, 1, False, False)


def test_without_a_login_unless_it_is_asked_for() -> None:
    url = link_to([260620], [(173584, 145120, 21127)], ["BC"], roots=[ROOT_ID]).url
    for word in ("graphene", "middleauth", "daf.com", str(ROOT_ID), "seg_m"):
        assert word not in unquote(url)


def test_the_live_segmentation_holds_the_roots_exactly() -> None:
    ids, at = [5, 6, 7, 8], [(173584, 145120, 21127)] * 4
    link = link_to(ids, at, ["BC", "MC", "BC", None], roots=[ROOT_ID, 0, ROOT_ID + 1, ROOT_ID], live=True)
    found = layers(link)
    assert found[LIVE]["source"][0]["url"].startswith("graphene://middleauth+https://")
    assert sorted(segments(link, LIVE)) == [str(ROOT_ID), str(ROOT_ID + 1)]
    assert segments(link) == ["5", "6", "7", "8"]
    assert points(link)["roots"].tolist() == [[str(ROOT_ID)], [], [str(ROOT_ID + 1)], [str(ROOT_ID)]]
    linked = found["local://annotations"]["linkedSegmentationLayer"]
    assert [*linked.values()] == [found[LIVE]["name"]]
    assert (link.live, link.rootless) == (True, 1)
    # A root ID stands in no other layer: elsewhere it is another object, or none.
    others = [layer for url, layer in found.items() if url not in (LIVE, "local://annotations")]
    assert str(ROOT_ID) not in json.dumps(others)


def test_no_nucleus_of_the_live_ones_has_a_root() -> None:
    link = link_to([5], [(173584, 145120, 21127)], ["BC"], roots=[0], live=True)
    assert layers(link)[LIVE].get("segments", []) == []
    assert link.rootless == 1


# Positions


@given(places)
def test_float32_micrometres_give_back_every_voxel_of_the_volume(at: list[tuple[int, ...]]) -> None:
    frame = tidy([*range(len(at))], at)
    assert (frame[AXES].dtypes == np.float32).all()
    assert voxel_positions(frame).tolist() == [[*one] for one in at]


def test_at_the_corners_nothing_comes_near_half_a_voxel() -> None:
    """The error that rounding has to undo, where it is largest: far below the half that it cannot."""
    from data.volume.space import voxels  # noqa: PLC0415

    random = np.random.default_rng(1)
    at = np.column_stack([random.integers(low, high, 20_000) for low, high in VOLUME.em_box_voxels])
    at[:8] = [[box[i >> k & 1] for k, box in enumerate(VOLUME.em_box_voxels)] for i in range(8)]
    back = voxels(oriented_um(at).astype(np.float32))
    assert np.abs(back - at).max() < 0.05


# Any selection


@settings(max_examples=settings().max_examples // 4)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 2**62), place, st.sampled_from(["BC", "23P", "5P-IT", None, "L5b", CONFLICTING])
        ),
        min_size=1,
        max_size=30,
        unique_by=lambda row: row[0],
    ),
    st.booleans(),
)
def test_a_link_holds_the_nuclei_meant(rows: list[tuple[int, Any, str | None]], live: bool) -> None:
    ids, at, labels = [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]
    roots = [ROOT_ID + n if n % 3 else 0 for n in range(len(rows))]
    link = link_to(ids, at, labels, roots=roots, live=live)
    assert sorted(map(int, segments(link))) == sorted(ids) == [*link.nucleus_ids]
    shown = points(link)
    assert sorted(shown.index) == sorted(ids)
    assert shown["at"].to_dict() == {i: tuple(one) for i, one in zip(ids, at, strict=True)}
    assert shown["tags"].to_dict() == {
        i: [label] if label else [] for i, label in zip(ids, labels, strict=True)
    }
    assert shown["said"].to_dict() == {
        i: f"nucleus {i} · {label or 'no label'} · v661" for i, label in zip(ids, labels, strict=True)
    }
    assert tuple(read(link)["position"]) in set(shown["at"])


@settings(max_examples=settings().max_examples // 2)
@given(st.lists(st.text(max_size=12), unique=True, max_size=12))
def test_every_label_is_a_tag_of_its_own(labels: list[str]) -> None:
    given_ids = tag_ids(labels)
    assert list(given_ids) == labels
    assert len(set(given_ids.values())) == len(labels)
    for name in given_ids.values():
        assert name.isascii()
        assert name.isidentifier()  # the viewer drops the whole layer of points over one that is not
        assert name[0].islower()


def test_odd_labels_stay_what_they_are() -> None:
    labels = ['a"b', "5P IT", "5P-IT", "β", "<b>", "{}", "#!", "%22", "Unsure E", "bc", "BC", "1"]
    at = [(173584, 145120 + 100 * n, 21127) for n in range(len(labels))]
    ids = [*range(1, len(labels) + 1)]
    link = link_to(ids, at, list(labels))
    assert points(link)["tags"].tolist() == [[label] for label in labels]
    names = [tag["id"] for tag in layers(link)["local://annotations"]["annotationProperties"]]
    assert {"type_bc", "type_BC", "type_5P_IT", "type_5P_IT_2", "type_Unsure_E"} <= set(names)
    assert '"' not in link.url
    assert " " not in link.url


def test_all_types_together_are_one_link() -> None:
    """More types than there are keys to bind: nglui would warn, and old viewers take only ten."""
    labels = [f"L{n}" for n in range(30)]
    link = link_to([*range(1, 31)], [(173584, 145120, 21127)] * 30, list(labels))
    layer = layers(link)["local://annotations"]
    assert len(layer["annotationProperties"]) == 30
    assert not layer.get("toolBindings")


# Large selections


def crowd(n: int) -> tuple[pd.DataFrame, pd.Series]:
    random = np.random.default_rng(3)
    at = np.column_stack([random.integers(low, high, n) for low, high in VOLUME.em_box_voxels])
    ids = random.permutation(np.arange(200_000, 200_000 + 5 * n, 5))
    nuclei = tidy(ids.tolist(), [tuple(row) for row in at.tolist()], [ROOT_ID + 7 * i for i in range(n)])
    return nuclei, pd.Series(random.choice(["BC", "MC", "23P"], n), nuclei.index)


@pytest.mark.parametrize(("live", "most"), [(False, MOST_NUCLEI), (True, MOST_LIVE)])
def test_a_large_selection_is_drawn_by_lot_and_always_the_same(live: bool, most: int) -> None:
    nuclei, labels = crowd(2_000)
    link = viewer_link(nuclei, labels, release=661, title="a", live=live)
    assert (link.shown, link.of, link.sampled) == (most, 2_000, True)
    assert len(link.url) <= MOST_CHARACTERS
    assert sorted(map(int, segments(link))) == sorted(points(link).index) == [*link.nucleus_ids]
    assert set(link.nucleus_ids) < set(nuclei.index)
    backwards = viewer_link(nuclei[::-1], labels[::-1], release=661, title="a", live=live)
    assert backwards == link
    # Drawn from everywhere, not from the beginning: IDs rise through the volume.
    assert np.median(link.nucleus_ids) == pytest.approx(nuclei.index.to_series().median(), rel=0.02)


def test_a_smaller_lot_is_part_of_a_larger() -> None:
    ids = np.arange(1, 1_001)
    few, many = drawn_nuclei(ids, 10), drawn_nuclei(ids, 300)
    assert len(few) == 10
    assert set(few) < set(many)
    assert drawn_nuclei(ids[:300], 300).tolist() == ids[:300].tolist()


def test_long_labels_shorten_the_lot_and_not_the_words() -> None:
    nuclei, _ = crowd(400)
    labels = pd.Series([f"{'β' * 150}{i % 3}" for i in range(400)], nuclei.index)
    link = viewer_link(nuclei, labels, release=661, title="a")
    assert len(link.url) <= MOST_CHARACTERS
    assert 10 < link.shown < 400
    assert link.of == 400
    assert {tuple(tags) for tags in points(link)["tags"]} == {(label,) for label in labels.unique()}


# The rows of a release


@pytest.fixture
def at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Show the link of some nuclei, of a release on disk or of the synthetic one."""
    write_table(tmp_path, FINE, [*FINE_ROWS, (10, 101, *FINE_ROWS[0][2:3], "4P", *FINE_ROWS[0][4:])])
    coarse = [
        (row[0], row[1], "baylor_log_reg_cell_type_coarse", "inhibitory", *row[4:]) for row in FINE_ROWS
    ]
    write_table(tmp_path, COARSE, coarse)
    monkeypatch.setenv("CELL_TYPES_FOLDER", str(tmp_path))

    def shown(ids: list[int], colour: str | None, source: str = "folder") -> AppTest:
        monkeypatch.setenv("CELL_TYPES_SOURCE", source)
        app = AppTest.from_function(_one_link, args=(ids, colour), default_timeout=60).run()
        assert not app.exception
        return app

    return shown


def _one_link(ids: list[int], colour: str | None) -> None:
    import numpy  # noqa: ICN001, PLC0415

    from components.ui.selection.viewer import show_viewer_link  # noqa: PLC0415
    from components.ui.session.colours import Colouring  # noqa: PLC0415

    show_viewer_link(
        numpy.array(ids, dtype=numpy.int64), key="one", colouring=Colouring(colour) if colour else None
    )


def opened(app: AppTest) -> str:
    (button,) = app.get("link_button")
    return str(button.proto.url)


def test_a_page_links_its_nuclei_and_says_what_opens(at_hand: Callable[..., AppTest]) -> None:
    app = at_hand([101, 102, 103, 999], COARSE)
    rows = {row[1]: row for row in FINE_ROWS}
    shown = points(opened(app))
    assert sorted(map(int, segments(opened(app)))) == sorted(shown.index) == [101, 102, 103]
    assert shown["at"].to_dict() == {nucleus: row[5:] for nucleus, row in rows.items()}
    assert shown["tags"].tolist() == [["inhibitory"]] * 3
    (said,) = (one.value for one in app.caption)
    assert "3 nuclei" in said
    assert "tagged by Baylor coarse" in said
    assert "without a login" in said
    assert "1 more have no position at hand" in said
    app.toggle[0].set_value(True).run()
    assert sorted(segments(opened(app), LIVE)) == sorted(str(row[4]) for row in FINE_ROWS if row[4])
    (said,) = (one.value for one in app.caption)
    assert "asks for a login" in said
    assert "1 of the nuclei shown have no segment" in said


def test_a_number_colours_but_a_table_tags(at_hand: Callable[..., AppTest]) -> None:
    for colour in ("depth_um", None):
        app = at_hand([101, 102], colour)
        (said,) = (one.value for one in app.caption)
        assert "tagged by Baylor" in said


def test_conflicting_labels_are_neither(at_hand: Callable[..., AppTest]) -> None:
    shown = points(opened(at_hand([101, 102], FINE)))
    assert shown["tags"].to_dict() == {101: [CONFLICTING], 102: ["5P-PT"]}
    assert shown.loc[101, "said"] == f"nucleus 101 · {CONFLICTING} · v661"


def test_nothing_to_link(at_hand: Callable[..., AppTest]) -> None:
    for ids in ([], [999]):
        app = at_hand(ids, FINE)
        assert not app.get("link_button")
        assert not app.caption


def test_a_synthetic_nucleus_is_never_linked(at_hand: Callable[..., AppTest], sample: Path) -> None:
    opened_release = open_release(
        read_settings({"source": "sample", "cache": sample}), sample_when_offline=False
    )
    nucleus = int(opened_release.load_labels(FINE).frame["nucleus_id"].iloc[0])
    app = at_hand([nucleus], FINE, source="sample")
    assert not app.get("link_button")
    (said,) = (one.value for one in app.caption)
    assert "synthetic" in said


def test_a_page_without_a_selection_does_not_wait_for_nglui() -> None:
    code = "import sys, components.ui.selection.viewer; sys.exit('nglui' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("name", [COARSE, FINE])
def test_real_nuclei_are_where_their_raw_rows_say(name: str, realdata: Path, tmp_path: Path) -> None:
    opened_release = open_release(
        read_settings({"source": "folder", "folder": realdata, "cache": tmp_path}), sample_when_offline=False
    )
    wide = nucleus_table({name: opened_release.load_labels(name)})
    columns = pd.read_csv(realdata / f"v661/{name}_merged_header.csv", header=None)[0]
    raw = pd.read_csv(realdata / f"v661/{name}_merged.csv.gz", names=[*columns])
    raw = raw.drop_duplicates("target_id").set_index("target_id").loc[wide.index]
    at = raw[["pt_position_x", "pt_position_y", "pt_position_z"]].to_numpy()
    assert len(raw) > 40_000
    assert np.array_equal(voxel_positions(wide), at)
    link = viewer_link(wide, wide[name], release=661, title="a")
    shown = points(link)
    assert (link.shown, link.of) == (MOST_NUCLEI, len(wide))
    assert shown["at"].tolist() == [tuple(row) for row in at[wide.index.get_indexer(shown.index)].tolist()]
    single = shown["tags"].str[0] != CONFLICTING
    assert shown["tags"].str[0][single].tolist() == raw.loc[shown.index, "cell_type"][single].tolist()
