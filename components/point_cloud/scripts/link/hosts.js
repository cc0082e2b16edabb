// All that the link relies on in Streamlit and plotly without their promise: here and nowhere else, and tested in
// tests/browser/test_link.py. Where one of these is missing, a click goes to Python as if there were no link.

// Plotly gives each drawn chart this class; the collection is live.
export const CHARTS = document.getElementsByClassName("js-plotly-plot");

export function chartOf(node) {
  return node?.closest?.(".js-plotly-plot") ?? null;
}

// Streamlit's name of a chart, which a chart that replaces it keeps.
export function nameOf(chart) {
  return chart.closest("[role=figure]")?.ariaLabel ?? "";
}

// What Python says of a chart's marks.
export function marksOf(chart) {
  return chart.layout?.meta?.marks ?? null;
}

// What Python says of a chart's solid marks.
export function ghostsOf(chart) {
  return chart.layout?.meta?.ghosts ?? null;
}

// A chart's traces as they were given and as plotly completes them, with arrays unpacked.
export function tracesOf(chart) {
  return { data: chart.data, traces: chart._fullData };
}

const NEARLY = 1e-6; // what rounding to 32 bits may change in a share

const isSame = (a, b) =>
  a === b || Math.abs(a - b) < NEARLY
  || (typeof b === "object" && b !== null && a?.length === b.length && b.every((value, i) => isSame(a[i], value)));

// Change attributes of a chart's traces, [trace, path, value] each, and its caption, but none that has the value already.
export function drawChanges(chart, changes, caption) {
  const valueIn = (trace, path) => path.split(".").reduce((part, name) => part?.[name], trace);
  const valueAt = (trace, path) => {
    const value = valueIn(chart.data[trace], path);
    return value?.bdata ? valueIn(chart._fullData[trace], path) : value;
  };
  const due = changes.filter(([trace, path, value]) => !isSame(valueAt(trace, path), value));
  if (!due.length || !window.Plotly) return;
  const traces = [...new Set(due.map(([trace]) => trace))];
  const update = {};
  for (const [trace, path, value] of due) {
    update[path] ??= traces.map(() => undefined); // plotly leaves these as they are
    update[path][traces.indexOf(trace)] = value;
  }
  window.Plotly.update(chart, update, { "title.subtitle.text": caption }, traces);
}

// Listen to a chart's events, once: plotly keeps listeners as long as the chart. Returns whether they were added now.
export function hear(chart, listeners) {
  if (!chart._ev || !chart._fullLayout || chart._ev.__linked) return false;
  chart._ev.__linked = true;
  for (const [name, listener] of Object.entries(listeners)) chart.on(`plotly_${name}`, listener);
  return true;
}

// Whether plotly itself selects a point that is clicked, which goes to Python.
export function isClickable(chart) {
  return Boolean(chart._fullLayout?.clickmode?.includes("select"));
}

// Plotly's own clicks toggle a point; the link's always select it.
export function takeClicks(chart) {
  if (chart._fullLayout?.clickmode === "event+select") chart._fullLayout.clickmode = "event";
}

// Tell Streamlit which mark was chosen, as if plotly had selected it.
export function tellChosen(chart, point) {
  chart.emit("plotly_selected", { points: [point], selections: [] });
}

// Where a point of an event stands, as plain values. The nodes of a flow say in their data which axis and word
// they are.
export function placeOf({ x, y, curveNumber, pointNumber, customdata, data, source, target, sourceLinks }) {
  const nodes = source?.customdata ? [source, target] : sourceLinks ? [{ customdata }] : [];
  const words = nodes.length ? Object.fromEntries(nodes.map((node) => node.customdata.slice(-2))) : undefined;
  return { x, y, curveNumber, pointNumber, pointIndex: pointNumber, customdata, name: data?.name, words };
}

// What is drawn for the marks, each as its elements and where it stands.
export function drawnMarks(chart) {
  const found = [];
  const each = (selector, read) =>
    chart.querySelectorAll(selector).forEach((element) => element.__data__ && found.push([element, read(element)]));
  const traceOf = (element) => element.closest(".trace").__data__[0].trace;
  const inTrace = (element) => {
    const [{ x, y, name, customdata, hovertext, index }, { i }] = [traceOf(element), element.__data__];
    const place = { x: x?.[i], y: y?.[i], name, customdata: customdata?.[i], hovertext: hovertext?.[i] };
    return { ...place, curveNumber: index, pointNumber: i, pointIndex: i };
  };
  each(".bars .point path", (element) => (traceOf(element).name === "reach" ? {} : inTrace(element))); // invisible
  each(".scatterlayer .point", inTrace);
  each(".boxlayer .box", (element) => ({ y: traceOf(element).y[0], name: traceOf(element).name }));
  each(".sankey-link", ({ __data__: { link } }) => placeOf(link));
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

// What a point is called in its hover text, or by its place.
export function wordsSeen({ hovertext, name, y, x }) {
  if (hovertext) return hovertext.replace(/<br>/g, ", ").replace(/<[^>]*>/g, "");
  return [name, y, x].filter((word) => word !== undefined && word !== null).join(", ");
}

// Where an element lies within its chart, in pixels.
export function shapeOf(element, chart) {
  const [own, outer] = [element, chart].map((node) => node.getBoundingClientRect());
  return { left: own.left - outer.left, top: own.top - outer.top, width: own.width, height: own.height };
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

export function setPointer(chart, cursor) {
  for (const layer of chart.querySelectorAll(".nsewdrag")) layer.style.cursor = cursor;
}

// The depths of a drag, from the pia down, or null.
export function draggedDepths(event) {
  return event?.range?.y ? [...event.range.y].sort((a, b) => a - b) : null;
}
