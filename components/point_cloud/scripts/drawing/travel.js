// The camera's way from one view to the next.
import { Camera, PRESETS } from "./camera.js";

const GLIDE = 380; // ms

function calmWished() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

export class Travel {
  constructor(owner) {
    this.owner = owner;
  }

  // The camera of this word, made to show the whole volume if there is none yet.
  adopt(word, cameras) {
    const { owner } = this;
    if (!cameras.has(word)) {
      const camera = Object.assign(new Camera(), PRESETS.oblique);
      camera.fit(owner.boxPlaces(), owner.view);
      cameras.set(word, camera);
    }
    return cameras.get(word);
  }

  // The view has another size: what was whole stays whole.
  refit() {
    const { camera, view } = this.owner;
    if (camera?.whole && !this.going) camera.fit(this.owner.boxPlaces(), view);
  }

  stop() {
    if (this.going) cancelAnimationFrame(this.going);
    this.going = null;
  }

  // Turn to a side and fit these places.
  to({ yaw, pitch, field }, places, whole = false) {
    const { owner } = this;
    this.stop();
    const end = Object.assign(owner.camera.copy(), { yaw, pitch, field, whole });
    end.fit(places, owner.view);
    if (!owner.frame || calmWished()) {
      Object.assign(owner.camera, end);
      owner.easel.redraw();
      this.arrive();
      return;
    }
    this.glide(owner.camera.copy(), end, performance.now());
  }

  arrive() {
    this.owner.reader.updateToolbar();
    this.owner.settings?.update();
  }

  glide(from, end, begun) {
    const { owner } = this;
    owner.camera.whole = end.whole;
    const turn = ((end.yaw - from.yaw + 540) % 360) - 180;
    const step = () => {
      const share = Math.min(1, (performance.now() - begun) / GLIDE);
      const eased = share * share * (3 - 2 * share);
      const between = (a, b) => a + (b - a) * eased;
      owner.camera.yaw = share === 1 ? end.yaw : from.yaw + turn * eased;
      owner.camera.pitch = between(from.pitch, end.pitch);
      owner.camera.field = between(from.field, end.field);
      owner.camera.span = from.span * (end.span / from.span) ** eased;
      owner.camera.target = from.target.map((value, i) => between(value, end.target[i]));
      this.going = share < 1 ? requestAnimationFrame(step) : null;
      owner.easel.redraw(share < 1);
      if (share < 1) return;
      this.refit();
      this.arrive();
    };
    this.going = requestAnimationFrame(step);
  }

  // Places that enclose these rows: corners of their box as the camera sees it, with room around it.
  around(rows) {
    const { cloud, camera } = this.owner;
    const { right, up, near } = camera.axes();
    const [low, high] = [[Infinity, Infinity, Infinity], [-Infinity, -Infinity, -Infinity]];
    for (const row of rows) {
      const place = cloud.place(row);
      [right, up, near].forEach((axis, k) => {
        const value = axis[0] * place[0] + axis[1] * place[1] + axis[2] * place[2];
        low[k] = Math.min(low[k], value - 20);
        high[k] = Math.max(high[k], value + 20);
      });
    }
    return [low, high].map((ends) =>
      [0, 1, 2].map((i) => right[i] * ends[0] + up[i] * ends[1] + near[i] * ends[2]));
  }
}
