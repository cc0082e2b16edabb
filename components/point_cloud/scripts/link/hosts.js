// All that the link relies on in Streamlit and plotly without their promise: here and nowhere else, and tested in
// tests/browser/test_link.py. Where one of these is missing, a click goes to Python as if there were no link; not so a
// click on a step of depth, since Streamlit switches clicks off in a chart with drags, nor on a flow, which it ignores,
// nor on a name in a legend, which then hides its trace as plotly has it.

const REACH = "reach"; // the trace of invisible bars that hear the pointer beside short ones

// Plotly gives each drawn chart this class; the collection is live.
export const CHARTS = document.getElementsByClassName("js-plotly-plot");

export function chartOf(node) {
  return node?.closest?.(".js-plotly-plot") ?? null;
}

// Streamlit's name of a chart, which a chart that replaces it keeps.
export function nameOf(chart) {
  return chart.closest("[role=figure]")?.ariaLabel ?? "";
}

// What Python says about a chart's marks.
export function marksOf(chart) {
  return chart.layout?.meta?.marks ?? null;
}

// What Python says about a chart's solid marks.
export function ghostsOf(chart) {
  return chart.layout?.meta?.ghosts ?? null;
}

// A chart's traces as they were given and as plotly completes them, with arrays unpacked.
export function tracesOf(chart) {
  return { data: chart.data, traces: chart._fullData };
}

const NUCLEUS_HEADS = ["nucleus_id", "Nucleus"];
const TABLE_WAKES_MS = 50;
const OF_SHAPE = /^shapes\[(\d+)\]\.path$/;
const NEARLY = 1e-6; // what rounding to 32 bits may change in a share

const isSame = (a, b) =>
  a === b || Math.abs(a - b) < NEARLY
  || (typeof b === "object" && b !== null && a?.length === b.length && Object.keys(b).every((key) => isSame(a?.[key], b[key])));

// Change attributes of a chart's traces, [trace, path, value] each, of its "layout", and its caption, but none that has the
// value already. Plotly draws a chart whole for a trace, but not for a shape, of which it then says nothing.
export function drawChanges(chart, changes, caption) {
  const valueIn = (part, path) => path.match(/\w+/g).reduce((part, name) => part?.[name], part);
  const valueAt = (trace, path) => {
    if (trace === "layout") return valueIn(chart.layout, path);
    const value = valueIn(chart.data[trace], path);
    return value?.bdata ? valueIn(chart._fullData[trace], path) : value;
  };
  const all = [...changes, ["layout", "title.subtitle.text", caption]];
  const due = all.filter(([trace, path, value]) => !isSame(valueAt(trace, path), value))
    .filter((change) => !changeInPlace(chart, ...change));
  if (!due.length || !window.Plotly) return;
  const [ofLayout, ofTraces] = [true, false].map((is) => due.filter(([trace]) => is === (trace === "layout")));
  const layout = Object.fromEntries(ofLayout.map(([, path, value]) => [path, value]));
  if (!ofTraces.length) {
    for (const [, path, value] of ofLayout) if (OF_SHAPE.test(path)) drawShape(chart, layout, path, value);
    window.Plotly.relayout(chart, layout).then(() => chart.emit?.("plotly_afterplot")); // if it is still there
    return;
  }
  const traces = [...new Set(ofTraces.map(([trace]) => trace))];
  const update = {};
  for (const [trace, path, value] of ofTraces) {
    update[path] ??= traces.map(() => undefined); // plotly leaves these as they are
    update[path][traces.indexOf(trace)] = value;
  }
  window.Plotly.update(chart, update, layout, traces);
}

// Plotly draws a chart whole for the path of a shape, but the shape alone for its opacity, and then by the path it finds.
function drawShape(chart, layout, path, value) {
  const [, number] = OF_SHAPE.exec(path);
  chart.layout.shapes[number].path = value;
  delete layout[path];
  layout[`shapes[${number}].opacity`] = 1;
}

// Plotly reads hover texts when it shows them: an array of these is changed in place, and nothing drawn. Returns whether it was.
function changeInPlace(chart, trace, path, value) {
  if (path !== "hovertext") return false;
  const [now, used] = [chart.data, chart._fullData].map((traces) => traces[trace].hovertext);
  if (!Array.isArray(now) || now !== used || now.length !== value.length) return false;
  value.forEach((text, i) => (now[i] = text));
  return true;
}

// Listen to a chart's events, once: plotly keeps listeners as long as the chart. Returns whether they were added now.
// They hear of each before Streamlit does.
export function hear(chart, listeners) {
  if (!chart._ev || !chart._fullLayout || chart._ev.__linked) return false;
  chart._ev.__linked = true;
  for (const [name, listener] of Object.entries(listeners)) chart._ev.prependListener(`plotly_${name}`, listener);
  return true;
}

// Plotly keeps the ranges dragged before where Shift or Alt is held, and Python reads one: let each drag be the only one.
// With Ctrl it would begin none.
export function beginAfresh(event) {
  for (const key of ["shiftKey", "altKey", "ctrlKey"]) Object.defineProperty(event, key, { value: false });
}

// Have Streamlit tell, in place of the points within a drag, what the keys held make of it.
export function tellHeld(event, held) {
  event.points = [{ held }];
}

// Whether a place is that of a matrix cell without nuclei.
export function isEmptyCell(chart, place) {
  const { kind, at, counts } = ghostsOf(chart) ?? {};
  return kind === "cells" && place?.curveNumber === at - 1 && !counts[place.pointNumber];
}

// Whether Python hears of a point that is clicked.
export function isClickable(chart) {
  return Boolean(chart.layout?.clickmode?.includes("select"));
}

// Plotly's own clicks toggle a point, and fade the others also when nothing is selected any more; the link's always select it.
export function takeClicks(chart) {
  if (chart._fullLayout?.clickmode === "event+select") chart._fullLayout.clickmode = "event";
}

// What is selected, as the selection's bar says it; null where nothing is.
export function selectionWords() {
  return document.querySelector(".st-key-clear-selection button:enabled") && document.querySelector(".st-key-selected p").textContent;
}

// Plotly looks for the mark under the pointer every 50 ms only, and names the one before where a click comes sooner;
// two quick presses are a double click to it, which selects nothing, wherever they are. Let a press begin afresh.
export function pressAfresh(chart, event, elsewhere) {
  const { subplot } = event.target.dataset;
  if (elsewhere) chart._mouseDownTime = 0;
  if (!subplot || !window.Plotly) return;
  window.Plotly.Fx.unhover(chart, {}, subplot); // it forgets when it looked last
  window.Plotly.Fx.hover(chart, event, subplot);
}

// Tell Streamlit which mark was chosen, as if plotly had selected it.
export function tellChosen(chart, point) {
  chart.emit("plotly_selected", { points: [point], selections: [] });
}

// The position of a point on an axis: its trace may say so, as where it is drawn at the mean of its mark.
const standing = (trace, axis, number) => trace?.meta?.places?.[axis]?.[number];

// The position of a point of an event, as plain values. The nodes of a flow say in their data which axis and word
// they are.
export function placeOf({ x, y, curveNumber, pointNumber, customdata, data, source, target, sourceLinks }) {
  const nodes = source?.customdata ? [source, target] : sourceLinks ? [{ customdata }] : [];
  const words = nodes.length ? Object.fromEntries(nodes.map((node) => node.customdata.slice(-2))) : undefined;
  const at = { x: standing(data, "x", pointNumber) ?? x, y };
  return { ...at, curveNumber, pointNumber, pointIndex: pointNumber, customdata, name: data?.name, words };
}

// Whether a place is that of a point that was clicked, or in the reach of which it lies.
export function isSamePoint({ curveNumber, pointNumber }, clicked) {
  if (pointNumber === undefined || pointNumber !== clicked?.pointNumber) return false;
  return curveNumber === clicked.curveNumber || clicked.name === REACH;
}

// What is drawn for the marks, each as its elements and its position. `part`: of a line or of nodes, which are marks
// too, and stand for it where one of them is meant.
export function drawnMarks(chart) {
  const found = [];
  const each = (selector, read) =>
    chart.querySelectorAll(selector).forEach((element) => element.__data__ && found.push([element, read(element)]));
  const traceOf = (element) => element.closest(".trace").__data__[0].trace;
  const inTrace = (element) => {
    const [trace, { i, y: along }] = [traceOf(element), element.__data__];
    const { x, y, name, mode, customdata, hovertext, index } = trace;
    const part = Boolean(mode?.includes("lines"));
    const place = { part, x: standing(trace, "x", i) ?? x?.[i], y: y?.[i] ?? along, name, customdata: customdata?.[i], hovertext: hovertext?.[i] };
    return { ...place, curveNumber: index, pointNumber: i, pointIndex: i };
  };
  each(".bars .point path", (element) => (traceOf(element).name === REACH ? {} : inTrace(element)));
  each(".scatterlayer .point", inTrace);
  each(".scatterlayer .js-line", (element) => ({ words: { name: traceOf(element).name } }));
  each(".boxlayer .box", (element) => ({ y: traceOf(element).y[0], name: traceOf(element).name }));
  each(".sankey-link", ({ __data__: { link } }) => ({ ...placeOf(link), part: true }));
  each(".sankey-node .node-rect", ({ __data__: { node } }) => placeOf({ ...node, sourceLinks: true }));
  return found;
}

// The words of a tick's label or of a name in a legend, and the chart that it is part of.
export function wordsUnder(node) {
  const chart = chartOf(node);
  const entry = chart && node.closest(".legend .traces");
  if (entry) return { chart, words: { name: entry.__data__[0].trace.name } };
  for (const axis of chart ? ["x", "y"] : []) {
    const tick = node.closest(`.${axis}tick`);
    const word = tick && chart._fullLayout[`${axis}axis`]._categories?.[tick.__data__.x];
    if (word !== undefined && word !== null) return { chart, words: { [axis]: word } };
  }
  return { chart, words: null };
}

// The labels of ticks and the names in legends, as `drawnMarks`.
export function namedMarks(chart) {
  const nodes = [...chart.querySelectorAll(".xtick, .ytick, .legend .traces")];
  return nodes.map((node) => [node, { words: wordsUnder(node).words ?? {} }]).filter(([, { words }]) => Object.keys(words).length);
}

// What a point is called in its hover text, or by its place; a share along an axis says nothing.
export function wordsSeen({ hovertext, name, y, x }) {
  const seen = hovertext?.replace(/<br>/g, ", ").replace(/<[^>]*>/g, "");
  if (seen) return typeof y === "string" && !seen.includes(y) ? `${y}, ${seen}` : seen;
  const isWord = (word) => (typeof word === "string" && word && !/^trace \d+$/.test(word)) || Number.isInteger(word);
  return [name, y, x].filter(isWord).join(", ");
}

// The nucleus of a tile of a contact sheet, as text.
const nucleusOfTile = (node) => node?.closest?.("a[data-nucleus]")?.dataset.nucleus;

// The nucleus in the tile or table row under the pointer, as text, or null. Streamlit draws rows of one height on a canvas,
// which holds the visible cells once more as a table for screen readers.
export function nucleusUnder({ target, clientY }) {
  const tile = nucleusOfTile(target);
  if (tile) return tile;
  const frame = target?.closest?.("[data-testid=stDataFrame]");
  const scroller = frame?.querySelector(".dvn-scroller");
  const cells = frame?.querySelector("canvas table[role=grid]");
  if (!scroller?.contains(target) || !cells) return null;
  const height = scroller.querySelector(".dvn-stack").offsetHeight / cells.ariaRowCount;
  const below = clientY - scroller.getBoundingClientRect().top;
  if (below < height) return null; // the column heads do not scroll
  return nucleusIn(cells, 1 + Math.floor((below + scroller.scrollTop) / height));
}

// The nucleus of the tile, or in the row of the table cell, with the focus, as text, or null.
export function nucleusFocused({ target }) {
  const tile = nucleusOfTile(target);
  if (tile) return tile;
  const cells = target?.closest?.("canvas table[role=grid]");
  return cells && nucleusIn(cells, target.closest("tr")?.ariaRowIndex);
}

let waking = false;

// Streamlit's table hears keys, and goes to its first cell when focused, only while it believes the pointer over it.
export function wakeTable({ target, type }) {
  const table = target.closest?.("[data-testid=data-grid-canvas]");
  if (!table || waking || table.closest("[data-testid=stDataFrame]")?.matches(":hover")) return;
  const { left, top } = table.getBoundingClientRect();
  table.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: left + 2, clientY: top + 2 }));
  if (type !== "focusin" || target !== table) return;
  waking = true;
  setTimeout(() => {
    if (document.activeElement === table) table.blur(), table.focus({ preventScroll: true });
    waking = false;
  }, TABLE_WAKES_MS);
}

function nucleusIn(cells, number) {
  const column = [...cells.querySelectorAll("th")].findIndex((head) => NUCLEUS_HEADS.includes(head.textContent));
  const text = cells.querySelector(`tr[aria-rowindex="${number}"]`)?.cells[column]?.textContent;
  return /^\d+$/.test(text) ? text : null;
}

// Where a mark lies within its chart, in pixels.
export function shapeOf(element, chart) {
  const [own, outer] = [element, chart].map((node) => node.getBoundingClientRect());
  const drawn = { left: own.left - outer.left, top: own.top - outer.top, width: own.width, height: own.height };
  return cellOf(element, chart) ?? drawn;
}

// A matrix cell fills its place on both axes of labels; drawn is but a marker in its middle, which hears the pointer.
function cellOf(element, chart) {
  const { xaxis, yaxis } = chart._fullLayout;
  if (!xaxis?._categories?.length || !yaxis?._categories?.length || !element.matches(".scatterlayer .point")) return null;
  const { x, y } = element.__data__;
  const [left, right] = [x - 0.5, x + 0.5].map((place) => xaxis._offset + xaxis.c2p(place));
  const [top, bottom] = [y - 0.5, y + 0.5].map((place) => yaxis._offset + yaxis.c2p(place)).sort((a, b) => a - b);
  return { left, top, width: right - left, height: bottom - top };
}

const OUTLINED = "nuclei-outlined"; // a class of workbench.css

// Outline some marks of a chart, and no others; a run of matrix cells by one frame.
export function outlineMarks(chart, elements) {
  for (const before of chart.querySelectorAll(`.${OUTLINED}`)) {
    if (before.matches("div")) before.remove();
    else before.classList.remove(OUTLINED);
  }
  const runs = [];
  for (const element of elements) {
    const cell = cellOf(element, chart);
    if (!cell) element.classList.add(OUTLINED);
    else if (!runs.some((run) => isExtended(run, cell))) runs.push(cell);
  }
  for (const run of runs) chart.append(placeFrame(Object.assign(document.createElement("div"), { className: OUTLINED }), run));
}

// Extend a run of cells by the next to its right or below it, if this is the next.
function isExtended(run, { left, top, width, height }) {
  const near = (a, b) => Math.abs(a - b) < 0.5;
  const right = near(run.top, top) && near(run.height, height) && near(run.left + run.width, left);
  const below = near(run.left, left) && near(run.width, width) && near(run.top + run.height, top);
  if (right) run.width += width;
  if (below) run.height += height;
  return right || below;
}

// Place a frame over a chart.
export function placeFrame(frame, shape) {
  for (const side of ["left", "top", "width", "height"]) frame.style[side] = `${shape[side]}px`;
  return frame;
}

// Where a range of depth lies within its chart, in pixels.
export function frameOfDepths(chart, depths) {
  const { xaxis, yaxis } = chart._fullLayout;
  const [top, bottom] = depths.map((depth) => yaxis._offset + yaxis.d2p(depth));
  return { left: xaxis._offset, top, width: xaxis._length, height: bottom - top };
}

// Tell Streamlit and the link which depths were chosen, as if they had been dragged over.
export function tellDepths(chart, [low, high]) {
  const [x0, x1] = chart._fullLayout.xaxis.range;
  const box = { type: "rect", xref: "x", yref: "y", x0, x1, y0: low, y1: high };
  chart.emit("plotly_selected", { points: [], range: { x: [x0, x1], y: [low, high] }, selections: [box] });
}

// Show beside the pointer what a click on a label does.
export function setHint(node, text) {
  const title = node.querySelector("title") ?? node.appendChild(document.createElementNS(node.namespaceURI, "title"));
  title.textContent = text;
}

// Show whether the mark under the pointer can be clicked, by a class of workbench.css.
export function setPointer(chart, clickable) {
  chart.classList.toggle("nuclei-clickable", clickable);
}

// Remove plotly's frame of a range of depth, without the event by which Streamlit would forget a pick.
export function clearDepths(chart) {
  if (!chart.layout?.selections?.length) return;
  for (const layout of [chart.layout, chart._fullLayout]) layout.selections = [];
  for (const part of chart.querySelectorAll(".selectionlayer path, .outline-controllers, .select-outline")) part.remove();
}

// The depths of a drag, from the pia down, or null.
export function draggedDepths(event) {
  return event?.range?.y ? [...event.range.y].sort((a, b) => a - b) : null;
}
