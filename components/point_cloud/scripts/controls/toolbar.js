// The toolbar: views, tools, what a lasso does to the selection, settings, pictures.
import { PRESETS } from "../drawing/camera.js";
import { AXIS_NUMBER } from "../state/choice.js";
import { button, element, icon } from "./elements.js";
import { thousands } from "./words.js";

const TOOLS = {
  orbit: "Turn (drag), shift (Shift and drag), zoom (wheel); click a nucleus to pick it",
  lasso: "Lasso (L): draw round nuclei. Shift adds, Alt takes away",
  box: "Box (B): drag a rectangle. Shift adds, Alt takes away",
};
const MODES = {
  new: "A lasso or click starts a new selection",
  add: "A lasso or click adds to the selection (Shift)",
  subtract: "A lasso or click takes from the selection (Alt)",
};

function group(label, ...buttons) {
  return element("div", { className: "panel group", role: "group", "aria-label": label }, ...buttons);
}

// One button for each name; `press(name)` shows that one as pressed.
function choices(label, names, make, choose) {
  const buttons = names.map((name, i) => button(...make(name, i), () => choose(name)));
  const press = (chosen) =>
    buttons.forEach((made, i) => made.setAttribute("aria-pressed", String(names[i] === chosen)));
  return { root: group(label, ...buttons), press };
}

export class Toolbar {
  // `reader` has onPreset, onTool, onMode, onFit, onReset, onClear, onPicture, onFull.
  constructor(reader) {
    this.reader = reader;
    const preset = (name, i) => [`View: ${PRESETS[name].title.toLowerCase()} (${i + 1})`, PRESETS[name].title];
    this.presets = choices("Views", Object.keys(PRESETS), preset, (name) => reader.onPreset(name));
    const tool = (name) => [TOOLS[name], icon(name)];
    this.tools = choices("Tools", Object.keys(TOOLS), tool, (name) => reader.onTool(name));
    const mode = (name) => [MODES[name], icon(name)];
    const effect = "What a lasso or click does";
    this.modes = choices(effect, Object.keys(MODES), mode, (name) => reader.onMode(name));
    this.chip = button("Clear the selection (Esc)", "", () => reader.onClear());
    this.chip.className = "chip";
    const places = [
      button("Fit to what is selected or shown (F)", icon("fit"), () => reader.onFit()),
      button("Back to the first view (0)", icon("home"), () => reader.onReset()),
    ];
    this.root = element("div", { className: "toolbar", role: "toolbar", "aria-label": "3D view" });
    this.root.append(
      this.presets.root,
      this.tools.root,
      group("Camera", ...places),
      this.menus(),
      this.modes.root, // it comes and goes, so nothing but the chip stands behind it
      element("div", { className: "panel group chip-group" }, this.chip),
    );
  }

  menus() {
    this.openers = new Map(); // menu -> its button
    this.settings = element("div", { className: "panel popover settings", hidden: true });
    const pictures = [1, 2, 4].map((scale) => button(`Save the picture at ${scale}×`, `PNG ${scale}×`, () => {
      this.open(null);
      this.reader.onPicture(scale);
    }));
    const saves = element("div", { className: "panel popover", hidden: true }, ...pictures);
    const opener = (title, sign, popover) => {
      const made = button(title, icon(sign), () => this.open(popover.hidden ? popover : null));
      made.setAttribute("aria-expanded", "false");
      this.openers.set(popover, made);
      return made;
    };
    const menu = group(
      "More",
      opener("Point size, slab, context", "more", this.settings),
      opener("Save a picture", "save", saves),
      button("Full screen", icon("full"), () => this.reader.onFull()),
    );
    return element("div", { className: "menus" }, menu, this.settings, saves);
  }

  // Open one menu, or none.
  open(menu) {
    for (const [popover, opener] of this.openers) {
      popover.hidden = popover !== menu;
      opener.setAttribute("aria-expanded", String(popover === menu));
    }
  }

  update({ tool, mode, selecting, lit, preset }) {
    this.presets.press(preset);
    this.tools.press(tool);
    this.modes.press(mode);
    this.modes.root.hidden = tool === "orbit" && !selecting;
    this.chip.parentElement.hidden = !selecting;
    this.chip.replaceChildren(`${thousands(lit)} selected`, icon("clear"));
  }
}

function line(name, ...parts) {
  return element("label", { className: "line" }, element("span", { textContent: name }), ...parts);
}

// The settings menu: point size, the slab, the grey context, perspective.
export class Settings {
  // `owner` has cloud, size, choice, camera and a reader with onSetting(name, value).
  constructor(root, owner) {
    this.owner = owner;
    this.set = (name, value) => owner.reader.onSetting(name, value);
    this.size = this.slider("Point size", 0.4, 3, 0.05, (value) => this.set("size", value));
    const axes = ["", ...Object.keys(AXIS_NUMBER)].map((value) =>
      element("option", { value, textContent: value ? `along ${value}` : "whole volume" }));
    this.axis = element("select", { "aria-label": "Slab axis", onchange: () => this.changeAxis() }, ...axes);
    const slide = () => this.changeSlab();
    this.low = this.slider("from", 0, 1, 1, slide);
    this.high = this.slider("to", 0, 1, 1, slide);
    this.ends = element("div", { className: "slab-ends", hidden: true }, this.low.line, this.high.line);
    this.context = this.tick("context");
    this.perspective = this.tick("perspective");
    const ticks = [line("Grey context", this.context), line("Perspective", this.perspective)];
    root.append(this.size.line, line("Slab", this.axis), this.ends, ...ticks);
  }

  slider(name, min, max, step, act) {
    const input = element("input", { type: "range", min, max, step, "aria-label": name });
    const shown = element("output");
    input.oninput = () => act(Number(input.value));
    return { input, shown, line: line(name, input, shown) };
  }

  tick(setting) {
    const input = element("input", { type: "checkbox" });
    input.onchange = () => this.set(setting, input.checked);
    return input;
  }

  changeAxis() {
    const axis = this.axis.value;
    if (!axis) return this.set("slab", null);
    const { low, size } = this.owner.cloud;
    const i = AXIS_NUMBER[axis];
    const middle = low[i] + size[i] / 2;
    this.set("slab", [axis, middle - size[i] / 10, middle + size[i] / 10]);
  }

  changeSlab() {
    const ends = [this.low, this.high].map(({ input }) => Number(input.value));
    this.set("slab", [this.axis.value, Math.min(...ends), Math.max(...ends)]);
  }

  update() {
    const { size, choice, camera, cloud } = this.owner;
    this.size.input.value = size;
    this.size.shown.textContent = `${Math.round(size * 100)} %`;
    this.context.checked = choice.context;
    this.perspective.checked = camera.field > 5;
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
