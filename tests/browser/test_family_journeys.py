"""Journeys through the family pages on the synthetic release; the oracle is pandas on its raw rows."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from data.catalog import TABLES
from data.catalog.pages import PAGES
from data.sources.sample import SampleSource
from data.tables.raw import silent
from data.volume import VOLUME
from tests.browser.acts import (
    clear_selection,
    click_bar,
    close_popover,
    expect_once,
    expect_selected,
    figure_of,
    follow_menu,
    lit,
    open_popover,
    settle,
)
from tests.browser.conftest import Servers
from tests.browser.server import ROOT
from tests.loopback_archive import COARSE, FINE

MANUAL = "coregistration_manual_v3"
LINKS = "links => links.map(link => [link.querySelector('p').textContent, link.href])"
INHIBITORY = {"BC", "BPC", "MC", "NGC"}


@cache
def raw(name: str) -> pd.DataFrame:
    """A table's raw rows, as the synthetic release gives them."""
    return SampleSource().fetch_table(TABLES[name], silent).rows.to_pandas()


def in_layer_4(rows: pd.DataFrame) -> np.ndarray:
    """Which rows lie in layer 4 as the first preset draws it."""
    from standard_transform import minnie_ds  # noqa: PLC0415

    voxels = rows[["pt_position_x", "pt_position_y", "pt_position_z"]].to_numpy(dtype=float)
    depth = minnie_ds.transform("vx").apply(voxels)[:, 1]
    _, top, bottom, *_ = VOLUME.layer_presets[0].boundaries
    return (depth >= top) & (depth < bottom)


def classes(rows: pd.DataFrame) -> pd.Series:
    """The class of each nucleus, without those that have two labels."""
    distinct = rows.drop_duplicates(["target_id", "cell_type"])
    told = distinct[~distinct["target_id"].duplicated(keep=False)].set_index("target_id")["cell_type"]
    return told.map(lambda label: "inhibitory" if label in {*INHIBITORY, "inhibitory"} else "excitatory")


def in_lines(words: str) -> re.Pattern[str]:
    """A caption's words, wherever the figure breaks them into lines: between statements “·” then goes."""
    return re.compile(r"\s*".join("·?" if word == "·" else re.escape(word) for word in words.split()))


def expect_passing(page: Page, passing: int, everything: int) -> None:
    """The live line under the filters."""
    filters = open_popover(page, "filters")
    expect_once(filters.get_by_text(f"{passing:,} of {everything:,} nuclei pass"))
    settle(page)


def expect_baylor_in_layer_4(page: Page) -> None:
    """The live count, the chosen level and the captions of Baylor's page, against pandas."""
    rows = raw(FINE)
    kept = rows.loc[in_layer_4(rows), "target_id"]
    expect_passing(page, kept.nunique(), rows["target_id"].nunique())
    close_popover(page)
    page.get_by_role("tab", name="Matrix").click()
    expect(page.get_by_role("radio", name="Class", exact=True)).to_be_checked()
    expect_once(page.get_by_text(f"{kept.nunique():,} nuclei shown"))
    both = pd.concat([classes(rows), classes(raw(COARSE))], axis="columns", join="inner")
    n = int(both.index.isin(kept).sum())
    matrix = figure_of(page, "Baylor fine against Baylor coarse")
    expect(matrix).to_contain_text(in_lines(f"n = {n:,} nuclei compared, class · layer L4 after"))


def test_the_menu_leads_to_every_page_and_no_file_is_watched(
    page: Page, servers: Servers, sample_cache: Path
) -> None:
    server = servers(ROOT / "app.py", {"CELL_TYPES_SOURCE": "sample", "CELL_TYPES_CACHE": str(sample_cache)})
    options = [word.split("=")[0] for word in server.command if word.startswith("--")]
    assert options == ["--server.address", "--server.port", "--server.headless"]
    page.set_viewport_size({"width": 1920, "height": 900})  # all pages stand beside each other
    page.goto(server.url)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("The release at a glance")
    settle(page)
    first, *others = PAGES
    links = page.get_by_test_id("stTopNavLink").evaluate_all(LINKS)
    assert links == [[PAGES[name].title, f"{server.url}/{'' if name == first else name}"] for name in PAGES]
    page.set_viewport_size({"width": 1024, "height": 900})  # the last stands behind “more”
    for name in (others[0], others[-1], first):
        follow_menu(page, PAGES[name].title)
        expect(title).to_have_text(PAGES[name].heading or PAGES[name].title)
    settle(page)
    assert "Inotify queue overflowed" not in server.said()


@pytest.mark.usefixtures("no_points")
def test_baylor_by_class_selects_a_bar_and_in_layer_4_counts_what_pandas_counts_and_selects_contradictions(
    page: Page, url: str
) -> None:
    page.goto(f"{url}/baylor")
    settle(page)
    page.locator(".st-key-baylor-level").get_by_text("Class", exact=True).click()
    expect(page.locator(".legend-title")).to_have_text("Baylor fine, class")
    bars = "Nuclei per label in Baylor fine"
    expect(figure_of(page, bars)).to_contain_text(in_lines("Baylor fine, class"))
    click_bar(page, bars, 1)
    page.wait_for_url("**select=filter*")
    fine = classes(raw(FINE))
    expected = sorted(fine.index[fine == "inhibitory"].tolist())
    expect_selected(page, len(expected))
    assert lit(page, len(expected)) == expected
    clear_selection(page)
    open_popover(page, "filters").get_by_role("combobox", name="Layer", exact=True).click()
    page.get_by_role("option", name="L4", exact=True).click()
    page.keyboard.press("Escape")
    expect_baylor_in_layer_4(page)
    page.wait_for_url("**/baylor?*baylor-level=Class*")
    said = pd.concat([classes(raw(FINE)), classes(raw(COARSE))], axis="columns", join="inner", keys="fc")
    expected = sorted(said.index[said["f"] != said["c"]].tolist())
    page.get_by_role("tab", name="Contradictions").click()
    page.get_by_role("button", name=f"Select all {len(expected):,}").click()
    expect_selected(page, len(expected))
    assert lit(page, len(expected)) == expected


@pytest.mark.usefixtures("no_points")
def test_a_click_on_a_bar_of_the_combinations_selects_its_nuclei(page: Page, url: str) -> None:
    page.goto(f"{url}?panel=Combinations")
    click_bar(page, "Nuclei for every combination of tables that label them", 0, "x2y2")
    page.wait_for_url("**select=covered*")
    inside, outside = re.findall(r"side=([^:&]*)", unquote(page.url))
    names = {name: name in inside.split(",") for name in [*inside.split(","), *outside.split(",")]}
    held = pd.DataFrame({name: dict.fromkeys(raw(name)["target_id"], True) for name in names})
    held = held.reindex(raw("nucleus_detection_v0")["id"]).notna()
    exactly = (held == pd.Series(names)).all(axis="columns")
    assert exactly.sum() == held.value_counts().max()  # the first bar is the largest
    expected = sorted(held.index[exactly].tolist())
    expect_selected(page, len(expected))
    assert lit(page, len(expected)) == expected


@pytest.mark.usefixtures("no_points")
def test_the_selection_stands_in_the_link_of_a_page_without_a_cloud(page: Page, url: str) -> None:
    page.goto(f"{url}/releases?select=ids:1,2")
    settle(page)
    follow_menu(page, "Nucleus")
    page.wait_for_url("**/nucleus?*select=ids*")
    page.reload()
    settle(page)
    follow_menu(page, "Releases")
    page.wait_for_url("**/releases?*select=ids*")


@pytest.mark.usefixtures("no_points")
def test_a_deep_link_opens_with_its_filters_and_saves_a_figure_with_its_caption(page: Page, url: str) -> None:
    page.goto(f"{url}/baylor?level=Class&only-layer=L4")
    expect_once(page.get_by_role("heading", name="Baylor", exact=True))
    expect_baylor_in_layer_4(page)
    expect_once(page.get_by_role("button", name="layer L4"))
    expect_once(page.get_by_role("link", name="Overview"))
    page.get_by_role("tab", name="Types").click()
    figure = figure_of(page, "Nuclei per label in Baylor fine")
    open_popover(page, "release-box").get_by_text("SVG", exact=True).click()
    page.wait_for_url("**figures=SVG*")
    settle(page)
    close_popover(page)
    figure.hover()
    camera = figure.locator(".modebar-btn[data-title='Download plot']")  # else: "… as a PNG"
    with page.expect_download() as download:
        camera.click()
    assert download.value.suggested_filename == f"synthetic-v661-counts-{FINE}.svg"
    saved = Path(download.value.path()).read_text("utf-8")
    rows = raw(FINE)
    n = rows.loc[in_layer_4(rows), "target_id"].nunique()
    assert saved.startswith("<svg")
    lines = "\n".join(re.findall("<tspan[^>]*>([^<]*)</tspan>", saved))
    caption = f"n = {n:,} nuclei · layer L4 after {VOLUME.layer_presets[0].name} · source: sample"
    assert in_lines(f"SYNTHETIC ROWS · Baylor fine, class · v661 {caption}").search(lines)


@pytest.mark.usefixtures("no_points")
def test_another_cut_of_the_score_keeps_other_matches(page: Page, url: str) -> None:
    rows = raw(MANUAL)

    def kept(score: float) -> pd.DataFrame:
        return rows[(rows["residual"] <= 20) & (rows["score"] >= score)]  # the first is how the page begins

    passing = {score: kept(score)["target_id"].nunique() for score in (-10, 0, 1)}
    assert passing[-10] > passing[0] > passing[1]
    page.goto(f"{url}/coregistration?only-score=0&only-score=50&panel=Quality")
    expect_passing(page, passing[0], rows["target_id"].nunique())
    page.get_by_role("slider", name="Score (µm) — start").focus()
    page.keyboard.press("ArrowRight")
    expect_passing(page, passing[1], rows["target_id"].nunique())
    page.wait_for_url("**only-score=1&only-score=50*")
    removed = len(rows) - len(kept(1))
    expect(page.get_by_text("Your cut")).to_contain_text(f"removes {removed:,} of {len(rows):,} matches")
