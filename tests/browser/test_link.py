"""What a mark of a chart lights in the browser is what Python selects, for every kind of mark.

That holds what the link relies on of Streamlit and plotly, too. A page without the link works.
"""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    CROSSING,
    bars_of,
    clear_selection,
    click_bar,
    click_cell,
    expect_once,
    expect_selected,
    figure_of,
    go_on,
    selected,
    settle,
)
from tests.browser.conftest import Serve
from tests.loopback_archive import FINE, FINE_ROWS, write_table

pytestmark = pytest.mark.usefixtures("no_points")
BAYLOR = "baylor?panel=All&with-Baylor+fine=Soma-nucleus+metamodel"
FILTERED = f"{BAYLOR}&only-layer=L4&only-layer=L5&only-area=V1"
OWN = "select=filter:baylor_gnn_cell_type_fine_model_v2:depth_um%3D200.0..400.0"
# Waits until every chart that says what its marks are is heard by the link.
READY = """n => {
  const charts = [...document.getElementsByClassName("js-plotly-plot")];
  const heard = charts.filter(one => one.layout?.meta?.marks && one._ev?.__linked);
  return window.__nuclei?.link?.view && heard.length >= n;
}"""
# Counts in the browser the nuclei of every mark of every chart, against what Python has drawn of it. Gives by
# figure how many marks were counted, and which differ; None where a figure can be clicked and tells no marks.
COUNT = """() => [...document.getElementsByClassName("js-plotly-plot")].map(chart => {
  const { link } = window.__nuclei, { meta } = chart.layout;
  const title = chart.closest("[role=figure]").ariaLabel;
  if (!meta?.marks) return [title, chart.layout.clickmode?.includes("select") ? null : 0, []];
  const { ghosts } = meta, drawn = chart._fullData, marks = [];
  if (!ghosts) return [title, 0, []];  // it draws shares, no counts
  const { whole, within, shared, nested, tenths, titles, margins, ...axes } = meta.marks;
  if (within !== (whole ? undefined : link.view.message.within)) return [title, null, ["of another filter"]];
  const wordsOf = words => Object.fromEntries(Object.keys(axes).map(axis => [axis, axis.split(" ")])
    .filter(([, names]) => names.every(name => name in words))
    .map(([axis, names]) => [axis, names.map(name => String(words[name])).join(", ")]));
  const add = (words, n) => marks.push([wordsOf(words), n]);
  const each = {
    bars: () => ghosts.bars.forEach(({ ghosts: drawnFor, by, along, per }) => {
      const ghost = drawnFor.find(trace => trace < ghosts.at), words = drawn[ghost][by];
      [...drawn[ghost][along]].forEach((n, i) => words[i] && add({ [by]: words[i] }, n * per));
    }),
    pieces: () => ghosts.counts.forEach((counts, k) =>
      counts.forEach((n, i) => n && add({ name: drawn[k].name, y: drawn[k].y[i] }, n))),
    lines: () => drawn.slice(0, ghosts.at).forEach(({ name, x, y0, dy }) =>
      [...x].forEach((n, i) => n && add({ name, y: y0 + i * dy }, n))),
    cells: () => ghosts.counts.forEach((n, i) => {
      const { x, y } = drawn[ghosts.at - 1];
      add({ y: y[i], x: x[i] }, n);
    }),
    boxes: () => drawn.slice(0, ghosts.at - 1).forEach(({ name }, i) =>
      add({ y: name }, Number(drawn[ghosts.at - 1].text[i].split("n = ")[1].replaceAll(",", "")))),
    flows: () => ghosts.bands.forEach(([source, target, n]) => {
      const ends = [source, target].map(end => ghosts.nodes[end]);
      add(Object.fromEntries(ends.map(({ axis, label }) => [axis, label])), n);
    }),
  };
  each[ghosts.kind]();
  const ones = Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);
  const counted = words => link.bitsOf(chart, words)?.reduce((n, byte) => n + ones[byte], 0);
  // Marks without nuclei are not told; of those that share nuclei, the cloud may lack a column.
  const isTold = ([words, n]) => (n && !shared)
    || (Object.entries(words).every(([axis, word]) => axes[axis][word]) && counted(words) !== undefined);
  const told = marks.filter(isTold);
  const wrong = told.map(([words, n]) => [words, Math.round(n), counted(words)])
    .filter(([, n, found]) => n !== found);
  return [title, told.length, wrong.slice(0, 5)];
})"""
# Picks a mark of a chart as a click does: the first that changes the selection, from a place on each axis on;
# with `ends`, a range of depth. Gives the words, the names of the sets that are lit and Python selects,
# whether the one stays, and how many of its nuclei are grey.
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
  if (!words) return done([null, null, null, false, 0]);
  link.pressed = { shiftKey: held === "add", altKey: held === "subtract" };
  link.released = link.pressed;
  if (ends) {
    const box = { type: "rect", xref: "x", yref: "y", x0: 0, x1: 1, y0: ends[0], y1: ends[1] };
    chart.emit("plotly_selected", { points: [], range: { x: [0, 1], y: ends }, selections: [box] });
  } else link.choose(chart, {}, words, differ);
  const lit = view.choice.selected, until = performance.now() + 60_000;
  const look = () => {
    if (view.message.selected === before && performance.now() < until) return requestAnimationFrame(look);
    const name = [...bitsets].find(([, set]) => set === lit)?.[0] ?? null;
    const ones = byte => byte.toString(2).replaceAll("0", "").length;
    const { filter } = view.choice, passing = lit.map((byte, i) => byte & (filter?.[i] ?? 255));
    const n = passing.reduce((sum, byte) => sum + ones(byte), 0);
    done([words, name, view.message.selected, view.choice.selected === lit, n - view.census.lit]);
  };
  look();
})"""
Pick = tuple[str, list[str], bool, list[float] | None]
LAYERS, AREAS, COUNTS = "What each layer is made of", "What each area is made of", "Nuclei per label"
MATRIX, VOLUMES, DEPTHS = "Baylor fine against", "Nucleus volume", "Depth of the nuclei"
FLOW, GROUPS = "Nuclei from label", "Inhibitory M-types against"
COVERED, MISPLACED, BY_DEPTH, NEARBY = "Coverage of", "Labels of", "The same label by", "Disagreements by"
LINEAGES, CONSENSUS, TRUST = "What every two lineages", "The consensus against", "Agreement of every two"
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
OF_RATERS: list[Pick] = [
    (COVERED, ["name", "y"], False, None),
    (BY_DEPTH, ["y"], False, None),
    (LINEAGES, ["y x"], False, None),
    (TRUST, ["y"], False, None),
    (MISPLACED, ["y"], False, None),
    (COVERED, ["y"], False, None),
    (NEARBY, ["x"], False, None),
    (CONSENSUS, ["y", "x"], False, None),
]
# By page: the levels or panels chosen there one after the other, and what is picked, a part of it at each. A
# pick fills all charts anew: what several pages draw is picked where fewest stand beside it.
WALKS: dict[str, tuple[list[str], list[Pick]]] = {
    f"{FILTERED}&{OWN}": (
        ["Type", "Class"],
        [*OF_LABELS, (VOLUMES, ["y"], False, None), ("Contradictions", ["y"], False, None)],
    ),
    f"{BAYLOR}&baylor-level=Neuron": ([""], []),
    "m_types?panel=All&only-layer=L4": (["Subclass"], [(GROUPS, ["y", "x"], False, None)]),
    f"agreement?panel=Flow&margins=true&only-area=V1&{OWN}": (["Subclass", "Class"], [*OF_PAIRS, *OF_FLOWS]),
    "agreement?panel=Metrics": (["Metrics", "Where", "All raters", "Trust", "Out of place"], OF_RATERS),
    "?panel=All": (
        [""],
        [("Nuclei for every", ["customdata"], False, None), ("Coverage by", ["customdata"], False, None)],
    ),
}  # fmt: skip
HELD = ("new", "add", "subtract")
# The labels of the rows and of the columns whose cells lie in frames.
FRAMED = """() => {
  const chart = document.querySelector(".js-plotly-plot"), outer = chart.getBoundingClientRect();
  const frames = [...chart.querySelectorAll("div.nuclei-outlined")].map(one => one.getBoundingClientRect());
  const inside = (axis, begin, end) => chart._fullLayout[axis]._categories.filter((_, i) => {
    const place = chart._fullLayout[axis]._offset + chart._fullLayout[axis].c2p(i);
    return frames.some(frame => frame[begin] - outer[begin] < place && place < frame[end] - outer[begin]);
  });
  return [inside("yaxis", "top", "bottom"), inside("xaxis", "left", "right")];
}"""

# Gives the middles of a cell with nuclei and of one without, to which the keyboard's focus goes.
CELLS = """() => {
  const { link } = window.__nuclei, chart = document.querySelector(".js-plotly-plot");
  const cells = link.keys.marks(chart).filter(({ words }) => words.x && words.y);
  const isFull = cell => link.bitsOf(chart, cell.words).some(Boolean);
  const empty = cells.find(cell => !isFull(cell)), outer = chart.getBoundingClientRect();
  chart.focus();
  link.keys.show(chart, empty, null, "23P, 4P");
  return [cells.find(isFull), empty].map(({ shape: { left, top, width, height } }) =>
    [outer.x + left + width / 2, outer.y + top + height / 2]);
}"""
POINTER = "([x, y]) => getComputedStyle(document.elementFromPoint(x, y)).cursor"
# Whether so many charts say how much of what they count is selected.
SHOWN = """n => [...document.getElementsByClassName("js-plotly-plot")]
  .filter(({ layout }) => layout.title.subtitle.text.includes("selected: 1")).length === n"""
# Whether what is said of the mark under the pointer lies over the frame that it crosses.
TIP_ON_TOP = """() => {
  const parts = [".hoverlayer .hovertext path", "div.nuclei-outlined"];
  const found = parts.map(part => document.querySelector(part));
  if (!found[0]) return false;
  found.forEach(part => (part.style.pointerEvents = "all"));
  const [tip, frame] = found.map(part => part.getBoundingClientRect());
  return document.elementFromPoint(frame.right - 1, tip.y + tip.height / 2).closest(".hovertext");
}"""

# Gives the end of the longest step of a depth profile's first line.
STEP = """() => {
  const chart = document.querySelector(".js-plotly-plot"), outer = chart.getBoundingClientRect();
  const { _fullLayout: { xaxis, yaxis }, _fullData: [{ x, y0, dy }] } = chart;
  const i = x.indexOf(Math.max(...x));
  return [outer.x + xaxis._offset + xaxis.c2p(x[i]), outer.y + yaxis._offset + yaxis.c2p(y0 + i * dy)];
}"""

# Whether each label of two lines that are not turned answers the pointer between them.
BETWEEN_LINES = """() => [...document.querySelectorAll(".js-plotly-plot :is(.xtick, .ytick)")]
  .flatMap(label => {
  const lines = [...label.querySelectorAll("text tspan.line")];
  if (lines.length < 2) return [];
  label.scrollIntoView({ block: "center" });
  const [first, second] = lines.map(line => line.getBoundingClientRect());
  if (first.bottom > second.top) return [];
  return label.contains(document.elementFromPoint(second.right - 2, (first.bottom + second.top) / 2));
})"""


# Whether the bar cuts the words of the selection, or shows all. It is laid out some frames after its run.
CUT = """cut => {
  const words = document.querySelector(".st-key-selected p");
  return words && words.scrollWidth > words.clientWidth === cut;
}"""

# Whether the last chart is drawn, be it anew, and fades no mark as plotly does beside one it has selected.
UNFADED = """() => {
  const traces = [...document.querySelectorAll(".js-plotly-plot")].at(-1)?._fullData;
  return traces && !traces.some(trace => trace.selectedpoints);
}"""


def opened(page: Page, address: str, charts: int) -> None:
    page.goto(address)
    settle(page)
    page.wait_for_function(READY, arg=charts)
    settle(page)  # the nuclei may be there before the charts have found their size


def test_what_lights_is_what_python_selects(page: Page, url: str, subtests: pytest.Subtests) -> None:
    for address, (levels, picks) in WALKS.items():
        go_on(page, f"{url}/{address}")
        settle(page)
        page.wait_for_function(READY, arg=2)
        for turn, level in enumerate(levels):
            if level:
                named = [page.get_by_role(role, name=level, exact=True) for role in ("radio", "tab")]
                named[0].or_(named[1]).first.click()
                settle(page)
                page.wait_for_function(READY, arg=2)
            with subtests.test(f"all marks of {address} at {level}"):
                counted = page.evaluate(COUNT)
                assert counted
                assert [one for one in counted if one[1] is None or one[2]] == []
            if level in ("Trust", "Where"):
                answers = page.evaluate(BETWEEN_LINES)
                assert answers
                assert all(answers)
            for number, (title, axes, differ, ends) in enumerate(picks[turn :: len(levels)]):
                held = "add" if ends else HELD[number % len(HELD)]
                with subtests.test(f"{address} at {level}: {held} {title} {axes}"):
                    words, lit, answered, unmoved, grey = page.evaluate(
                        PICK, [title, axes, number, held, differ, ends]
                    )
                    assert lit is not None, words
                    assert lit == answered, words
                    assert unmoved, words  # what is seen already is not drawn again
                    assert grey == 0, words


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
    layer, places = bars_of(page, "Nuclei per label in Baylor fine")
    for place in places[1:3]:  # Python answers the first click after the second
        layer.click(position=place)
    settle(page)
    expect(outlined).not_to_have_count(0)
    lit = "(window.__nuclei.link.view.previewed?.census.lit)"
    for key, place in [("Shift", places[3]), ("Alt", places[3])]:  # bars 2 and 3, then 2 alone
        page.mouse.move(5, 5)
        page.wait_for_function(f"() => !{lit}")
        layer.hover(position=place)
        page.wait_for_function(f"() => {lit}")
        before = page.evaluate(lit)
        page.keyboard.down(key)
        page.wait_for_function(f"before => {lit} !== before", arg=before)
        previewed = page.evaluate(lit)
        layer.click(position=place)
        settle(page)
        page.keyboard.up(key)
        assert selected(page) == previewed, key
    for mode, place in [("Add", places[3]), ("Take away", places[3]), ("Both", places[2])]:
        page.get_by_text(mode, exact=True).click()
        settle(page)
        layer.hover(position=place)
        page.wait_for_function(f"() => {lit}")
        previewed = page.evaluate(lit)
        layer.click(position=place)
        settle(page)
        assert selected(page) == previewed, mode


def test_without_a_cloud_a_clicked_mark_is_outlined_and_no_other_fades(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    write_table(tmp_path, FINE, FINE_ROWS)
    write_table(tmp_path, FINE, FINE_ROWS, release=795)
    url = serve(CELL_TYPES_SOURCE="folder", CELL_TYPES_FOLDER=tmp_path)
    page.goto(f"{url}/releases?panel=Root+IDs&of=Baylor+fine")
    settle(page)
    outlined, matrix = page.locator(".nuclei-outlined"), "Baylor fine, v661 against Baylor fine, v795"
    click_bar(page, "Change of roots from Baylor fine, v661 to Baylor fine, v795", 0)
    expect(page.locator(".bars .nuclei-outlined")).not_to_have_count(0)
    page.get_by_role("tab", name="Labels").click()
    click_cell(page, matrix, "23P", "23P")
    expect(page.locator("div.nuclei-outlined")).to_have_count(1)
    page.wait_for_function(SHOWN, arg=2)  # the flow beside it, too
    clickable = page.locator(".nuclei-clickable")
    layer = figure_of(page, matrix).locator(".nsewdrag")
    for column, n in [("BC", 0), ("23P", 1), ("BC", 0)]:  # a cell without nuclei, and one with some
        layer.hover(position=layer.evaluate(CROSSING, ["23P", column]))
        expect(clickable).to_have_count(n)
    figure_of(page, matrix).locator(".ytick text", has_text="BC").click()
    expect_once(page.get_by_text("1 nucleus selected — nucleus 103"))
    settle(page)
    page.locator(".sankey-node .node-rect").nth(1).click()
    expect(page.locator(".node-rect.nuclei-outlined")).to_have_count(1)
    clear_selection(page)
    expect(outlined).to_have_count(0)
    page.wait_for_function(UNFADED)


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
        "baylor": [".bars .point path", "Depth", ".legend .legendtoggle", "Volume", ".boxlayer .box"],
    }
    for address, selectors in kinds.items():
        opened(page, f"{url}/{address}", 1)
        for selector in selectors:
            if selector.isalpha():
                page.get_by_role("tab", name=selector).click()
                settle(page)
                page.wait_for_function(READY, arg=1)
                continue
            with subtests.test(selector):
                mark = page.locator(f".js-plotly-plot {selector}").first
                mark.scroll_into_view_if_needed()
                box = mark.bounding_box()
                assert box is not None
                expect_lights(page, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    with subtests.test("a line within a range of depth"):
        page.get_by_role("tab", name="Depth").click()
        settle(page)
        page.wait_for_function(READY, arg=1)
        x, y = page.evaluate(STEP)
        page.keyboard.down("Control")  # a drag as any other; to plotly it is none
        page.mouse.move(x, y - 60)
        page.mouse.down()
        page.mouse.move(x, y + 60, steps=4)
        page.mouse.up()
        page.keyboard.up("Control")
        settle(page)
        expect(page.locator(".selectionlayer path")).not_to_have_count(0)
        page.wait_for_function(CUT, arg=True)
        page.locator(".st-key-selected p").first.hover()
        page.wait_for_function(CUT, arg=False)
        expect_lights(page, x, y)
    lit = "(window.__nuclei.link.view.previewed?.census.lit)"
    with subtests.test("a drag with a key held"):
        before = selected(page)
        page.keyboard.down("Shift")
        page.mouse.move(x, y + 70)
        page.mouse.down()
        page.mouse.move(x, y + 90, steps=4)
        page.wait_for_function("() => document.querySelector('.select-outline')")
        page.wait_for_function(f"before => {lit} > before", arg=before)  # the range alone holds fewer
        page.mouse.up()
        page.keyboard.up("Shift")
        settle(page)
        assert (both := selected(page)) > before
    with subtests.test("a drag beside the cloud with a key held"):
        box = page.locator(".brush").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 3, box["y"])
        page.mouse.down()
        page.mouse.move(box["x"] + 3, box["y"] + box["height"] / 3, steps=2)
        page.wait_for_function(f"() => {lit}")
        alone = page.evaluate(lit)
        page.keyboard.down("Alt")
        page.wait_for_function(f"alone => {lit} !== alone", arg=alone)
        previewed = page.evaluate(lit)
        page.mouse.up()
        page.keyboard.up("Alt")
        settle(page)
        assert selected(page) == previewed < both


def expect_lights(page: Page, x: float, y: float) -> None:
    """Wait until the pointer is nowhere, move it to a place, and wait until that lights nuclei."""
    page.mouse.move(2, 2)
    page.wait_for_function("() => !window.__nuclei.link.view.wanted")
    page.mouse.move(x - 2, y)
    page.mouse.move(x, y)
    page.wait_for_function("() => window.__nuclei.link.view.wanted", timeout=20_000)


def test_the_nucleus_of_a_row_under_the_pointer_or_reached_by_keys_lights(page: Page, url: str) -> None:
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
    page.mouse.move(2, 2)  # away from the list, which then hears no keys by itself
    page.wait_for_function("() => !window.__nuclei.link.row")
    page.locator("[data-testid=data-grid-canvas]").first.focus()
    page.wait_for_function("() => document.activeElement.id.startsWith('glide-cell')")
    before = page.evaluate("window.__nuclei.link.row")
    for _ in range(7):  # to rows that were not in sight
        page.keyboard.press("ArrowDown")
        page.wait_for_function("before => ![null, before].includes(window.__nuclei.link.row)", arg=before)
        before = page.evaluate("window.__nuclei.link.row")
        page.wait_for_function("() => window.__nuclei.link.view.previewed?.census.lit === 1")


def test_all_of_a_wide_cell_answers_the_pointer(page: Page, url: str) -> None:
    opened(page, f"{url}/baylor?panel=Matrix", 1)
    box = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 4, box["y"] + 6)
    page.mouse.move(box["x"] + 6, box["y"] + 6)
    page.wait_for_function("() => window.__nuclei.link.view.wanted", timeout=20_000)
    header = page.locator(".ytick text", has_text="inhibitory").first
    header.hover()
    lit = "() => window.__nuclei.link.view.previewed?.census.lit"
    page.wait_for_function(f"() => ({lit})() > 0")
    whole = page.evaluate(lit)
    page.keyboard.down("Control")
    page.wait_for_function(f"whole => 0 < ({lit})() && ({lit})() < whole", arg=whole)
    differ = page.evaluate(lit)
    page.keyboard.up("Control")
    page.wait_for_function(f"whole => ({lit})() === whole", arg=whole)
    header.click(modifiers=["Control"])
    assert selected(page) == differ, "what a click selects is what was previewed with the key held"
    expect(page.locator("div.nuclei-outlined")).not_to_have_count(0)
    # Cells that agree are no disagreements.
    page.wait_for_function(f"framed => String(({FRAMED})()) === framed", arg="inhibitory,excitatory")
    frame = page.locator("div.nuclei-outlined").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    page.wait_for_function(TIP_ON_TOP)


def test_a_cell_without_nuclei_looks_and_does_as_such(page: Page, url: str) -> None:
    opened(page, f"{url}/agreement", 1)
    full, empty = page.evaluate(CELLS)
    page.keyboard.press("Enter")
    expect(page.locator(".nuclei-said")).to_have_text("No nuclei, the selection stays: 23P, 4P")
    clickable, note = page.locator(".nuclei-clickable"), page.get_by_text("No nucleus is", exact=False)
    expect_once(note)
    page.mouse.move(full[0] - 2, full[1])
    page.mouse.move(*full)
    expect(clickable).to_have_count(1)
    assert page.evaluate(POINTER, full) == "pointer"
    page.mouse.move(*empty)
    expect(clickable).to_have_count(0)
    assert page.evaluate(POINTER, empty) == "default"
    page.mouse.down()
    page.mouse.up()
    settle(page)
    expect(page.locator(".nuclei-outlined")).to_have_count(0)
