// Draws the picture: the WebGL canvas, its size, its frames, and its recovery after a lost context.
import { dot, forBox } from "./camera.js";
import { Frames } from "./frames.js";
import { Ground } from "./ground.js";
import { sizeCanvas } from "./overlay.js";
import { NOTHING_LIT } from "./shaders.js";
import { FEW } from "../state/choice.js";
import { MESSAGES } from "../controls/words.js";

const [WHOLE, GROUND, FEW_LIT] = ["whole", "ground", "few lit"]; // kinds of pictures
const NUCLEUS = 11; // µm across: a point never grows beyond a nucleus, however near the camera comes

// A point's size in pixels at the middle of the view: as large as the crowd lets it be.
function pointSize(lit, camera, view, volume, wished) {
  const crowd = 1.35 * Math.sqrt((view.width * view.height * 0.5) / Math.max(1, lit));
  const whole = 1.2 * Math.max(volume[1], (volume[0] * view.height) / view.width);
  const nearer = Math.max(1, whole / camera.span) ** 0.75;
  const calm = Math.min(7.5, Math.max(1.7, crowd)) * nearer;
  const real = Math.max(7.5, (NUCLEUS * view.height) / camera.span);
  return Math.min(calm, real) * wished;
}

function frameOf(camera, view, cloud) {
  const middle = cloud.low.map((low, i) => low + cloud.size[i] / 2);
  const radius = Math.hypot(...cloud.size) / 2;
  const off = Math.hypot(...middle.map((value, i) => value - camera.target[i]));
  const { matrix, away } = camera.matrix(view, (radius + off) * 1.05 + 100);
  // Seen from the pia, the layers' borders lie on each other and say nothing.
  const aslant = 1 - Math.max(0, Math.abs(camera.pitch) - 60) / 30;
  return { matrix, away, view, middle, radius, aslant, boxed: forBox(matrix, cloud.low, cloud.size) };
}

// The shaders' uniforms, and the size of points. Sizes and opacities follow from how many nuclei are chosen
// and how many are context; where few are chosen, the context looks the same whichever they are.
function lookOf({ frame, camera, seen, colouring, theme, highlighted, cloud }, size, ratio) {
  const { choice, census } = seen;
  const { view, away, middle, radius } = frame;
  const [low, high] = choice.slabFractions;
  const points = pointSize(census.lit, camera, view, cloud.size, size);
  const most = Math.max(census.lit, cloud.n / FEW);
  const crowd = Math.min(1, Math.sqrt(30000 / Math.max(1, cloud.n - most)));
  const [least, wanted] = [most, cloud.n].map((lit) => pointSize(lit, camera, view, cloud.size, size));
  const others = Math.max(1.25, Math.min(0.62 * least, wanted));
  const toMiddle = dot(away, middle) + away[3];
  const uniforms = {
    u_clip: frame.boxed,
    u_away: [...cloud.size.map((side, i) => away[i] * side), away[3] + dot(away, cloud.low)],
    u_numbers: colouring.ends,
    u_low: low,
    u_high: high,
    u_size: [points * ratio, camera.distance, others / points, 1],
    u_fade: [toMiddle - radius * 0.55, toMiddle + radius * 0.95],
    u_sets: Int32Array.of(...[choice.filter, choice.selected, highlighted !== null, choice.context].map(Boolean)),
    u_paper: theme.paper.map((part) => part / 255),
    u_context: [...theme.context.map((part) => part / 255), (theme.dark ? 0.3 : 0.34) * (0.35 + 0.65 * crowd)],
    u_depth: [theme.dark ? 0.5 : 0.42, theme.dark ? 0.38 : 0.2],
  };
  return { points, uniforms };
}

export class Renderer {
  // `owner` has camera, view, cloud, scene, theme, choice, colouring, census and so on: see CloudView.
  constructor(painter, owner) {
    this.surface = painter.canvas;
    this.owner = owner;
    this.painter = painter;
    this.equip();
    this.kind = WHOLE;
    this.frames = new Frames(this.painter, (first, count, fresh) => this.draw(first, count, fresh));
    this.surface.addEventListener("webglcontextlost", (event) => {
      event.preventDefault(); // else the browser would not restore it
      owner.say(MESSAGES.lost);
    });
    this.surface.addEventListener("webglcontextrestored", () => this.regain());
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(owner.plot);
    this.onVisible = () => !document.hidden && this.redraw();
    document.addEventListener("visibilitychange", this.onVisible);
  }

  equip() {
    this.painter.ready();
    this.ground = new Ground(this.painter.gl);
  }

  get raster() {
    return this.painter.raster;
  }

  get lines() {
    return this.painter.lines;
  }

  regain() {
    this.painter.build();
    this.equip();
    this.frames.forget();
    this.fill();
    this.owner.say(this.owner.noticeText());
    this.redraw();
  }

  // Take over everything that the picture needs.
  fill() {
    const { cloud, colouring, choice, scene, theme, highlighted, store } = this.owner;
    if (!cloud || this.painter.lost) return;
    this.palette = colouring.palette(choice.hidden, highlighted, store.shaped, theme.ink);
    this.lines.setLines(scene.segments(theme));
    if (!this.raster) this.upload();
  }

  // Upload what the GPU lacks.
  upload() {
    const { cloud, colouring, choice } = this.owner;
    this.painter.setCloud(cloud);
    this.painter.setColumn(colouring.buffer, () => colouring.codes);
    this.painter.setBits(1, choice.filter);
    this.painter.setPalette(this.palette);
    this.uploadLit();
  }

  uploadLit() {
    const { choice, census } = this.owner.seen;
    this.painter.setBits(2, choice.selected);
    this.painter.setChosen(census.few);
  }

  // Light other nuclei, and nothing else: at once, if need be in part until the picture rests.
  relight() {
    if (this.painter.lost) return;
    if (!this.raster) this.uploadLit();
    this.ask(this.few.length && this.ground.whole ? FEW_LIT : WHOLE, true);
    this.frames.hurry();
  }

  // The nuclei are lit for a while: complete the picture, so that others of them are lit sooner.
  rest() {
    if (this.kind === WHOLE && this.few.length) this.ask(GROUND);
    else this.frames.rest();
  }

  // The rows that are lit, if they are few.
  get few() {
    return this.owner.seen.census.few;
  }

  resize() {
    const { owner } = this;
    owner.measure();
    const { width, height } = owner.view;
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    if (!width || !height || !sizeCanvas(this.surface, width, height, this.ratio)) return;
    owner.actions.travel.refit();
    owner.toolbar.fit();
    owner.legend.fit(owner.stage);
    owner.overlay.resize(owner.view, this.ratio);
    this.redraw();
    this.frames.now();
  }

  redraw(moving = false) {
    const { camera, view, cloud, tooltip } = this.owner;
    if (!camera || !view.width || this.painter.lost) return;
    if (moving) tooltip.hide();
    this.ground.whole = false;
    this.ask(WHOLE, moving);
  }

  // Ask for a picture; a sample of all nuclei has the lit ones, if they are few.
  ask(kind, moving = false) {
    const { cloud } = this.owner;
    this.kind = kind;
    this.frames.ask(kind === FEW_LIT ? this.few.length : cloud.n, moving, kind === WHOLE ? this.few.length : 0);
  }

  // How the shaders draw a picture as the camera sees it now.
  look(ratio, kind) {
    const { owner } = this;
    owner.frame = frameOf(owner.camera, owner.view, owner.cloud);
    const { points, uniforms } = lookOf(owner, owner.size * this.thinned(), ratio);
    owner.points = points;
    const { boxed, aslant } = owner.frame;
    const { width, height } = this.surface;
    this.lines.setUniforms({ u_clip: boxed, u_screen: [width / 2, height / 2, ratio], u_dashed: [aslant] });
    if (kind === GROUND) uniforms.u_sets[1] = NOTHING_LIT;
    if (kind === FEW_LIT) uniforms.u_sets[3] = 0; // the context is there
    return uniforms;
  }

  // Begin a picture: paper and lines, or the ground.
  begin(ratio, kind = WHOLE) {
    const uniforms = this.look(ratio, kind);
    if (kind === FEW_LIT) this.ground.show();
    else this.clear(uniforms);
    this.painter.setUniforms(uniforms);
  }

  clear({ u_paper }) {
    this.painter.clear(u_paper);
    this.lines.draw(false);
  }

  // Draw the points of a sample larger, so that the volume looks as full.
  thinned() {
    const { moving, budget, total } = this.frames;
    return moving && budget < total ? Math.min(2, (total / budget) ** 0.25) : 1;
  }

  draw(first, count, fresh) {
    const { owner, frames, ground, kind } = this;
    const spent = this.raster ? this.drawByScript(first, count, fresh) : this.drawByCard(first, count, fresh);
    if (fresh && kind === WHOLE) {
      owner.overlay.draw(owner);
      owner.overlay.circle(owner);
    }
    if (first + count < frames.total) return spent;
    owner.describe();
    if (kind !== GROUND) return spent;
    ground.whole = true;
    this.ask(FEW_LIT);
    return spent;
  }

  drawByCard(first, count, fresh) {
    const { owner, painter, frames, ground, kind } = this;
    if (kind === GROUND) ground.enter();
    if (fresh) this.begin(this.ratio, kind);
    if (fresh && kind === WHOLE && count < owner.cloud.n) painter.drawChosen(0, frames.kept);
    if (kind === FEW_LIT) painter.drawChosen(first, count);
    else painter.drawRows(first, count);
    if (kind === GROUND) ground.leave();
    else this.lines.draw(true);
  }

  // Gives the milliseconds that the nuclei took.
  drawByScript(first, count, fresh) {
    const { owner, raster, frames, kind, few, palette } = this;
    const { filter, selected } = owner.seen.choice;
    const nuclei = { positions: owner.cloud.positions, values: owner.colouring.values, palette, filter, selected };
    const uniforms = this.look(this.ratio, kind);
    const begun = performance.now();
    if (fresh) raster.clear(kind === FEW_LIT);
    if (fresh && kind === WHOLE && count < owner.cloud.n) raster.draw(nuclei, uniforms, 0, frames.kept, few);
    raster.draw(nuclei, uniforms, first, count, kind === FEW_LIT ? few : null);
    const spent = performance.now() - begun;
    if (kind === GROUND) {
      if (first + count >= frames.total) raster.keep();
      return spent;
    }
    this.clear(uniforms);
    raster.show();
    this.lines.draw(true);
    return spent;
  }

  close() {
    this.sizes.disconnect();
    document.removeEventListener("visibilitychange", this.onVisible);
    this.frames.stop();
    this.painter.close();
  }
}
