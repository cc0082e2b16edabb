// What the picture is drawn on: the WebGL canvas, its size, its frames, and what happens when it is lost.
import { Frames } from "./frames.js";
import { LinePainter } from "./line_painter.js";
import { frameOf, lookOf } from "./look.js";
import { sizeCanvas } from "./overlay.js";
import { Painter } from "./painter.js";
import { MESSAGES } from "../controls/words.js";

export class Easel {
  // `owner` has camera, view, cloud, scene, theme, choice, colouring, census and so on: see CloudView.
  constructor(surface, owner) {
    this.surface = surface;
    this.owner = owner;
    this.painter = new Painter(surface);
    this.lines = new LinePainter(this.painter.gl);
    this.frames = new Frames(this.painter, (first, count, fresh) => this.draw(first, count, fresh));
    surface.addEventListener("webglcontextlost", (event) => this.lose(event));
    surface.addEventListener("webglcontextrestored", () => this.regain());
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(owner.stage);
    this.seen = () => !document.hidden && this.redraw();
    document.addEventListener("visibilitychange", this.seen);
  }

  lose(event) {
    event.preventDefault(); // else the browser would not give it back
    this.owner.say(MESSAGES.lost);
  }

  regain() {
    this.painter.build();
    this.lines = new LinePainter(this.painter.gl);
    this.frames.forget();
    this.fill();
    this.owner.say(this.owner.noticeText());
    this.redraw();
  }

  // Bring everything that the picture is made of to the GPU; what is there already stays.
  fill() {
    const { cloud, colouring, choice, scene, theme, highlighted, census } = this.owner;
    if (!cloud || this.painter.lost) return;
    this.painter.setCloud(cloud);
    this.painter.setColumn(colouring.buffer, () => colouring.codes);
    this.painter.setBits(1, choice.filter);
    this.painter.setBits(2, choice.selected);
    this.painter.setPalette(colouring.palette(choice.hidden, highlighted));
    this.painter.setChosen(census.few);
    this.lines.setLines(scene.segments(theme));
  }

  resize() {
    const { owner } = this;
    owner.measure();
    const { width, height } = owner.view;
    if (!width || !height) return;
    owner.reader.travel.refit();
    this.ratio = Math.min(2, window.devicePixelRatio || 1);
    sizeCanvas(this.surface, width, height, this.ratio);
    owner.overlay.resize(owner.view, this.ratio);
    this.redraw();
  }

  redraw(moving = false) {
    const { camera, view, cloud, tooltip } = this.owner;
    if (!camera || !view.width || this.painter.lost) return;
    if (moving) tooltip.hide();
    this.frames.ask(cloud.n, moving);
  }

  // Begin a picture: paper and lines.
  begin(ratio) {
    const { owner, painter } = this;
    const { camera, view, cloud } = owner;
    owner.frame = frameOf(camera, view, cloud);
    owner.shown = lookOf({ ...owner.state, frame: owner.frame, ratio, size: owner.size * this.thinned() });
    painter.clear(owner.shown.paper);
    const { boxed, aslant } = owner.frame;
    this.lines.setUniforms(boxed, this.surface.width, this.surface.height, ratio, aslant);
    this.lines.drawBehind();
    painter.setUniforms(owner.shown);
  }

  // Where only a sample is drawn its points are larger, so that the volume keeps its body.
  thinned() {
    const { moving, budget, total } = this.frames;
    return moving && budget < total ? Math.min(2, (total / budget) ** 0.25) : 1;
  }

  draw(first, count, fresh) {
    const { owner, painter, frames } = this;
    if (fresh) {
      this.begin(this.ratio);
      if (count < owner.cloud.n) painter.drawChosen(Math.min(owner.census.few.length, frames.budget));
      owner.overlay.draw(owner);
      owner.overlay.circle(owner);
    }
    painter.drawRows(first, count);
    this.lines.drawBefore();
    if (first + count >= owner.cloud.n) owner.describe();
  }

  close() {
    this.sizes.disconnect();
    document.removeEventListener("visibilitychange", this.seen);
    this.frames.stop();
    this.painter.close();
  }
}
