// The link from charts to the cloud: the mark under the pointer lights in the cloud, and a clicked mark is selected
// at once. Python still hears of each click, and has the last word.
// `window.__nucleiLinkOff = true` switches the link off.
import {
  CHARTS, chartOf, clearDepths, draggedDepths, drawnMarks, hear, isClickable, marksOf, nameOf, namedMarks, nucleusFocused, nucleusUnder,
  outlineMarks, placeOf, pressAfresh, setHint, setPointer, shareClicks, takeClicks, tellChosen, wordsUnder,
} from "./hosts.js";
import { fill } from "./ghosts.js";
import { Keys } from "./keys.js";
import { LINK_HINTS } from "../controls/words.js";
import { bitsAt, bitsBetween, isMarkAt, wordsAt } from "./marks.js";
import { bitsWhere } from "../state/bits.js";

const SAME_PLACE = 5; // px between the presses of a double click

export class Link {
  // `store` has the views.
  constructor(store) {
    this.store = store;
    this.chosen = null; // the clicked mark: its chart's name, its words, whether only their disagreements, the selection
    this.under = null; // the tick label or legend name under the pointer
    this.row = null; // the nucleus in the table row under the pointer
    this.ranged = null; // the name of the chart whose range of depth is selected
    this.lighting = false; // whether the selection changes by a pick in a chart
    this.ends = new AbortController();
    const listen = (name, act) =>
      document.addEventListener(name, act, { capture: true, signal: this.ends.signal });
    listen("pointerover", ({ target }) => this.onOver(target));
    listen("pointermove", (event) => event.isTrusted && this.onRow(nucleusUnder(event)));
    listen("focusin", (event) => this.onRow(nucleusFocused(event)));
    listen("pointerdown", (event) => this.onDown(event));
    for (const name of ["mousedown", "mouseup", "click"]) listen(name, (event) => this.onPress(event));
    this.keys = new Keys(this, this.ends.signal);
    this.watch = new MutationObserver(() => (this.looking ??= requestAnimationFrame(() => this.look())));
    this.watch.observe(document.body, { childList: true, subtree: true });
    this.looking ??= requestAnimationFrame(() => this.look()); // charts that came before the link
  }

  get view() {
    return [...this.store.views.values()].findLast(({ cloud, root }) => cloud && root.isConnected);
  }

  // Listen to charts that were added.
  look() {
    this.looking = null;
    if (window.__nucleiLinkOff) return;
    for (const chart of CHARTS) {
      const heard = hear(chart, {
        hover: ({ points }) => this.onHover(chart, points[0]),
        unhover: () => this.onHover(chart, null),
        click: ({ points }) => this.onClick(chart, points[0]),
        selecting: (event) => this.onDrag(chart, event),
        selected: (event) => this.onDragged(chart, event),
        afterplot: () => this.onDrawn(chart),
      });
      if (heard) this.onDrawn(chart);
    }
  }

  onDrawn(chart) {
    if (window.__nucleiLinkOff) return;
    this.keys.prepare(chart);
    if (!marksOf(chart)) return;
    takeClicks(chart);
    this.outline(chart);
    if (this.view) fill(chart, this.view);
  }

  // The selection has changed: show it in all charts, before the next frame.
  onSelected() {
    this.outlineAll();
    this.filling ??= requestAnimationFrame(() => {
      this.filling = null;
      for (const chart of CHARTS) this.onDrawn(chart);
    });
  }

  // The nuclei of the marks at some words, or null.
  bitsOf(chart, words, differ) {
    const [marks, { view }] = [marksOf(chart), this];
    const bits = view && words && bitsAt(view.cloud, marks, words, view.choice.filter, differ);
    return bits && this.store.known(bits);
  }

  onHover(chart, point) {
    if (window.__nucleiLinkOff || (!point && this.under)) return; // plotly reports late that the pointer has left
    const marks = marksOf(chart);
    const words = point && marks && wordsAt(marks, placeOf(point));
    const bits = this.bitsOf(chart, words);
    // Without a cloud beside it, Python alone finds the nuclei of a mark.
    setPointer(chart, Boolean(point && (bits ? bits.some(Boolean) : marks ? words && !this.view : isClickable(chart))));
    this.view?.preview(bits);
  }

  onDown(event) {
    const { clientX, clientY } = this.pressed ?? event;
    this.pressed = event;
    const chart = chartOf(event.target);
    if (!chart || window.__nucleiLinkOff) return;
    pressAfresh(chart, event, Math.hypot(event.clientX - clientX, event.clientY - clientY) > SAME_PLACE);
    if (!marksOf(chart)) shareClicks(chart, event);
  }

  // A click on a mark. Which keys are held is read from the press before it: plotly's events of flows lack them.
  onClick(chart, point) {
    const [marks, { shiftKey, altKey }] = [marksOf(chart), this.pressed ?? {}];
    if (window.__nucleiLinkOff || !(marks || shiftKey || altKey)) return;
    const place = placeOf(point);
    this.choose(chart, place, marks && wordsAt(marks, place));
  }

  // Choose a mark; returns whether it is known to have no nuclei, of which Python then says why nothing is selected.
  choose(chart, place, words, differ = false) {
    const { shiftKey, altKey } = this.pressed ?? {};
    const held = shiftKey ? "add" : altKey ? "subtract" : "new";
    const bits = this.bitsOf(chart, words, differ);
    tellChosen(chart, { ...place, ...(words && { words }), differ, held, at: Date.now() });
    if (bits?.some(Boolean)) this.light(chart, bits, held, words, differ);
    return Boolean(bits && !bits.some(Boolean));
  }

  light(chart, bits, held, words, differ) {
    const { view } = this;
    this.ranged = words ? null : nameOf(chart);
    this.lighting = true;
    view.actions.light(bits, held);
    this.lighting = false;
    this.chosen = { name: nameOf(chart), words, differ, selected: view.choice.selected };
    this.outlineAll();
  }

  // Tick labels and legend names, for which plotly has no events.

  onOver(node) {
    if (window.__nucleiLinkOff) return;
    const { chart, words } = wordsUnder(node);
    const marks = chart && marksOf(chart);
    const named = marks && words && wordsAt(marks, { words });
    const bits = named && this.bitsOf(chart, words);
    const under = named && (!bits || bits.some(Boolean)) ? { node, chart, words } : null;
    if (!under && words?.name) setHint(node, LINK_HINTS.hides);
    if (!under && !this.under) return;
    this.under = under;
    node.style.cursor = under ? "pointer" : "";
    if (under) setHint(node, words.name ? LINK_HINTS.entry : marks.x && marks.y ? LINK_HINTS.line : LINK_HINTS.label);
    this.view?.preview(under && bits);
  }

  // The nucleus in the table row under the pointer or with the focus, as text, or null.

  onRow(nucleus) {
    if (nucleus === this.row || window.__nucleiLinkOff) return;
    this.row = nucleus;
    const { cloud } = this.view ?? {};
    const row = cloud && nucleus ? cloud.rowOf(nucleus) : -1;
    this.view?.preview(row < 0 ? null : bitsWhere(cloud.n, (other) => other === row));
  }

  // Plotly hides a trace when its name is clicked; here only with Ctrl or ⌘. In a matrix these keys ask for the
  // disagreements of a row or column.
  onPress(event) {
    const { under } = this;
    const differ = event.ctrlKey || event.metaKey;
    if (!under || !under.chart.contains(event.target) || !under.node.contains(event.target)) return;
    if (differ && under.words.name) return;
    event.stopPropagation();
    if (event.type === "click") this.choose(under.chart, {}, under.words, differ);
  }

  // A drag over depth.

  onDrag(chart, event) {
    const bits = this.bitsOfDrag(chart, event);
    if (bits) this.view.preview(bits);
  }

  onDragged(chart, event) {
    const bits = this.bitsOfDrag(chart, event);
    if (bits?.some(Boolean)) this.light(chart, bits, "new");
  }

  bitsOfDrag(chart, event) {
    const [marks, depths, { view }] = [marksOf(chart), draggedDepths(event), this];
    if (!marks?.tenths || !depths || !view || window.__nucleiLinkOff) return null;
    const bits = bitsBetween(view.cloud, marks, depths, view.choice.filter);
    return bits && this.store.known(bits);
  }

  // The outline of the clicked mark, as long as what it selected is selected.

  outlineAll() {
    if (!this.chosen) return;
    const { selected } = this.chosen;
    const kept = selected && selected === this.view?.choice.selected;
    if (!kept && !this.lighting) this.ranged = null;
    for (const chart of CHARTS) if (nameOf(chart) !== this.ranged) clearDepths(chart);
    if (!kept) this.chosen = null;
    for (const chart of CHARTS) this.outline(chart);
  }

  outline(chart) {
    const { name, words, differ } = this.chosen ?? {};
    const marks = words && name === nameOf(chart) && marksOf(chart);
    const drawn = marks ? [...drawnMarks(chart), ...namedMarks(chart)] : [];
    outlineMarks(chart, drawn.filter(([, place]) => isMarkAt(marks, place, words, differ)).map(([element]) => element));
  }

  stop() {
    this.ends.abort();
    this.keys.stop();
    this.watch.disconnect();
  }
}
