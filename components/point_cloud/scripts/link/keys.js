// The keyboard in charts: a chart is one stop of the tab key, arrows move from mark to mark, Enter selects. What has the
// focus is framed, previewed in the cloud, and spoken: how many nuclei, and which.
import { ofNuclei } from "../controls/words.js";
import {
  CHARTS, chartOf, drawnMarks, frameOfDepths, isClickable, marksOf, nameOf, namedMarks, placeFrame, shapeOf, tellDepths,
  wakeTable, wordsSeen,
} from "./hosts.js";
import { axesOf, bitsBetween, wordsAt } from "./marks.js";
import { countBits } from "../state/bits.js";

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HOW = "Arrow keys move from mark to mark, Enter selects, with Shift adds, with Alt takes away, Escape leaves, S goes to the selection.";
const TOOL = ".st-key-selected-tools button:not(:disabled, [aria-label^=Help])";
const OPEN_NUCLEI = ".st-key-selected-viewer button"; // the first of what a selection offers
const POPOVER = "[data-testid=stPopoverBody]";
const TO_OPEN = `${POPOVER} a[href]`; // far from its button in the order of the tab key
const BUTTONS = "button:enabled:not([aria-label^=Help])";
const SWITCHES = "button:not([data-testid=stDownloadButton] *)"; // a download is off for a moment alone
const PRESSES = ["Enter", " "];
const DRAWN_MS = 5000;
const HOW_DEPTHS = `${HOW} Up and down move a range of depth, with Shift they change its lower end.`;
const STEP = 25; // µm
const [SIDEWAYS, ASIDE] = [0.3, 1000]; // pixels along the way: the cost of one pixel beside it, and of leaving the row or column

// The mark nearest to a shape in a direction, if possible in its row or column.
function nearest(marks, from, [right, down]) {
  const [begin, size, otherBegin, otherSize] = right ? ["left", "width", "top", "height"] : ["top", "height", "left", "width"];
  const middle = (shape, start, length) => shape[start] + shape[length] / 2;
  const cost = ({ shape }) => {
    const along = (middle(shape, begin, size) - middle(from, begin, size)) * (right || down);
    const beside = Math.abs(middle(shape, otherBegin, otherSize) - middle(from, otherBegin, otherSize));
    const aside = beside > (shape[otherSize] + from[otherSize]) / 2 - 1;
    if (along < (aside ? from[size] / 2 : 1)) return Infinity;
    return along + SIDEWAYS * beside + (aside ? ASIDE : 0);
  };
  const costs = marks.map(cost);
  const least = Math.min(...costs);
  return least < Infinity ? marks[costs.indexOf(least)] : null;
}

export class Keys {
  constructor(link, signal) {
    this.link = link;
    this.at = null; // the mark with the focus: its chart's name, its id, its words or depths
    this.on = null; // the name of the chart with the focus
    this.kept = null; // the mark with the focus, or the chart alone, that was replaced while it had it
    this.came = null; // the chart from which the reader went to the selection
    this.frame = Object.assign(document.createElement("div"), { className: "nuclei-focus", hidden: true });
    this.live = Object.assign(document.createElement("div"), { className: "nuclei-said", role: "status" });
    document.body.append(this.live);
    const listen = (name, act) => document.addEventListener(name, act, { capture: true, signal });
    listen("keydown", (event) => this.onKey(event));
    for (const name of ["focusin", "keydown"]) listen(name, wakeTable);
    listen("focusin", ({ target }) => (this.on = target === chartOf(target) ? nameOf(target) : null));
    listen("focusout", ({ target, relatedTarget }) => {
      if (target !== chartOf(target)) return;
      this.kept = relatedTarget ? null : this.at ?? { chart: this.on };
      this.leave();
      requestAnimationFrame(() => [...CHARTS].forEach((chart) => this.regain(chart)));
    });
    listen("pointerdown", () => (this.kept = this.came = null));
    this.watch = new MutationObserver(([{ target }]) => requestAnimationFrame(() => this.goOn(target)));
  }

  // Make a chart a stop of the tab key.
  prepare(chart) {
    if (chart.tabIndex === 0 || (!marksOf(chart) && !isClickable(chart))) return;
    Object.assign(chart, { tabIndex: 0, role: "application" });
    chart.ariaLabel = `${nameOf(chart)}. ${marksOf(chart)?.tenths ? HOW_DEPTHS : HOW}`;
    this.regain(chart);
  }

  // Give a chart the focus of the chart that it replaces.
  regain(chart) {
    const { kept } = this;
    if (kept?.chart !== nameOf(chart) || document.activeElement !== document.body) return;
    chart.focus({ preventScroll: true });
    if (kept.shape) this.mark(chart, kept);
  }

  // The marks of a chart as { id, place, words, shape }; one for each of the words.
  marks(chart) {
    const told = marksOf(chart);
    const found = new Map();
    const drawn = told?.tenths ? [] : drawnMarks(chart);
    for (const [element, place] of [...drawn, ...namedMarks(chart)]) {
      const words = told && wordsAt(told, place);
      const shape = shapeOf(element, chart);
      if ((told ? !words : !place.customdata && place.x === undefined) || shape.width < 1 || shape.height < 1) continue;
      const id = JSON.stringify(words ?? [place.curveNumber, place.pointNumber]);
      if (!found.has(id)) found.set(id, { id, place, words, shape });
    }
    return [...found.values()];
  }

  onKey(event) {
    const chart = event.target;
    this.kept = null;
    if (event.key === "Enter" && chart.matches?.(OPEN_NUCLEI) && !document.querySelector(POPOVER)) this.goTo(TO_OPEN, OPEN_NUCLEI);
    if (PRESSES.includes(event.key) && chart.matches?.(SWITCHES)) this.watchButton(chart);
    if (chart !== chartOf(chart) || window.__nucleiLinkOff) return;
    const way = WAYS[event.key];
    if (event.key === "Escape" && this.at) this.leave();
    else if (event.key === "Enter" && this.at) this.choose(chart, event);
    else if (way && marksOf(chart)?.tenths && !way[0]) this.moveDepths(chart, way[1], event.shiftKey);
    else if (way) this.move(chart, way);
    else if (event.key === "s") {
      this.came = nameOf(chart);
      this.goTo(OPEN_NUCLEI, TOOL);
    }
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  move(chart, way) {
    const marks = this.marks(chart);
    const at = this.at?.chart === nameOf(chart) ? this.at : null;
    const now = at && (marks.find(({ id }) => id === at.id) ?? at);
    const next = now ? nearest(marks, now.shape, way) : marks[0];
    if (next) this.show(chart, next, this.link.bitsOf(chart, next.words), this.wordsOf(chart, next));
  }

  // Move both ends by a step, or with Shift only the lower one.
  moveDepths(chart, down, widen) {
    const { depths: before } = this.at ?? {};
    const [low, high] = before ?? [-STEP, 0];
    const depths = before && widen ? [low, Math.max(low + STEP, high + down * STEP)] : [low + down * STEP, high + down * STEP];
    const { view } = this.link;
    const bits = view && this.link.store.known(bitsBetween(view.cloud, marksOf(chart), depths, view.choice.filter));
    this.show(chart, { id: "depths", depths, shape: frameOfDepths(chart, depths) }, bits, `${depths.join(" to ")} µm of depth`);
  }

  wordsOf(chart, { words, place }) {
    const { titles = {}, margins = {} } = marksOf(chart) ?? {};
    const named = Object.keys(axesOf(marksOf(chart) ?? {})).filter((axis) => words?.[axis] !== undefined);
    const phraseOf = (axis) => (titles[axis] && words[axis] !== margins[axis] ? titles[axis] : "{}");
    const spoken = named.map((axis) => {
      const phrase = phraseOf(axis);
      return phrase.includes("{}") ? phrase.split("{}").join(words[axis]) : `${words[axis]} in ${phrase}`;
    });
    return spoken.length && named[0] !== "customdata" ? spoken.join(", ") : wordsSeen(place);
  }

  show(chart, mark, bits, words) {
    this.mark(chart, { ...mark, chart: nameOf(chart), spoken: words });
    this.frame.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.link.view?.preview(bits);
    this.say(bits ? `${this.count(bits)}: ${words}` : words);
  }

  mark(chart, at) {
    this.at = at;
    this.frame.hidden = false;
    chart.append(placeFrame(this.frame, at.shape));
  }

  choose(chart, event) {
    const { depths, place, words, spoken } = this.at;
    const differ = (event.ctrlKey || event.metaKey) && Object.keys(words ?? {}).length === 1; // a row or a column
    this.link.pressed = this.link.released = event;
    if (depths) tellDepths(chart, depths);
    if (!depths && this.link.choose(chart, place, words, differ)) return this.say(`No nuclei, the selection stays: ${spoken}`);
    const { view } = this.link, selected = view?.choice.selected;
    const done = !marksOf(chart) || !view ? "Chosen" : selected ? `${this.count(selected)} selected` : "Nothing selected";
    this.say(`${done}: ${spoken}${differ ? ", labelled differently by the other table" : ""}`);
  }

  // Move the focus to what is wanted once it is drawn, or else to another, unless the reader has moved it meanwhile.
  goTo(wanted, otherwise, from = document.activeElement, until = performance.now() + DRAWN_MS) {
    if (from.isConnected && document.activeElement !== from) return;
    const found = document.querySelector(wanted);
    const coming = !found && this.link.view?.choice.selected && performance.now() < until;
    if (coming) requestAnimationFrame(() => this.goTo(wanted, otherwise, from, until));
    else (found ?? document.querySelector(otherwise))?.focus();
  }

  // A button that its own press switches off, such as “Clear”, would leave the focus nowhere.
  watchButton(button) {
    this.watch.disconnect();
    this.watch.observe(button, { attributeFilter: ["disabled"] });
  }

  // Move the focus from a button that is off: back to the chart, or else to the button before it or after.
  goOn(button) {
    this.watch.disconnect();
    if (!button.disabled || ![button, document.body].includes(document.activeElement)) return;
    const chart = [...CHARTS].find((one) => nameOf(one) === this.came);
    const buttons = [...document.querySelectorAll(BUTTONS)].filter((one) => one.checkVisibility());
    const after = buttons.findIndex((one) => button.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
    (chart ?? buttons[after - 1] ?? buttons[after])?.focus();
  }

  leave() {
    if (!this.at) return;
    this.at = null;
    this.frame.hidden = true;
    this.link.view?.preview(null);
  }

  count(bits) {
    return ofNuclei(countBits(bits));
  }

  say(text) {
    this.live.textContent = text;
  }

  stop() {
    this.live.remove();
    this.watch.disconnect();
  }
}
