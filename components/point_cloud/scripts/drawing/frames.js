// When to draw and how much. Rows are shuffled, so any first few are a fair sample: while the camera moves,
// each frame draws as many as can be finished in time; once it rests, the others are added to the picture.

const WANTED = 36; // ms for a frame while the camera moves
const START = 30000; // rows to begin with
const LEAST = 30000; // with fewer the cloud visibly thins as it turns
const PER_SCRIPT = 4; // where a script draws the nuclei, a frame takes this many times as long as they do
const AT_REST = 5; // times the budget that a script draws at once when the camera rests: all of a release
const AHEAD = 2; // frames on their way to the screen

export class Frames {
  // `draw(first, count, fresh)` draws rows; `fresh` starts a new picture. It gives the ms of a script that does.
  constructor(painter, draw) {
    this.painter = painter;
    this.draw = draw;
    this.budget = START;
    this.total = 0;
    this.few = this.kept = 0; // rows wanted in a sample beside the first ones, and rows in it
    this.drawn = 0;
    this.moving = false;
    this.spent = 0; // ms of the script that drew last, none where the GPU does
    this.stale = false;
    this.underway = []; // frames that the GPU has not finished
    this.last = 0; // when the last frame was finished
    this.step = this.step.bind(this);
  }

  // Ask for a new picture. `moving`: another request will follow at once. `few` rows are wanted in a sample;
  // half of it is for them.
  ask(total, moving = false, few = 0) {
    this.total = total;
    this.few = few;
    this.moving = moving;
    this.stale = true;
    this.wake();
  }

  // Begin what was asked for at once: a canvas that changes its size is empty until it is drawn on.
  now() {
    if (this.stale) this.begin();
  }

  // Begin what was asked for within this very frame, unless the GPU lags behind.
  hurry() {
    this.finish();
    if (this.underway.length < AHEAD) this.now();
  }

  // The camera rests: replace a sample by the full picture.
  rest() {
    if (this.moving && this.drawn < this.total) this.stale = true;
    this.moving = false;
    this.wake();
  }

  get complete() {
    return !this.stale && !this.underway.length && this.drawn >= this.total;
  }

  wake() {
    this.waiting ??= requestAnimationFrame(this.step);
  }

  step() {
    this.waiting = null;
    if (this.painter.lost) return;
    const before = this.underway.length;
    this.finish();
    // What completes a picture waits for what is shown of it already, and lets pass what waited meanwhile.
    if (this.stale ? this.underway.length < AHEAD : !before) this.begin();
    if (before || this.underway.length || this.stale) this.wake();
  }

  begin() {
    const { total, budget } = this;
    if (this.stale) {
      this.stale = false;
      const most = this.spent && !this.moving ? AT_REST * budget : budget;
      this.kept = Math.min(this.few, Math.floor(most / 2));
      this.drawn = Math.min(total, most - this.kept);
      this.submit(0, this.drawn, true);
    } else if (!this.moving && this.drawn < total) {
      // At rest the fixed cost of a frame counts more than its rows: a dozen frames draw any cloud.
      const batch = Math.max(3 * budget, Math.ceil(total / 10));
      const [first, more] = [this.drawn, Math.min(total - this.drawn, batch)];
      this.drawn += more;
      this.submit(first, more, false);
    }
  }

  submit(first, count, fresh) {
    const { gl } = this.painter;
    const begun = performance.now();
    const spent = (this.spent = this.draw(first, count, fresh));
    this.underway.push({ fence: gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0), begun, spent, count, fresh });
    gl.flush();
  }

  // Retire the frames that the GPU has finished, and learn from how long they took.
  finish() {
    const { gl } = this.painter;
    while (this.underway.length) {
      const [frame] = this.underway;
      if (gl.getSyncParameter(frame.fence, gl.SYNC_STATUS) !== gl.SIGNALED) return;
      gl.deleteSync(frame.fence);
      this.underway.shift();
      const now = performance.now();
      this.learn(frame, frame.spent ? PER_SCRIPT * frame.spent : now - Math.max(frame.begun, this.last));
      this.last = now;
    }
  }

  learn({ count, fresh }, took) {
    if (count > (fresh ? 2 : 3) * this.budget) return; // its size was not the budget's
    const [wanted, whole] = fresh ? [WANTED, this.budget] : [3 * WANTED, 3 * this.budget];
    if (took > 1.25 * wanted) this.budget = Math.max(LEAST, this.budget * Math.max(0.5, wanted / took));
    else if (count >= whole && took < 0.8 * wanted) this.budget *= 1.4;
    this.budget = Math.round(this.budget);
  }

  // After a lost context no frame is under way.
  forget() {
    this.underway = [];
    this.stale = true;
  }

  stop() {
    if (this.waiting) cancelAnimationFrame(this.waiting);
    this.waiting = null;
  }
}
