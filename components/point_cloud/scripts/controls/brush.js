// A narrow strip beside the nuclei, from the top of the volume to its bottom: a drag over it lights the nuclei
// within a range of depth as it moves, and selects them where it ends.
import { element } from "./elements.js";
import { bitsWhere, combineBits } from "../state/bits.js";
import { rowsBetween } from "../state/depths.js";

const DRAG = 3; // pixels within which a press is not a drag
const ARROW_UM = 10; // µm of an arrow key

export class DepthBrush {
  // `owner` has cloud, scene, tests, store, preview(bits) and actions with pickDepths(ends, bits, mode).
  constructor(owner) {
    this.owner = owner;
    this.range = element("div", { className: "range", hidden: true });
    this.borders = element("div", {});
    this.root = element("div", { className: "brush", tabIndex: 0, role: "slider", hidden: true });
    this.root.title = "Drag over a range of depth to select its nuclei; or move it with the arrows, lengthen it with Shift, and press Enter";
    this.root.setAttribute("aria-label", "Range of depth");
    this.root.append(this.borders, this.range);
    this.root.onpointerdown = (event) => this.begin(event);
    this.root.onpointermove = (event) => this.start !== undefined && this.move(event);
    this.root.onpointerup = (event) => this.end(event);
    this.root.onpointercancel = () => this.show(null);
    this.root.onkeydown = (event) => this.key(event);
    this.root.onblur = () => this.show(null);
  }

  // A new cloud or other layers.
  update() {
    const { cloud, scene } = this.owner;
    this.root.hidden = !cloud.n || !rowsBetween(cloud, 0, 0);
    const [low, size] = [cloud.low[1], cloud.size[1]];
    this.root.ariaValueMin = this.root.ariaValueNow = Math.round(low);
    this.root.ariaValueMax = Math.round(low + size);
    const places = scene.layers.map(([, , bottom]) => (100 * (bottom - low)) / size).filter((place) => place < 100);
    this.borders.replaceChildren(...places.map((place) => element("i", { style: `top: ${place}%` })));
  }

  depthAt({ clientY }) {
    const { top, height } = this.root.getBoundingClientRect();
    const { cloud } = this.owner;
    const share = Math.max(0, Math.min(1, (clientY - top) / height));
    return Math.round(10 * (cloud.low[1] + share * cloud.size[1])) / 10;
  }

  begin(event) {
    if (event.button) return;
    this.root.setPointerCapture(event.pointerId);
    this.start = event;
    const { chosen } = this.owner.tests;
    this.chosen = bitsWhere(this.owner.cloud.n, chosen);
  }

  move(event) {
    if (Math.abs(event.clientY - this.start.clientY) < DRAG) return;
    this.show([this.depthAt(this.start), this.depthAt(event)].sort((a, b) => a - b), true);
  }

  end(event) {
    this.start = undefined;
    if (this.ends) this.pick(event);
    this.owner.store.link.pointed = null;
  }

  // Light the nuclei within two depths, in a drag what its end would leave selected; null: the selection again.
  show(ends, dragged) {
    const { cloud, store: { link } } = this.owner;
    this.ends = ends;
    this.range.hidden = !ends;
    if (!ends) return link.preview(null);
    const [from, to] = ends.map((depth) => (100 * (depth - cloud.low[1])) / cloud.size[1]);
    this.range.style.cssText = `top: ${from}%; height: ${to - from}%`;
    this.range.textContent = this.root.ariaValueText = `${ends.join("–")} µm`;
    this.root.ariaValueNow = ends[0];
    if (dragged) link.preview(this.bits());
    else this.owner.preview(this.bits());
  }

  bits() {
    const { cloud, store } = this.owner;
    const inside = rowsBetween(cloud, ...this.ends);
    return store.known(combineBits(bitsWhere(cloud.n, inside), this.chosen, "both"));
  }

  pick({ shiftKey, altKey }) {
    const mode = shiftKey ? "add" : altKey ? "subtract" : "new";
    this.owner.actions.pickDepths(this.ends, this.bits(), mode);
    this.ends = null;
    this.range.hidden = true;
  }

  key(event) {
    const { cloud, tests } = this.owner;
    const way = { ArrowUp: -ARROW_UM, ArrowDown: ARROW_UM }[event.key];
    if (event.key === "Escape" && this.ends) this.show(null);
    else if (event.key === "Enter" && this.ends) this.pick(event);
    else if (way) {
      const [first, last] = [Math.ceil(cloud.low[1]), Math.floor(cloud.low[1] + cloud.size[1])];
      const [low, high] = this.ends ?? [first - ARROW_UM, first - ARROW_UM + 100];
      const within = (depth) => Math.max(first, Math.min(last, depth));
      this.chosen = bitsWhere(cloud.n, tests.chosen);
      this.show([within(event.shiftKey ? low : low + way), within(high + way)].sort((a, b) => a - b));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
