// Visible text.
import { PRESETS, presetOf } from "../drawing/camera.js";

const NUMBERS = new Intl.NumberFormat("en-US"); // n.toLocaleString() would make one for each number

export function thousands(n) {
  return NUMBERS.format(n);
}

// A number with its noun, or with what follows it.
export function plural(n, singular, several) {
  return `${thousands(n)} ${n === 1 ? singular : several}`;
}

export function ofNuclei(n) {
  return plural(n, "nucleus", "nuclei");
}

// The text alternative of the picture.
export function summary({ cloud, colouring, census, choice, message, camera }) {
  const seen = PRESETS[presetOf(camera)]?.words ?? "from a custom angle";
  const parts = [`3D view of ${ofNuclei(cloud.n)}${message.source ? `, ${message.source}` : ""}`];
  if (message.synthetic) parts.push("These nuclei are made up, not measured");
  parts.push(`Coloured by ${colouring.title}, seen ${seen}`);
  parts.push(plural(census.shown, "is shown", "are shown"));
  if (choice.selected && !message.lit) parts.push(`${plural(census.lit, "of them is", "of them are")} selected`);
  const listed = colouring.by === "number" ? [] : colouring.entries.map(({ title }, i) => [title, census.counts[i]]);
  if (census.others) listed.push([colouring.noEntry, census.others]);
  const told = listed.map(([title, count]) => `${title} ${thousands(count)}`).join(", ");
  if (told) parts.push(`${choice.selected ? `Of the ${message.lit ? "lit" : "selected"}: ` : ""}${told}`);
  if (message.caption) parts.push(message.caption);
  return parts.map((part) => part.replace(/\.$/, "")).join(". ") + ".";
}

export function countWords({ census: { lit, shown }, choice: { selected }, message }) {
  if (!selected) return `${ofNuclei(shown)} shown`;
  return `${message.lit || `${thousands(lit)} selected`} of ${thousands(shown)} shown`;
}

export const ZOOM_KEY = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";

// What a label of a chart does when it is clicked.
export const LINK_HINTS = {
  label: "Click selects its nuclei",
  line: `Click selects its nuclei, ${ZOOM_KEY} + click its disagreements`,
  entry: `Click selects its nuclei, ${ZOOM_KEY} + click hides it`,
  hides: "Click hides it",
};

// What the help says; the wheel zooms with a key where the page scrolls.
export function help(scrolls) {
  return [
    ["Drag", "rotate; with Shift or the right button, pan"],
    [`${scrolls ? `${ZOOM_KEY} + wheel` : "Wheel"}, pinch, + −`, "zoom"],
    ["Arrows, 1–4", "turn, standard views"],
    ["F, 0", "fit to the selection, reset"],
    ["Click, L, B", "select a nucleus, by lasso, by box"],
    ["Shift, Alt", "add to the selection, take away"],
    ["Esc", "clear the selection"],
    ["Legend", "click hides, double-click isolates"],
    ["Strip at the right", "drag over a range of depth to select it"],
  ];
}

export const MESSAGES = {
  noWebGL:
    "This browser cannot draw in 3D: WebGL2 is switched off or missing. Allow hardware acceleration, or try " +
    "another browser. Tables and charts work without it.",
  lost: "The graphics card took its memory back. The picture returns when it can.",
  empty: "There are no nuclei to draw.",
  noneChosen: "No nucleus passes the filter, the slab and the legend: all are grey.",
  noneAtAll: "No nucleus passes the filter, the slab and the legend.",
  waiting: "Loading the nuclei …",
};

export function shortNumber(value) {
  return Math.abs(value) >= 1000 ? thousands(Math.round(value)) : String(Number(value.toPrecision(3)));
}
