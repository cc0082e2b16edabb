// The settings under the toolbar's sliders: point size, the slab, the grey context, perspective.
import { AXIS_NUMBER } from "../state/choice.js";
import { element } from "./elements.js";


export class Settings {
  // `owner` has cloud, size, choice, camera and onSetting(name, value).
  constructor(root, owner) {
    this.owner = owner;
    this.size = this.slider("Point size", 0.4, 3, 0.05, (value) => owner.onSetting("size", value));
    this.axis = element("select", { "aria-label": "Slab axis" });
    this.axis.append(element("option", { value: "", textContent: "whole volume" }));
    for (const value of Object.keys(AXIS_NUMBER)) {
      this.axis.append(element("option", { value, textContent: `along ${value}` }));
    }
    this.axis.onchange = () => this.changeAxis();
    const slide = () => this.changeSlab();
    this.low = this.slider("from", 0, 1, 1, slide);
    this.high = this.slider("to", 0, 1, 1, slide);
    this.ends = element("div", { className: "slab-ends", hidden: true }, this.low.line, this.high.line);
    this.context = this.tick("Grey context", (value) => owner.onSetting("context", value));
    this.perspective = this.tick("Perspective", (value) => owner.onSetting("perspective", value));
    const slab = element("label", { className: "line" }, element("span", { textContent: "Slab" }), this.axis);
    root.append(this.size.line, slab, this.ends, this.context.line, this.perspective.line);
  }

  slider(name, min, max, step, act) {
    const input = element("input", { type: "range", min, max, step, "aria-label": name });
    const shown = element("output");
    input.oninput = () => act(Number(input.value));
    const line = element("label", { className: "line" }, element("span", { textContent: name }), input, shown);
    return { input, shown, line };
  }

  tick(name, act) {
    const input = element("input", { type: "checkbox" });
    input.onchange = () => act(input.checked);
    return { input, line: element("label", { className: "line" }, element("span", { textContent: name }), input) };
  }

  changeAxis() {
    const axis = this.axis.value;
    if (!axis) return this.owner.onSetting("slab", null);
    const { low, size } = this.owner.cloud;
    const i = AXIS_NUMBER[axis];
    const middle = low[i] + size[i] / 2;
    this.owner.onSetting("slab", [axis, middle - size[i] / 10, middle + size[i] / 10]);
  }

  changeSlab() {
    const [a, b] = [Number(this.low.input.value), Number(this.high.input.value)];
    this.owner.onSetting("slab", [this.axis.value, Math.min(a, b), Math.max(a, b)]);
  }

  update() {
    const { size, choice, camera, cloud } = this.owner;
    this.size.input.value = size;
    this.size.shown.textContent = `${Math.round(size * 100)} %`;
    this.context.input.checked = choice.context;
    this.perspective.input.checked = camera.field > 5;
    this.ends.hidden = !choice.slab;
    this.axis.value = choice.slab?.[0] ?? "";
    if (!choice.slab) return;
    const [axis, low, high] = choice.slab;
    const i = AXIS_NUMBER[axis];
    for (const [slider, value] of [[this.low, low], [this.high, high]]) {
      slider.input.min = Math.floor(cloud.low[i]);
      slider.input.max = Math.ceil(cloud.low[i] + cloud.size[i]);
      slider.input.value = value;
      slider.shown.textContent = `${Math.round(value)} µm`;
    }
  }
}
