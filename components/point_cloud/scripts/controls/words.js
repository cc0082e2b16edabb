// The words that readers see.

export function thousands(n) {
  return n.toLocaleString("en-US");
}

const NAMES = { front: "from the front", side: "from the side", pia: "from the pia", oblique: "obliquely" };

export function viewName(camera, presets) {
  const found = Object.entries(presets).find(
    ([, preset]) => Math.abs(preset.yaw - camera.yaw) < 1 && Math.abs(preset.pitch - camera.pitch) < 1,
  );
  return found ? NAMES[found[0]] : "from a side of the reader's choice";
}

// What the picture shows, for readers who do not see it.
export function summary({ cloud, colouring, census, selecting, message, seen }) {
  const parts = [`3D view of ${thousands(cloud.n)} nuclei${message.source ? `, ${message.source}` : ""}`];
  if (message.synthetic) parts.push("These nuclei are made up, not measured");
  parts.push(`Coloured by ${colouring.title}, seen ${seen}`);
  parts.push(`${thousands(census.shown)} are shown`);
  if (selecting) parts.push(`${thousands(census.lit)} of them are selected`);
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
  lost: "The graphics card took its memory back. The picture returns as soon as it is available again.",
  empty: "There are no nuclei to draw.",
  noneChosen: "No nucleus passes the filter, the slab and the legend. The rest is shown in grey.",
  noneAtAll: "No nucleus passes the filter, the slab and the legend.",
  waiting: "The nuclei are on their way …",
};

export function niceStep(target) {
  const power = 10 ** Math.floor(Math.log10(target));
  return [5, 2, 1].map((k) => k * power).find((step) => step <= target) ?? power;
}

export function shortNumber(value) {
  return Math.abs(value) >= 1000 ? thousands(Math.round(value)) : String(Number(value.toPrecision(3)));
}
