// One view on a page: takes Python's messages and the reader's actions, and keeps the picture up to date.
import { isSameSet } from "./state/bits.js";
import { Choice } from "./state/choice.js";
import { Colouring } from "./state/colouring.js";
import { Camera } from "./drawing/camera.js";
import { newSurface, Painter } from "./drawing/painter.js";
import { Renderer } from "./drawing/renderer.js";
import { element } from "./controls/elements.js";
import { DepthBrush } from "./controls/brush.js";
import { Gestures } from "./controls/gestures.js";
import { takeView } from "./controls/in_link.js";
import { Legend, Tooltip } from "./controls/legend.js";
import { openMessage, storeNamed } from "./state/message.js";
import { Overlay } from "./drawing/overlay.js";
import { Pending } from "./state/pending.js";
import { rowAt } from "./state/pick.js";
import { Actions } from "./controls/actions.js";
import { Scene } from "./drawing/scene.js";
import { readTheme } from "./controls/theme.js";
import { Settings, Toolbar } from "./controls/toolbar.js";
import { TourPanel } from "./controls/tour_panel.js";
import { MESSAGES, summary } from "./controls/words.js";

const REST = 150; // ms after a preview until the picture is completed
const MARGIN = [96, 100]; // pixels beside and above or below the volume: for the layers' names, the scale bar
const MOST_MARGIN = 0.35; // of a small view

export class CloudView {
  constructor(parent, store, stylesheet) {
    this.store = store;
    this.highlighted = null; // legend entry under the pointer
    this.hovered = -1; // row under the pointer
    this.previewed = null; // the choice and census of the mark under the pointer in a chart
    this.size = 1;
    this.view = { width: 0, height: 0 };
    this.actions = new Actions(this);
    this.pending = new Pending(() => this.root.isConnected && this.refresh());
    this.build(parent, stylesheet);
    this.onStore = () => this.refresh();
    store.listeners.add(this.onStore);
    this.start();
  }

  build(parent, stylesheet) {
    this.painter = this.store.takePainter();
    this.surface = this.painter?.canvas ?? newSurface();
    this.over = element("div", { className: "over", tabIndex: 0, role: "img", "aria-describedby": "words" });
    this.over.setAttribute("aria-label", "3D view of nuclei. Arrow keys turn it, plus and minus zoom.");
    this.overlay = new Overlay();
    this.legend = new Legend(this.actions);
    this.toolbar = new Toolbar(this.actions);
    this.settings = new Settings(this.toolbar.settings, this);
    this.tourPanel = new TourPanel(this.toolbar.tour, this);
    this.banner = element("div", { className: "banner", role: "status", hidden: true });
    this.beside = element("aside", { className: "beside", hidden: true });
    this.tooltip = new Tooltip();
    this.notice = element("div", { className: "notice", role: "status", hidden: true });
    this.hint = element("div", { className: "hint", hidden: true });
    this.hint.onanimationend = () => (this.hint.hidden = true);
    this.words = element("p", { className: "unseen", id: "words" });
    this.plot = element("div", { className: "plot" }, this.surface, ...this.overlay.parts, this.over);
    this.brush = new DepthBrush(this);
    this.plot.append(this.brush.root, this.tooltip.root, this.notice, this.hint, this.banner, this.beside, this.words);
    const body = element("div", { className: "body" }, this.plot, this.legend.root);
    this.stage = element("div", { className: "stage", tabIndex: -1 }, this.toolbar.root, body, this.banner);
    this.stage.addEventListener("keydown", (event) => this.toolbar.onKey(event), { capture: true });
    this.root = element("div", { className: "nuclei" }, element("style", { textContent: stylesheet }), this.stage);
    parent.append(this.root);
    this.stage.__cloud = this; // for tests and benchmarks
  }

  start() {
    try {
      this.renderer = new Renderer(this.painter ?? new Painter(this.surface), this);
      this.gestures = new Gestures(this.over, this);
    } catch (error) {
      this.broken = error.message === "no WebGL2" ? MESSAGES.noWebGL : `The nuclei cannot be drawn: ${error.message}`;
      this.say(this.broken);
    }
  }

  // Python has sent a message, or the theme has changed.
  update(sent, answer) {
    this.answer = answer;
    const message = openMessage(sent);
    this.message = this.store.tour.presenting ? this.store.tour.during(message) : message;
    this.stage.style.height = this.message.height ? `${this.message.height}px` : "";
    this.stage.dataset.key = this.message.key;
    this.refresh();
    if (message.tour) this.store.tour.take(message.tour);
  }

  refresh() {
    const { message, store } = this;
    if (!message) return;
    this.theme = readTheme(this.stage);
    for (const [name, value] of Object.entries(this.theme.css)) this.stage.style.setProperty(name, value);
    this.stage.classList.toggle("dark", this.theme.dark);
    if (this.broken) return this.say(this.broken);
    const cloud = store.clouds.get(message.cloud);
    if (!cloud) return this.say(MESSAGES.waiting);
    const missing = storeNamed(message, store, cloud);
    if (missing) return this.answer("missing", `${missing} ${Date.now()}`);
    this.apply(cloud);
    store.tour.begin(this);
    if (message.lit && this.lit && message.lit !== this.lit) this.actions.onLit();
    this.lit = message.lit;
    if (!message.preset || store.preset === message.preset) return;
    store.preset = message.preset; // once, and again only after another preset
    this.actions.onPreset(message.preset);
  }

  // Show what the message says, but for the selection where it answers an older pick; where all of it is shown already,
  // as after a click, draw nothing.
  apply(cloud) {
    const { message, store } = this;
    const [filter, said] = [message.filter, message.selected].map((name) => name && store.bitsets.get(name));
    const selected = this.cloud === cloud && this.pending.isOlder(message) ? this.choice.selected : said;
    const look = JSON.stringify([message.cloud, message.colour, message.scene, message.synthetic, this.theme]);
    if (look === this.look && filter === this.choice.filter && selected === this.choice.selected) {
      return this.describe();
    }
    this.look = look;
    if (this.cloud !== cloud) this.choice = new Choice(cloud);
    this.cloud = cloud;
    this.recolour(new Colouring(store.parts.get(message.colour), cloud));
    this.scene = new Scene(store.parts.get(message.scene), cloud);
    this.brush.update();
    Object.assign(this.choice, { filter, selected });
    if (!store.camera) {
      this.measure();
      store.camera = new Camera();
      store.camera.fit(cloud.corners, this.view);
      takeView(new URLSearchParams(location.search), this);
    }
    this.camera = store.camera;
    this.rechoose();
    this.renderer.resize();
  }

  recolour(colouring) {
    if (colouring.signature === this.colouring?.signature && this.colouring.cloud === colouring.cloud) return;
    const { hidden } = this.store;
    if (!hidden.has(colouring.signature)) hidden.set(colouring.signature, new Set());
    this.colouring = colouring;
    this.highlighted = null;
    this.legend.build(colouring);
    this.choice.hidden = hidden.get(colouring.signature);
  }

  // What the picture shows as selected: the previewed mark in place of the selection.
  get seen() {
    return this.previewed ?? this;
  }

  // Light what a pick of a mark would leave selected, or the selection again: once a frame at most, as in a moving
  // picture, which is completed at rest.
  preview(bits, mode = this.message?.mode) {
    const { before = [], bits: wanted } = this.pointed ?? {};
    const now = [bits, mode, this.choice?.selected];
    const same = now.every((part, i) => part === before[i]);
    this.wanted = same ? wanted : bits && mode !== "new" ? this.choice.after(bits, mode) : bits;
    this.pointed = { before: now, bits: this.wanted };
    this.previewing ??= requestAnimationFrame(() => {
      this.previewing = null;
      if (!this.cloud || this.broken) return;
      const before = this.seen.choice.selected;
      this.show(this.wanted);
      if (this.seen.choice.selected === before) return;
      this.renderer.relight();
      clearTimeout(this.resting);
      this.resting = setTimeout(() => this.renderer.rest(), REST);
    });
  }

  show(bits) {
    if (bits === (this.previewed?.choice.selected ?? null)) return;
    const choice = bits && Object.assign(Object.create(this.choice), { selected: bits });
    this.previewed = bits && { choice, census: choice.census(this.colouring) };
  }

  // After a change of what is chosen, selected or highlighted: count, and draw what is not drawn yet.
  rechoose(seen) {
    const { choice, colouring } = this;
    this.wanted = this.previewed = null;
    this.census = choice.census(colouring);
    this.tests = choice.tests(colouring);
    this.legend.update(this);
    this.actions.updateToolbar();
    this.settings.update();
    this.say(this.noticeText());
    this.store.link.onSelected();
    if (seen && isSameSet(seen, choice.selected)) return this.describe();
    this.renderer.fill();
    this.renderer.redraw();
  }

  noticeText() {
    if (!this.cloud.n) return MESSAGES.empty;
    if (this.census.shown) return "";
    return this.choice.context ? MESSAGES.noneChosen : MESSAGES.noneAtAll;
  }

  measure() {
    const { clientWidth: width, clientHeight: height } = this.plot;
    const [wide, high] = [width, height].map((side, i) => Math.max(1, side - Math.min(MARGIN[i], MOST_MARGIN * side)));
    Object.assign(this.view, { width, height, usable: wide / high, share: high / height });
  }

  describe() {
    const text = summary(this);
    if (this.words.textContent !== text) this.words.textContent = text;
  }

  rowUnder(place) {
    if (!this.frame) return -1;
    const reach = Math.max(5, 3 * this.points);
    const how = { radius: this.points / 2, eye: this.camera.distance, reach, rank: this.tests.rank };
    return rowAt(this.cloud, this.frame.boxed, this.view, place, how);
  }

  say(text) {
    this.notice.textContent = text;
    this.notice.hidden = !text;
    this.stage.classList.toggle("blank", Boolean(this.broken) || !this.cloud);
  }

  close() {
    this.store.listeners.delete(this.onStore);
    this.renderer?.close();
    this.root.remove();
  }
}
