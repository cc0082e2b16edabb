"""A reader's own table in a real browser: dropped, corrected, compared, and there again after a reload."""

from collections.abc import Callable
from hashlib import blake2b
from hashlib import sha256 as sha256_of
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import choose_option, click_cell, downloaded, expect_selected, settle
from tests.browser.test_link import COUNT
from tests.browser.three_tables import made_up
from tests.loopback_archive import FINE

pytestmark = pytest.mark.usefixtures("no_points")
TITLE = "yours: mine.csv"
LABELS = {"23P": "L2/3 IT", "4P": "L4 IT", "5P-IT": "L5 IT", "5P-PT": "L5 ET", "BC": "PV", "MC": "odd"}
"""As the reader's file spells the labels of Baylor fine; the last two are asked for."""


def own_rows() -> pd.DataFrame:
    """Rows whose first column of IDs is not the one that names their nuclei."""
    fine = made_up()[FINE].drop_duplicates("target_id", keep=False)
    ids = fine["target_id"].to_numpy()
    labels = fine["cell_type"].map(LABELS)
    wrong = np.random.default_rng(1).permutation(ids)
    sure = np.arange(len(ids)) / len(ids)
    return pd.DataFrame({"nucleus_id": wrong, "nucleus_ids": ids, "cell_type": labels, "confidence": sure})


def mean(page: Page, label: str, means: str) -> None:
    """Say what a label means; a list so long shows what fits what is typed."""
    settle(page)
    digest = blake2b(label.encode(), digest_size=8).hexdigest()
    page.locator(f".st-key-own-means-{digest}").get_by_role("combobox").click()
    page.keyboard.type(means)
    page.get_by_role("option", name=means, exact=True).click()


def drop_beside_pickers(page: Page, file: Path) -> None:
    """Drop a file beside the pickers of a page."""
    settle(page)
    opener = page.locator(".st-key-own-add-table").get_by_role("button").first
    if opener.get_attribute("aria-expanded") != "true":
        opener.click()
    page.locator(".st-key-own-files input[type=file]").set_input_files(file)


def test_a_table_is_dropped_corrected_mapped_compared_reviewed_and_there_again_after_a_reload(
    page: Page, serve: Callable[..., str], folder: Path, tmp_path: Path
) -> None:
    rows = own_rows()
    rows.to_csv(path := tmp_path / "mine.csv", index=False)
    url = serve(CELL_TYPES_SOURCE="folder", CELL_TYPES_FOLDER=folder)
    page.goto(f"{url}/agreement?with=Baylor+fine&compared-at=Raw+labels")
    drop_beside_pickers(page, path)
    page.wait_for_url("**/your_labels**")  # which asks what is not certain
    sha256 = sha256_of(path.read_bytes()).hexdigest()
    choose_option(page, f"own-id-{sha256[:8]}", "nucleus_ids")
    settle(page)
    page.get_by_role("tab", name="Labels").click()
    mean(page, "PV", "BC (likely)")
    mean(page, "odd", "MC")
    settle(page)
    page.get_by_role("button", name="Add this table to this session").click()
    expect(page.get_by_role("button", name="Added to this session")).to_be_disabled()
    settle(page)
    page.get_by_role("tab", name="Match").click()
    _, matched = downloaded(page, "Download every row with its nucleus")
    assert matched["nucleus_id"].tolist() == rows["nucleus_ids"].tolist()

    page.goto(f"{url}/agreement?rows={TITLE}&with=Baylor+fine&compared-at=Raw+labels&{in_link(page)}")
    page.get_by_role("button", name="Add it again").click()  # this address is another session
    n = int((rows["cell_type"] == "PV").sum())
    click_cell(page, f"{TITLE} against Baylor fine", "BC", "BC")
    expect_selected(page, n)
    page.wait_for_url("**select=*")
    compared = page.url

    page.get_by_role("link", name="Review").click()
    panel = page.locator(".st-key-verdict-panel")
    for number in range(5):
        expect(panel.locator(".place")).to_have_text(f"{number + 1} of {n}, {number} judged")
        expect(panel.locator("form")).to_have_attribute("aria-busy", "false")
        for key in ("a", "4", "Enter"):
            page.keyboard.press(key)
    expect(panel.locator(".place")).to_have_text(f"6 of {n}, 5 judged")
    page.get_by_role("tab", name="Verdicts").click()
    _, verdicts = downloaded(page, "For CAVE")
    assert len(verdicts) == 5
    verdicts.to_csv(saved := tmp_path / "judged.csv", index=False)

    page.goto(compared)
    page.get_by_role("button", name="Add it again").click()
    expect_selected(page, n)
    click_cell(page, f"{TITLE} against Baylor fine", "MC", "MC")
    expect_selected(page, int((rows["cell_type"] == "odd").sum()))
    page.get_by_role("tab", name="Confidence").click()
    settle(page)
    counted = [(n, wrong) for title, n, wrong in page.evaluate(COUNT) if "confidence" in title]
    assert [wrong for n, wrong in counted if n] == [[]], "what a threshold lights is what it says it keeps"
    drop_beside_pickers(page, saved)
    expect(page.get_by_text("yours: judged.csv · 5 nuclei", exact=False).first).to_be_visible()


def in_link(page: Page) -> str:
    """The parameter of a link that names the session's own tables."""
    return next(part for part in page.url.partition("?")[2].split("&") if part.startswith("yours="))
