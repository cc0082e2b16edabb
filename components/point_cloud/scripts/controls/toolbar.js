// The toolbar: views, tools, settings, pictures, help.
import { PRESETS } from "../drawing/camera.js";
import { AXIS_NUMBER } from "../state/choice.js";
import { button, element, icon } from "./elements.js";
import { pageScrolls } from "./gestures.js";
import { help } from "./words.js";

const TOOLS = { orbit: "Rotate (O)", lasso: "Lasso (L)", box: "Box (B)" };

function group(label, ...buttons) {
  return element("div", { className: "group", role: "group", "aria-label": label }, ...buttons);
}

// One button for each name; `press(name)` shows that one as pressed.
function choices(label, names, make, choose) {
  const buttons = names.map((name, i) => button(...make(name, i), () => choose(name)));
  let pressed = null; // nothing was yet
  const press = (chosen) => {
    if (chosen === pressed) return; // as in nearly every frame of a drag
    pressed = chosen;
    buttons.forEach((made, i) => made.setAttribute("aria-pressed", String(names[i] === chosen)));
  };
  return { root: group(label, ...buttons), press };
}

export class Toolbar {
  // `actions` has onPreset, onTool, onFit, onReset, onPicture, onFull.
  constructor(actions) {
    this.actions = actions;
    const tool = (name) => [TOOLS[name], icon(name)];
    this.tools = choices("Tools", Object.keys(TOOLS), tool, (name) => actions.onTool(name));
    const preset = (name, i) => [`View: ${PRESETS[name].title.toLowerCase()} (${i + 1})`, PRESETS[name].title];
    this.presets = choices("Views", Object.keys(PRESETS), preset, (name) => actions.onPreset(name));
    const camera = group(
      "Camera",
      button("Zoom to the selected or shown nuclei (F)", icon("fit"), () => actions.onFit()),
      button("Reset the view (0)", icon("home"), () => actions.onReset()),
    );
    this.movable = [this.presets.root, camera];
    this.root = element("div", { className: "toolbar", role: "toolbar", "aria-label": "3D view" });
    this.root.append(this.tools.root, ...this.movable, ...this.menus());
  }

  menus() {
    this.openers = new Map(); // menu -> its button
    this.spare = element("div", { className: "spare" });
    this.settings = element("div", {});
    const more = element("div", { className: "popover settings", hidden: true }, this.spare, this.settings);
    const pictures = [1, 2, 4].map((scale) => button(`Save the picture at ${scale}×`, `PNG ${scale}×`, () => {
      this.open(null);
      this.actions.onPicture(scale);
    }));
    const saves = element("div", { className: "popover", hidden: true }, ...pictures);
    this.tour = element("div", { className: "popover tour", hidden: true });
    this.help = element("dl", { className: "popover help", hidden: true });
    const opener = (title, sign, popover) => {
      const made = button(title, icon(sign), () => this.open(popover.hidden ? popover : null));
      made.setAttribute("aria-expanded", "false");
      this.openers.set(popover, made);
      return made;
    };
    const menu = group(
      "More",
      opener("Point size, slab, context", "more", more),
      opener("Save a picture", "save", saves),
      opener("Present", "present", this.tour),
      button("Full screen", icon("full"), () => this.actions.onFull()),
      opener("Mouse and keys", "help", this.help),
    );
    return [menu, more, saves, this.tour, this.help];
  }

  // Open one menu, or none. One that closes with the focus in it gives that back to its button.
  open(menu) {
    const lines = help(pageScrolls(this.root)).flat();
    this.help.replaceChildren(...lines.map((textContent, i) => element(i % 2 ? "dd" : "dt", { textContent })));
    for (const [popover, opener] of this.openers) {
      if (popover !== menu && popover.contains(popover.getRootNode().activeElement)) opener.focus();
      popover.hidden = popover !== menu;
      opener.setAttribute("aria-expanded", String(popover === menu));
    }
  }

  // Escape closes a menu, wherever in the view the focus is, and does nothing else then.
  onKey(event) {
    const open = [...this.openers].find(([popover]) => !popover.hidden);
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    this.open(null);
    open[1].focus();
  }

  // In one row: what has no room goes into the first menu.
  fit() {
    this.tools.root.after(...this.movable);
    for (const part of this.movable) if (this.root.scrollWidth > this.root.clientWidth) this.spare.append(part);
  }

  update(tool, preset) {
    this.presets.press(preset);
    this.tools.press(tool);
  }
}

const SETTINGS = `
  <label class="line"><span>Point size</span>
    <input type="range" min="0.4" max="3" step="0.05" aria-label="Point size"><output></output></label>
  <label class="line"><span>Slab</span>
    <select aria-label="Slab axis">
      <option value="">whole volume</option><option value="x">along x</option>
      <option value="depth">along depth</option><option value="z">along z</option>
    </select></label>
  <div class="slab-ends" hidden>
    <label class="line"><span>from</span><input type="range" aria-label="from"><output></output></label>
    <label class="line"><span>to</span><input type="range" aria-label="to"><output></output></label>
  </div>
  <label class="line"><span>Grey context</span><input type="checkbox"></label>
  <label class="line"><span>Perspective</span><input type="checkbox"></label>
  <label class="line"><span>Shapes</span><input type="checkbox" title="A shape for each label, beside its colour"></label>`;

// The settings menu: point size, the slab, the grey context, perspective, shapes.
export class Settings {
  // `owner` has cloud, size, choice, camera and actions with onSetting(name, value).
  constructor(root, owner) {
    this.owner = owner;
    root.innerHTML = SETTINGS;
    [this.size, this.low, this.high, this.context, this.perspective, this.shaped] = root.querySelectorAll("input");
    [this.axis, this.ends] = root.querySelectorAll("select, .slab-ends");
    const set = (name, value) => owner.actions.onSetting(name, value);
    this.size.oninput = () => set("size", Number(this.size.value));
    this.axis.onchange = () => set("slab", this.middleSlab(this.axis.value));
    this.low.oninput = this.high.oninput = () => {
      const ends = [this.low, this.high].map((input) => Number(input.value));
      set("slab", [this.axis.value, Math.min(...ends), Math.max(...ends)]);
    };
    this.context.onchange = () => set("context", this.context.checked);
    this.perspective.onchange = () => set("perspective", this.perspective.checked);
    this.shaped.onchange = () => set("shaped", this.shaped.checked);
  }

  // The middle fifth of the volume along an axis; without an axis, no slab.
  middleSlab(axis) {
    if (!axis) return null;
    const { low, size } = this.owner.cloud;
    const i = AXIS_NUMBER[axis];
    return [axis, low[i] + 0.4 * size[i], low[i] + 0.6 * size[i]];
  }

  update() {
    const { size, choice, camera, cloud, store } = this.owner;
    const show = (input, value, text) => {
      input.value = value;
      input.nextElementSibling.textContent = text;
    };
    show(this.size, size, `${Math.round(size * 100)} %`);
    this.context.checked = choice.context;
    this.perspective.checked = camera.field > 5;
    this.shaped.checked = store.shaped;
    this.ends.hidden = !choice.slab;
    this.axis.value = choice.slab?.[0] ?? "";
    if (!choice.slab) return;
    const [axis, low, high] = choice.slab;
    const i = AXIS_NUMBER[axis];
    for (const [input, value] of [[this.low, low], [this.high, high]]) {
      input.min = Math.floor(cloud.low[i]);
      input.max = Math.ceil(cloud.low[i] + cloud.size[i]);
      show(input, value, `${Math.round(value)} µm`);
    }
  }
}
