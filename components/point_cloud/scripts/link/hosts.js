// All that the link relies on of Streamlit and plotly, neither of which promises it: here and nowhere else.
// tests/browser/test_link.py holds each. Without one of them a click goes to Python as if there were no link.

export const CHART = ".js-plotly-plot";

export function chartOf(node) {
  return node?.closest?.(CHART) ?? null;
}

// What Python says of a chart's marks.
export function marksOf(chart) {
  return chart.layout?.meta?.marks ?? null;
}

// Hear a chart's events, once: plotly keeps its listeners as long as the chart.
export function hear(chart, listeners) {
  if (!chart._ev || chart._ev.__linked) return;
  chart._ev.__linked = true;
  for (const [name, listener] of Object.entries(listeners)) chart.on(`plotly_${name}`, listener);
}

// Plotly's own clicks toggle a point; the link's choose it, each time.
export function takeClicks(chart) {
  if (chart._fullLayout?.clickmode === "event+select") chart._fullLayout.clickmode = "event";
}

// Tell Streamlit which mark was chosen, as if plotly had selected it.
export function tellChosen(chart, point) {
  chart.emit("plotly_selected", { points: [point], selections: [] });
}

// Where a point of an event stands, as plain values.
export function placeOf({ x, y, curveNumber, pointNumber, customdata, data }) {
  return { x, y, curveNumber, pointNumber, pointIndex: pointNumber, customdata, name: data?.name };
}

export function setPointer(chart, cursor) {
  for (const layer of chart.querySelectorAll(".nsewdrag")) layer.style.cursor = cursor;
}
