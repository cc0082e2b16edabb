"""One selection everywhere: a click on a matrix cell, and the same nuclei to the last wherever they are read.

The rows are made up, but served as the archive serves real ones, so that nothing says they are synthetic.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from urllib.parse import unquote

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    click_cell,
    close_popover,
    downloaded,
    expect_selected,
    lit,
    open_popover,
    settle,
    unfold,
)
from tests.browser.three_tables import (
    DETECTIONS,
    METAMODEL,
    POINT,
    archive_files,
    cell_nuclei,
    compared,
    detected,
    made_up,
)
from tests.loopback_archive import FINE, LoopbackArchive, running_archive

pytestmark = pytest.mark.usefixtures("no_points")
PAIR = "Baylor fine against Soma-nucleus metamodel"
VIEWER = "https://spelunker.cave-explorer.org/"
NUCLEI_LAYER = "minnie65/nuclei"
# What a grid holds, read as it is scrolled through: it draws only the rows in sight, and tells them to a
# screen reader. After a while it gives what it has, for the test to say.
ROWS = """(frame, names) => new Promise(done => {
  const until = performance.now() + 60_000, found = new Map();
  const look = () => {
    const scroller = frame.querySelector(".dvn-scroller"), table = frame.querySelector("table[role=grid]");
    if (!table && performance.now() < until) return requestAnimationFrame(look);
    const rows = Number(table.ariaRowCount) - 1;
    const heads = [...table.querySelectorAll("th")];
    const columns = names.map(name => heads.find(head => head.textContent === name).ariaColIndex);
    for (const row of table.querySelectorAll("tbody tr")) {
      const cells = columns.map(column => row.querySelector(`td[aria-colindex="${column}"]`).textContent);
      if (/^\\d+$/.test(cells[0])) found.set(row.ariaRowIndex - 2, cells);  // not one on its way
    }
    if (found.size === rows || performance.now() > until) return done([...found.values()]);
    let next = 0;
    while (found.has(next)) next++;
    scroller.scrollTop = Math.max(0, scroller.scrollHeight * next / (rows + 1) - 40);
    requestAnimationFrame(look);
  };
  look();
})"""

Serve = Callable[..., str]


@pytest.fixture(scope="module")
def raw() -> dict[str, pd.DataFrame]:
    tables = made_up()
    return tables | {DETECTIONS: detected(tables)}


@pytest.fixture(scope="module")
def archive(raw: dict[str, pd.DataFrame]) -> Iterator[LoopbackArchive]:
    with running_archive() as served:
        served.files |= archive_files(raw)
        yield served


@pytest.fixture
def url(serve: Serve, archive: LoopbackArchive) -> str:
    return serve(CELL_TYPES_SOURCE="archive", CELL_TYPES_ARCHIVE=archive.url)


# Where the menu of Neuroglancer last had its controls before its link was ready, and where it has them since.
NOTE_PLACES = """() => {
  window.__places = [];
  const look = () => {
    const controls = document.querySelector(".st-key-viewer-selected");
    const { x, y } = controls?.getBoundingClientRect() ?? {};
    if (controls) window.__places[Number(Boolean(controls.querySelector("a[href]")))] = [x, y];
    requestAnimationFrame(look);
  };
  look();
}"""


def listed(page: Page, raw: dict[str, pd.DataFrame]) -> list[int]:
    """The nuclei in the list of the selected ones; each has its root ID to the last digit."""
    settle(page)
    grid = page.locator(".st-key-bench-drawer").get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    rows = [(int(nucleus), root) for nucleus, root in grid.evaluate(ROWS, ["nucleus_id", "root_id"])]
    roots = raw[DETECTIONS].set_index("id")["pt_root_id"]
    assert [root for _, root in rows] == [str(roots[nucleus]) for nucleus, _ in rows]
    return sorted(nucleus for nucleus, _ in rows)


def linked(page: Page, raw: dict[str, pd.DataFrame]) -> list[int]:
    """The nuclei that a click opens in Neuroglancer; each has its point where the raw row says."""
    page.evaluate(NOTE_PLACES)
    link = open_popover(page, "selected-viewer").get_by_role("link", name="Open in Neuroglancer")
    expect(link).to_be_in_viewport(ratio=1)
    settle(page)
    soon, ready = page.evaluate("window.__places")
    assert soon == ready  # nothing moves when the link is ready
    page.context.route(f"{VIEWER}**", lambda route: route.fulfill(body="a viewer", content_type="text/html"))
    with page.context.expect_page() as opened:
        link.click()
    address = opened.value.evaluate("location.href")  # all of it, as the viewer reads it
    opened.value.close()
    close_popover(page)
    state = json.loads(unquote(address.partition("#!")[2]))
    sources = {layer["name"]: layer["source"][0]["url"] for layer in state["layers"]}
    (nuclei,) = (one for one in state["layers"] if sources[one["name"]].endswith(NUCLEI_LAYER))
    (points,) = (one for one in state["layers"] if sources[one["name"]].startswith("local:"))
    at = {int(one["id"]): one["point"] for one in points["annotations"]}
    detections = raw[DETECTIONS].set_index("id").loc[[*at], POINT]
    assert detections.to_numpy().tolist() == [*at.values()]
    assert sorted(at) == sorted(map(int, nuclei["segments"]))
    return sorted(map(int, nuclei["segments"]))


def by_code(page: Page, archive: LoopbackArchive) -> list[int]:
    """The nuclei that the page's code ends in, run as a reader runs it: elsewhere, without the app."""
    unfold(page, "Code of this selection")
    text = page.locator(".st-key-selection-code").get_by_test_id("stCode").first.inner_text()
    assert archive.url in text
    program = f"{text}\nimport json\nprint(json.dumps(nucleus_ids.tolist()))\n"
    ran = subprocess.run(
        [sys.executable, "-I", "-"], input=program, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    found: list[int] = json.loads(ran.stdout.splitlines()[-1])
    return found


def in_new_tab(page: Page, n: int) -> list[int]:
    """The nuclei that the page's address selects in another tab."""
    with page.context.expect_page() as opened:
        page.evaluate("address => window.open(address)", page.url)
    expect_selected(opened.value, n)
    found = lit(opened.value, n)
    opened.value.close()
    return found


def test_a_square_is_the_same_nuclei_in_all_six_places(
    page: Page, url: str, archive: LoopbackArchive, raw: dict[str, pd.DataFrame]
) -> None:
    expected = cell_nuclei(compared(raw, FINE, METAMODEL), "5P-ET", "5P-ET")
    n = len(expected)
    page.goto(f"{url}/agreement?drawer=Selected")
    click_cell(page, PAIR, "5P-ET", "5P-ET")
    expect_selected(page, n)
    assert lit(page, n) == expected
    assert listed(page, raw) == expected
    assert linked(page, raw) == expected
    name, saved = downloaded(page, "CSV")
    assert name == "v661-selection.csv"
    assert sorted(saved["nucleus_id"]) == expected
    assert by_code(page, archive) == expected
    page.wait_for_url("**select=square*")
    assert in_new_tab(page, n) == expected
    others = cell_nuclei(compared(raw, FINE, METAMODEL), "23P", "23P")
    click_cell(page, PAIR, "23P", "23P")  # the button that saves them is not drawn again
    expect_selected(page, len(others))
    assert sorted(downloaded(page, "CSV")[1]["nucleus_id"]) == others
