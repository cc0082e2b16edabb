// A tour: views with a sentence each, shown one after another in full screen, by keys or a clicker.
import { Camera, PRESETS } from "../drawing/camera.js";
import { drawSheets, readSheets } from "../saved/sheets.js";
import { fromBase64 } from "../state/bits.js";
import { POSITION_NAMES } from "../state/pack.js";
import { restore, stateOf } from "../state/snapshot.js";
import { readSteps, takeFromLink, unpackSteps, writeSteps } from "./text.js";

const KEYS = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 };
const KEPT = "cell-types-tour";
const [NEAR_UM, ROOM_UM] = [300, 15]; // the height of a near view of one nucleus, the room around several
const [PRESENTING, RECOLOURED] = ["presenting", "presenting-recoloured"]; // classes of workbench.css

// Whether a step is of the nuclei that a view has, and of columns that they have.
function isOf({ cloud: { version, n, sections } }, { cloud, state: { message, parts, sets } }) {
  const { by, columns } = parts[message.colour];
  const has = (name) => POSITION_NAMES.includes(name) || sections.has(`${by === "number" ? "number" : "label"}:${name}`);
  return cloud === version && columns.every(has) && Object.values(sets).every((text) => fromBase64(text).length === (n + 7) >> 3);
}

export class Tour {
  // `store` has the views.
  constructor(store) {
    this.store = store;
    this.own = []; // the reader's steps
    this.shown = []; // the steps that are presented
    this.at = -1;
    this.ends = new AbortController();
    const listen = (target, name, act) => target.addEventListener(name, act, { capture: true, signal: this.ends.signal });
    listen(window, "keydown", (event) => this.onKey(event));
    listen(document, "fullscreenchange", () => !document.fullscreenElement && this.leave());
    try {
      this.own = readSteps(sessionStorage.getItem(KEPT));
    } catch { /* none is kept, or the browser has no storage: it forgets a tour with its page */ }
    this.linked = takeFromLink(); // the text of the link's tour, until it is presented
  }

  stop() {
    this.leave();
    this.ends.abort();
  }

  get steps() {
    return this.own;
  }

  set steps(steps) {
    this.own = steps;
    try {
      sessionStorage.setItem(KEPT, writeSteps(steps));
    } catch { /* as above */ }
    for (const view of this.store.views.values()) view.tourPanel.draw();
  }

  get presenting() {
    return this.at >= 0;
  }

  // A step holds the contact sheets that are on screen, too.
  async add(view) {
    const { message: { scene, colour, caption, lit }, hidden, ...look } = stateOf(view);
    const state = { ...look, message: { scene, colour, caption, lit }, ...(hidden[1].length && { hidden }) };
    const step = { words: view.colouring.title, cloud: view.cloud.version, state };
    const sheets = await readSheets();
    this.steps = [...this.own, sheets.length ? { ...step, sheets } : step];
  }

  // Put a step elsewhere in the order; beyond the ends it stays.
  move(i, by) {
    const steps = [...this.own];
    const [step] = steps.splice(i, 1);
    steps.splice(Math.max(0, i + by), 0, step);
    this.steps = steps;
  }

  remove(i) {
    this.steps = this.own.filter((_, k) => k !== i);
  }

  // The release's own steps, from Python.
  take(steps) {
    const view = this.store.link.view;
    if (view && steps?.length) this.present(view, steps);
  }

  // The tour of the link, once there are nuclei to show it with. It stays, unless the reader has a tour of their own.
  async begin(view) {
    const { linked } = this;
    this.linked = null;
    if (!linked) return;
    try {
      const steps = await unpackSteps(linked);
      if (!this.own.length) this.steps = steps;
      this.present(view, steps);
    } catch (error) {
      const ours = error.constructor === Error; // else the browser's own words for a text that is none of ours
      view.tourPanel.tell(`The tour of this link cannot be read: ${ours ? error.message : "the link was cut or changed"}.`);
    }
  }

  // In full screen; where the browser refuses that, in the window.
  present(view, steps) {
    this.before = { view, message: view.message, state: stateOf(view) };
    this.shown = steps;
    document.documentElement.classList.add(PRESENTING);
    document.documentElement.requestFullscreen?.().catch(() => {});
    this.show(0);
  }

  show(at) {
    const { view } = this.before;
    this.at = Math.max(0, Math.min(this.shown.length - 1, at));
    const { words, state, sheets = [] } = this.shown[this.at];
    const other = !isOf(view, this.shown[this.at]);
    const place = Object.assign(document.createElement("small"), {
      textContent: `${this.at + 1} of ${this.shown.length} · ← → · Esc leaves`,
    });
    view.banner.replaceChildren(other ? "This step shows other rows than those at hand." : words, place);
    view.banner.hidden = false;
    view.beside.replaceChildren(...(sheets.length ? [drawSheets(sheets)] : []));
    view.beside.hidden = !sheets.length;
    if (other) return;
    this.mark(state.message.colour !== this.before.message.colour);
    restore(view, state);
    this.fly(view, state.camera);
  }

  // Whether the colours are a step's, so that the page's choices of colour do not name them.
  mark(recoloured) {
    document.documentElement.classList.toggle(RECOLOURED, recoloured);
  }

  // To a camera, to a side of the whole volume, or near what is lit.
  fly(view, camera) {
    const { travel } = view.actions;
    if (camera.side) travel.to(PRESETS[camera.side].side, view.cloud.corners, { whole: true });
    else if (camera.near) {
      const places = view.actions.litPlaces();
      travel.to(PRESETS.oblique.side, places, places.length > 1 ? { room: ROOM_UM } : { span: NEAR_UM });
    }
    else travel.to(Object.assign(new Camera(), camera), [camera.target], { span: camera.span, whole: camera.whole });
  }

  // What the page's new message changes in the step on screen: a pick the selection alone, another choice all.
  during(message) {
    const { before } = this;
    const picked = message.colour === before.message.colour && message.filter === before.message.filter;
    Object.assign(before, { message, changed: true });
    if (!picked) this.mark(false);
    return picked ? { ...before.view.message, parts: message.parts, sets: message.sets, selected: message.selected } : message;
  }

  // Back to the view from which the tour began, with what was changed on the page since.
  leave() {
    if (!this.presenting) return;
    this.at = -1;
    document.documentElement.classList.remove(PRESENTING);
    this.mark(false);
    if (document.fullscreenElement) document.exitFullscreen();
    const { view, message, state, changed } = this.before;
    view.banner.hidden = view.beside.hidden = true;
    if (!view.root.isConnected) return;
    restore(view, state);
    view.message = message;
    if (changed) view.refresh();
    this.fly(view, state.camera);
  }

  onKey(event) {
    if (!this.presenting || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") this.leave();
    else if (KEYS[event.key]) this.show(this.at + KEYS[event.key]);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
