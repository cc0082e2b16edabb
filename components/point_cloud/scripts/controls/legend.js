// The legend: what the colours mean, how many of each there are now, and what is switched off.
import { element, icon } from "./elements.js";
import { countWords, shortNumber, thousands } from "./words.js";

export class Legend {
  // `owner` has onToggle(entry), onOnly(entry), onSelectEntry(entry), onHighlight(entry or null), onAll().
  constructor(owner) {
    this.owner = owner;
    this.title = element("div", { className: "legend-title" });
    this.list = element("ul", { className: "entries" });
    this.foot = element("div", { className: "legend-foot" });
    this.fold = element("button", { className: "fold", type: "button", title: "Fold the legend" }, icon("fold"));
    this.fold.onclick = () => this.setFolded(!this.folded);
    const head = element("div", { className: "legend-head" }, this.title, this.fold);
    this.root = element("section", { className: "panel legend", "aria-label": "Legend" }, head, this.list, this.foot);
    this.setFolded(false);
  }

  setFolded(folded) {
    this.folded = folded;
    this.root.classList.toggle("folded", folded);
    this.fold.setAttribute("aria-expanded", String(!folded));
    this.owner.onFold?.();
  }

  // A new colouring: new lines.
  build(colouring) {
    this.colouring = colouring;
    this.title.textContent = colouring.title;
    this.rows = [];
    if (colouring.by === "number") this.list.replaceChildren(this.bar());
    else this.list.replaceChildren(...colouring.entries.map((entry, i) => this.row(entry, i)));
  }

  row(entry, i) {
    const { owner } = this;
    const swatch = element("span", { className: "swatch" });
    swatch.style.background = entry.colour;
    const count = element("span", { className: "count" });
    const only = element("button", { className: "only", type: "button", textContent: "only" });
    only.title = `Show only ${entry.title}; again shows all`;
    only.onclick = () => owner.onOnly(i);
    const select = element("button", { className: "only", type: "button", textContent: "select" });
    select.title = `Select all ${entry.title} shown now`;
    select.onclick = () => owner.onSelectEntry(i);
    const name = element("span", { className: "name", textContent: entry.title });
    const toggle = element("button", { className: "toggle", type: "button" }, swatch, name, count);
    toggle.title = "Click: show or hide. Double-click: show only this.";
    toggle.onclick = (event) => event.detail < 2 && owner.onToggle(i);
    toggle.ondblclick = () => {
      owner.onToggle(i); // takes back what the first of the two clicks did
      owner.onOnly(i);
    };
    const line = element("li", { className: "entry" }, toggle, element("span", { className: "acts" }, only, select));
    line.onpointerenter = () => owner.onHighlight(i);
    line.onpointerleave = () => owner.onHighlight(null);
    toggle.onfocus = () => toggle.matches(":focus-visible") && owner.onHighlight(i);
    toggle.onblur = () => owner.onHighlight(null);
    this.rows.push({ line, toggle, count });
    return line;
  }

  bar() {
    const { colours, low, high, unit } = this.colouring;
    const strip = element("div", { className: "strip" });
    strip.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
    const [from, middle, to] = [low, (low + high) / 2, high].map(shortNumber);
    const ends = element("div", { className: "ends" });
    ends.append(...[from, middle, `${to} ${unit}`.trim()].map((text) => element("span", { textContent: text })));
    return element("li", { className: "bar" }, strip, ends);
  }

  // New counts, or other entries switched off.
  update(census, hidden, selecting) {
    this.rows.forEach(({ line, toggle, count }, i) => {
      const off = hidden.has(i);
      line.classList.toggle("off", off);
      line.classList.toggle("none", census.counts[i] === 0);
      toggle.setAttribute("aria-pressed", String(!off));
      count.textContent = thousands(census.counts[i]);
    });
    this.foot.replaceChildren(element("span", { textContent: countWords(census, selecting) }));
    if (!hidden.size) return;
    const all = element("button", { className: "all", type: "button", textContent: "show all" });
    all.onclick = () => this.owner.onAll();
    this.foot.append(all);
  }
}
