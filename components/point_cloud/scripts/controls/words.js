// Visible text.
import { PRESETS, presetOf } from "../drawing/camera.js";

export function thousands(n) {
  return n.toLocaleString("en-US");
}

// The text alternative of the picture.
export function summary({ cloud, colouring, census, choice, message, camera }) {
  const seen = PRESETS[presetOf(camera)]?.words ?? "from a custom angle";
  const parts = [`3D view of ${thousands(cloud.n)} nuclei${message.source ? `, ${message.source}` : ""}`];
  if (message.synthetic) parts.push("These nuclei are made up, not measured");
  parts.push(`Coloured by ${colouring.title}, seen ${seen}`);
  parts.push(`${thousands(census.shown)} are shown`);
  if (choice.selected) parts.push(`${thousands(census.lit)} of them are selected`);
  if (colouring.by !== "number") {
    const listed = colouring.entries.map((entry, i) => `${entry.title} ${thousands(census.counts[i])}`);
    parts.push(listed.join(", "));
  }
  if (message.caption) parts.push(message.caption);
  return parts.map((part) => part.replace(/\.$/, "")).join(". ") + ".";
}

export function countWords({ lit, shown }, selecting) {
  return selecting ? `${thousands(lit)} selected of ${thousands(shown)} shown` : `${thousands(shown)} nuclei shown`;
}

export const MESSAGES = {
  noWebGL:
    "This browser cannot draw in 3D: WebGL2 is switched off or missing. The tables and charts of this page " +
    "work without it; to see the nuclei, allow hardware acceleration or try another browser.",
  lost: "The graphics card took its memory back. The picture returns as soon as the card is available again.",
  empty: "There are no nuclei to draw.",
  noneChosen: "No nucleus passes the filter, the slab and the legend. The rest is shown in grey.",
  noneAtAll: "No nucleus passes the filter, the slab and the legend.",
  waiting: "Loading the nuclei …",
};

export function shortNumber(value) {
  return Math.abs(value) >= 1000 ? thousands(Math.round(value)) : String(Number(value.toPrecision(3)));
}
