"""What all figures have in common: title, caption, colours that read, the same bytes for the same rows."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.io
import pytest

from components.figures.bars import counts_figure, coverage_figure
from components.figures.composition import places_figure
from components.figures.coverage import beside_figure
from components.figures.frame import (
    FONT,
    LABEL_LETTERS,
    MUTED,
    TITLE_LETTERS,
    Figure,
    finished,
    short_names,
)
from components.figures.intervals import lineages_figure
from components.figures.matrix import BOTH_WRITTEN, matrix_figure
from components.figures.profiles import depth_figure, volumes_figure

ROOT = Path(__file__).parents[1]
THEME = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))["theme"]
LABELS = [f"type {k}" for k in range(BOTH_WRITTEN + 1)]
COUNTS = pd.DataFrame({"nuclei": range(1, 10), "share": np.arange(1, 10) / 45}, index=LABELS)
MATRIX = pd.DataFrame(np.eye(9, dtype=int) * 400 + 1, index=LABELS, columns=LABELS)
PROFILE = pd.DataFrame({label: [k, 2, 3] for k, label in enumerate(LABELS)}, index=[12.5, 37.5, 62.5])
CAPTION = "SYNTHETIC ROWS · Some table · v661<br>" + "n = 1,234 nuclei, of which some pass · " * 3
BUILDERS: dict[str, Callable[[], Figure]] = {
    "counts": lambda: counts_figure(COUNTS, {}, CAPTION, clickable=True),
    "coverage": lambda: coverage_figure([(label, label, 5, 0.5, "#123456") for label in LABELS], 10, CAPTION),
    "places": lambda: places_figure(MATRIX.rename_axis(columns="layer"), {}, CAPTION),
    "depth": lambda: depth_figure(PROFILE, {}, [("L1", 0, 90)], CAPTION),
    "volumes": lambda: volumes_figure(
        pd.DataFrame(dict.fromkeys(["n", "q05", "q25", "median", "q75", "q95"], 5), index=LABELS), {}, CAPTION
    ),
    "matrix": lambda: matrix_figure(MATRIX, square=True, caption=CAPTION, clickable=True),
}  # fmt: skip


@pytest.mark.parametrize("name", BUILDERS)
def test_the_same_rows_give_the_same_bytes_which_are_few(name: str) -> None:
    first, again = (
        plotly.io.to_json(finished(BUILDERS[name](), "A title").to_dict(), validate=False) for _ in range(2)
    )
    assert first == again
    assert len(first) < 14_000
    assert "template" not in json.loads(first)["layout"] or "colorway" not in first, "no theme is sent"


@pytest.mark.parametrize("name", BUILDERS)
def test_title_and_caption_have_their_lines_above_the_plot(name: str) -> None:
    plain, titled = (
        finished(BUILDERS[name](), title).to_dict()["layout"] for title in ("Short", "A long title " * 8)
    )
    lines = titled["title"]["text"].split("<br>")
    assert max(map(len, lines)) <= TITLE_LETTERS
    more = 17 * (len(lines) - 1)
    assert titled["margin"]["t"] == plain["margin"]["t"] + more
    assert titled["height"] == plain["height"] + more, "the plot keeps its height"
    assert plain["autotypenumbers"] == "strict", "labels that are numbers stay words when marks are filled"
    caption = titled["title"]["subtitle"]["text"]
    statements, expected = (re.split("<br>| · ", words) for words in (caption, CAPTION.removesuffix(" · ")))
    assert statements[: len(expected)] == expected, "a line breaks between statements, whose dot goes"
    assert titled["font"]["family"] == titled["title"]["font"]["family"] == FONT


def test_a_matrix_of_many_writes_shares_that_fit_and_names_what_they_are_of() -> None:
    figure = BUILDERS["matrix"]()
    assert {*figure.data[0].text.ravel()} == {"98", "·"}
    assert "% of the row" in figure.layout.title.subtitle.text


def test_long_labels_are_cut_on_axes_told_apart_and_leave_the_plot_its_room() -> None:
    whole = "Layer 5 extratelencephalic-projecting neuron"
    labels = [whole, f"{whole} of the pons", *(f"Layer {k} {whole}" for k in range(5)), *LABELS[:2]]
    shown = short_names(labels)
    assert len({*shown}) == len(labels)
    assert max(map(len, shown)) == LABEL_LETTERS
    assert shown[-2:] == LABELS[:2]
    assert short_names([f"{whole} {k} {whole}" for k in range(2)])[1] == f"{whole} 1 {whole}", (
        "alike at both ends"
    )
    renamed = dict(zip(LABELS, labels, strict=True))
    made = {
        "counts": counts_figure(COUNTS.rename(renamed), {}, CAPTION),
        "places": places_figure(MATRIX.rename(renamed).rename_axis(columns="layer"), {}, CAPTION),
        "depth": depth_figure(PROFILE.rename(columns=renamed), {}, [("L1", 0, 90)], CAPTION),
        "matrix": matrix_figure(MATRIX.rename(renamed).rename(columns=renamed), square=True, caption=CAPTION),
    }
    for name, axes in {"counts": ["yaxis"], "matrix": ["xaxis", "yaxis"]}.items():
        for axis in (made[name].layout[axis] for axis in axes):
            assert (list(axis.tickvals), list(axis.ticktext)) == (labels, shown)
    for name in ("places", "depth"):
        assert {trace.name for trace in made[name].data} >= {*labels}
        assert made[name].layout.margin.r < 100
        assert made[name].layout.margin.b > 19 * len(labels), "the legend stands below"


def luminance(colour: tuple[float, ...]) -> float:
    parts = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in colour]
    return float(np.dot(parts, [0.2126, 0.7152, 0.0722]))


def rgb(text: str) -> tuple[float, ...]:
    return tuple(int(text[k : k + 2], 16) / 255 for k in (1, 3, 5))


def contrast(text: str, page: str, opacity: float = 1) -> float:
    ground = rgb(page)
    mixed = tuple(opacity * a + (1 - opacity) * b for a, b in zip(rgb(text), ground, strict=True))
    light, dark = sorted((luminance(mixed), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_click_fades_no_text_and_points_at_the_ends_are_whole() -> None:
    lines = pd.DataFrame(
        {"name": [*"ab"], "n": [9, 90], "agree": [0, 90], "share": [0, 1], "note": ""}, index=["a", "b"]
    )
    lines = lines.rename_axis("lineages").assign(share_low=[0, 0.9], share_high=[0.3, 1])
    figure = lineages_figure(lines, CAPTION)
    least, most = figure.layout.xaxis.range
    assert least < -0.02
    assert most > 1.02
    beside = beside_figure(pd.DataFrame({"n": [3, 2], "expected": [2.5, 2.5]}), CAPTION)
    assert not beside.layout.showlegend  # its names would look as if they selected
    assert "lines: permuted" in beside.layout.title.subtitle.text
    written = [trace for trace in (*figure.data, *beside.data) if trace.text]
    assert len(written) == 1
    assert all(trace.selected.textfont.color for trace in written)
    assert all(trace.selected.textfont.color == trace.unselected.textfont.color for trace in written)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_texts_read_on_the_page(name: str) -> None:
    """Streamlit writes captions with 60 % of the text's opacity."""
    theme = THEME[name]
    page, grey = theme["backgroundColor"], theme["chartCategoricalColors"][int(MUTED[1:]) - 1]
    found = {
        "text": contrast(theme["textColor"], page),
        "captions": contrast(theme["textColor"], page, 0.6),
        "links": contrast(theme["linkColor"], page),
        "figures": contrast(grey, page),
        "figures in a panel": contrast(grey, theme["secondaryBackgroundColor"]),
    }
    assert {what: ratio for what, ratio in found.items() if ratio < 4.5} == {}


def test_no_title_of_a_chart_holds_a_count_which_would_replace_the_chart_at_every_change() -> None:
    counts = re.compile(r"\balt(?:, \w+)? ?=.*:,?[.\d]*[,%f]\}")
    files = sorted((ROOT / "components/ui").rglob("*.py"))
    found = [
        path.name for path in files for line in path.read_text("utf-8").splitlines() if counts.search(line)
    ]
    assert found == []
