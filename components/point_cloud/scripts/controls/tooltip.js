// What stands beside the pointer: one nucleus, its IDs to the last digit, and what the tables call it.
import { element } from "./elements.js";

export class Tooltip {
  constructor() {
    this.root = element("div", { className: "panel tip", role: "tooltip", hidden: true });
  }

  show(cloud, colouring, row, [x, y], view) {
    const swatch = element("span", { className: "swatch" });
    swatch.style.background = colouring.colourAt(row) ?? "var(--quiet)";
    const words = colouring.wordsAt(row);
    const head = element("div", { className: "tip-head" }, swatch, element("b", { textContent: words[0][0] }));
    head.append(element("span", { textContent: words[0][1] }));
    const root = cloud.id("root_id", row);
    const place = cloud.place(row).map((value) => Math.round(value));
    const lines = words.slice(1).map(([word, table]) => [table, word]);
    lines.push(["nucleus", cloud.id("nucleus_id", row)]);
    lines.push(["root ID", root === "0" ? "none: no segment here" : root]);
    lines.push(["depth", `${place[1]} µm`], ["x, z", `${place[0]}, ${place[2]} µm`]);
    const list = element("dl");
    for (const [name, value] of lines) {
      list.append(element("dt", { textContent: name }), element("dd", { textContent: value }));
    }
    this.root.replaceChildren(head, list);
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
