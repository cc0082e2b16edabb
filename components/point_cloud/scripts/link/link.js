// The link from charts to the cloud: the mark under the pointer lights in the cloud, and a clicked mark is selected
// at once. Python still hears of each click, and has the last word.
// `window.__nucleiLinkOff = true` switches the link off.
import {
  CHARTS, beginAfresh, chartOf, clearDepths, draggedDepths, drawnMarks, hear, isClickable, isEmptyCell, isSamePoint, marksOf, nameOf, namedMarks,
  nucleusFocused, nucleusUnder, outlineMarks, placeOf, pressAfresh, selectionWords, setHint, setPointer, takeClicks, tellChosen, tellHeld, wordsUnder,
} from "./hosts.js";
import { fill } from "./ghosts.js";
import { Keys } from "./keys.js";
import { LINK_HINTS } from "../controls/words.js";
import { bitsAt, bitsBetween, isMarkAt, wordsAt } from "./marks.js";
import { bitsWhere } from "../state/bits.js";

const SAME_PLACE = 5; // px between the presses of a double click

const idOf = ({ name, place, words, differ }) => JSON.stringify([name, words ?? [place?.curveNumber, place?.pointNumber], differ]);

// What the keys held make of a click or a drag.
const heldIn = ({ shiftKey, altKey } = {}) => (shiftKey ? "add" : altKey ? "subtract" : undefined);

export class Link {
  // `store` has the views.
  constructor(store) {
    this.store = store;
    this.chosen = null; // the clicked mark: its chart's name, place and words, whether only their disagreements, the selection
    this.under = null; // the tick label or legend name under the pointer
    this.differ = false; // whether Ctrl or ⌘ is held, which in a matrix asks for the disagreements of a row or column
    this.held = undefined; // what the keys held make of a click, else the page's own way holds
    this.pointed = null; // the nuclei of the mark under the pointer
    this.row = null; // the nucleus in the table row under the pointer
    this.ranged = null; // the name of the chart whose range of depth is selected
    this.words = null; // what is selected in words, without a cloud
    this.lighting = false; // whether the selection changes by a pick in a chart
    this.ends = new AbortController();
    const listen = (name, act) =>
      document.addEventListener(name, act, { capture: true, signal: this.ends.signal });
    listen("pointerover", (event) => this.onOver(event));
    for (const name of ["keydown", "keyup"]) listen(name, (event) => this.onHeld(event));
    listen("pointermove", (event) => event.isTrusted && this.onMove(event));
    listen("focusin", (event) => this.onRow(nucleusFocused(event)));
    listen("pointerdown", (event) => this.onDown(event));
    listen("pointerup", (event) => (this.released = event)); // plotly tells later of the end of a drag
    for (const name of ["mousedown", "mouseup", "click"]) listen(name, (event) => this.onPress(event));
    this.keys = new Keys(this, this.ends.signal);
    this.watch = new MutationObserver(() => (this.looking ??= requestAnimationFrame(() => this.look())));
    this.watch.observe(document.body, { childList: true, subtree: true, characterData: true });
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
    const words = this.view ? null : selectionWords();
    if (words === this.words) return;
    this.words = words;
    this.outlineAll();
  }

  onDrawn(chart) {
    if (window.__nucleiLinkOff) return;
    this.keys.prepare(chart);
    takeClicks(chart);
    this.outline(chart);
    if (marksOf(chart) && this.view) fill(chart, this.view);
  }

  // The selection has changed: show it in all charts, once it is lit in the cloud and Python is told. A matrix takes
  // long to fill, and Streamlit sends what it was told from a timer that would wait for it.
  onSelected() {
    this.outlineAll();
    const fillAll = () => {
      this.filling = null;
      for (const chart of CHARTS) this.onDrawn(chart);
    };
    this.filling ??= requestAnimationFrame(() => setTimeout(fillAll));
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
    // Without a cloud beside it, or of a column that it lacks, Python alone finds the nuclei of a mark.
    const isPick = bits ? bits.some(Boolean) : (marks ? words : isClickable(chart)) && !isEmptyCell(chart, point);
    setPointer(chart, Boolean(point && isPick));
    this.preview(bits);
  }

  // Preview what a click on the mark of these nuclei would leave selected.
  preview(bits) {
    this.pointed = bits;
    this.view?.preview(bits, this.held);
  }

  onDown(event) {
    const { clientX, clientY } = this.pressed ?? event;
    this.pressed = event;
    const chart = chartOf(event.target);
    if (!chart || window.__nucleiLinkOff) return;
    pressAfresh(chart, event, Math.hypot(event.clientX - clientX, event.clientY - clientY) > SAME_PLACE);
  }

  // A click on a mark. Which keys are held is read from the press before it: plotly's events of flows lack them.
  onClick(chart, point) {
    const marks = marksOf(chart);
    if (window.__nucleiLinkOff || !(marks || isClickable(chart))) return;
    const place = placeOf(point);
    this.choose(chart, place, marks && wordsAt(marks, place));
  }

  // Choose a mark; returns whether it is known to have no nuclei, of which Python then says why nothing is selected.
  choose(chart, place, words, differ = false) {
    const held = heldIn(this.pressed) ?? "new";
    const bits = this.bitsOf(chart, words, differ);
    tellChosen(chart, { ...place, ...(words && { words }), differ, held, at: Date.now() });
    if (bits ? !bits.some(Boolean) : isEmptyCell(chart, place)) return true;
    if (bits) return this.light(chart, bits, held, { place, words, differ });
    this.ranged = null;
    this.keep(chart, { place, words, differ, before: this.selection });
    return false;
  }

  light(chart, bits, held, mark) {
    this.ranged = mark.place ? null : nameOf(chart);
    this.lighting = true;
    this.view.actions.light(bits, held);
    this.lighting = false;
    this.keep(chart, { ...mark, selected: this.selection });
    return false;
  }

  // Of a mark whose nuclei Python alone finds, what it selects is not known yet, but where it is selected already.
  keep(chart, mark) {
    const [before, chosen] = [this.chosen, { name: nameOf(chart), ...mark }];
    if (before && idOf(before) === idOf(chosen)) chosen.selected ??= before.selected;
    this.chosen = chosen;
    this.outlineAll();
  }

  // What is selected: by the cloud, or without one in words.
  get selection() {
    return this.view ? this.view.choice.selected ?? null : selectionWords();
  }

  // Tick labels and legend names, for which plotly has no events.

  onOver(event) {
    const { target: node } = event;
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
    this.previewUnder();
  }

  // Only a pointer that moves says which keys are held: where the page moves under it, its events say none.
  onMove(event) {
    this.onHeld(event);
    this.onRow(nucleusUnder(event));
  }

  // Which keys are held; returns whether they are others than before.
  note({ ctrlKey, metaKey, shiftKey, altKey }) {
    const { differ, held } = this;
    this.differ = ctrlKey || metaKey;
    this.held = heldIn({ shiftKey, altKey });
    return differ !== this.differ || held !== this.held;
  }

  onHeld(event) {
    if (!this.note(event)) return;
    if (this.under) this.previewUnder();
    else if (this.pointed) this.preview(this.pointed);
  }

  // Preview what a click on the label under the pointer selects.
  previewUnder() {
    const { chart, words } = this.under ?? {};
    const marks = chart && marksOf(chart);
    this.preview(marks ? this.bitsOf(chart, words, this.differ && marks.x && marks.y) : null);
  }

  // The nucleus in the table row under the pointer or with the focus, as text, or null.

  onRow(nucleus) {
    if (nucleus === this.row || window.__nucleiLinkOff) return;
    this.row = nucleus;
    const { cloud } = this.view ?? {};
    const row = cloud && nucleus ? cloud.rowOf(nucleus) : -1;
    this.view?.preview(row < 0 ? null : bitsWhere(cloud.n, (other) => other === row), "new");
  }

  // Plotly hides a trace when its name is clicked; here only with Ctrl or ⌘. In a matrix these keys ask for the
  // disagreements of a row or column.
  onPress(event) {
    const { under } = this;
    const differ = event.ctrlKey || event.metaKey;
    const chart = window.__nucleiLinkOff || under ? null : chartOf(event.target);
    if (event.type === "mousedown" && chart && marksOf(chart)?.tenths) beginAfresh(event);
    if (!under || !under.chart.contains(event.target) || !under.node.contains(event.target)) return;
    if (differ && under.words.name) return;
    event.stopPropagation();
    if (event.type === "click") this.choose(under.chart, {}, under.words, differ);
  }

  // A drag over depth.

  onDrag(chart, event) {
    const bits = this.bitsOfDrag(chart, event);
    if (bits) this.preview(bits);
  }

  onDragged(chart, event) {
    if (window.__nucleiLinkOff || !draggedDepths(event)) return;
    const [bits, held] = [this.bitsOfDrag(chart, event), heldIn(this.released) ?? "new"];
    this.pointed = null;
    tellHeld(event, held);
    if (bits?.some(Boolean)) this.light(chart, bits, held, {});
  }

  bitsOfDrag(chart, event) {
    const [marks, depths, { view }] = [marksOf(chart), draggedDepths(event), this];
    if (!marks?.tenths || !depths || !view || window.__nucleiLinkOff) return null;
    const bits = bitsBetween(view.cloud, marks, depths, view.choice.filter);
    return bits && this.store.known(bits);
  }

  // The outline of the clicked mark while what it selected is selected: also again, as after Python's answer to a click before.

  outlineAll() {
    const { chosen, selection } = this;
    if (!chosen) return;
    if (chosen.selected === undefined && selection !== chosen.before) chosen.selected = selection; // Python has answered
    const kept = selection && selection === chosen.selected;
    if (!kept && !this.lighting) this.ranged = null;
    for (const chart of CHARTS) if (nameOf(chart) !== this.ranged) clearDepths(chart);
    for (const chart of CHARTS) this.outline(chart);
  }

  outline(chart) {
    const { name, place, words, differ, selected } = this.chosen ?? {};
    if (!selected || selected !== this.selection || name !== nameOf(chart)) return outlineMarks(chart, []);
    const marks = marksOf(chart);
    const isChosen = words && marks ? (at) => isMarkAt(marks, at, words, differ) : (at) => isSamePoint(at, place);
    const drawn = [...drawnMarks(chart), ...namedMarks(chart)];
    outlineMarks(chart, drawn.filter(([, at]) => isChosen(at)).map(([element]) => element));
  }

  stop() {
    this.ends.abort();
    this.keys.stop();
    this.watch.disconnect();
  }
}
