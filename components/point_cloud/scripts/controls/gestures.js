// Mouse, touch and keyboard: rotating, panning and zooming the camera, pointing, clicking, lassos and boxes.
import { PRESETS } from "../drawing/camera.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STILL = 4; // pixels within which a press is a click

// Whether something around an element can be scrolled up or down now.
export function pageScrolls(node) {
  if (!node || node.matches?.(":fullscreen")) return false;
  const can = node.scrollHeight > node.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(node).overflowY);
  return can || pageScrolls(node.parentElement ?? node.getRootNode().host);
}

export class Gestures {
  // `owner` has camera, view and actions, with the on… methods called below.
  constructor(surface, owner) {
    Object.assign(this, { surface, owner, actions: owner.actions });
    this.tool = "orbit"; // or "lasso", "box"
    this.fingers = new Map();
    this.shape = null;
    const listen = (name, method) => surface.addEventListener(name, method.bind(this), { passive: false });
    listen("pointerdown", this.down);
    listen("pointermove", this.move);
    listen("pointerup", this.up);
    listen("pointercancel", this.up);
    listen("pointerleave", () => owner.actions.onHover(null));
    listen("wheel", this.wheel);
    listen("keydown", this.key);
    listen("contextmenu", (event) => event.preventDefault());
    listen("dblclick", (event) => event.preventDefault());
  }

  place(event) {
    const box = this.surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  down(event) {
    if (event.button > 2) return;
    this.surface.focus({ preventScroll: true });
    this.surface.setPointerCapture(event.pointerId);
    const place = this.place(event);
    this.fingers.set(event.pointerId, place);
    if (this.fingers.size === 1) {
      this.start = place;
      this.still = true;
      this.drawing = this.tool !== "orbit" && event.button === 0;
      this.shape = this.drawing ? [place] : null;
      this.panning = event.button !== 0 || (!this.drawing && (event.shiftKey || event.ctrlKey));
    } else {
      this.shape = null; // a second finger ends a lasso
      this.drawing = false;
    }
    this.actions.onHover(null);
  }

  move(event) {
    const place = this.place(event);
    if (!this.fingers.has(event.pointerId)) {
      if (event.pointerType !== "touch") this.actions.onHover(place);
      return;
    }
    const before = this.fingers.get(event.pointerId);
    if (this.still && Math.hypot(place[0] - this.start[0], place[1] - this.start[1]) < STILL) return;
    this.still = false;
    if (this.fingers.size === 2) return this.pinch(event.pointerId, place);
    this.fingers.set(event.pointerId, place);
    if (this.drawing) return this.draw(place);
    const { camera, view } = this.owner;
    const [right, down] = [place[0] - before[0], place[1] - before[1]];
    if (this.panning) camera.pan(right / view.height, down / view.height);
    else camera.turn(right * 0.35, down * 0.35);
    this.actions.onMove();
  }

  draw(place) {
    const [[x, y], [endX, endY]] = [this.start, place];
    if (this.tool === "box") this.shape = [[x, y], [endX, y], [endX, endY], [x, endY]];
    else this.shape.push(place);
    this.actions.onShape(this.shape);
  }

  pinch(finger, place) {
    const other = [...this.fingers.entries()].find(([id]) => id !== finger)[1];
    const before = this.fingers.get(finger);
    this.fingers.set(finger, place);
    const apart = (point) => Math.max(8, Math.hypot(point[0] - other[0], point[1] - other[1]));
    const { camera, view } = this.owner;
    const middle = [(place[0] + other[0]) / 2, (place[1] + other[1]) / 2];
    camera.zoom(apart(place) / apart(before), ...this.shares(middle));
    camera.pan((place[0] - before[0]) / 2 / view.height, (place[1] - before[1]) / 2 / view.height);
    this.actions.onMove();
  }

  up(event) {
    if (!this.fingers.delete(event.pointerId) || this.fingers.size) return;
    if (event.type === "pointercancel") this.shape = null;
    const mode = event.shiftKey ? "add" : event.altKey ? "subtract" : "new";
    if (this.still && event.type === "pointerup" && event.button === 0) this.actions.onClick(this.place(event), mode);
    else if (this.shape?.length > 2) this.actions.onShapeDone(this.tool, this.shape, mode);
    this.shape = null;
    this.actions.onShape(null);
    this.actions.onRest();
  }

  // A place as shares of the view's height from its middle.
  shares([x, y]) {
    const { view } = this.owner;
    return [(x - view.width / 2) / view.height, (y - view.height / 2) / view.height];
  }

  // Where the page can scroll, the wheel is the page's, and zooms only with Ctrl or ⌘.
  wheel(event) {
    const plain = !event.ctrlKey && !event.metaKey, scrolls = plain && pageScrolls(this.surface);
    if (plain) this.actions.onWheel(scrolls);
    if (scrolls) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 24 : 1);
    const pinched = event.ctrlKey && Math.abs(pixels) < 40; // a touchpad's small steps
    const turn = Math.max(-240, Math.min(240, pinched ? 4 * pixels : pixels));
    this.owner.camera.zoom(Math.exp(-turn * 0.0016), ...this.shares(this.place(event)));
    this.actions.onMove();
    this.actions.onRest();
  }

  key(event) {
    if (event.metaKey || event.ctrlKey) return;
    const { owner: { camera }, actions } = this;
    const way = ARROWS[event.key];
    const preset = Object.keys(PRESETS)[event.key - 1];
    if (way && event.shiftKey) camera.pan(way[0] * 0.05, way[1] * 0.05);
    else if (way) camera.turn(way[0] * 6, way[1] * 6);
    else if (event.key === "+" || event.key === "=") camera.zoom(1.2);
    else if (event.key === "-") camera.zoom(1 / 1.2);
    else if (preset) return actions.onPreset(preset);
    else return actions.onKey(event);
    event.preventDefault();
    actions.onMove();
    actions.onRest();
  }
}
