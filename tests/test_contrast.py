"""Every text can be read in both themes: at least 4.5 : 1 against what lies behind it."""

import re
import tomllib
from collections.abc import Iterator
from itertools import product

import numpy as np

from components.figures.frame import MUTED, text_on
from components.figures.matrix import SCALE
from tests.page_reader import ROOT

LEAST = 4.5
CAPTION_SHARE = 0.85
"""Of textColor: the opacity in workbench.css."""
DARK_WORDS, LIGHT_WORDS = "#444444", "#ffffff"
"""What plotly writes on tiles: the dark words from a brightness of 128 on."""
STYLE = (ROOT / "components/ui/workbench/workbench.css").read_text("utf-8")
CODE_COLOURS = re.compile(
    r"\.stCode \.token(\S*) \{ color: color-mix\(in srgb, currentColor (\d+)%, (#\w{6})\)"
)
THEMES = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))["theme"]


def parts(colour: str) -> np.ndarray:
    return np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)])


def contrast(first: np.ndarray, second: np.ndarray) -> float:
    """The ratio as WCAG 2.2 defines it."""
    lights = []
    for colour in (first, second):
        share = colour / 255
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        lights.append(float(linear @ (0.2126, 0.7152, 0.0722)) + 0.05)
    return max(lights) / min(lights)


def texts(theme: dict) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Name, colour and background of what a page writes."""
    paper, panel, ink = (
        parts(theme[f"{name}Color"]) for name in ("background", "secondaryBackground", "text")
    )
    yield "text", ink, paper
    yield "text in a field", ink, panel
    yield "caption", paper + CAPTION_SHARE * (ink - paper), paper
    yield "link in a caption", paper + CAPTION_SHARE * (parts(theme["linkColor"]) - paper), paper
    yield "primary button", parts(LIGHT_WORDS), parts(theme["primaryColor"])
    yield "code", parts(theme["codeTextColor"]), parts(theme["codeBackgroundColor"])
    for kind, share, colour in CODE_COLOURS.findall(STYLE):
        mixed = parts(colour) + int(share) / 100 * (ink - parts(colour))
        yield f"code{kind or '.token'}", mixed, parts(theme["codeBackgroundColor"])
    yield (
        "head of a list",
        parts(theme["dataframeHeaderTextColor"]),
        parts(theme["dataframeHeaderBackgroundColor"]),
    )
    yield "figure", parts(theme["chartCategoricalColors"][int(MUTED[1:]) - 1]), paper


def tiles(theme: dict) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """What plotly writes on tiles of every share."""
    places = [place for place, _ in SCALE]
    colours = np.array([parts(theme["chartSequentialColors"][int(token[1:]) - 11]) for _, token in SCALE])
    half = places.index(0.5) + 1
    for part in (slice(0, half), slice(half, None)):
        for share in np.linspace(places[part][0], places[part][-1], 100):
            tile = np.array([np.interp(share, places[part], colours[part, k]) for k in range(3)])
            words = DARK_WORDS if tile @ (0.299, 0.587, 0.114) >= 128 else LIGHT_WORDS
            yield f"tile of {share:.0%}", parts(words), tile


def test_texts_stand_out_from_what_lies_behind_them() -> None:
    written = [
        (f"{name}, {theme}", words, behind)
        for theme in ("light", "dark")
        for name, words, behind in [*texts(THEMES[theme]), *tiles(THEMES[theme])]
    ]
    levels = range(0, 256, 51)
    colours = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in product(levels, repeat=3)]
    written += [(f"text on {colour}", parts(text_on(colour)), parts(colour)) for colour in colours]
    found = {name: round(contrast(text, behind), 2) for name, text, behind in written}
    assert {name: ratio for name, ratio in found.items() if ratio < LEAST} == {}
