"""“Save as HTML”: a file that opens from a disk, without a network, as it was on screen; and the report."""

from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.acts import lit, selected, settle
from tests.loopback_archive import FINE

MOST_BYTES = 6_000_000
CHOICES = "select=filter:{}:labels=5P-NP&drawer=Share"
YAW = "document.getElementById('cloud').shadowRoot.querySelector('.stage').__cloud.camera.yaw"


def saved(page: Page, button: str, folder: Path) -> Path:
    """Click a button that saves a page; give its file."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_a_saved_page_opens_without_a_network_and_shows_turns_and_names_what_was_on_screen(
    page: Page, browser: Browser, url: str, tmp_path: Path
) -> None:
    page.goto(f"{url}/baylor?{CHOICES.format(FINE)}")
    n = selected(page)
    before = lit(page, n)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    legend = page.locator(".legend").text_content()
    file = saved(page, "Save this view as HTML", tmp_path)
    assert file.name.startswith("synthetic-v661")
    assert file.stat().st_size <= MOST_BYTES

    offline = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})
    asked: list[str] = []
    opened = offline.new_page()
    opened.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(file.as_uri())
    assert lit(opened, n) == before
    assert opened.locator(".legend").text_content() == legend  # one line of it may be hidden in a low window
    expect(opened.get_by_text("SYNTHETIC ROWS: made up, not measured.")).to_be_visible()
    expect(opened.locator("#selected")).to_contain_text(f"{n:,} nuclei selected — 5P-NP in Baylor fine")
    expect(opened.locator("#charts > svg .gtitle")).to_have_text("Nuclei per label in Baylor fine")
    assert opened.locator("#matrix svg rect").count() == 4  # two classes in both tables
    expect(opened.locator("footer")).to_contain_text("microns-explorer.org")

    cloud = opened.locator("#cloud")
    yaw, box = opened.evaluate(YAW), cloud.bounding_box()
    assert box
    middle = box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.6
    opened.mouse.move(*middle)
    opened.mouse.down()
    opened.mouse.move(middle[0] + 90, middle[1], steps=3)
    opened.mouse.up()
    opened.wait_for_function(f"before => Math.abs({YAW} - before) > 5", arg=yaw)
    tip = cloud.locator(".tip")
    for step in range(40):  # until a nucleus is under the pointer
        opened.mouse.move(box["x"] + box["width"] * (0.2 + 0.01 * step), middle[1])
        if tip.is_visible():
            break
    expect(tip).to_contain_text("nucleus")
    assert not errors
    assert asked == [file.as_uri()]
    offline.close()


def test_a_report_is_one_page_of_paper_and_a_saved_page_has_the_tables_of_its_panel(
    page: Page, url: str, tmp_path: Path
) -> None:
    page.goto(f"{url}/type?name=BC&select=filter:{FINE}:depth_um=0.0..900.0&drawer=Share")
    n = selected(page)
    settle(page)
    view = page.context.new_page()
    view.goto(saved(page, "Save this view as HTML", tmp_path).as_uri())
    expect(view.locator("#charts table").first).to_contain_text("Baylor fine")
    view.close()
    file = saved(page, "Report as HTML", tmp_path)
    report = page.context.new_page()
    report.goto(file.as_uri())
    expect(report.get_by_role("heading", level=1)).to_have_text(f"{n:,} nuclei of minnie65, release v661")
    expect(report.get_by_text("SYNTHETIC ROWS: made up, not measured.")).to_be_visible()
    assert report.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
