"""What a mark of a chart lights in the browser is what Python selects, for every kind of mark.

That holds what the link relies on of Streamlit and plotly, too. A page without the link works.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import clear_selection, click_bar, expect_selected, selected, settle

BAYLOR = "baylor?panel=All&with-Baylor+fine=Soma-nucleus+metamodel"
FILTERED = f"{BAYLOR}&only-layer=L4&only-layer=L5&only-area=V1"
OWN = "select=filter:baylor_gnn_cell_type_fine_model_v2:depth_um%3D200.0..400.0"
# Waits until every chart that says what its marks are is heard by the link.
READY = """n => {
  const charts = [...document.getElementsByClassName("js-plotly-plot")];
  const heard = charts.filter(one => one.layout?.meta?.marks && one._ev?.__linked);
  return window.__nuclei?.link?.view && heard.length >= n;
}"""
# Picks a mark of a chart as a click does: the first that changes the selection, from a place on each axis on;
# with `ends`, a range of depth. Gives the words, and the names of the sets that are lit and Python selects.
PICK = """([title, axes, place, held, differ, ends]) => new Promise(done => {
  const { link, bitsets } = window.__nuclei, { view } = link;
  const chart = [...document.getElementsByClassName("js-plotly-plot")]
    .find(one => one.closest("[role=figure]").ariaLabel.startsWith(title));
  const before = view.message.selected, marks = chart.layout.meta.marks;
  const changes = words => {
    const bits = link.bitsOf(chart, words, differ), now = view.choice.selected;
    const ways = { new: byte => byte, add: (byte, was) => byte | was, subtract: (byte, was) => was & ~byte };
    const next = bits?.map((byte, i) => ways[held](byte, now?.[i]));
    return next?.some(Boolean) && next.some((byte, i) => byte !== now?.[i]);
  };
  const wordsFrom = begin => Object.fromEntries(axes.map((axis, i) => {
    const all = Object.keys(marks[axis]);
    return [axis, all[(begin * (i + 1)) % all.length]];
  }));
  const words = Array.from({ length: 400 }, (_, k) => wordsFrom(place + k)).find(changes);
  link.pressed = { shiftKey: held === "add", altKey: held === "subtract" };
  if (ends) {
    const box = { type: "rect", xref: "x", yref: "y", x0: 0, x1: 1, y0: ends[0], y1: ends[1] };
    chart.emit("plotly_selected", { points: [], range: { x: [0, 1], y: ends }, selections: [box] });
  } else link.choose(chart, {}, words, differ);
  const lit = view.choice.selected, until = performance.now() + 60_000;
  const look = () => {
    if (view.message.selected === before && performance.now() < until) return requestAnimationFrame(look);
    const name = [...bitsets].find(([, set]) => set === lit)?.[0] ?? null;
    done([words, name, view.message.selected, view.choice.selected === lit]);
  };
  look();
})"""
Pick = tuple[str, list[str], bool, list[float] | None]
LAYERS, AREAS, COUNTS = "What each layer is made of", "What each area is made of", "Nuclei per label"
MATRIX, VOLUMES, DEPTHS = "Baylor fine against", "Nucleus volume", "Depth of the nuclei"
FLOW, GROUPS = "Nuclei from label", "Inhibitory M-types against"
# Picked one after the other: a chart, the axes on which a word is named, disagreements, a range of depth.
OF_LABELS: list[Pick] = [
    (COUNTS, ["y"], False, None),
    (LAYERS, ["name", "y"], False, None),
    (LAYERS, ["y"], False, None),
    (AREAS, ["name"], False, None),
    (DEPTHS, ["name", "y"], False, None),
    (DEPTHS, [], False, [311.25, 402.04]),
]
OF_PAIRS: list[Pick] = [
    (MATRIX, ["y", "x"], False, None),
    (MATRIX, ["x"], False, None),
    (MATRIX, ["y"], True, None),
]
OF_FLOWS: list[Pick] = [(FLOW, ["0", "1"], False, None), (FLOW, ["1"], False, None)]
# By page, and by the level that is chosen there, if any: what is picked.
PICKS: dict[str, dict[str, list[Pick]]] = {
    f"{FILTERED}&{OWN}": {
        "": [*OF_LABELS, *OF_PAIRS, (VOLUMES, ["y"], False, None), ("Contradictions", ["y"], False, None)],
        "Class": [*OF_LABELS, *OF_PAIRS, (VOLUMES, ["y"], False, None)],
    },
    "m_types?panel=All": {"": [*OF_LABELS, (GROUPS, ["y", "x"], False, None)]},
    f"agreement?panel=Flow&margins=true&{OWN}": {
        "": [*OF_PAIRS, *OF_FLOWS],
        "Class": [*OF_PAIRS, *OF_FLOWS],
    },
    "?panel=All": {
        "": [("Nuclei for every", ["customdata"], False, None), ("Coverage by", ["customdata"], False, None)]
    },
}
HELD = ("new", "add", "subtract")


def opened(page: Page, address: str, charts: int) -> None:
    page.goto(address)
    settle(page)
    page.wait_for_function(READY, arg=charts)


def test_what_lights_is_what_python_selects(page: Page, url: str, subtests: pytest.Subtests) -> None:
    for address, by_level in PICKS.items():
        opened(page, f"{url}/{address}", len({title for title, *_ in by_level[""]}))
        for level, picks in by_level.items():
            if level:
                page.get_by_role("radio", name=level, exact=True).first.click()
                settle(page)
            for number, (title, axes, differ, ends) in enumerate(picks):
                held = "new" if ends else HELD[number % len(HELD)]
                with subtests.test(f"{address.split('?')[0]} {level}: {held} {title} {axes}"):
                    words, lit, answered, unmoved = page.evaluate(
                        PICK, [title, axes, number, held, differ, ends]
                    )
                    assert lit is not None, words
                    assert lit == answered, words
                    assert unmoved, words  # what is seen already is not drawn again


def test_the_pointer_lights_a_mark_and_a_click_outlines_it_until_another_is_selected(
    page: Page, url: str
) -> None:
    opened(page, f"{url}/baylor", 1)
    bar = page.locator(".js-plotly-plot .bars .point path").nth(2)
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 4)
    page.mouse.move(box["x"] + 6, box["y"] + 6)
    page.wait_for_function("() => window.__nuclei.link.view.previewed")
    page.mouse.down()
    page.mouse.up()
    outlined = page.locator(".nuclei-outlined")
    expect(outlined).not_to_have_count(0)
    n = selected(page)
    page.get_by_role("tab", name="Depth").click()  # another chart takes the place of this one
    expect(outlined).to_have_count(0)
    page.get_by_role("tab", name="Types").click()
    expect(outlined).not_to_have_count(0)
    expect_selected(page, n)
    clear_selection(page)
    expect(outlined).to_have_count(0)


def test_without_the_link_a_click_still_selects(page: Page, url: str) -> None:
    page.add_init_script("window.__nucleiLinkOff = true")
    page.goto(f"{url}/baylor")
    settle(page)
    click_bar(page, "Nuclei per label in Baylor fine", 1)
    assert selected(page) > 0
    assert page.evaluate("document.querySelector('.js-plotly-plot')._fullLayout.clickmode") == "event+select"
    assert page.locator(".nuclei-outlined").count() == 0


def test_the_pointer_reaches_every_kind_of_mark(page: Page, url: str, subtests: pytest.Subtests) -> None:
    kinds = {
        "agreement?panel=Flow": [
            ".sankey-link",
            ".node-rect",
            ".scatterlayer .point",
            ".xtick text",
            ".ytick text",
        ],
        BAYLOR: [".legend .legendtoggle", ".boxlayer .box", ".bars .point path"],
    }
    for address, selectors in kinds.items():
        opened(page, f"{url}/{address}", 1)
        for selector in selectors:
            with subtests.test(selector):
                mark = page.locator(f".js-plotly-plot {selector}").first
                mark.scroll_into_view_if_needed()
                box = mark.bounding_box()
                assert box is not None
                page.mouse.move(2, 2)
                page.wait_for_function("() => !window.__nuclei.link.view.wanted")
                x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
                page.mouse.move(x - 2, y)
                page.mouse.move(x, y)
                page.wait_for_function("() => window.__nuclei.link.view.wanted", timeout=20_000)


def test_the_nucleus_of_a_row_under_the_pointer_lights(page: Page, url: str) -> None:
    opened(page, f"{url}/baylor?drawer=Rows", 1)
    cells = page.locator("[data-testid=stDataFrame] canvas table[role=grid]").first
    expect(cells.locator("td").first).to_be_attached()
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    second = cells.locator("tr[aria-rowindex='3'] td").first.text_content()
    page.mouse.move(box["x"] + 90, box["y"] + 84)
    page.mouse.move(box["x"] + 92, box["y"] + 85)
    page.wait_for_function("id => window.__nuclei.link.row === id", arg=second)
    page.wait_for_function("() => window.__nuclei.link.view.previewed?.census.lit === 1")


def test_all_of_a_wide_cell_answers_the_pointer(page: Page, url: str) -> None:
    opened(page, f"{url}/baylor?panel=Matrix", 1)
    box = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 6)
    page.mouse.move(box["x"] + 6, box["y"] + 6)
    page.wait_for_function("() => window.__nuclei.link.view.wanted", timeout=20_000)
