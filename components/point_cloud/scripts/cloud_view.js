// One view on a page: takes Python's messages and the reader's actions, and keeps the picture up to date.
import { Choice } from "./state/choice.js";
import { Colouring } from "./state/colouring.js";
import { Camera } from "./drawing/camera.js";
import { Renderer } from "./drawing/renderer.js";
import { element } from "./controls/elements.js";
import { Gestures } from "./controls/gestures.js";
import { Legend, Tooltip } from "./controls/legend.js";
import { openMessage, storeNamed } from "./state/message.js";
import { Overlay } from "./drawing/overlay.js";
import { rowAt } from "./state/pick.js";
import { Actions } from "./controls/actions.js";
import { Scene } from "./drawing/scene.js";
import { readTheme } from "./controls/theme.js";
import { Settings, Toolbar } from "./controls/toolbar.js";
import { MESSAGES, summary } from "./controls/words.js";

const TOOLBAR_ROOM = 58; // pixels that the toolbar takes

export class CloudView {
  constructor(parent, store, stylesheet) {
    this.store = store;
    this.highlighted = null; // legend entry under the pointer
    this.hovered = -1; // row under the pointer
    this.size = 1;
    this.view = { width: 0, height: 0, shift: 0, drop: 0 };
    this.actions = new Actions(this);
    this.build(parent, stylesheet);
    this.onStore = () => this.refresh();
    store.listeners.add(this.onStore);
    this.start();
  }

  build(parent, stylesheet) {
    this.surface = element("canvas", { className: "points" });
    this.over = element("div", { className: "over", tabIndex: 0, role: "img", "aria-describedby": "words" });
    this.over.setAttribute("aria-label", "3D view of nuclei. Arrow keys turn it, plus and minus zoom.");
    this.overlay = new Overlay();
    this.legend = new Legend(this.actions);
    this.toolbar = new Toolbar(this.actions);
    this.settings = new Settings(this.toolbar.settings, this);
    this.tooltip = new Tooltip();
    this.notice = element("div", { className: "notice", role: "status", hidden: true });
    this.words = element("p", { className: "unseen", id: "words" });
    this.stage = element("div", { className: "stage" }, this.surface, ...this.overlay.parts, this.over);
    this.stage.append(this.toolbar.root, this.legend.root, this.tooltip.root, this.notice, this.words);
    this.root = element("div", { className: "nuclei" }, element("style", { textContent: stylesheet }), this.stage);
    parent.append(this.root);
    this.stage.__cloud = this; // for tests and benchmarks
  }

  start() {
    try {
      this.renderer = new Renderer(this.surface, this);
      this.gestures = new Gestures(this.over, this);
    } catch (error) {
      this.broken = error.message === "no WebGL2" ? MESSAGES.noWebGL : `The nuclei cannot be drawn: ${error.message}`;
      this.say(this.broken);
    }
  }

  // Python has sent a message, or the theme has changed.
  update(sent, answer) {
    this.answer = answer;
    this.message = openMessage(sent);
    this.stage.style.height = `${this.message.height}px`;
    this.stage.dataset.key = this.message.key;
    this.refresh();
  }

  refresh() {
    const { message, store } = this;
    if (!message) return;
    this.theme = readTheme(this.stage);
    for (const [name, value] of Object.entries(this.theme.css)) this.stage.style.setProperty(name, value);
    this.stage.classList.toggle("dark", this.theme.dark);
    if (this.broken) return this.say(this.broken);
    const cloud = store.clouds.get(message.cloud);
    if (!cloud) return this.say(store.failures.get(message.cloud) ?? MESSAGES.waiting);
    const missing = storeNamed(message, store, cloud);
    if (missing) return this.answer("missing", `${missing} ${Date.now()}`);
    this.apply(cloud);
  }

  apply(cloud) {
    const { message, store } = this;
    if (this.cloud !== cloud) this.choice = new Choice(cloud);
    this.cloud = cloud;
    this.recolour(new Colouring(store.parts.get(message.colour), cloud));
    this.scene = new Scene(store.parts.get(message.scene), cloud);
    this.choice.filter = message.filter && store.bitsets.get(message.filter);
    this.choice.selected = message.selected && store.bitsets.get(message.selected);
    this.measure();
    if (!store.camera) {
      store.camera = new Camera();
      store.camera.fit(cloud.corners, this.view);
    }
    this.camera = store.camera;
    this.recount();
    this.renderer.fill();
    this.renderer.resize();
    if (!message.preset || store.preset === message.preset) return;
    store.preset = message.preset; // once, and again only after another preset
    this.actions.onPreset(message.preset);
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

  // After a change of the chosen nuclei: counts, legend, text alternative.
  recount() {
    const { choice, colouring } = this;
    this.census = choice.census(colouring);
    this.tests = choice.tests(colouring);
    this.legend.update(this.census, choice.hidden, Boolean(choice.selected));
    this.actions.updateToolbar();
    this.settings.update();
    this.say(this.noticeText());
  }

  // After a change of what is chosen, selected or highlighted: count and draw again.
  rechoose() {
    this.recount();
    this.renderer.fill();
    this.renderer.redraw();
  }

  noticeText() {
    if (!this.cloud.n) return MESSAGES.empty;
    if (this.census.shown) return "";
    return this.choice.context ? MESSAGES.noneChosen : MESSAGES.noneAtAll;
  }

  measure() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    const legend = this.legend.root.offsetWidth + 12;
    const shift = width > 760 && !this.legend.folded ? -legend / 2 : 0;
    const room = Math.max(1, height - TOOLBAR_ROOM - 40); // above it the toolbar, below it the scale bar
    const usable = Math.max(0.2, (width + 2 * shift - 90) / room);
    Object.assign(this.view, { width, height, shift, drop: TOOLBAR_ROOM / 2 - 8, usable, share: room / height });
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
