// The reader's actions, and their effects: on the picture at once, on Python through a trigger.
import { bitsWhere, checksum, toBase64 } from "../state/bits.js";
import { Camera, DEEP, FLAT, PRESETS, presetOf } from "../drawing/camera.js";
import { rowsInside } from "../state/pick.js";
import { savePicture } from "../drawing/picture.js";
import { Travel } from "../drawing/travel.js";
import { ZOOM_KEY } from "./words.js";

export class Actions {
  constructor(owner) {
    this.owner = owner;
    this.travel = new Travel(owner);
  }

  // Camera.

  onMove() {
    this.travel.stop();
    this.owner.hovered = -1;
    this.owner.renderer.redraw(true);
    this.updateToolbar();
  }

  onRest() {
    this.owner.renderer.frames.rest();
  }

  onPreset(name) {
    this.travel.to(PRESETS[name].side, this.owner.cloud.corners, { whole: true });
  }

  onReset() {
    this.onPreset(this.owner.message.preset ?? "oblique");
  }

  onFit() {
    const places = this.litPlaces();
    if (places.length) this.travel.to(this.owner.camera, places, { room: 20 });
  }

  // Another nucleus is lit: a camera that is near moves on to it; from afar it is in sight as it is.
  onLit() {
    const { camera, cloud, view } = this.owner;
    const { yaw, pitch, field, span } = camera;
    const afar = Object.assign(new Camera(), { yaw, pitch, field });
    afar.fit(cloud.corners, view);
    const places = this.litPlaces();
    if (places.length && span < afar.span / 2) this.travel.to(camera, places, { span });
  }

  litPlaces() {
    const { census, cloud, tests } = this.owner;
    const rows = [...census.few];
    if (!rows.length) for (let row = 0; row < cloud.n; row++) if (tests.lit(row)) rows.push(row);
    return rows.map((row) => cloud.place(row));
  }

  // Pointing and picking.

  onHover(place) {
    this.pointed = place;
    if (this.looking) return;
    this.looking = requestAnimationFrame(() => {
      this.looking = null;
      this.lookUnder(this.pointed);
    });
  }

  lookUnder(place) {
    const { owner } = this;
    if (!owner.cloud || owner.broken) return;
    const row = place ? owner.rowUnder(place) : -1;
    if (row < 0) owner.tooltip.hide();
    else owner.tooltip.show(owner.cloud, owner.colouring, row, place, owner.view);
    owner.over.style.cursor = owner.gestures.tool !== "orbit" ? "crosshair" : row < 0 ? "grab" : "pointer";
    if (row === owner.hovered) return;
    owner.hovered = row;
    owner.overlay.circle(owner);
  }

  onClick(place, mode) {
    const row = this.owner.rowUnder(place);
    if (row >= 0) this.pick("click", bitsWhere(this.owner.cloud.n, (other) => other === row), mode, { row });
  }

  onShape(shape) {
    this.owner.overlay.outline(shape, this.owner.theme);
  }

  onShapeDone(tool, polygon, mode) {
    const { cloud, frame, view, tests } = this.owner;
    const bits = rowsInside(cloud, frame.boxed, view, polygon, tests.chosen);
    this.pick(tool, bits, mode);
  }

  onSelectEntry(entry) {
    const { choice, colouring } = this.owner;
    const { title } = colouring.entries[entry];
    this.pick("legend", choice.rowsOf(colouring, entry), "new", { title });
  }

  // Light the nuclei at once and report to Python, along with the sets that it need not send back.
  pick(act, bits, mode, { row, title, depths } = {}) {
    const seen = this.owner.seen.choice.selected;
    const at = Date.now();
    const have = this.select(bits, mode, at);
    const what = row === undefined ? { bits: toBase64(bits) } : { row };
    this.report({ act, mode, at, have, title, depths, ...what }, seen);
  }

  pickDepths(depths, bits, mode) {
    this.pick("depth", bits, mode, { depths });
  }

  // Light the nuclei of a mark; Python hears of it from the chart.
  light(bits, mode) {
    const seen = this.owner.seen.choice.selected;
    this.select(bits, mode);
    this.owner.rechoose(seen);
  }

  // Change the selection; give the names of the sets that now are known. Without a key held ("new"), the page
  // says what a pick does. `at`: when, where Python says which pick it has answered.
  select(bits, mode, at) {
    const { choice, store, message, pending } = this.owner;
    const result = choice.select(bits, mode === "new" ? message.mode : mode);
    const names = [bits, result].filter(Boolean).map((set) => {
      const name = checksum(set);
      store.keep("bitsets", name, store.known(set));
      return name;
    });
    choice.selected = choice.selected && store.known(choice.selected);
    if (result) pending.add(choice.selected && names.at(-1), at);
    return names;
  }

  onClear() {
    const { choice, message, pending } = this.owner;
    if (!choice.selected || message.lit) return;
    const at = Date.now();
    choice.selected = null;
    pending.add(null, at);
    this.report({ act: "clear", mode: "new", at });
  }

  // `seen` is what the picture showed as selected.
  report(pick, seen) {
    const { owner } = this;
    owner.answer("picked", { cloud: owner.cloud.version, ...pick });
    owner.rechoose(seen);
  }

  // Legend.

  onToggle(entry) {
    const { hidden } = this.owner.choice;
    if (!hidden.delete(entry)) hidden.add(entry);
    if (hidden.has(this.owner.highlighted)) this.owner.highlighted = null;
    this.owner.rechoose();
  }

  // Show one entry alone; when it is alone already, show all.
  onOnly(entry) {
    const { choice: { hidden }, colouring } = this.owner;
    const others = [...colouring.entries.keys()].filter((i) => i !== entry);
    const alone = !hidden.has(entry) && others.every((i) => hidden.has(i));
    hidden.clear();
    if (!alone) others.forEach((i) => hidden.add(i));
    this.owner.rechoose();
  }

  onAll() {
    this.owner.choice.hidden.clear();
    this.owner.rechoose();
  }

  onHighlight(entry) {
    const shown = entry === null || this.owner.choice.hidden.has(entry) ? null : entry;
    if (this.owner.highlighted === shown) return;
    this.owner.highlighted = shown;
    this.owner.renderer.fill();
    this.owner.renderer.redraw();
  }

  // Where the wheel scrolls, say for a moment how to zoom: the first time, and after it has zoomed.
  onWheel(scrolls) {
    const { hint, store } = this.owner;
    if (scrolls && !store.scrolled) {
      hint.textContent = `${ZOOM_KEY} + wheel zooms`;
      hint.hidden = false;
    }
    store.scrolled = scrolls;
  }

  // Tools and settings.

  onTool(tool) {
    this.owner.gestures.tool = tool;
    this.owner.over.style.cursor = tool === "orbit" ? "grab" : "crosshair";
    this.updateToolbar();
  }

  onSetting(name, value) {
    const { owner } = this;
    if (name === "size") owner.size = value;
    else if (name === "shaped") owner.store.shaped = value;
    else if (name === "perspective") owner.camera.field = value ? DEEP : FLAT;
    else owner.choice[name] = value;
    owner.rechoose();
  }

  onKey(event) {
    const tools = { l: "lasso", b: "box", o: "orbit" };
    const key = event.key.toLowerCase();
    if (tools[key]) this.onTool(this.owner.gestures.tool === tools[key] ? "orbit" : tools[key]);
    else if (key === "f") this.onFit();
    else if (key === "0" || key === "home") this.onReset();
    else if (key === "[" || key === "]") this.onSetting("size", this.owner.size * (key === "[" ? 1 / 1.15 : 1.15));
    else if (key === "escape") this.onEscape();
    else return;
    event.preventDefault();
  }

  onEscape() {
    if (this.owner.gestures.tool !== "orbit") this.onTool("orbit");
    else this.onClear();
  }

  updateToolbar() {
    const { gestures, toolbar, camera } = this.owner;
    if (camera) toolbar.update(gestures.tool, presetOf(camera));
  }

  onFull() {
    const { stage } = this.owner;
    if (document.fullscreenElement) document.exitFullscreen();
    else stage.requestFullscreen?.();
  }

  onPicture(scale) {
    savePicture(this.owner, scale);
  }
}
