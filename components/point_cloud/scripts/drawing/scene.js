// The lines and names around the nuclei: the EM volume, the layers, outlines such as the V1 column.
import { project } from "./camera.js";
import { mix } from "../state/colouring.js";

const EDGES = [0, 1, 2].flatMap((axis) =>
  [0, 1, 2, 3, 4, 5, 6, 7].filter((i) => !(i & (1 << axis))).map((i) => [i, i | (1 << axis), axis]),
);
const DASH = 4.6;

// The four edges of the volume that run most nearly along depth, in order around it.
function uprights(corners) {
  const deep = [0, 1, 2].map((axis) => Math.abs(corners[1 << axis][1] - corners[0][1]));
  const axis = deep.indexOf(Math.max(...deep));
  const edges = EDGES.filter((edge) => edge[2] === axis).map(([a, b]) => [corners[a], corners[b]]);
  return [edges[0], edges[1], edges[3], edges[2]];
}

function atDepth([a, b], depth) {
  const share = (depth - a[1]) / (b[1] - a[1] || 1);
  return [0, 1, 2].map((i) => a[i] + share * (b[i] - a[i]));
}

export class Scene {
  constructor(message, cloud) {
    this.cloud = cloud;
    this.corners = message.corners ?? cloud.corners;
    this.boxed = Boolean(message.corners);
    this.layers = message.layers;
    this.outlines = message.outlines;
    this.uprights = uprights(this.corners);
  }

  // Behind the nuclei the volume's edges and the layers' borders, before them the outlines: of each segment
  // its ends in fractions of the box, its colour, width and length of dash, as the line painter takes them.
  segments(theme) {
    const ink = (opacity) => [...theme.ink.map((part) => (part / 255) * opacity), opacity];
    // Opaque: they are drawn again over each part of the picture.
    const solid = [...mix(theme.paper, theme.ink, 0.88).map((part) => part / 255), 1];
    const [behind, before] = [[], []];
    const add = (floats, a, b, colour, width, dash) =>
      floats.push(...this.fractions(a), ...this.fractions(b), ...colour, width, dash);
    const edge = ink(theme.dark ? 0.24 : 0.3);
    if (this.boxed) for (const [a, b] of EDGES) add(behind, this.corners[a], this.corners[b], edge, 1, 0);
    const depths = new Set(this.layers.flatMap((layer) => [layer[1], layer[2]]));
    for (const depth of depths) {
      const ring = this.uprights.map((upright) => atDepth(upright, depth));
      const [colour, dash] = depth === 0 ? [ink(0.55), 0] : [ink(theme.dark ? 0.42 : 0.5), DASH];
      ring.forEach((place, i) => add(behind, place, ring[(i + 1) % 4], colour, 1, dash));
    }
    for (const points of this.outlines.flatMap(([, lines]) => lines)) {
      points.slice(1).forEach((place, i) => add(before, points[i], place, solid, 1.3, 0));
    }
    return { behind, before };
  }

  fractions(place) {
    return place.map((value, i) => (value - this.cloud.low[i]) / this.cloud.size[i]);
  }

  // Names as { text, place, align, opacity }, place in pixels; `wide` gives a text's width.
  names(frame, wide) {
    return [...this.outlineNames(frame), ...this.layerNames(frame, wide)];
  }

  outlineNames(frame) {
    const taken = []; // names above each other, where outlines are
    return this.outlines.flatMap(([text, lines]) => {
      const places = lines.flat().map((place) => project(frame.matrix, frame.view, place)).filter(Boolean);
      if (!places.length) return [];
      const highest = Math.min(...places.map((place) => place[1]));
      const top = places.filter((place) => place[1] < highest + 24);
      const middle = top.reduce((sum, place) => sum + place[0], 0) / top.length;
      let y = highest - 10;
      while (taken.some(([x, other]) => Math.abs(x - middle) < 90 && Math.abs(other - y) < 15)) y -= 15;
      taken.push([middle, y]);
      return [{ text, place: [middle, y], align: "center", opacity: 0.92 }];
    });
  }

  // Layer names, left of the volume, where their borders leave room.
  layerNames(frame, wide) {
    const leftOf = (depth) => {
      const at = (upright) => project(frame.matrix, frame.view, atDepth(upright, depth));
      const places = this.uprights.map(at).filter(Boolean);
      return places.length ? places.reduce((a, b) => (b[0] < a[0] ? b : a)) : null;
    };
    const named = (text, [x, y], opacity) =>
      ({ text, place: [Math.max(x - 9, 8 + wide(text)), y], align: "right", opacity });
    const made = [];
    let last = -Infinity;
    for (const [title, top, bottom] of this.layers) {
      const [upper, lower, middle] = [leftOf(top), leftOf(bottom), leftOf((top + bottom) / 2)];
      if (!upper || !lower || !middle) continue;
      if (top === 0 && lower[1] - upper[1] > 26) made.push(named("pia", upper, 0.6));
      if (lower[1] - upper[1] < 9 || middle[1] - last < 13) continue;
      last = middle[1];
      made.push(named(title, middle, 0.88));
    }
    return made;
  }
}
