// The toolbar: views, tools, what a lasso does to the selection, settings, pictures.
import { element, icon } from "./elements.js";
import { thousands } from "./words.js";

const PRESET_WORDS = [["front", "Front"], ["side", "Side"], ["pia", "Pia"], ["oblique", "Oblique"]];
const TOOLS = [
  ["orbit", "Turn (drag), shift (Shift and drag), zoom (wheel); click a nucleus to pick it"],
  ["lasso", "Lasso (L): draw round nuclei. Shift adds, Alt takes away"],
  ["box", "Box (B): drag a rectangle. Shift adds, Alt takes away"],
];
const MODES = [
  ["new", "fresh", "A lasso or click starts a new selection"],
  ["add", "add", "A lasso or click adds to the selection (Shift)"],
  ["subtract", "subtract", "A lasso or click takes from the selection (Alt)"],
];

function button(title, content, act) {
  const made = element("button", { type: "button", title, "aria-label": title }, content);
  made.onclick = act;
  return made;
}

function group(label, ...buttons) {
  return element("div", { className: "panel group", role: "group", "aria-label": label }, ...buttons);
}

export class Toolbar {
  // `owner` has onPreset, onTool, onMode, onFit, onReset, onClear, onSetting, onPicture, onFull.
  constructor(owner) {
    this.owner = owner;
    this.presets = PRESET_WORDS.map(([name, word], i) =>
      button(`View: ${word.toLowerCase()} (${i + 1})`, word, () => owner.onPreset(name)));
    this.tools = TOOLS.map(([name, title]) => button(title, icon(name), () => owner.onTool(name)));
    this.modes = MODES.map(([name, sign, title]) => button(title, icon(sign), () => owner.onMode(name)));
    this.modeGroup = group("What a lasso or click does", ...this.modes);
    this.chip = button("Clear the selection (Esc)", "", () => owner.onClear());
    this.chip.className = "chip";
    const places = [
      button("Fit to what is selected or shown (F)", icon("fit"), () => owner.onFit()),
      button("Back to the first view (0)", icon("home"), () => owner.onReset()),
    ];
    this.root = element("div", { className: "toolbar", role: "toolbar", "aria-label": "3D view" });
    this.root.append(
      group("Views", ...this.presets),
      group("Tools", ...this.tools),
      group("Camera", ...places),
      this.menus(),
      this.modeGroup, // it comes and goes, so nothing but the chip stands behind it
      element("div", { className: "panel group chip-group" }, this.chip),
    );
  }

  menus() {
    this.openers = new Map(); // menu -> its button
    this.settings = element("div", { className: "panel popover settings", hidden: true });
    this.pictures = element("div", { className: "panel popover", hidden: true });
    for (const scale of [1, 2, 4]) {
      const choice = button(`Save the picture at ${scale}×`, `PNG ${scale}×`, () => {
        this.closeMenus();
        this.owner.onPicture(scale);
      });
      this.pictures.append(choice);
    }
    const opener = (title, sign, popover) => {
      const made = button(title, icon(sign), () => this.open(popover.hidden ? popover : null));
      made.setAttribute("aria-expanded", "false");
      this.openers.set(popover, made);
      return made;
    };
    const menu = group(
      "More",
      opener("Point size, slab, context", "more", this.settings),
      opener("Save a picture", "save", this.pictures),
      button("Full screen", icon("full"), () => this.owner.onFull()),
    );
    return element("div", { className: "menus" }, menu, this.settings, this.pictures);
  }

  // One menu is open, or none.
  open(menu) {
    for (const [popover, opener] of this.openers) {
      popover.hidden = popover !== menu;
      opener.setAttribute("aria-expanded", String(popover === menu));
    }
  }

  closeMenus() {
    this.open(null);
  }

  update({ tool, mode, selecting, lit, preset }) {
    const press = (buttons, names, chosen) =>
      buttons.forEach((one, i) => one.setAttribute("aria-pressed", String(names[i][0] === chosen)));
    press(this.presets, PRESET_WORDS, preset);
    press(this.tools, TOOLS, tool);
    press(this.modes, MODES, mode);
    this.modeGroup.hidden = tool === "orbit" && !selecting;
    this.chip.parentElement.hidden = !selecting;
    this.chip.replaceChildren(`${thousands(lit)} selected`, icon("clear"));
  }
}
