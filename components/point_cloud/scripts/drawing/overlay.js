// Over the nuclei: names, a ring, the lasso, the scale bar and axes. Each is kept small: without a graphics
// card every pixel that changes costs time.
import { project } from "./camera.js";
import { element } from "../controls/elements.js";
import { thousands } from "../controls/words.js";

const SYNTHETIC = "SYNTHETIC: made up, not measured";
const SHIFTS = { left: 0, center: 0.5, right: 1 };
const AXES = { width: 86, height: 92 }; // of their canvas, which changes with every frame of a drag
const RULER = { width: 234, height: 92 }; // of the scale bar's, right of it, which does not
const ARM = 24; // pixels of an axis
const [HALF_LINE, HALF_LETTERS] = [9, 5.75]; // half of a line of text, and of its letters, as cloud.css has them

// Size a canvas, which empties it; say whether it had another size.
export function sizeCanvas(canvas, width, height, ratio) {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width === w && canvas.height === h) return false;
  Object.assign(canvas, { width: w, height: h });
  return true;
}

// Write a text on a canvas.
export function write(pen, text, [x, y], { font, colour, align = "left", baseline = "middle" }) {
  Object.assign(pen, { font, fillStyle: colour, textAlign: align, textBaseline: baseline });
  pen.fillText(text, x, y);
}

function trace(pen, places) {
  pen.beginPath();
  for (const [x, y] of places) pen.lineTo(x, y);
}

export class Overlay {
  constructor() {
    this.names = element("div", { className: "names", "aria-hidden": "true" });
    this.ring = element("div", { className: "ring", hidden: true });
    this.shape = element("canvas", { className: "shape", hidden: true });
    this.axes = element("canvas", { className: "axes" });
    this.ruler = element("canvas", { className: "ruler" });
    this.mark = element("div", { className: "mark", textContent: SYNTHETIC, hidden: true });
    this.parts = [this.names, this.ring, this.shape, this.axes, this.ruler, this.mark];
    [this.axesPen, this.pen] = [this.axes, this.ruler].map((canvas) => canvas.getContext("2d"));
    this.widths = new Map();
  }

  resize(view, ratio) {
    sizeCanvas(this.shape, view.width, view.height, ratio);
    sizeCanvas(this.axes, AXES.width, AXES.height, ratio);
    sizeCanvas(this.ruler, RULER.width, RULER.height, ratio);
    this.ratio = ratio;
    const { left, top } = this.names.getBoundingClientRect();
    this.begin = [left, top];
    this.ruled = null; // an empty canvas
  }

  wide(text) {
    if (!this.widths.has(text)) this.widths.set(text, this.pen.measureText(text).width);
    return this.widths.get(text);
  }

  draw({ scene, frame, camera, view, theme, message }) {
    this.pen.font = `500 11.5px ${theme.font}`;
    const names = scene.names(frame, (text) => this.wide(text));
    while (this.names.children.length < names.length) this.names.append(element("span"));
    [...this.names.children].forEach((span, i) => this.place(span, names[i]));
    this.clean(this.axesPen, AXES);
    drawAxes(this.axesPen, camera, theme);
    const ruled = JSON.stringify([camera.span, view.height, theme.ink]);
    if (ruled !== this.ruled) {
      this.clean(this.pen, RULER);
      drawRuler(this.pen, camera, view, theme);
    }
    this.ruled = ruled;
    this.mark.hidden = !message.synthetic;
  }

  clean(pen, { width, height }) {
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
  }

  place(span, name) {
    span.hidden = !name;
    if (!name) return;
    const { text, place, align, opacity } = name;
    if (span.textContent !== text) span.textContent = text;
    span.style.opacity = opacity;
    const [x, y] = place;
    const inside = Math.abs(y) < HALF_LINE ? HALF_LINE : y; // a name at the upper edge is not cut by it
    const corner = [x - SHIFTS[align] * this.wide(text), inside - HALF_LETTERS];
    // On whole pixels of the screen: between them letters are blurred.
    const [left, top] = corner.map((value, i) => Math.round((this.begin[i] + value) * this.ratio) / this.ratio - this.begin[i]);
    span.style.transform = `translate(${left}px, ${top}px)`;
  }

  // A ring round the nucleus under the pointer.
  circle({ frame, view, cloud, hovered, points }) {
    const place = hovered >= 0 && frame ? project(frame.matrix, view, cloud.place(hovered)) : null;
    this.ring.hidden = !place;
    if (!place) return;
    const size = Math.max(12, points + 8);
    this.ring.style.width = this.ring.style.height = `${size}px`;
    this.ring.style.transform = `translate(${place[0] - size / 2}px, ${place[1] - size / 2}px)`;
  }

  outline(shape, theme) {
    const pen = this.shape.getContext("2d");
    this.shape.hidden = !shape;
    if (!shape) return;
    this.clean(pen, this.shape);
    trace(pen, shape);
    pen.closePath();
    pen.lineJoin = "round";
    pen.fillStyle = `rgba(${theme.ink}, 0.1)`;
    pen.fill();
    for (const [colour, width] of [[theme.paper.map(Math.round), 4], [theme.ink, 1.75]]) {
      pen.lineWidth = width;
      pen.strokeStyle = `rgba(${colour}, 0.9)`;
      pen.stroke();
    }
  }
}

// The scale bar, bottom left, beside the axes.
function drawRuler(pen, camera, view, theme) {
  const perPixel = camera.span / view.height; // µm, in the plane through the middle of the view
  const target = 130 * perPixel;
  const power = 10 ** Math.floor(Math.log10(target));
  const step = [5, 2, 1].map((k) => k * power).find((size) => size <= target) ?? power;
  const length = step / perPixel;
  const [x, y] = [92 - AXES.width, RULER.height - 24];
  pen.strokeStyle = `rgba(${theme.ink}, 0.85)`;
  pen.lineWidth = 1.5;
  trace(pen, [[x, y - 4], [x, y], [x + length, y], [x + length, y - 4]]);
  pen.stroke();
  const look = { font: `500 11.5px ${theme.font}`, colour: `rgba(${theme.ink}, 0.9)`, baseline: "alphabetic" };
  write(pen, `${step >= 1 ? thousands(step) : step} µm`, [x, y - 9], look);
}

// The little axes.
function drawAxes(pen, camera, theme) {
  pen.lineWidth = 1.5;
  const { right, up, near } = camera.axes();
  const arms = ["x", "depth", "z"].map((name, i) => [name, right[i], up[i], near[i]]);
  arms.sort((a, b) => a[3] - b[3]);
  for (const arm of arms) drawAxis(pen, [40, AXES.height - 44], arm, theme);
}

function drawAxis(pen, [x, y], [name, right, up, near], theme) {
  const colour = `rgba(${theme.ink}, ${0.62 + 0.3 * near})`;
  const [endX, endY] = [x + ARM * right, y - ARM * up];
  pen.strokeStyle = pen.fillStyle = colour;
  trace(pen, [[x, y], [endX, endY]]);
  pen.stroke();
  const long = Math.hypot(right, up);
  if (long < 0.2) {
    pen.beginPath();
    pen.arc(endX, endY, 2, 0, 7);
    pen.fill();
    return;
  }
  const align = Math.abs(right) < 0.35 ? "center" : right > 0 ? "left" : "right";
  const place = [endX + (5 * right) / long, endY - (9 * up) / long];
  write(pen, name, place, { font: `500 10.5px ${theme.font}`, colour, align });
}

// The same text on a picture to be saved.
export function paintOverlay(pen, { scene, frame, camera, view, theme, message }) {
  const font = `500 11.5px ${theme.font}`;
  Object.assign(pen, { font, textBaseline: "middle", lineJoin: "round", lineWidth: 3 });
  pen.strokeStyle = `rgba(${theme.paper.map(Math.round)}, 0.85)`;
  for (const { text, place, align, opacity } of scene.names(frame, (text) => pen.measureText(text).width)) {
    pen.textAlign = align;
    pen.strokeText(text, ...place);
    write(pen, text, place, { font, colour: `rgba(${theme.ink}, ${opacity})`, align });
  }
  pen.save();
  pen.translate(0, view.height - RULER.height);
  drawAxes(pen, camera, theme);
  pen.translate(AXES.width, 0);
  drawRuler(pen, camera, view, theme);
  pen.restore();
  if (!message.synthetic) return;
  const look = { font: `600 11.5px ${theme.font}`, colour: theme.dark ? "#ffbe5c" : "#965400", align: "right" };
  write(pen, SYNTHETIC, [view.width - 16, view.height - 20], look);
}
