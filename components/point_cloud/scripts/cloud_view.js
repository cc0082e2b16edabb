// One view on a page: it hears what Python says and what the reader does, and keeps the picture up to date.
import { setBit } from "./state/bits.js";
import { PRESETS, boxCorners } from "./drawing/camera.js";
import { Choice } from "./state/choice.js";
import { Colouring } from "./state/colouring.js";
import { Easel } from "./drawing/easel.js";
import { element } from "./controls/elements.js";
import { Hands } from "./controls/hands.js";
import { Legend } from "./controls/legend.js";
import { keepNamed, openMessage } from "./state/message.js";
import { Overlay } from "./drawing/overlay.js";
import { rowAt } from "./state/pick.js";
import { Reader } from "./controls/reader.js";
import { Scene } from "./drawing/scene.js";
import { Settings } from "./controls/settings.js";
import { readTheme } from "./controls/theme.js";
import { Toolbar } from "./controls/toolbar.js";
import { Tooltip } from "./controls/tooltip.js";
import { MESSAGES, summary, viewName } from "./controls/words.js";

const TOOLBAR_ROOM = 58; // pixels that the toolbar takes

export class CloudView {
  constructor(parent, shop, stylesheet) {
    this.shop = shop;
    this.highlighted = null; // legend entry under the pointer
    this.hovered = -1; // row under the pointer
    this.size = 1;
    this.view = { width: 0, height: 0, shift: 0, drop: 0 };
    this.said = new Map(); // what Python said last, by name
    this.reader = new Reader(this);
    this.build(parent, stylesheet);
    this.heard = () => this.refresh();
    shop.listeners.add(this.heard);
    this.start();
  }

  build(parent, stylesheet) {
    this.surface = element("canvas", { className: "points" });
    this.over = element("div", { className: "over", tabIndex: 0, role: "img", "aria-describedby": "words" });
    this.over.setAttribute("aria-label", "3D view of nuclei. Arrow keys turn it, plus and minus zoom.");
    this.overlay = new Overlay();
    this.legend = new Legend(this.reader);
    this.toolbar = new Toolbar(this.reader);
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
      this.easel = new Easel(this.surface, this);
      this.hands = new Hands(this.over, this.reader);
    } catch (error) {
      this.broken = error.message === "no WebGL2" ? MESSAGES.noWebGL : `The nuclei cannot be drawn: ${error.message}`;
      this.say(this.broken);
    }
  }

  // Python has spoken, or the theme has changed.
  tell(told, answer) {
    this.answer = answer;
    this.message = openMessage(told);
    this.stage.style.height = `${this.message.height}px`;
    this.stage.dataset.key = this.message.key;
    this.refresh();
  }

  refresh() {
    const { message, shop } = this;
    if (!message) return;
    this.theme = readTheme(this.stage);
    for (const [name, value] of Object.entries(this.theme.css)) this.stage.style.setProperty(name, value);
    this.stage.classList.toggle("dark", this.theme.dark);
    if (this.broken) return this.say(this.broken);
    const cloud = shop.clouds.get(message.cloud);
    if (!cloud) return this.say(shop.failures.get(message.cloud) ?? MESSAGES.waiting);
    const missing = keepNamed(message, shop, cloud);
    if (missing) return this.answer("missing", `${missing} ${Date.now()}`);
    this.apply(cloud);
  }

  apply(cloud) {
    const { message, shop } = this;
    if (this.cloud !== cloud) this.choice = new Choice(cloud);
    this.cloud = cloud;
    this.recolour(new Colouring(shop.parts.get(message.colour), cloud));
    this.scene = new Scene(shop.parts.get(message.scene), cloud);
    this.choice.filter = message.filter && shop.bitsets.get(message.filter);
    this.choice.selected = message.selected && shop.bitsets.get(message.selected);
    this.choice.context = this.changed("context", message.context) ?? this.choice.context;
    const slab = this.changed("slab", message.slab);
    if (slab !== undefined) this.choice.slab = slab;
    this.size = this.changed("size", message.size) ?? this.size;
    this.settings ??= new Settings(this.toolbar.settings, this.reader);
    this.measure();
    this.camera = this.reader.travel.adopt(message.camera, shop.cameras);
    this.recount();
    this.easel.fill();
    this.easel.resize();
    this.aim();
  }

  // What Python now says about something, where it is not what it said before; else undefined. So a slider
  // that the reader has moved stays where it is.
  changed(name, value) {
    const text = JSON.stringify(value);
    if (this.said.get(name) === text) return undefined;
    this.said.set(name, text);
    return value;
  }

  recolour(colouring) {
    if (colouring.signature === this.colouring?.signature && this.colouring.cloud === colouring.cloud) return;
    const { hidden } = this.shop;
    if (!hidden.has(colouring.signature)) hidden.set(colouring.signature, new Set());
    this.colouring = colouring;
    this.highlighted = null;
    this.legend.build(colouring);
    this.choice.hidden = hidden.get(colouring.signature);
  }

  // Where Python wants the camera, once for each time that it says so.
  aim() {
    const { message, shop } = this;
    const asked = JSON.stringify([message.camera, message.preset]);
    if (message.preset && shop.asked !== asked) {
      shop.asked = asked;
      this.reader.onPreset(message.preset[0]);
    }
    if (this.changed("fit", message.fit)) this.reader.onFit();
  }

  boxPlaces() {
    return boxCorners(this.cloud.low, this.cloud.size);
  }

  // What is chosen has changed: counts, legend, words.
  recount() {
    const { choice, colouring } = this;
    this.census = choice.census(colouring);
    this.tests = choice.tests(colouring);
    this.legend.update(this.census, choice.hidden, Boolean(choice.selected));
    this.reader.updateToolbar();
    this.settings.update();
    this.say(this.noticeText());
  }

  // Everything after a change of what is chosen, selected or highlighted.
  rechoose() {
    this.recount();
    this.easel.fill();
    this.easel.redraw();
  }

  noticeText() {
    if (!this.cloud.n) return MESSAGES.empty;
    if (this.census.shown) return "";
    return this.choice.context ? MESSAGES.noneChosen : MESSAGES.noneAtAll;
  }

  measure() {
    const { clientWidth, clientHeight } = this.stage;
    const legend = this.legend.root.offsetWidth + 12;
    const shift = clientWidth > 760 && !this.legend.folded ? -legend / 2 : 0;
    const room = Math.max(1, clientHeight - TOOLBAR_ROOM - 40); // above it the toolbar, below it the scale bar
    const usable = Math.max(0.2, (clientWidth + 2 * shift - 90) / room);
    const [width, height] = [clientWidth, clientHeight];
    Object.assign(this.view, { width, height, shift, drop: TOOLBAR_ROOM / 2 - 8, usable, share: room / height });
  }

  get state() {
    const { camera, choice, colouring, census, theme, size, highlighted, cloud } = this;
    return { camera, choice, colouring, census, theme, size, highlighted, cloud };
  }

  describe() {
    const { cloud, colouring, census, choice, message, camera } = this;
    const [seen, selecting] = [viewName(camera, PRESETS), Boolean(choice.selected)];
    const text = summary({ cloud, colouring, census, selecting, message, seen });
    if (this.words.textContent !== text) this.words.textContent = text;
  }

  rowUnder(place) {
    if (!this.frame) return -1;
    const reach = Math.max(5, 3 * this.shown.points);
    const how = { radius: this.shown.points / 2, eye: this.camera.distance, reach, rank: this.tests.rank };
    return rowAt(this.cloud, this.frame.boxed, this.view, place, how);
  }

  bitsOf(row) {
    const bits = new Uint8Array((this.cloud.n + 7) >> 3);
    setBit(bits, row);
    return bits;
  }

  say(text) {
    this.notice.textContent = text;
    this.notice.hidden = !text;
    this.stage.classList.toggle("blank", Boolean(this.broken) || !this.cloud);
  }

  close() {
    this.shop.listeners.delete(this.heard);
    this.easel?.close();
    this.root.remove();
  }
}
