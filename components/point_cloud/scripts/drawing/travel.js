// Moves the camera from one view to the next.
import { Camera } from "./camera.js";

const GLIDE = 380; // ms

export class Travel {
  constructor(owner) {
    this.owner = owner;
  }

  // After a resize, keep the whole volume in view.
  refit() {
    const { camera, cloud, view } = this.owner;
    if (camera?.whole && !this.going) camera.fit(cloud.corners, view);
  }

  stop() {
    if (this.going) cancelAnimationFrame(this.going);
    this.going = null;
  }

  // Turn to a side and fit these places, or go to their middle where the span is given; at once before the first
  // picture or where motion is unwanted.
  to({ yaw, pitch, field }, places, { whole = false, room = 0, span = 0 } = {}) {
    const { owner } = this;
    const { camera, frame, view } = owner;
    this.stop();
    const from = Object.assign(new Camera(), camera);
    const end = Object.assign(new Camera(), { yaw, pitch, field, whole });
    end.fit(places, view, room);
    end.span = span || end.span;
    const turn = ((yaw - from.yaw + 540) % 360) - 180;
    const calm = !frame || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const begun = calm ? -Infinity : performance.now();
    const step = () => {
      const share = Math.min(1, (performance.now() - begun) / GLIDE);
      const eased = share * share * (3 - 2 * share);
      const between = (a, b) => a + (b - a) * eased;
      const underway = {
        whole,
        yaw: from.yaw + turn * eased,
        pitch: between(from.pitch, pitch),
        field: between(from.field, field),
        span: from.span * (end.span / from.span) ** eased,
        target: from.target.map((value, i) => between(value, end.target[i])),
      };
      Object.assign(camera, share < 1 ? underway : end);
      this.going = share < 1 ? requestAnimationFrame(step) : null;
      owner.renderer.redraw(share < 1);
      if (share < 1) return;
      this.refit();
      owner.actions.updateToolbar();
      owner.settings.update();
    };
    step();
  }
}
