// What the colours mean: the legend with its counts, and the tooltip of one nucleus.
import { element, icon, swatch } from "./elements.js";
import { clipOf } from "../state/shapes.js";
import { countWords, shortNumber, thousands } from "./words.js";

export class Legend {
  // `actions` has onToggle(entry), onOnly(entry), onSelectEntry(entry), onHighlight(entry or null), onAll(),
  // onClear().
  constructor(actions) {
    this.actions = actions;
    this.title = element("div", { className: "legend-title" });
    this.of = element("div", { className: "legend-of", hidden: true });
    this.list = element("ul", { className: "entries" });
    this.foot = element("div", { className: "legend-foot" });
    const onclick = () => this.setFolded(!this.folded);
    const title = "Collapse the legend";
    this.fold = element("button", { className: "fold", type: "button", title, onclick }, icon("fold"));
    const head = element("div", { className: "legend-head" }, this.title, this.fold);
    this.root = element("section", { className: "panel legend", "aria-label": "Legend" }, head, this.of, this.list, this.foot);
    this.setFolded(false);
    this.low = false;
  }

  setFolded(folded) {
    this.folded = folded;
    this.root.classList.toggle("folded", folded);
    this.fold.setAttribute("aria-expanded", String(!folded));
  }

  // Below a low picture it begins folded.
  fit({ clientWidth, clientHeight }) {
    const low = clientWidth <= 620 && clientHeight < 260;
    if (low !== this.low) this.setFolded(low);
    this.low = low;
  }

  // A new colouring: new lines.
  build(colouring) {
    this.title.textContent = colouring.title;
    const lines = colouring.by === "number" ? [] : colouring.entries.map((entry, i) => this.line(entry, i));
    this.lines = lines;
    this.others = element("span", { className: "count" });
    const rest = element("span", { className: "told" }, swatch("var(--ink)"));
    rest.append(element("span", { className: "name", textContent: colouring.noEntry }), this.others);
    this.rest = element("li", { className: "entry", hidden: true }, rest);
    const known = colouring.by === "number" ? [bar(colouring)] : lines.map(({ root }) => root);
    this.list.replaceChildren(...known, this.rest);
  }

  line({ title, colour }, i) {
    const { actions } = this;
    const act = (textContent, title, onclick) =>
      element("button", { className: "only", type: "button", textContent, title, onclick });
    const only = act("only", `Show only ${title}, or all again`, () => actions.onOnly(i));
    const select = act("select", `Select every ${title} shown`, () => actions.onSelectEntry(i));
    const count = element("span", { className: "count" });
    const name = element("span", { className: "name", textContent: title });
    const toggle = element("button", { className: "toggle", type: "button" }, swatch(colour, clipOf(i)), name, count);
    toggle.title = `Show or hide ${title}`;
    toggle.onclick = (event) => event.detail < 2 && actions.onToggle(i);
    toggle.ondblclick = () => {
      actions.onToggle(i); // undo the first of the two clicks
      actions.onOnly(i);
    };
    const root = element("li", { className: "entry" }, toggle, element("span", { className: "acts" }, only, select));
    root.onpointerenter = () => actions.onHighlight(i);
    root.onpointerleave = () => actions.onHighlight(null);
    root.addEventListener("focusin", ({ target }) => target.matches(":focus-visible") && actions.onHighlight(i));
    root.addEventListener("focusout", () => actions.onHighlight(null));
    return { root, toggle, count };
  }

  // New counts, or other entries switched off.
  update(shown) {
    const { census, choice: { hidden, selected }, message, store } = shown;
    this.root.classList.toggle("shaped", Boolean(store?.shaped));
    this.lines.forEach(({ root, toggle, count }, i) => {
      root.classList.toggle("off", hidden.has(i));
      root.classList.toggle("none", census.counts[i] === 0);
      toggle.setAttribute("aria-pressed", String(!hidden.has(i)));
      count.textContent = thousands(census.counts[i]);
    });
    this.rest.hidden = !census.others;
    this.others.textContent = thousands(census.others);
    this.of.hidden = !selected || !this.lines.length;
    this.of.textContent = `of the ${thousands(census.lit)} ${message.lit ? "lit" : "selected"}`;
    this.foot.replaceChildren(element("span", { textContent: countWords(shown) }));
    const offer = (textContent, onclick) =>
      this.foot.append(element("button", { className: "all", type: "button", textContent, onclick }));
    if (hidden.size) offer("show all", () => this.actions.onAll());
    if (selected && !message.lit) offer("clear", () => this.actions.onClear());
  }
}

function bar({ colours, low, high, unit }) {
  const strip = element("div", { className: "strip", style: `background: linear-gradient(to right, ${colours})` });
  const [from, middle, to] = [low, (low + high) / 2, high].map(shortNumber);
  const texts = [from, middle, `${to} ${unit}`.trim()].map((textContent) => element("span", { textContent }));
  return element("li", { className: "bar" }, strip, element("div", { className: "ends" }, ...texts));
}

// Beside the pointer: one nucleus, its IDs to the last digit, and its labels.
export class Tooltip {
  constructor() {
    this.root = element("div", { className: "panel tip", role: "tooltip", hidden: true });
  }

  show(cloud, colouring, row, [x, y], view) {
    const [[word, table], ...others] = colouring.wordsAt(row);
    const head = element("div", { className: "tip-head" }, swatch(colouring.colourAt(row) ?? "var(--quiet)"));
    head.append(element("b", { textContent: word }), element("span", { textContent: table }));
    const root = cloud.id("root_id", row);
    const place = cloud.place(row).map((value) => Math.round(value));
    const lines = [
      ...others.map(([otherWord, otherTable]) => [otherTable, otherWord]),
      ["nucleus", cloud.id("nucleus_id", row)],
      ["root ID", root === "0" ? "none: no segment here" : root],
      ["depth", `${place[1]} µm`],
      ["x, z", `${place[0]}, ${place[2]} µm`],
    ];
    const cells = lines.flatMap(([name, value]) =>
      [element("dt", { textContent: name }), element("dd", { textContent: value })]);
    this.root.replaceChildren(head, element("dl", {}, ...cells));
    this.root.hidden = false;
    const { offsetWidth, offsetHeight } = this.root;
    const left = x + 18 + offsetWidth > view.width ? x - 18 - offsetWidth : x + 18;
    const top = Math.min(Math.max(8, y - offsetHeight / 2), view.height - offsetHeight - 8);
    this.root.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  hide() {
    this.root.hidden = true;
  }
}
