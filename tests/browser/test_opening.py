"""An address is opened without a detour: the server is found at once, and the nuclei come beside the page."""

import re

from playwright.sync_api import Page, Route, expect

from components.ui.page.ready import KINDS, ready_code
from tests.browser.acts import settle

# Of each kind: whether Streamlit's page has asked our script for it, and whether it is given at once.
READY = """async kinds => {
  const { t, asked } = await import(document.querySelector('link[href*="ready-"]').href);
  return kinds.map(kind => {
    const file = [...asked.keys()].find(name => name.startsWith(`${kind}.`));
    let given = null;
    if (file) t(Function(`return ()=>import(\\`./${file}\\`)`)()).then(module => { given = module.default; });
    return [kind, Boolean(given)];
  });
}"""
# Asks for the charts' script on few processors while the view has drawn nothing yet, and then has. Gives
# what was loaded after three looks at the view, and in the end.
CHARTS_HELD = r"""async file => {
  const { t } = await import(document.querySelector('link[href*="ready-"]').href);
  const { __nuclei } = window, get = () => Promise.resolve("charts");
  get.toString = () => `()=>import(\`./${file}\`)`;
  Object.defineProperty(navigator, "hardwareConcurrency", { value: 2 });
  let last = 0, loaded = null, looks = 0;
  const looked = new Promise(done => {
    const frames = { get last() { if (++looks === 3) done(); return last; } };
    window.__nuclei = { views: new Map([[{}, { renderer: { frames } }]]) };
  });
  const loading = t(get).then(what => { loaded = what; });
  await looked;
  const before = loaded;
  last = 1;
  await loading;
  window.__nuclei = __nuclei;
  return [before, loaded];
}"""
# Notes of each canvas that draws nuclei whether there was a view already when its context was made, and when
# it was asked what draws.
CONTEXTS = """
window.contexts = [];
window.asked = [];
const { getContext } = HTMLCanvasElement.prototype;
const { getExtension } = WebGL2RenderingContext.prototype;
WebGL2RenderingContext.prototype.getExtension = function (name) {
  if (name === "WEBGL_debug_renderer_info") window.asked.push(Boolean(window.__nuclei?.views.size));
  return getExtension.call(this, name);
};
HTMLCanvasElement.prototype.getContext = function (kind, ...how) {
  if (kind === "webgl2") window.contexts.push(Boolean(window.__nuclei?.views.size));
  return getContext.call(this, kind, ...how);
};
"""
# How many times something is drawn while the graphics card is at the first nuclei, once it has done them, and
# a frame later.
STEPS = """() => {
  const { constructor: Frames } = [...window.__nuclei.views.values()][0].renderer.frames;
  const drawn = [];
  const gl = { SIGNALED: 1, state: 0, fenceSync: () => ({}), flush() {}, deleteSync() {} };
  gl.getSyncParameter = () => gl.state;
  const frames = new Frames({ gl }, first => drawn.push(first));
  frames.wake = () => {};
  frames.ask(100_000);
  const states = [0, 0, gl.SIGNALED, gl.SIGNALED];
  return states.map(state => { gl.state = state; frames.step(); return drawn.length; });
}"""
# What moves by itself while a page opens, so that the whole window is drawn again and again: a placeholder's
# animation, and the parts of the cloud that come into their colours.
MOVING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".moving { animation: moving 1s infinite; }");
  document.adoptedStyleSheets.push(sheet);
  const placeholder = Object.assign(document.createElement("div"), { className: "moving" });
  placeholder.dataset.testid = "stSkeleton";
  document.querySelector(".stApp").append(placeholder);
  const stage = [...window.__nuclei.views.keys()][0];
  const moves = one => getComputedStyle(one).transitionDuration !== "0s";
  const moving = [...stage.querySelectorAll("*")].filter(moves);
  return [getComputedStyle(placeholder).animationName, ...moving.map(one => one.className || one.tagName)];
}"""
SHOWN = "stage => stage.__cloud.census.shown"


def open_baylor(page: Page, url: str) -> list[str]:
    """Open Baylor and wait for its nuclei; list what was asked for, and when the carrier's message came."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(url)))
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framereceived", lambda frame: asked.append("carrier") if b"nuclei_carrier" in frame else None
        ),
    )
    page.goto(f"{url}/baylor")
    settle(page)
    expect(page.locator(".stage .legend")).to_contain_text("nuclei shown")
    return asked


def nuclei_shown(page: Page) -> int:
    return page.locator(".stage").evaluate(SHOWN)


def test_what_draws_the_page_is_ready_and_the_nuclei_come_beside_it_or_with_its_messages(
    page: Page, url: str
) -> None:
    page.add_init_script(CONTEXTS)
    first = open_baylor(page, url)
    assert page.evaluate(READY, [*KINDS]) == [[kind, True] for kind in KINDS]
    [charts] = re.findall(r'CHARTS = "([^"]+)"', (ready_code() or [""])[0])
    assert page.evaluate(CHARTS_HELD, charts) == [None, "charts"]
    assert page.evaluate("[window.contexts, window.asked]") == [[False], [False]]
    assert page.evaluate(STEPS) == [1, 1, 1, 2]
    assert page.evaluate(MOVING) == ["none"]
    shown = nuclei_shown(page)
    [nuclei] = [asked for asked in first if asked.startswith("/nuclei/")]

    page.goto("about:blank")
    again = open_baylor(page, url)
    assert nuclei_shown(page) == shown
    assert again.count(nuclei) == 1
    assert again.index(nuclei) < again.index("carrier")
    # Streamlit's page asks below its own address where it is not told of its server.
    assert [asked for asked in first + again if asked.startswith("/baylor/")] == []

    def refuse(route: Route) -> None:
        route.fulfill(body="a proxy's own page")

    page.route("**/nuclei/*", refuse)
    open_baylor(page, url)
    assert nuclei_shown(page) == shown
