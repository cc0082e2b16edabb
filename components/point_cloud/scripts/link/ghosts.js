// Solid over ghost: fills a chart's solid marks with what is selected, by the rules of figures/ghosts.py.
import { thousands } from "../controls/words.js";
import { asWord, axesOf, countsOf, valuesOf } from "./marks.js";
import { drawChanges, ghostsOf, marksOf, tracesOf } from "./hosts.js";

const FADED = 0.3;
const [FLOW, FAINT_FLOW, SOLID_FLOW, NARROWEST] = [0.38, 0.13, 0.75, 1e-6];
const STATES = ["", "selected.", "unselected."];
const LETTER_SHARE = 1 / 48;
const PIECE_LETTERS = 380 / 6.6;
const STRIP = 0.92;
const FOOT = [0.86, 0.96];
const BOX = ["lowerfence", "q1", "median", "q3", "upperfence"];
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];
const MEASURE = "volume_um3";

const hovers = (counts) => (counts.length ? counts.map((n) => (n === null ? "" : `<br>${thousands(n)} selected`)) : "");

// The longest text that fits into a share of a whole bar.
function pieceText(label, n, share) {
  const texts = label ? [`${label}: ${thousands(n)}`, thousands(n)] : [thousands(n)];
  return (n && texts.find((text) => text.length <= share * PIECE_LETTERS - 1)) || "";
}

// Each kind gives [trace, path, value] for what changes. `of` gives the counts of the marks at some words, or
// nothing where nothing is selected; `opacity` is that of the ghosts.
const KINDS = {
  bars({ at: first, bars }, traces, { of, opacity, any }) {
    return bars.flatMap(({ ghosts, by, along, per, longest, said }, i) => {
      const at = first + i;
      const places = [...traces[at][by]];
      const counts = any ? of(places.map((word) => ({ [by]: word }))) : places.map(() => null);
      const fits = (n) => n && longest && thousands(n).length * LETTER_SHARE * longest < n / per;
      const ends = any ? hovers(counts) : places.map(() => "");
      return [
        [at, along, counts.map((n) => (n ?? 0) / per)],
        [at, "text", counts.map((n) => (fits(n) ? thousands(n) : ""))],
        ...STATES.map((state) => [ghosts[0], `${state}marker.opacity`, opacity]),
        ...ghosts.map((number) => [number, "hovertext", said ? said.map((text, i) => text + ends[i]) : any ? ends : ""]),
      ];
    });
  },

  // A piece that is partly covered has its text at its end, where that fits beside the solid.
  pieces({ at, counts: wholes }, traces, { of, opacity, any }) {
    const changes = [];
    const [lengths, bases, texts] = [[], [], []];
    const totals = wholes[0]?.map((_, place) => wholes.reduce((sum, counts) => sum + counts[place], 0) || 1) ?? [];
    const begins = totals.map(() => 0);
    wholes.forEach((whole, number) => {
      const { name, y, visible } = traces[number];
      const counts = any ? of([...y].map((place) => ({ name, y: place }))).map((n) => n ?? 0) : totals.map(() => 0);
      const shown = visible === true; // a hidden piece leaves no gap
      const [solid, shares] = [counts, whole].map((ns) => ns.map((n, i) => n / totals[i]));
      lengths.push(...solid.map((share) => (shown ? share : 0)));
      texts.push(...counts.map((n, i) => (shown ? pieceText("", n, solid[i]) : "")));
      bases.push(...begins);
      if (shown) begins.forEach((_, i) => (begins[i] += shares[i]));
      changes.push(
        [number, "marker.opacity", opacity],
        [number, "hovertext", any ? hovers(counts) : ""],
        [number, "insidetextanchor", counts.some(Boolean) ? "end" : "middle"],
        [number, "text", whole.map((n, i) => pieceText(name, n, shares[i] - solid[i]))],
      );
    });
    return [[at, "x", lengths], [at, "text", texts], [at, "base", bases], ...changes];
  },

  lines({ at, slices }, traces, { of, opacity, any }) {
    return traces.slice(0, at).flatMap(({ name, y0, dy }, number) => {
      const counts = of(Array.from({ length: slices }, (_, k) => ({ name, y: y0 + (k + 1) * dy })));
      return [
        [at + number, "x", counts.some(Boolean) ? [0, ...counts.map((n) => n ?? 0), 0] : []],
        [number, "opacity", opacity],
        [number, "hovertext", any ? ["", ...hovers(counts), ""] : ""],
      ];
    });
  },

  cells({ at, counts: wholes, columns: wide, strips }, traces, { of }) {
    const { x, y } = traces[at - 1];
    const high = wholes.length / wide;
    const counts = of([...x].map((column, i) => ({ x: column, y: y[i] })));
    const drawn = counts.map((n, i) => (n ? strip([i % wide, Math.floor(i / wide)], [wide, high], n / wholes[i]) : ""));
    return [
      ["layout", strips, drawn.join("")],
      [at - 1, "hovertext", counts.length ? hovers(counts) : wholes.map(() => "")],
    ];
  },

  boxes({ at }, traces, { opacity, valuesBy }) {
    const labels = traces.slice(0, at - 1).map(({ name }) => name).filter((label) => valuesBy(label).length);
    const ends = labels.map((label) => QUANTILES.map((share) => quantile(valuesBy(label), share)));
    return [
      [at, "y", labels],
      ...BOX.map((name, i) => [at, name, ends.map((numbers) => numbers[i])]),
      ...traces.slice(0, at - 1).map((_, number) => [number, "opacity", opacity]),
    ];
  },

  flows({ nodes, bands, hover }, _, { of, opacity, any }) {
    const wordsOf = (ends) => Object.fromEntries(ends.map((end) => [nodes[end].axis, nodes[end].label]));
    const counts = any ? of(bands.map(([source, target]) => wordsOf([source, target]))).map((n) => n ?? 0) : bands.map(() => 0);
    const through = nodes.map(() => [0, 0]);
    bands.forEach((band, i) => [0, 1].forEach((end) => (through[band[end]][end] += counts[i])));
    const ofNodes = through.map((ends) => Math.max(...ends));
    const colours = (widths, opacity) =>
      bands.map(([source], i) => rgba(nodes[source].colour, widths[i] > NARROWEST ? opacity : 0));
    const numbers = bands.map(([, , ...own], i) => [...own, counts[i]]);
    const rests = bands.map(([, , n], i) => Math.max(n - counts[i], NARROWEST));
    const parts = counts.map((n) => Math.max(n, NARROWEST));
    return [
      [0, "link.value", [...rests, ...parts]],
      [0, "link.color", [...colours(rests, any ? FAINT_FLOW : FLOW), ...colours(parts, SOLID_FLOW)]],
      [0, "link.customdata", [...numbers, ...numbers]],
      [0, "link.hovertemplate", `${hover}${any ? "<br>%{customdata[3]:,} selected" : ""}<extra></extra>`],
      [0, "node.color", nodes.map(({ colour }) => rgba(colour, opacity))],
      [0, "node.customdata", nodes.map(({ said, axis, label }, i) =>
        [...said, any ? `<br>${thousands(ofNodes[i])} selected` : "", axis, label])],
      ["layout", "shapes", nodes.map((node, i) => filling(node, ofNodes[i]))],
    ];
  },
};

function strip([column, row], [wide, high], share) {
  const left = (column + (1 - STRIP) / 2) / wide;
  const right = left + (STRIP * share) / wide;
  const [top, bottom] = FOOT.map((end) => 1 - (row + end) / high);
  const [l, t, r, b] = [left, top, right, bottom].map((place) => place.toFixed(5));
  return `M${l},${t}H${r}V${b}H${l}Z`;
}

// The rectangle that fills a node from its top, as far as its nuclei are selected.
function filling({ x, top, high, thick, nuclei, colour }, n) {
  return {
    type: "rect", xref: "paper", yref: "paper", xsizemode: "pixel", xanchor: x, x0: -thick / 2, x1: thick / 2,
    y0: top, y1: top - (high * n) / nuclei, fillcolor: colour, line: { width: 0 },
  };
}

// Flows are counted from each table to the next: all tables together have too many words.
function countsIn(chart, { cloud, choice: { filter } }, selected) {
  const [marks, { kind }] = [marksOf(chart), ghostsOf(chart)];
  if (kind !== "flows") return countsOf(cloud, marks, filter, selected);
  const axes = Object.keys(axesOf(marks));
  const steps = axes.slice(1).map((next, i) => countsOf(cloud, marks, filter, selected, [axes[i], next]));
  return steps.includes(null) ? null : { n: steps[0].n, of: (words) => steps[Object.keys(words)[0]].of(words) };
}

function rgba(colour, opacity) {
  const parts = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
  return `rgba(${parts},${opacity})`;
}

// Of sorted numbers, between two of them linearly.
function quantile(values, share) {
  const place = share * (values.length - 1);
  const [low, high] = [Math.floor(place), Math.ceil(place)];
  return values[low] + (values[high] - values[low]) * (place - low);
}

// While idle, find the mark of each nucleus of a chart, so that the first pick need not.
function prepare(chart, view) {
  window.requestIdleCallback?.(() => {
    // By then another figure may be in the chart's place.
    if (ghostsOf(chart) && marksOf(chart)) countsIn(chart, view, new Uint8Array((view.cloud.n + 7) >> 3));
  });
}

const filledBy = new WeakMap(); // a chart's first trace -> what it shows

// Have a chart show what is selected, or nothing (null), among the nuclei of a view's cloud. A chart and a view that have
// come with different filters wait for each other: Python has drawn the chart as it should be.
export function fill(chart, view) {
  const { cloud, choice, message } = view;
  const [ghosts, marks] = [ghostsOf(chart), marksOf(chart)];
  if (!ghosts || !marks || (marks.within !== undefined && marks.within !== message.within)) return;
  const { data, traces } = tracesOf(chart);
  const shown = traces.map(({ visible }) => visible).join();
  const before = filledBy.get(data[0]);
  if (before?.selected === choice.selected && before.filter === choice.filter && before.shown === shown) return;
  if (!choice.selected) prepare(chart, view);
  const found = choice.selected && countsIn(chart, view, choice.selected);
  if (choice.selected && !found) return; // the cloud lacks a column: keep what Python has drawn
  filledBy.set(data[0], { selected: choice.selected, filter: choice.filter, shown });
  const values = found && ghosts.kind === "boxes" ? valuesOf(cloud, marks, choice.filter, choice.selected, MEASURE) : null;
  const changes = KINDS[ghosts.kind](ghosts, traces, {
    any: Boolean(found),
    opacity: found ? FADED : 1,
    of: (places) => (found ? places.map((words) => found.of(words)) : []),
    valuesBy: (label) => values?.get(asWord(label)) ?? [],
  });
  drawChanges(chart, changes, ghosts.caption + (found ? `${ghosts.gap}selected: ${thousands(found.n)}` : ""));
}
