"""A section as a picture: grey values, outline, scale bar, and nothing where nothing is known."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageFont

from components.analysis.imagery.caption import FONT_SIZE, captioned_png, drawable
from components.analysis.imagery.section_picture import OUTLINE, bar_um, mask_edge, section_webp
from data.imagery.section import Section

DISC = np.hypot(*(np.mgrid[:128, :128] - 64)) < 30
GREY = np.full((128, 128), 129, dtype=np.uint8)
SECTION = Section(GREY, np.ones_like(DISC), DISC, (32, 32), (32, 32, 40), 40)


def drawn(section: Section, **options) -> np.ndarray:
    """The picture's RGBA values, as good as lossless."""
    return np.asarray(
        Image.open(BytesIO(section_webp(section, quality=100, **options))).convert("RGBA")
    ).astype(int)


@pytest.mark.parametrize(
    ("contrast", "grey"),
    [((86, 172), 127.5), ((129, 200), 0), ((0, 129), 255), ((129, 129), 0), ((200, 250), 0)],
)
def test_contrast_maps_two_grey_values_to_black_and_white(contrast, grey):
    picture = drawn(SECTION, contrast=contrast, outline=False, scale_bar=False)
    assert np.abs(picture[..., :3] - grey).max() <= 2
    assert (picture[..., 3] == 255).all()


def test_the_outline_is_drawn_on_the_nucleus_edge_and_can_be_left_out():
    edge = mask_edge(DISC)
    assert edge.sum() > 150
    assert not (edge & ~DISC).any()
    outlined = drawn(SECTION, scale_bar=False)
    assert np.abs(outlined[edge][:, :3] - OUTLINE).mean() < 60
    assert np.abs(outlined[64, 64, :3] - 127).max() <= 3
    for plain in (
        drawn(SECTION, outline=False, scale_bar=False),
        drawn(replace(SECTION, nucleus=None), scale_bar=False),
    ):
        assert np.abs(plain[edge][:, :3] - 127).max() <= 3


def test_what_the_border_of_the_picture_cuts_is_no_edge():
    assert not mask_edge(np.ones((9, 9), dtype=bool)).any()


def test_what_is_not_known_is_transparent_and_never_grey():
    known = np.ones_like(DISC)
    known[:, :40] = False
    picture = drawn(replace(SECTION, known=known), scale_bar=False)
    assert (picture[:, :40, 3] == 0).all()
    assert (picture[:, 40:, 3] == 255).all()


@pytest.mark.parametrize(
    ("width_um", "bar"), [(8.192, 2), (16.4, 2), (17, 5), (2.048, 0.5), (40, 10), (0.1, 0.1), (900, 100)]
)
def test_the_bar_is_a_round_number_that_fits(width_um, bar):
    assert bar_um(width_um) == bar


def test_the_bar_has_the_length_that_it_says():
    picture = drawn(SECTION, outline=False)  # 4.096 µm: a bar of 1 µm is 31 pixels
    row = picture[128 - 4 - 1, :, :3].sum(axis=1)
    assert abs((row > 600).sum() - 1000 / 32) <= 1


def test_a_caption_is_drawn_in_characters_that_the_font_has():
    line = "4 × 4 × 40 nm, 435–447, 12.3 µm, κ, Müller’s “é” …"
    assert drawable(line) == '4 x 4 x 40 nm, 435-447, 12.3 um, k, Muller\'s "e" ...'
    font = ImageFont.load_default(FONT_SIZE)
    missing = bytes(font.getmask("\uffff"))
    assert [chr(code) for code in range(33, 127) if bytes(font.getmask(chr(code))) == missing] == []


def test_a_picture_to_keep_has_its_caption_below_it_and_in_the_file():
    lines = ["Nucleus 7, voxels of 4 × 4 × 40 nm.", "Cite: Nature 640, 435–447."]
    picture = Image.open(BytesIO(captioned_png(SECTION, lines, (86, 172))))
    assert picture.info["Description"] == "\n".join(lines)
    width, height = SECTION.grey.shape[::-1]
    below = np.asarray(picture.convert("L"))[height:]
    assert picture.width == width
    assert len(below) > 2 * FONT_SIZE
    assert (below < 100).any()
