"""Sections read back from volumes in the real form: each pixel is its place's, at every scale."""

import ast
import json
import os
import shutil
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from data.errors import DataError, HostUnreachable, SettingsError
from data.imagery import precomputed
from data.imagery.imagery import CUT, open_imagery
from data.imagery.kept import KeptSections
from data.imagery.precomputed import NotWanted
from data.imagery.scales import read_info
from data.imagery.section import AXES, Section, SectionWanted
from data.settings import read_settings
from data.volume import VOLUME
from tests.loopback_imagery import running_imagery
from tests.made_imagery import (
    NUCLEUS_SCALES,
    REAL_SCALES,
    SMALL_SCALES,
    Ball,
    MadeScale,
    labels_of,
    position_values,
    write_real_size,
    write_volume,
)
from tests.program import PROGRAM

BALLS = (
    Ball(101, (3612.0, 2820.0, 3180.0), 420.0),
    Ball(102, (4000.0, 3500.0, 3900.0), 380.0),
    Ball(103, (2600.0, 1560.0, 1960.0), 300.0),  # in the volume's first corner
)
"""The small volumes reach from 2,560, 1,536 and 1,920 to 4,608, 4,096 and 4,480 nm."""
FORMS = [
    # microscopy: encoding, sharded; segmentation: encoding, sharded
    ("raw", True, "compressed_segmentation", True),
    ("raw", False, "raw", False),
    ("raw", True, "raw", True),
    ("raw", False, "compressed_segmentation", False),
]


@pytest.fixture(scope="module", params=FORMS, ids=lambda form: "-".join(map(str, form)))
def volumes(request, tmp_path_factory):
    """A folder with both volumes in one of the forms."""
    folder = tmp_path_factory.mktemp("imagery")
    image, image_sharded, labels, labels_sharded = request.param
    write_volume(folder / "em", SMALL_SCALES, position_values, encoding=image, sharded=image_sharded)
    write_volume(
        folder / "nuclei", NUCLEUS_SCALES, labels_of(BALLS), kind="segmentation", encoding=labels,
        sharded=labels_sharded,
    )  # fmt: skip
    return folder


def middles(wanted: SectionWanted, scale: MadeScale, shift: tuple[int, int, int] = (0, 0, 0)):
    """Middles in nm, x, y and z, of the voxels that a section's pixels show, by arithmetic on nm alone."""
    column_axis, row_axis, across = AXES[wanted.plane]
    number = round(wanted.width_nm / wanted.pixel_nm)
    places = {}
    for axis in range(3):
        edge = scale.voxel_nm[axis]
        steps = [0.0] if axis == across else [(at - number // 2) * wanted.pixel_nm for at in range(number)]
        voxels = [(wanted.centre_nm[axis] + step) // edge + shift[axis] for step in steps]
        places[axis] = np.array([(voxel + 0.5) * edge for voxel in voxels])
    places[column_axis] = places[column_axis][None, :]
    places[row_axis] = places[row_axis][:, None]
    places[across] = places[across][None, :]
    return places[0], places[1], places[2]


CASES = [
    # plane, nm a pixel, the scale of the microscopy and of the segmentation that fit
    ("xy", 8, 0, 0),
    ("xy", 16, 1, 0),
    ("xy", 32, 2, 0),
    ("xy", 64, 3, 1),
    ("xy", 48, 2, 0),
    ("xz", 8, 0, 0),
    ("xz", 32, 2, 0),
    ("yz", 16, 1, 0),
    ("yz", 64, 2, 0),
]


@pytest.mark.parametrize(("plane", "pixel_nm", "scale", "nucleus_scale"), CASES)
def test_each_pixel_shows_the_voxel_at_its_place(volumes, tmp_path, plane, pixel_nm, scale, nucleus_scale):
    imagery = open_imagery(str(volumes), tmp_path)
    for ball in BALLS[:2]:
        wanted = SectionWanted(ball.nucleus_id, ball.middle_nm, plane, 12 * pixel_nm, pixel_nm)
        section = imagery.read(wanted)
        shown = SMALL_SCALES[scale]
        assert section.voxel_nm == shown.voxel_nm
        assert section.known.all()
        assert section.notes == ()
        np.testing.assert_array_equal(section.grey, position_values(middles(wanted, shown)))
        x, y, z = ((at // edge + 0.5) * edge for at, edge in zip(ball.middle_nm, shown.voxel_nm, strict=True))
        assert section.grey[6, 6] == position_values((np.array(x), np.array(y), np.array(z)))
        for shift in set(product((-1, 0, 1), repeat=3)) - {(0, 0, 0)}:
            moved = position_values(middles(wanted, shown, (shift[0], shift[1], shift[2])))
            assert (moved != section.grey).any(), "a shift by a voxel would not be seen"
        mask = ball.holds(middles(wanted, NUCLEUS_SCALES[nucleus_scale]))
        np.testing.assert_array_equal(section.nucleus, mask)
        assert mask[6, 6]


BORDERS = [
    # middle in nm, plane, part of the section that is known
    ((2560.0, 2820.0, 3180.0), "xy", np.s_[:, 8:]),
    ((4608.0, 2820.0, 3180.0), "xy", np.s_[:, :8]),
    ((3612.0, 1536.0, 3180.0), "xy", np.s_[8:, :]),
    ((3612.0, 4096.0, 3180.0), "yz", np.s_[:8, :]),
    ((3612.0, 2820.0, 1920.0), "xz", np.s_[8:, :]),
    (BALLS[2].middle_nm, "xy", np.s_[8:, 7:]),
    ((2560.0, 2820.0, 4480.0), "xz", np.s_[:8, 8:]),
]


@pytest.mark.parametrize(("middle", "plane", "part"), BORDERS)
def test_what_lies_outside_the_volume_is_told_and_shown_as_nothing(volumes, tmp_path, middle, plane, part):
    wanted = SectionWanted(103, middle, plane, 16 * 32, 32)
    section = open_imagery(str(volumes), tmp_path).read(wanted)
    inside = np.zeros((16, 16), dtype=bool)
    inside[part] = True
    np.testing.assert_array_equal(section.known, inside)
    np.testing.assert_array_equal(
        section.grey, np.where(inside, position_values(middles(wanted, SMALL_SCALES[2])), 0)
    )
    in_nucleus = BALLS[2].holds(middles(wanted, NUCLEUS_SCALES[0]))
    np.testing.assert_array_equal(section.nucleus, in_nucleus & inside)
    assert in_nucleus.any() == (middle == BALLS[2].middle_nm)
    assert section.notes[0].startswith(f"{1 - inside.mean():.0%} of the section lies outside the volume")


@pytest.fixture(scope="module")
def sharded(tmp_path_factory):
    """A folder with both volumes as the real ones are."""
    folder = tmp_path_factory.mktemp("sharded")
    write_volume(folder / "em", SMALL_SCALES, position_values)
    labels, encoding = labels_of(BALLS), "compressed_segmentation"
    write_volume(folder / "nuclei", NUCLEUS_SCALES, labels, kind="segmentation", encoding=encoding)
    return folder


@pytest.fixture
def host(sharded, monkeypatch):
    """The volumes over loopback http; readers do not wait long before they ask again."""
    monkeypatch.setattr(
        precomputed, "_RETRIES", {"max_retries": 2, "initial_delay": "10ms", "max_delay": "10ms"}
    )
    with running_imagery(sharded) as running:
        yield running


WANTED = SectionWanted(101, BALLS[0].middle_nm, "xy", 16 * 32, 32)
FAULTS = [
    # where, the fault, how often, words of the error or the note; None where the section comes all the same
    ("em/info", "404", 9, "holds no volume: its description (info) is missing"),
    ("em/info", "html", 9, "is not the description of a precomputed volume"),
    ("em/info", "503", 9, "cannot be read: All 2 retry attempts failed: Service Unavailable"),
    ("em/info", "503", 1, None),
    ("em/info", "cut", 9, "partial file"),
    ("em/info", "stall", 9, "did not answer within 0.4 seconds"),
    ("em/32_32_40", "404", 9, "no microscopy around nucleus 101: its chunks are missing or black"),
    ("em/32_32_40", "503", 9, "Service Unavailable"),
    ("em/32_32_40", "503", 1, None),
    ("em/32_32_40", "cut", 9, "partial file"),
    ("em/32_32_40", "cut", 1, None),
    ("em/32_32_40", "stall", 9, "The voxels from"),
    ("em/32_32_40", "html", 9, "was ignored by server"),
    ("nuclei/info", "404", 9, "No outline: "),
    ("nuclei/16_16_40", "404", 9, "No outline: the segmentation does not show nucleus 101 in this section"),
    ("nuclei/16_16_40", "cut", 9, "No outline: The voxels from"),
    ("nuclei/16_16_40", "503", 1, None),
]


@pytest.mark.parametrize(("where", "fault", "times", "words"), FAULTS)
def test_a_fault_of_the_host_is_named_and_what_can_be_shown_is(
    host, tmp_path, monkeypatch, where, fault, times, words
):
    if fault == "stall":  # a busy machine, too, is silent for a while
        monkeypatch.setattr(precomputed, "OPEN_SECONDS", 0.4)
        monkeypatch.setattr(precomputed, "SILENT_SECONDS", 0.4)
    imagery = open_imagery(host.url, tmp_path)
    host.faults = {where: (fault, times)}
    if words and where.startswith("em"):
        with pytest.raises(DataError) as raised:
            imagery.read(WANTED)
        assert words in raised.value.problem
        return
    section = imagery.read(WANTED)
    np.testing.assert_array_equal(section.grey, position_values(middles(WANTED, SMALL_SCALES[2])))
    assert [words in note for note in section.notes] == ([True] if words else [])
    assert section.lasting == (words is None)
    host.faults = {}
    assert open_imagery(host.url, tmp_path).read(WANTED).lasting  # what failed was not kept


def test_a_host_that_cannot_be_reached_is_named(host, tmp_path):
    with pytest.raises(HostUnreachable, match="CELL_TYPES_IMAGERY"):
        open_imagery("http://127.0.0.1:9", tmp_path).read(WANTED)


def test_a_fault_in_one_shard_leaves_the_others_alone(tmp_path):
    middles_nm = {7: (200_000, 150_000, 20_000), 8: (240_000, 150_000, 20_000)}
    write_real_size(tmp_path, middles_nm, pixels=16, depth_nm=40, scales=REAL_SCALES[2:3])
    shards = sorted(path.name for path in (tmp_path / "em" / "32_32_40").iterdir())
    assert len(shards) == 2
    with running_imagery(tmp_path) as host:
        imagery = open_imagery(host.url, tmp_path / "cache")
        host.faults = {shards[0]: ("404", 99)}
        outcomes = []
        for nucleus_id, (x, y, z) in middles_nm.items():
            try:
                section = imagery.read(SectionWanted(nucleus_id, (x * 4.0, y * 4.0, z * 40.0), "xy", 512, 32))
                outcomes.append(section.lasting)
            except DataError:
                outcomes.append(False)
    assert sorted(outcomes) == [False, True]


def test_an_outline_that_ends_at_a_missing_chunk_is_told_and_not_kept(tmp_path):
    ball = Ball(101, BALLS[0].middle_nm, 700.0)
    write_volume(tmp_path / "em", SMALL_SCALES[2:3], position_values)
    write_volume(
        tmp_path / "nuclei", NUCLEUS_SCALES[:1], labels_of([ball]), kind="segmentation", sharded=False
    )
    wanted = replace(WANTED, width_nm=60 * 32)
    whole = open_imagery(str(tmp_path), tmp_path / "whole").read(wanted)
    assert (whole.notes, whole.lasting) == ((), True)
    for path in (tmp_path / "nuclei" / "16_16_40").glob("192-224_160-192_*"):
        path.unlink()
    cut = open_imagery(str(tmp_path), tmp_path / "cut").read(wanted)
    assert whole.nucleus is not None
    assert cut.nucleus is not None
    assert 0 < cut.nucleus.sum() < whole.nucleus.sum()
    assert cut.notes == (CUT,)
    assert not cut.lasting
    assert cut.key != whole.key


def test_a_folder_whose_name_holds_connect_is_no_unreachable_host(sharded, tmp_path):
    shutil.copytree(sharded, tmp_path / "connectome")
    path = tmp_path / "connectome" / "em" / "info"
    path.write_text(path.read_text().replace('"raw","key":"32', '"woven","key":"32'))
    with pytest.raises(DataError) as raised:
        open_imagery(str(path.parents[1]), tmp_path).read(WANTED)
    assert not isinstance(raised.value, HostUnreachable)


def test_a_section_seen_before_asks_nothing_of_the_host(host, tmp_path):
    first = open_imagery(host.url, tmp_path).read(WANTED)
    asked = list(host.asked)
    kept = open_imagery(host.url, tmp_path).read(WANTED)
    assert host.asked == asked
    for name in ("grey", "known", "nucleus"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(first, name))
    for name in ("nm_per_pixel", "voxel_nm", "thickness_nm", "notes"):
        assert getattr(kept, name) == getattr(first, name)
    for path in tmp_path.rglob("*.npz"):
        path.write_bytes(path.read_bytes()[:100])  # a damaged file is read again from the host
    assert open_imagery(host.url, tmp_path).read(WANTED).lasting
    assert len(host.asked) > len(asked)


def test_a_volume_written_anew_in_the_same_folder_is_read_anew(tmp_path):
    for grey in (50, 60):
        shutil.rmtree(tmp_path / "em", ignore_errors=True)

        def values(places, grey=grey):
            return np.full(np.broadcast_shapes(*(at.shape for at in places)), grey, dtype=np.uint8)

        write_volume(tmp_path / "em", SMALL_SCALES[2:3], values)
        write_volume(tmp_path / "nuclei", NUCLEUS_SCALES[:1], labels_of(BALLS), kind="segmentation")
        assert (open_imagery(str(tmp_path), tmp_path / "cache").read(WANTED).grey == grey).all()


def test_the_folder_of_sections_is_bounded_and_the_longest_unseen_goes_first(tmp_path):
    known = np.ones((64, 64), dtype=bool)
    grey = np.random.default_rng(1).integers(0, 255, (64, 64), dtype=np.uint8)
    section = Section(grey, known, known, (32, 32), (32, 32, 40), 40)
    kept = KeptSections(tmp_path, "here", largest_bytes=17_500)
    sections = [replace(WANTED, nucleus_id=number) for number in range(5)]
    for number, wanted in enumerate(sections):
        kept.write(wanted, section)
        os.utime(kept.path(wanted), (number, number))
        if number:
            assert kept.read(sections[0]) is not None  # and so seen last
    assert sum(path.stat().st_size for path in tmp_path.rglob("*.npz")) <= 17_500
    assert [kept.read(wanted) is not None for wanted in sections] == [True, False, False, True, True]


@pytest.mark.slow
def test_a_host_that_falls_silent_is_asked_again(sharded, tmp_path):
    with running_imagery(sharded) as host:
        host.faults = {"em/32_32_40": ("stall", 1)}
        assert open_imagery(host.url, tmp_path).read(WANTED).lasting


def test_an_encoding_that_is_not_known_is_an_error_that_names_the_scale(sharded, tmp_path):
    shutil.copytree(sharded, tmp_path / "copy")
    path = tmp_path / "copy" / "em" / "info"
    path.write_text(path.read_text().replace('"raw","key":"32', '"woven","key":"32'))
    with pytest.raises(DataError, match=r"The scale 32_32_40 from .* cannot be read"):
        open_imagery(str(tmp_path / "copy"), tmp_path).read(WANTED)


def test_a_reading_that_nobody_wants_ends(host, tmp_path):
    host.faults = {"em/32_32_40": ("stall", 9)}
    with pytest.raises(NotWanted):
        open_imagery(host.url, tmp_path).read(WANTED, lambda: False)


WRONG = [
    ({"type": "segmentation"}, "holds no image: its info says segmentation of uint8 with 4 scales"),
    ({"data_type": "float32"}, "holds no image: its info says image of float32"),
    ({"num_channels": 3}, "3 channels"),
    ({"scales": []}, "with 0 scales"),
    ({"scales": [{"chunk_sizes": [[64, 64, 64]], "resolution": [0, 8, 40]}]}, "an edge is not positive"),
    ({"scales": [{}]}, "not the description of a precomputed volume (KeyError: 'chunk_sizes')"),
]


@pytest.mark.parametrize(("change", "words"), WRONG)
def test_a_volume_of_the_wrong_type_is_refused(sharded, change, words):
    info = json.loads((sharded / "em" / "info").read_text()) | change
    with pytest.raises(DataError) as raised:
        read_info(json.dumps(info).encode(), "https://example.org/em", "image")
    assert words in raised.value.problem


@pytest.mark.parametrize("middle", [(0.0, 0.0, 0.0), (3612.0, 2820.0, 9000.0)])
def test_a_nucleus_outside_the_volume_is_an_error_that_says_where(sharded, tmp_path, middle):
    with pytest.raises(DataError, match=r"Nucleus 101 at x .* lies outside the image of"):
        open_imagery(str(sharded), tmp_path).read(SectionWanted(101, middle, "xy", 512, 32))


def test_a_nucleus_without_a_position_is_an_error(sharded, tmp_path):
    with pytest.raises(DataError, match="Nucleus 101 has no position"):
        open_imagery(str(sharded), tmp_path).read(replace(WANTED, centre_nm=(float("nan"), 0.0, 0.0)))


def test_tensorstore_is_imported_with_the_first_section_only():
    modules = {path: tree for path, tree in PROGRAM.items() if path.startswith("data/imagery/")}
    at_top = {
        path: [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        for path, tree in modules.items()
    }
    assert {path: lines for path, lines in at_top.items() if "tensorstore" in " ".join(lines)} == {}
    assert any("tensorstore" in ast.unparse(tree) for tree in modules.values())


def test_a_section_of_too_many_pixels_is_refused(sharded, tmp_path):
    with pytest.raises(DataError, match="4,096 pixels of 8 nm"):
        open_imagery(str(sharded), tmp_path).read(replace(WANTED, width_nm=32768, pixel_nm=8))


def test_jpeg_is_read_too(tmp_path):
    def ramp(places):
        x, y, z = places
        return ((x - 2560) / 16 + (y - 1536) / 32 + 0 * z).astype(np.uint8)

    write_volume(tmp_path / "em", SMALL_SCALES[:1], ramp, encoding="jpeg")
    wanted = replace(WANTED, width_nm=256, pixel_nm=8)
    section = open_imagery(str(tmp_path), tmp_path / "cache").read(wanted)
    assert np.abs(section.grey.astype(int) - ramp(middles(wanted, SMALL_SCALES[0]))).max() <= 3


def test_without_an_address_the_imagery_is_the_volumes_own(tmp_path):
    imagery = open_imagery(None, tmp_path)
    assert imagery.em.address == VOLUME.imagery.removeprefix("precomputed://")
    assert imagery.nuclei.address == VOLUME.nuclei.removeprefix("precomputed://")


@pytest.mark.parametrize(
    ("given", "base"),
    [
        ("https://example.org/minnie/", "https://example.org/minnie"),
        ("precomputed://http://localhost:1", "http://localhost:1"),
        ("file:///imagery", "/imagery"),
        ("/imagery", "/imagery"),
    ],
)
def test_the_setting_takes_an_address_or_a_folder(given, base):
    assert read_settings({}, {"CELL_TYPES_IMAGERY": given}).imagery == base


def test_the_setting_refuses_other_schemes():
    with pytest.raises(SettingsError, match="imagery"):
        read_settings({}, {"CELL_TYPES_IMAGERY": "gs://bucket/minnie"})


def test_the_made_volume_has_the_real_sizes(tmp_path):
    write_real_size(
        tmp_path, {7: (200_000, 150_000, 20_000)}, pixels=16, depth_nm=40, scales=REAL_SCALES[2:4]
    )
    info = read_info((tmp_path / "em" / "info").read_bytes(), "made", "image")
    assert [(scale.voxel_nm, scale.offset, scale.size, scale.chunk) for scale in info.scales] == [
        ((32, 32, 40), (3456, 3456, 14816), (53248, 45056, 13088), (64, 64, 64)),
        ((64, 64, 80), (1728, 1728, 7408), (26624, 22528, 6544), (64, 64, 64)),
    ]
    section = open_imagery(str(tmp_path), tmp_path / "cache").read(
        SectionWanted(7, (800_000.0, 600_000.0, 800_000.0), "xy", 1024, 64)
    )
    assert section.lasting
    assert section.thickness_nm == 80
