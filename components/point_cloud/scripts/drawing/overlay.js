// Over the nuclei: names, a ring, the lasso, the scale bar and axes. Each is as small as it can be: whoever
// draws without a graphics card pays for every pixel that changes.
import { project } from "./camera.js";
import { element } from "../controls/elements.js";
import { drawRuler, RULER } from "./ruler.js";

const SHIFTS = { left: "0%", center: "-50%", right: "-100%" };

export function sizeCanvas(canvas, width, height, ratio) {
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
}

export class Overlay {
  constructor() {
    this.names = element("div", { className: "names", "aria-hidden": "true" });
    this.ring = element("div", { className: "ring", hidden: true });
    this.shape = element("canvas", { className: "shape", hidden: true });
    this.ruler = element("canvas", { className: "ruler" });
    this.mark = element("div", { className: "mark", textContent: "SYNTHETIC: made up, not measured", hidden: true });
    this.parts = [this.names, this.ring, this.shape, this.ruler, this.mark];
    this.pen = this.ruler.getContext("2d");
    this.widths = new Map();
  }

  resize(view, ratio) {
    sizeCanvas(this.shape, view.width, view.height, ratio);
    sizeCanvas(this.ruler, RULER.width, RULER.height, ratio);
    this.ratio = ratio;
  }

  wide(text) {
    if (!this.widths.has(text)) this.widths.set(text, this.pen.measureText(text).width);
    return this.widths.get(text);
  }

  draw({ scene, frame, camera, view, theme, message }) {
    this.pen.font = `500 11.5px ${theme.font}`;
    const names = scene.names(frame, (text) => this.wide(text));
    while (this.names.children.length < names.length) this.names.append(element("span"));
    [...this.names.children].forEach((span, i) => this.write(span, names[i]));
    this.pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.pen.clearRect(0, 0, RULER.width, RULER.height);
    drawRuler(this.pen, camera, view, theme);
    this.mark.hidden = !message.synthetic;
  }

  write(span, name) {
    span.hidden = !name;
    if (!name) return;
    const { text, place, align, opacity } = name;
    if (span.textContent !== text) span.textContent = text;
    span.style.opacity = opacity;
    const [x, y] = place.map((value) => Math.round(value * 2) / 2);
    span.style.transform = `translate(${x}px, ${y}px) translate(${SHIFTS[align]}, -50%)`;
  }

  // A ring round the nucleus under the pointer.
  circle({ frame, view, cloud, hovered, shown }) {
    const place = hovered >= 0 && frame ? project(frame.matrix, view, cloud.place(hovered)) : null;
    this.ring.hidden = !place;
    if (!place) return;
    const size = Math.max(12, shown.points + 8);
    this.ring.style.width = this.ring.style.height = `${size}px`;
    this.ring.style.transform = `translate(${place[0] - size / 2}px, ${place[1] - size / 2}px)`;
  }

  outline(shape, theme) {
    const pen = this.shape.getContext("2d");
    this.shape.hidden = !shape;
    if (!shape) return;
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.clearRect(0, 0, this.shape.width, this.shape.height);
    pen.beginPath();
    shape.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
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

// The same words on a picture to be saved.
export function paintOverlay(pen, { scene, frame, camera, view, theme, message }) {
  pen.font = `500 11.5px ${theme.font}`;
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.lineWidth = 3;
  pen.strokeStyle = `rgba(${theme.paper.map(Math.round)}, 0.85)`;
  for (const { text, place, align, opacity } of scene.names(frame, (text) => pen.measureText(text).width)) {
    pen.textAlign = align;
    pen.strokeText(text, ...place);
    pen.fillStyle = `rgba(${theme.ink}, ${opacity})`;
    pen.fillText(text, ...place);
  }
  pen.save();
  pen.translate(0, view.height - RULER.height);
  drawRuler(pen, camera, view, theme);
  pen.restore();
  if (!message.synthetic) return;
  pen.font = `600 11.5px ${theme.font}`;
  pen.textAlign = "right";
  pen.fillStyle = theme.dark ? "#ffbe5c" : "#965400";
  pen.fillText("SYNTHETIC: made up, not measured", view.width - 16, view.height - 20);
}
