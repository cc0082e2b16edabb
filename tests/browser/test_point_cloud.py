"""The cloud in a real browser, on a page of its own: what is drawn, what is picked, what it survives.

The oracle is numpy: it projects the nuclei itself, with the matrix that the page says it drew with.
"""

import io
import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect
from scipy.spatial import KDTree

from components.point_cloud.scripts import joined
from tests.browser.acts import settle
from tests.browser.chromium import have_chromium, is_root
from tests.browser.cloud_app import cloud, columns
from tests.browser.conftest import FAILED, note_errors
from tests.unpacking import unpack

APP = "tests/browser/cloud_app.py"
N = 6_000
# The shaders draw, as where there is a graphics card, unless `window.software` says that there is none.
COUNT_POINTS = """
const { clear, drawArrays, getExtension } = WebGL2RenderingContext.prototype;
WebGL2RenderingContext.prototype.getExtension = function (name) {
  return name === "WEBGL_debug_renderer_info" && !window.software ? null : getExtension.call(this, name);
};
window.pictures = 0;
WebGL2RenderingContext.prototype.clear = function (bits) {
  window.points = 0;
  window.pictures += 1;
  clear.call(this, bits);
};
WebGL2RenderingContext.prototype.drawArrays = function (kind, first, count) {
  if (kind === this.POINTS) window.points += count;
  drawArrays.call(this, kind, first, count);
};
"""
# A frame after the last step of a turn is still that of the step before: the view has rested for some.
DRAWN = """stage => new Promise(done => {
  let frames = 0;
  const look = () => {
    const view = stage.__cloud, { frames: drawn, painter } = view?.renderer ?? {};
    const still = view?.frame && drawn.complete && !view.actions.travel.going && !painter.lost;
    frames = still ? frames + 1 : 0;
    if (frames > 2) done(drawn.drawn); else requestAnimationFrame(look);
  };
  look();
})"""


VIEW = "[...window.__nuclei.views.values()][0]"


def stage_of(page: Page) -> Locator:
    """Find the view, drawn in full and at rest."""
    stage = page.locator(".stage")
    expect(stage).to_have_attribute("data-key", re.compile("."))
    stage.evaluate(DRAWN)
    return stage


def ask(stage: Locator, expression: str) -> Any:
    """Evaluate an expression about the view, `view`."""
    return stage.evaluate(f"stage => {{ const view = stage.__cloud; return {expression}; }}")


# Takes the place of what outlives a page, as code of another release does, but for the nuclei.
FORGET = """() => {
  const before = window.__nuclei, { clouds, link, tour } = before;
  link.stop();
  tour.stop();
  window.__nuclei = Object.assign(new before.constructor(), { clouds });
  localStorage.clear();
  document.querySelector("[data-testid=stMain]").style.overflow = "";
}"""
SIZE: ViewportSize = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def lasting() -> list[tuple[Page, list[str]]]:
    """Hold the page that tests share, and the errors that it has met; nothing at first."""
    return []


@pytest.fixture
def page(
    request: pytest.FixtureRequest,
    lasting: list[tuple[Page, list[str]]],
    window: BrowserContext,
    serve: Callable[..., str],
) -> Iterator[Page]:
    """Show a cloud that no test has touched: to open a page for each would take most of the time.

    What a test has failed on, or resized, is not used again. A test that does more to its page asks for a
    `new_page`.
    """
    address = serve(APP, CLOUD_NUCLEI=N)
    shared, errors = lasting.pop() if lasting else (window.new_page(), [])
    if shared.url.startswith(address):
        follow_link(shared, "Nothing")
        shared.evaluate(FORGET)
        follow_link(shared, "Cloud")
    else:
        note_errors(shared, errors)
        shared.add_init_script(COUNT_POINTS)
        shared.goto(address)
    yield shared
    if errors or request.node.stash.get(FAILED, False) or shared.viewport_size != SIZE:
        shared.close()
    else:
        lasting.append((shared, errors))
    assert not errors


def follow_link(page: Page, title: str) -> None:
    """Go to another page of the app, and wait until it is there alone."""
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    settle(page)


@pytest.fixture
def stage(page: Page) -> Locator:
    """Find the view of the page that tests share."""
    return stage_of(page)


def open_stage(page: Page, serve: Callable[..., str]) -> Locator:
    """Open the page of the cloud in a page of a test's own."""
    page.add_init_script(COUNT_POINTS)
    page.goto(serve(APP, CLOUD_NUCLEI=N))
    return stage_of(page)


def test_nuclei_that_cannot_be_fetched_come_with_the_messages(new_page, serve):
    new_page.route("**/media/*.gz", lambda route: route.fulfill(body="a proxy's own page"))
    open_stage(new_page, serve)
    assert new_page.evaluate("window.points") == N


@pytest.fixture(scope="module")
def nuclei() -> pd.DataFrame:
    """The made-up nuclei, by nucleus ID, at the places that the browser knows."""
    made = cloud.__wrapped__(N) if hasattr(cloud, "__wrapped__") else cloud(N)
    packed, _ = unpack(made.content)
    places = pd.DataFrame(packed.positions, columns=["x", "depth", "z"], index=packed.nucleus_id)
    return columns(N).set_index("nucleus_id").join(places)


def projected(stage: Locator, nuclei: pd.DataFrame) -> np.ndarray:
    """Project the nuclei onto the view, in CSS pixels."""
    matrix = np.array(ask(stage, "Array.from(view.frame.matrix)")).reshape(4, 4).T
    width, height = ask(stage, "[view.view.width, view.view.height]")
    places = np.column_stack([nuclei[["x", "depth", "z"]].to_numpy(), np.ones(len(nuclei))]) @ matrix.T
    flat = places[:, :2] / places[:, 3:]
    return np.column_stack([(flat[:, 0] + 1) / 2 * width, (1 - flat[:, 1]) / 2 * height])


def inside(polygon: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Tell which points a polygon holds, by the winding of angles around each."""
    arms = polygon[None, :, :] - points[:, None, :]
    angles = np.unwrap(np.arctan2(arms[..., 1], arms[..., 0]), axis=1)
    first = np.arctan2(arms[:, 0, 1], arms[:, 0, 0])
    closing = np.angle(np.exp(1j * (first - angles[:, -1])))
    return np.abs(angles[:, -1] + closing - angles[:, 0]) > np.pi


def lonely(points: np.ndarray) -> int:
    """Return a nucleus with no other near it: the one furthest to the left."""
    return int(points[:, 0].argmin())


def corner(stage: Locator) -> np.ndarray:
    box = stage.locator(".over").bounding_box()
    assert box is not None
    return np.array([box["x"], box["y"]])


def at(stage: Locator, x: float, y: float) -> np.ndarray:
    """A place of the view, on the page."""
    return corner(stage) + np.array([x, y])


def drag(page: Page, start: np.ndarray, path: Iterable[np.ndarray]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    for place in path:
        page.mouse.move(*place)
    page.mouse.up()


def selected(page: Page) -> list[int]:
    """The nuclei that Python holds as selected."""
    settle(page)
    return json.loads(page.locator("#selected").inner_text())


def picture(stage: Locator) -> np.ndarray:
    """The pixels of the view as the reader sees them, without what lies over them."""
    return np.asarray(Image.open(io.BytesIO(stage.screenshot())).convert("RGB")).astype(int)


def test_every_nucleus_is_drawn_counted_in_the_legend_and_told_in_words(page, stage, nuclei):
    assert page.evaluate("window.points") == N
    expect(stage.locator(".legend-foot")).to_have_text(f"{N:,} nuclei shown")
    lines = stage.locator(".toggle").all_inner_texts()
    shown = dict(line.split("\n") for line in lines)
    assert shown == {label: f"{n:,}" for label, n in nuclei["fine"].value_counts(sort=False).items()}
    words = stage.locator(".unseen").inner_text()
    assert words.startswith(f"3D view of {N:,} nuclei, no release. These nuclei are made up, not measured.")
    assert "seen obliquely" in words
    assert f"{N:,} are shown" in words


# Has shaders and then a script draw what is seen after a change. Gives, of the pixels that are not paper,
# the share that differ by more than a sixteenth, and their number; and how many pictures the script drew.
DRAW_TWICE = """async (stage, change) => {
  const view = stage.__cloud, { renderer } = view, { gl, canvas } = renderer.painter;
  const picture = async software => {
    window.software = software;
    renderer.regain();
    window.pictures = 0;
    new Function("view", change)(view);
    await (DRAWN)(stage);
    const bytes = new Uint8Array(4 * canvas.width * canvas.height);
    gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    return bytes;
  };
  const differ = (one, i, other, j) => [0, 1, 2].some(part => Math.abs(one[i + part] - other[j + part]) > 16);
  const shaders = await picture(false), script = await picture(true);
  window.software = false;
  const drawn = Array.from(shaders.keys()).filter(i => i % 4 === 0 && differ(shaders, i, shaders, 0));
  const differing = drawn.filter(i => differ(shaders, i, script, i)).length / drawn.length;
  return [differing, drawn.length, renderer.raster && window.pictures];
}""".replace("DRAWN", DRAWN)
EVERY_FIFTH = "new Uint8Array(view.cloud.n + 7 >> 3).map((_, i) => i % 5 ? 0 : 255)"
SEEN = {
    "all": "",
    "a filter": f"view.choice.filter = {EVERY_FIFTH};",
    "a selection": f"view.choice.selected = {EVERY_FIFTH};",
    "a selection without context": f"view.choice.selected = {EVERY_FIFTH}; view.choice.context = false;",
    "a label highlighted": "view.highlighted = 1;",
    "a label hidden": "view.choice.hidden.add(0);",
    "a slab": "view.choice.slab = ['depth', 200, 400];",
    "shapes": "view.store.shaped = true;",
    "small points": "view.size = 0.2;",
    "near": "view.camera.span = 200;",
    "dark": "view.theme = { ...view.theme, dark: true, paper: [9, 11, 15], context: [110, 112, 116] };",
}
PREVIEW = f"view.show({EVERY_FIFTH}); view.renderer.relight(); view.renderer.rest();"


def test_without_a_graphics_card_a_script_draws_what_the_shaders_draw(page, stage, subtests):
    ask(stage, "stage.before = [{ ...view.choice }, { theme: view.theme, size: 1 }, view.camera.span]")
    again = """const [choice, look, span] = view.stage.before;
      Object.assign(view.choice, choice).hidden.clear();
      Object.assign(view, { highlighted: null }, look).store.shaped = false;
      view.camera.span = span;"""
    for what, change in SEEN.items():
        with subtests.test(what):
            differing, drawn, pictures = stage.evaluate(DRAW_TWICE, f"{again} {change} view.rechoose();")
            assert differing < 0.05
            assert drawn > 10_000
            assert pictures == 1
    with subtests.test("a mark under the pointer, lit on the ground that is kept"):
        differing, drawn, pictures = stage.evaluate(DRAW_TWICE, f"{again} view.rechoose(); {PREVIEW}")
        assert ask(stage, "view.renderer.ground.whole")
        assert differing < 0.05
        assert pictures
    for colour, what in [("agreement", "all"), ("coarse", "a selection"), ("volume_um3", "a selection")]:
        with subtests.test(colour):
            page.get_by_role("radio", name=colour, exact=True).click()
            settle(page)
            assert stage.evaluate(DRAW_TWICE, f"{again} {SEEN[what]} view.rechoose();")[0] < 0.05


def test_hover_tells_both_ids_to_the_last_digit_and_the_label_with_its_table(page, stage, nuclei):
    points = projected(stage, nuclei)
    one = lonely(points)
    page.mouse.move(*(corner(stage) + points[one]))
    row = nuclei.iloc[one]
    tip = stage.locator(".tip")
    expect(tip).to_contain_text(str(nuclei.index[one]))
    expect(tip).to_contain_text(str(row.root_id) if row.root_id else "no segment")
    expect(tip).to_contain_text(f"{row.fine}Made-up fine")


def test_root_ids_beyond_what_a_javascript_number_holds_keep_their_last_digit(page, stage, nuclei):
    exact = nuclei["root_id"].astype(str)
    assert (nuclei["root_id"].astype(float).astype("int64").astype(str) != exact).mean() > 0.8
    ids = dict(ask(stage, "[...Array(view.cloud.n).keys()].map(row => ['nucleus_id', 'root_id'].map("
                          "name => view.cloud.id(name, row)))"))  # fmt: skip
    assert ids == dict(zip(nuclei.index.astype(str), exact, strict=True))
    section = "{ array: Uint32Array.of(1), base: '864691135066017859' }"
    packed = f"{{ sections: new Map([['root_id', {section}]]) }}"
    assert ask(stage, f"view.cloud.id.call({packed}, 'root_id', 0)") == "864691135066017860"
    points = projected(stage, nuclei)
    apart = KDTree(points).query(points, k=2)[0][:, 1]
    one = int(np.where(nuclei["root_id"] > 2**53, apart, 0).argmax())
    page.mouse.move(*(corner(stage) + points[one]))
    expect(stage.locator(".tip")).to_contain_text(exact.iloc[one])


def test_a_click_selects_that_nucleus_and_escape_clears_it(page, stage, nuclei):
    points = projected(stage, nuclei)
    one = lonely(points)
    page.mouse.click(*(corner(stage) + points[one]))
    expect(page.locator("#act")).to_have_text("click new")
    assert selected(page) == [nuclei.index[one]]
    expect(stage.locator(".legend-foot")).to_contain_text(f"1 selected of {N:,} shown")
    page.keyboard.press("Escape")
    expect(page.locator("#act")).to_have_text("clear new")
    assert selected(page) == []


LIT = """[...Array(view.cloud.n).keys()].filter(row => view.tests.lit(row))
  .map(row => view.cloud.id("nucleus_id", row))"""


def lit(stage: Locator) -> list[int]:
    """The nuclei that the view lights."""
    return sorted(map(int, ask(stage, LIT))) if ask(stage, "Boolean(view.choice.selected)") else []


@pytest.mark.parametrize("mode", ["new", "add", "subtract", "both", "refused"])
def test_a_pick_is_drawn_once_and_python_has_the_last_word(page, stage, nuclei, mode):
    points = projected(stage, nuclei)
    boxes = np.array([[[150, 200], [300, 330]], [[250, 280], [420, 420]]])
    first, second = (
        set(nuclei.index[((low <= points) & (points <= high)).all(axis=1)].tolist()) for low, high in boxes
    )
    stage.get_by_label("Box (B)").click()
    drag(page, corner(stage) + boxes[0][0], corner(stage) + boxes[0][1:])
    expect(page.locator("#selected")).to_have_text(re.compile(r"\d"))
    page.get_by_role("radio", name=mode, exact=True).click()
    settle(page)
    stage.evaluate(DRAWN)
    answered = ask(stage, "view.message.answered")
    page.evaluate("window.pictures = 0")
    drag(page, corner(stage) + boxes[1][0], corner(stage) + boxes[1][1:])
    page.wait_for_function(f"before => {VIEW}.message.answered !== before", arg=answered)
    stage.evaluate(DRAWN)
    joined = {"new": second, "add": first | second, "subtract": first - second, "both": first & second}
    assert selected(page) == lit(stage) == sorted(joined.get(mode, first))
    if mode != "refused":
        assert page.evaluate("window.pictures") == 1


STAR = np.array([[np.cos(a), np.sin(a)] for a in np.linspace(0, 2 * np.pi, 24)])
STAR = np.array([260, 300]) + STAR * np.where(np.arange(24) % 2, 150, 70)[:, None]


def test_a_lasso_selects_exactly_the_nuclei_inside(page, stage, nuclei):
    points = projected(stage, nuclei)
    stage.get_by_label("Lasso (L)").click()
    path = np.round(STAR)
    drag(page, corner(stage) + path[0], corner(stage) + path[1:])
    expect(page.locator("#act")).to_have_text("lasso new")
    expected = nuclei.index[inside(path, points)]
    assert 100 < len(expected) < N
    assert selected(page) == sorted(expected)
    expect(stage.locator(".legend-foot")).to_contain_text(f"{len(expected):,} selected")


def test_a_box_adds_with_shift_and_takes_away_with_alt(page, stage, nuclei):
    points = projected(stage, nuclei)
    boxes = [
        np.array([[150, 200], [300, 330]]),
        np.array([[250, 280], [420, 420]]),
        np.array([[200, 240], [280, 300]]),
    ]
    held = [((low <= points) & (points <= high)).all(axis=1) for low, high in boxes]
    stage.get_by_label("Box (B)").click()
    drag(page, corner(stage) + boxes[0][0], corner(stage) + boxes[0][1:])
    expect(page.locator("#act")).to_have_text("box new")
    page.keyboard.down("Shift")
    drag(page, corner(stage) + boxes[1][0], corner(stage) + boxes[1][1:])
    page.keyboard.up("Shift")
    expect(page.locator("#act")).to_have_text("box add")
    assert selected(page) == sorted(nuclei.index[held[0] | held[1]])
    page.keyboard.down("Alt")
    drag(page, corner(stage) + boxes[2][0], corner(stage) + boxes[2][1:])
    page.keyboard.up("Alt")
    expect(page.locator("#act")).to_have_text("box subtract")
    assert selected(page) == sorted(nuclei.index[(held[0] | held[1]) & ~held[2]])


def test_a_lasso_leaves_out_what_the_legend_hides(page, stage, nuclei):
    points = projected(stage, nuclei)
    stage.locator(".toggle", has_text="4P").click()
    shown = (nuclei["fine"] != "4P").to_numpy()
    expect(stage.locator(".legend-foot")).to_contain_text(f"{shown.sum():,} nuclei shown")
    stage.evaluate(DRAWN)
    stage.get_by_label("Box (B)").click()
    low, high = np.array([120, 160]), np.array([520, 520])
    drag(page, corner(stage) + low, [corner(stage) + high])
    expect(page.locator("#act")).to_have_text("box new")
    assert selected(page) == sorted(nuclei.index[((low <= points) & (points <= high)).all(axis=1) & shown])


def test_a_double_click_isolates_a_label_and_another_shows_all_again(stage, nuclei):
    line = stage.locator(".toggle", has_text="MC")
    line.dblclick()
    n = (nuclei["fine"] == "MC").sum()
    expect(stage.locator(".legend-foot")).to_contain_text(f"{n:,} nuclei shown")
    line.dblclick()
    expect(stage.locator(".legend-foot")).to_have_text(f"{N:,} nuclei shown")
    stage.locator(".toggle", has_text="BC").hover()
    line.hover()
    assert ask(stage, "view.highlighted") is not None
    line.click()
    expect(stage.locator(".legend-foot")).to_contain_text(f"{N - n:,} nuclei shown")
    assert ask(stage, "view.highlighted") is None, "what is switched off leaves the others lit"


def test_the_legend_selects_all_of_a_label(page, stage, nuclei):
    stage.locator(".entry", has_text="BC").hover()
    stage.locator(".entry", has_text="BC").get_by_text("select").click()
    expect(page.locator("#act")).to_have_text("legend new")
    assert selected(page) == sorted(nuclei.index[nuclei["fine"] == "BC"])


def test_labels_have_shapes_on_request(page, stage):
    palette = "view.colouring.palette(new Set(), null, view.store.shaped, view.theme.ink)"
    shapes = f"[...{palette}.filter((_, i) => i >= 1024 && i % 4 === 2)].slice(0, 6)"
    picture = stage.locator(".points")
    before = picture.screenshot()
    assert ask(stage, shapes) == [0] * 6
    stage.get_by_label("Point size, slab, context").click()
    stage.get_by_label("Shapes").check()
    stage.get_by_label("Point size, slab, context").click()
    stage.evaluate(DRAWN)
    assert len(set(ask(stage, shapes))) == 6
    assert picture.screenshot() != before
    clips = stage.locator(".legend .swatch").evaluate_all(
        "all => all.map(one => getComputedStyle(one).clipPath)"
    )
    assert len(set(clips)) == 6


def test_a_filter_leaves_grey_context(page, stage, nuclei):
    page.get_by_text("shallow", exact=True).click()
    n = (nuclei["depth_um"] < 200).sum()
    expect(stage.locator(".legend-foot")).to_contain_text(f"{n:,} nuclei shown")
    stage.evaluate(DRAWN)
    assert page.evaluate("window.points") >= N
    page.get_by_text("nothing", exact=True).click()
    expect(stage.locator(".notice")).to_contain_text("No nucleus passes the filter")


def test_agreement_is_counted_as_pandas_counts_it(page, stage, nuclei):
    page.get_by_text("agreement", exact=True).click()
    expect(stage.locator(".legend-title")).to_have_text("Made-up fine against coarse")
    stage.evaluate(DRAWN)
    says = nuclei["fine"].isin(["23P", "4P", "5P-IT", "6P-CT"]).map({True: "excitatory", False: "inhibitory"})
    coarse = nuclei["coarse"].astype(object)
    expected = {
        "agree": (says == coarse).sum(),
        "differ": (coarse.notna() & (says != coarse)).sum(),
        "only fine": coarse.isna().sum(),
        "only coarse": 0,
    }
    shown = dict(line.split("\n") for line in stage.locator(".toggle").all_inner_texts())
    assert shown == {title: f"{n:,}" for title, n in expected.items()}


def test_colouring_by_a_number_shows_its_bar_and_leaves_out_what_has_none(page, stage, nuclei):
    page.get_by_text("volume_um3", exact=True).click()
    expect(stage.locator(".ends")).to_have_text("150270390 µm³")
    known = nuclei["volume_um3"].notna().sum()
    expect(stage.locator(".legend-foot")).to_have_text(f"{known:,} nuclei shown")


# The number of pixels close to the ink, as shaders and as a script draw what is selected, or what of it the
# colours know.
INKED = """async (stage, known) => {
  const view = stage.__cloud, { renderer } = view, { gl, canvas } = renderer.painter, { ink } = view.theme;
  const counts = [], { selected } = view.choice, { rowEntries } = view.colouring;
  if (known) view.choice.selected = selected.map((byte, i) => byte & [...rowEntries.slice(8 * i, 8 * i + 8)]
    .reduce((bits, entry, bit) => bits | (entry === 255 ? 0 : 1 << bit), 0));
  for (const software of [false, true]) {
    window.software = software;
    renderer.regain();
    view.rechoose();
    await (DRAWN)(stage);
    const bytes = new Uint8Array(4 * canvas.width * canvas.height);
    gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    const close = i => [0, 1, 2].every(part => Math.abs(bytes[i + part] - ink[part]) < 90);
    counts.push(Array.from(bytes.keys()).filter(i => i % 4 === 0 && close(i)).length);
  }
  window.software = false;
  view.choice.selected = selected;
  return counts;
}""".replace("DRAWN", DRAWN)


@pytest.mark.parametrize(("colour", "words"), [("coarse", "no label here"), ("volume_um3", "no value here")])
def test_nuclei_of_which_the_colours_say_nothing_are_lit_in_ink(page, stage, nuclei, colour, words):
    page.get_by_role("radio", name=colour, exact=True).click()
    settle(page)
    unseen = nuclei[colour].isna()
    expect(stage.locator(".legend-foot")).to_have_text(f"{(~unseen).sum():,} nuclei shown")
    expect(stage.get_by_text(words)).to_be_hidden()
    all_of_them = nuclei["fine"] == "MC"
    page.get_by_role("radio", name="fine", exact=True).click()
    settle(page)
    stage.locator(".entry", has_text="MC").hover()
    stage.locator(".entry", has_text="MC").get_by_text("select").click()
    assert selected(page) == sorted(nuclei.index[all_of_them])
    page.get_by_role("radio", name=colour, exact=True).click()
    settle(page)
    assert lit(stage) == selected(page)
    rest = (all_of_them & unseen).sum()
    expect(stage.locator(".told")).to_have_text(f"{words}{rest:,}")
    shown = f"{all_of_them.sum():,} selected of {(~unseen | all_of_them).sum():,} shown"
    expect(stage.locator(".legend-foot")).to_contain_text(shown)
    expect(stage.locator("#words")).to_contain_text(f"{words} {rest:,}")
    for known, every in zip(stage.evaluate(INKED, True), stage.evaluate(INKED), strict=True):
        assert every > known + 2 * rest


CAMERA = "[view.camera.yaw, view.camera.pitch, view.camera.span, ...view.camera.target]"


def test_a_recolour_or_a_filter_is_told_without_what_is_known_and_keeps_the_camera(new_page, serve, nuclei):
    frames: list[bytes] = []

    def note(frame: bytes) -> None:  # Playwright takes no built-in method
        frames.append(frame)

    new_page.on("websocket", lambda socket: socket.on("framereceived", note))
    new_page.goto(serve(APP, CLOUD_NUCLEI=N))
    stage = stage_of(new_page)
    drag(new_page, at(stage, 300, 300), [at(stage, 360, 330), at(stage, 400, 340)])
    stage.evaluate(DRAWN)
    camera, uploaded = ask(stage, CAMERA), ask(stage, "view.renderer.painter.uploaded.columns")
    frames.clear()
    new_page.get_by_text("class", exact=True).click()
    expect(stage.locator(".legend-title")).to_have_text("Made-up fine, class")
    stage.evaluate(DRAWN)
    assert ask(stage, CAMERA) == camera
    assert ask(stage, "view.renderer.painter.uploaded.columns") == uploaded
    assert 0 < sum(map(len, frames)) < 20_000

    settle(new_page)
    frames.clear()
    new_page.get_by_text("every other", exact=True).click()  # a set that only bits can tell
    half = len(nuclei[::2])
    expect(stage.locator(".legend-foot")).to_contain_text(f"{half:,} nuclei shown")
    told = [frame for frame in frames if b"nuclei_view" in frame]
    assert len(told) == 1
    assert N // 8 < len(told[0]) < N // 8 + 1_250
    assert b"entries" not in told[0]  # the colouring, which the browser has


def test_a_colouring_that_the_browser_forgot_is_sent_again(page, stage):
    ask(stage, "view.store.parts.clear()")
    page.get_by_text("class", exact=True).click()
    expect(stage.locator(".legend-title")).to_have_text("Made-up fine, class")
    page.get_by_text("fine", exact=True).click()
    expect(stage.locator(".legend-title")).to_have_text("Made-up fine")
    assert ask(stage, "view.store.parts.size") >= 2


def test_the_menus_say_whether_they_are_open_and_escape_closes_them_alone(page, stage):
    box = stage.get_by_label("Box (B)")
    box.click()
    focused = {"Save a picture": ".popover button", "Point size, slab": "select", "Mouse and keys": ".over"}
    for name, part in focused.items():
        opener = stage.get_by_label(name)
        opener.click()
        expect(stage.locator(".toolbar [aria-expanded=true]")).to_have_accessible_name(re.compile(name))
        stage.locator(part).locator("visible=true").first.focus()
        page.keyboard.press("Escape")
        expect(opener).to_have_attribute("aria-expanded", "false")
        expect(opener).to_be_focused()
    expect(box).to_have_attribute("aria-pressed", "true")


PARTS = """[".toolbar > .group", ".plot", ".legend", ".entries", ".legend-foot"].flatMap(kind =>
  [...stage.querySelectorAll(kind)].map(part => {
    const { left, right, top, bottom } = part.getBoundingClientRect();
    return { name: kind, left, right, top, bottom };
  }))"""

# The labels whose names are covered by what a line of the legend offers when it is pointed at.
COVERED = """[...stage.querySelectorAll(".entry:has(.acts)")].filter(entry => {
  const [name, acts] = [".name", ".acts"].map(part => entry.querySelector(part)), text = new Range();
  text.selectNodeContents(name);
  acts.style.display = "flex";
  const covered = text.getBoundingClientRect().right > acts.getBoundingClientRect().left;
  acts.style.display = "";
  return covered;
}).map(entry => entry.textContent)"""

# The names whose letters lie between the pixels of the screen.
BLURRED = """[...stage.querySelectorAll(".names span:not([hidden])")].filter(name => {
  const { x, y } = name.getBoundingClientRect();
  return [x, y].some(at => Math.abs(at - Math.round(at)) > 0.01);
}).map(name => name.textContent)"""


def resize(page: Page, stage: Locator, width: int, height: int = 860) -> None:
    """Give the window another size, and wait until the view has followed."""
    page.set_viewport_size({"width": width, "height": height})
    stage.evaluate(
        """stage => new Promise(done => {
          const look = () => {
            const { view, plot } = stage.__cloud;
            if (view.width === plot.clientWidth && view.height === plot.clientHeight) done();
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(() => requestAnimationFrame(look));
        })"""
    )
    stage.evaluate(DRAWN)


def test_no_part_of_the_view_covers_another_or_is_cut(page, stage, subtests):
    for width in (1280, 900, 480, 390):
        with subtests.test(f"{width} pixels wide"):
            resize(page, stage, width)
            check_parts(stage)


def check_parts(stage: Locator) -> None:
    box = stage.bounding_box()
    assert box is not None
    parts = ask(stage, PARTS)
    named = {part["name"]: part for part in parts}
    for part in parts:
        assert part["left"] >= box["x"], part
        assert part["right"] <= box["x"] + box["width"], part
        assert part["bottom"] <= box["y"] + box["height"], part
    groups = [part for part in parts if part["name"] == ".toolbar > .group"]
    assert len({part["top"] for part in groups}) == 1  # one row
    for apart in ([*groups, named[".plot"], named[".legend"]], [named[".entries"], named[".legend-foot"]]):
        for one, other in itertools.combinations(apart, 2):
            beside = one["right"] <= other["left"] or other["right"] <= one["left"]
            assert beside or one["bottom"] <= other["top"] or other["bottom"] <= one["top"], (one, other)
    plot = named[".plot"]
    assert (named[".legend"]["top"] >= plot["bottom"]) == (box["width"] <= 620)  # docked below or beside
    assert plot["bottom"] - plot["top"] > 260
    assert ask(stage, COVERED) == []
    assert ask(stage, BLURRED) == []


def test_what_has_no_room_in_the_toolbar_stands_in_its_menu(page, stage):
    resize(page, stage, 390)
    stage.get_by_label("Point size, slab").click()
    stage.get_by_role("button", name="View: front").click()
    stage.evaluate(DRAWN)
    assert ask(stage, "view.camera.yaw") == 0
    resize(page, stage, 1280)
    expect(stage.locator(".toolbar > [aria-label=Views]")).to_be_visible()


RESIZED = """stage => new Promise(done => {
  const { plot, renderer } = stage.__cloud, pixel = new Uint8Array(4), seen = [];
  new ResizeObserver((_, observer) => {
    const { gl, canvas } = renderer.painter;
    gl.readPixels(canvas.width >> 1, canvas.height >> 1, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    seen.push([canvas.height, pixel[0] + pixel[1] + pixel[2] > 0]);
    stage.style.height = "400px";
    if (seen.length === 2) done(seen); else return;
    observer.disconnect();
  }).observe(plot); // it comes after the view's own observer, and before the browser paints
})"""


def test_a_view_that_is_resized_is_drawn_before_the_browser_paints_it(stage):
    (height, drawn), (new_height, drawn_again) = stage.evaluate(RESIZED)
    assert new_height < height
    assert drawn
    assert drawn_again


def test_a_saved_picture_says_how_many_nuclei_are_shown(page, stage, nuclei):
    page.get_by_text("shallow", exact=True).click()
    shown = f"{(nuclei['depth_um'] < 200).sum():,} nuclei shown"
    expect(stage.locator(".legend-foot")).to_contain_text(shown)
    page.evaluate("""() => {
      const { fillText } = CanvasRenderingContext2D.prototype;
      window.written = [];
      CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        window.written.push(text);
        fillText.call(this, text, ...place);
      };
    }""")
    stage.get_by_label("Save a picture").click()
    with page.expect_download():
        stage.get_by_text("PNG 1×").click()
    assert shown in page.evaluate("window.written")


def test_camera_and_selection_survive_a_change_of_page(new_page, serve, nuclei):
    stage = open_stage(new_page, serve)
    points = projected(stage, nuclei)
    new_page.mouse.click(*(corner(stage) + points[lonely(points)]))
    expect(new_page.locator("#act")).to_have_text("click new")
    drag(new_page, at(stage, 300, 300), [at(stage, 390, 330)])
    stage.evaluate(DRAWN)
    camera = ask(stage, CAMERA)
    follow_link(new_page, "Again")
    stage = stage_of(new_page)
    assert ask(stage, CAMERA) == camera
    expect(stage.locator(".legend-foot")).to_contain_text("1 selected")


def test_a_preset_looks_along_an_axis_and_mirrors_nothing(stage, nuclei, subtests):
    for word, across, down in (("Front", "x", "depth"), ("Side", "z", "depth"), ("Pia", "x", "z")):
        with subtests.test(word):
            stage.get_by_role("button", name=word, exact=False).first.click()
            stage.evaluate(DRAWN)
            points = projected(stage, nuclei)
            assert np.corrcoef(points[:, 0], nuclei[across])[0, 1] > 0.999
            sign = -1 if word == "Pia" else 1  # from the pia, z goes up; else depth goes down
            assert np.corrcoef(points[:, 1], sign * nuclei[down])[0, 1] > 0.999


def test_the_keyboard_turns_shifts_zooms_and_resets(page, stage):
    before = ask(stage, CAMERA)
    stage.locator(".over").focus()
    for key in ("ArrowLeft", "ArrowUp", "Shift+ArrowRight", "+"):
        page.keyboard.press(key)
    stage.evaluate(DRAWN)
    after = ask(stage, CAMERA)
    assert all(a != b for a, b in zip(after[:4], before[:4], strict=True))
    page.keyboard.press("0")
    stage.evaluate(DRAWN)
    assert np.allclose(ask(stage, CAMERA), before)


def test_two_fingers_zoom(stage):
    before = ask(stage, "view.camera.span")
    for finger, name, x in [
        (1, "down", 300),
        (2, "down", 360),
        (2, "move", 480),
        (1, "up", 300),
        (2, "up", 480),
    ]:
        event = {"pointerId": finger, "pointerType": "touch", "button": 0, "bubbles": True}
        stage.evaluate(
            """(stage, [name, event, x]) => {
                const over = stage.querySelector(".over"), box = over.getBoundingClientRect();
                over.setPointerCapture = () => {};
                const place = { clientX: box.x + x, clientY: box.y + 300 };
                over.dispatchEvent(new PointerEvent(name, { ...event, ...place }));
            }""",
            [f"pointer{name}", event, x],
        )
    assert ask(stage, "view.camera.span") == pytest.approx(before / 3)


SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
LOW = "() => document.querySelector('[data-testid=stMain]').style.setProperty('overflow', 'hidden')"


def test_where_the_page_scrolls_the_wheel_scrolls_it_and_zooms_with_ctrl(page, stage):
    resize(page, stage, 1280, 600)
    span = ask(stage, "view.camera.span")
    page.mouse.move(*at(stage, 300, 200))
    page.mouse.wheel(0, 120)
    page.wait_for_function(f"() => {SCROLLED} > 0")
    assert ask(stage, "view.camera.span") == span
    expect(stage.locator(".hint")).to_have_text(re.compile("(Ctrl|⌘) \\+ wheel zooms"))
    expect(stage.locator(".hint")).to_be_hidden()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    page.wait_for_function(f"span => {VIEW}.camera.span < span", arg=span)
    page.keyboard.press("Escape")
    stage.get_by_label("Mouse and keys").click()
    expect(stage.locator(".help")).to_contain_text("+ wheel, pinch")
    page.evaluate(LOW)
    stage.get_by_label("Mouse and keys").click(click_count=2)
    expect(stage.locator(".help dt", has_text="Wheel, pinch")).to_have_count(1)


def test_the_wheel_zooms_to_what_is_under_the_pointer(page, stage, nuclei):
    page.evaluate(LOW)
    points = projected(stage, nuclei)
    place = corner(stage) + points[lonely(points)]
    page.mouse.move(*place)
    page.mouse.wheel(0, -200)
    stage.evaluate(DRAWN)
    assert np.hypot(*(projected(stage, nuclei) - points)[lonely(points)]) < 25  # but for perspective
    assert np.ptp(projected(stage, nuclei)[:, 0]) > 1.2 * np.ptp(points[:, 0])


def test_a_slab_cuts_the_volume(stage, nuclei):
    stage.get_by_label("Point size, slab, context").click()
    stage.get_by_label("Slab axis").select_option("depth")
    low, high = ask(stage, "view.choice.slab.slice(1)")
    n = nuclei["depth"].between(low, high).sum()
    assert 0 < n < N
    expect(stage.locator(".legend-foot")).to_contain_text(f"{n:,} nuclei shown")


def test_fit_brings_the_selection_to_the_middle(page, stage, nuclei):
    stage.get_by_label("Box (B)").click()
    drag(page, at(stage, 150, 250), [at(stage, 210, 330)])
    expect(page.locator("#act")).to_have_text("box new")
    chosen = nuclei.loc[selected(page)]
    stage.get_by_label("Zoom to the selected").click()
    stage.evaluate(DRAWN)
    points = projected(stage, chosen)
    width, height = ask(stage, "[view.view.width, view.view.height]")
    assert (points >= 0).all()
    assert (points <= [width, height]).all()
    assert max(np.ptp(points[:, 1]) / height, np.ptp(points[:, 0]) / width) > 0.4


def expect_paper(stage: Locator, paper: int) -> None:
    ground = picture(stage)[-40:-10, 400:500]  # beside the volume
    assert np.abs(ground.mean() - paper) < 30
    ink = ask(stage, "getComputedStyle(stage.querySelector('.toggle')).color")
    assert np.abs(np.mean([int(part) for part in re.findall(r"\d+", ink)[:3]]) - (255 - paper)) < 80


def test_paper_and_ink_follow_the_theme(stage, new_page, serve):
    expect_paper(stage, 255)
    new_page.emulate_media(color_scheme="dark")
    new_page.goto(serve(APP, CLOUD_NUCLEI=N))
    expect_paper(stage_of(new_page), 0)


def test_a_lost_context_says_so_and_comes_back_with_the_same_picture(new_page, serve, browser_errors):
    stage = open_stage(new_page, serve)
    before = picture(stage)
    ask(stage, "(stage.loss = view.renderer.painter.gl.getExtension('WEBGL_lose_context')).loseContext()")
    expect(stage.locator(".notice")).to_contain_text("The graphics card took its memory back")
    stage.evaluate("stage => stage.loss.restoreContext()")
    expect(stage.locator(".notice")).to_be_hidden()
    stage.evaluate(DRAWN)
    assert new_page.evaluate("window.points") == N
    assert (picture(stage) == before).mean() > 0.99
    browser_errors.clear()


def test_no_nuclei_is_a_message(page):
    follow_link(page, "Empty")
    stage = stage_of(page)
    expect(stage.locator(".notice")).to_have_text("There are no nuclei to draw.")


def test_the_picture_is_saved_at_its_scale_and_says_that_the_nuclei_are_made_up(page, stage):
    stage.get_by_label("Save a picture").click()
    with page.expect_download() as download:
        stage.get_by_text("PNG 2×").click()
    assert download.value.suggested_filename == "synthetic_made_up_2x.png"
    saved = Image.open(download.value.path())
    width, height = ask(stage, "[view.view.width, view.view.height]")
    assert saved.width > 2 * width  # the legend stands beside the view
    assert saved.height > 2 * height  # and the caption below
    assert len(saved.convert("RGB").getcolors(saved.width * saved.height) or []) > 500
    stage.evaluate(DRAWN)
    assert page.evaluate("window.points") == N


RENEW = """async ([text, name]) => {
  const carrier = await import(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  const data = { cloud: name, address: "no such address" };
  carrier.default({ data, setTriggerValue: (asked) => { window.asked = asked; } });
}"""


def test_code_of_another_release_takes_the_views_over_and_asks_for_the_nuclei(new_page, serve):
    stage = open_stage(new_page, serve)
    version = ask(stage, "view.cloud.version")
    new_page.evaluate(RENEW, [f'const CODE = "later", STYLESHEET = "";{joined("carrier")}', version])
    new_page.wait_for_function("() => window.asked === 'missing'")
    assert new_page.evaluate("window.__nuclei.code") == "later"
    assert new_page.evaluate("[...window.__nuclei.views.values()].map(view => view.cloud ?? null)") == [None]
    expect(new_page.locator(".stage")).to_have_count(1)  # the old one is gone
    expect(new_page.locator(".notice")).to_have_text("Loading the nuclei …")


@pytest.fixture
def page_without_webgl(browser: Browser) -> Iterator[Page]:
    """Open a page in a Chromium that cannot draw in 3D."""
    arguments = ["--disable-3d-apis", *(["--no-sandbox"] if is_root() else [])]
    flat = browser.browser_type.launch(executable_path=have_chromium(), args=arguments)
    yield flat.new_page()
    flat.close()


def test_without_webgl_there_is_a_message_and_the_page_goes_on(page_without_webgl, serve):
    page = page_without_webgl
    page.goto(serve(APP, CLOUD_NUCLEI=N))
    expect(page.locator(".notice")).to_contain_text("WebGL2 is switched off or missing")
    page.get_by_text("class", exact=True).click()
    expect(page.get_by_role("radio", name="class")).to_be_checked()
    expect(page.locator("#selected")).to_have_text("[]")


COMBINE = """async ([text, bytes]) => {
  const { combineBits } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  const [before, now] = bytes.map(set => Uint8Array.from(set));
  const combined = mode => Array.from(combineBits(before, now, mode));
  return [combined("new"), combined("add"), combined("subtract"), Array.from(combineBits(null, now, "add"))];
}"""


def test_sets_are_joined_and_taken_away_bit_by_bit(page):
    before, now = (np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8)[::-1] // 3)
    text = joined("state/bits") + "export { combineBits };"
    answer = page.evaluate(COMBINE, [text, [before.tolist(), now.tolist()]])
    assert answer == [made.tolist() for made in (now, before | now, before & ~now, now)]


PICK = """async ([text, positions, camera, view, polygon, points]) => {
  const address = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  const { Camera, forBox, rowAt, rowsInside } = await import(address);
  const cloud = { n: positions.length / 3, positions: Uint16Array.from(positions) };
  const { matrix } = Object.assign(new Camera(), camera).matrix(view, 3000);
  const boxed = forBox(matrix, [0, 0, 0], [1000, 800, 600]);
  const eye = Object.assign(new Camera(), camera).distance;
  const how = { radius: 3, eye, reach: 9, rank: row => row % 5 ? 2 : 0 };
  return [
    Array.from(boxed),
    Array.from(rowsInside(cloud, boxed, view, polygon, () => true)),
    points.map(point => rowAt(cloud, boxed, view, point, how)),
  ];
}"""


def test_projection_pick_and_lasso_agree_with_brute_force(page, subtests):
    for field in (1, 20):
        with subtests.test(f"{field}° wide"):
            check_by_brute_force(page, field)


def check_by_brute_force(page: Page, field: int) -> None:
    random = np.random.default_rng(field)
    places = random.integers(0, 65_536, (3_000, 3))
    camera = {"target": [500, 400, 300], "yaw": -32, "pitch": 16, "span": 1_200, "field": field}
    view = {"width": 900, "height": 600}
    points = random.uniform(0, 600, (200, 2)).round(1)
    text = joined("state/pick") + joined("drawing/camera") + "export { Camera, forBox, rowAt, rowsInside };"
    answer = page.evaluate(
        PICK, [text, places.ravel().tolist(), camera, view, STAR.tolist(), points.tolist()]
    )
    matrix = np.array(answer[0]).reshape(4, 4).T
    clip = np.column_stack([places / 65_535, np.ones(len(places))]) @ matrix.T
    flat = np.column_stack([(clip[:, 0] / clip[:, 3] + 1) * 450, (1 - clip[:, 1] / clip[:, 3]) * 300])
    bits = np.unpackbits(np.array(answer[1], np.uint8), count=len(places), bitorder="little").astype(bool)
    assert np.array_equal(bits, inside(STAR, flat))
    assert answer[2] == [brute_force_pick(point, flat, clip, camera) for point in points]


def brute_force_pick(point: np.ndarray, flat: np.ndarray, clip: np.ndarray, camera: dict[str, Any]) -> int:
    """Of the nuclei whose disc covers the point the nearest to the eye, else the nearest on the screen."""
    eye = camera["span"] / 2 / np.tan(np.radians(camera["field"] / 2))
    apart = np.hypot(*(flat - point).T)
    covers = apart <= 3 * eye / clip[:, 3]
    candidate = (np.arange(len(flat)) % 5 != 0) & (covers | (apart <= 5))
    if not candidate.any():
        return -1
    score = np.where(covers, clip[:, 2] / clip[:, 3], 1_000 + apart)
    return int(np.flatnonzero(candidate)[score[candidate].argmin()])
