// The camera: its target, its angles, and how much of the volume fits in its height.
// Places are oriented micrometres (x, depth, z). On the way to the screen depth and z change sign, so that
// the pia is up and left stays left: two changes of sign make no mirror image.

const DEGREES = Math.PI / 180;
// Field of view in degrees, top to bottom. FLAT is nearly parallel: scale varies by at most 1 % over the
// depth of the volume, so that borders coincide.
export const [DEEP, FLAT] = [20, 1];
export const PRESETS = {
  front: { title: "Front", words: "from the front", side: { yaw: 0, pitch: 0, field: FLAT } },
  side: { title: "Side", words: "from the side", side: { yaw: -90, pitch: 0, field: FLAT } },
  pia: { title: "Pia", words: "from the pia", side: { yaw: 0, pitch: 90, field: FLAT } },
  oblique: { title: "Oblique", words: "obliquely", side: { yaw: -32, pitch: 16, field: DEEP } },
};

// The name of the preset that a camera looks from, or undefined.
export function presetOf({ yaw, pitch }) {
  const near = ({ side }) => Math.abs(side.yaw - yaw) < 0.5 && Math.abs(side.pitch - pitch) < 0.5;
  return Object.keys(PRESETS).find((name) => near(PRESETS[name]));
}

export function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export class Camera {
  constructor() {
    this.target = [0, 0, 0];
    this.span = 1000; // µm from the top to the bottom of the view, at the target
    this.whole = true; // keeps showing the whole volume when the view is resized
    Object.assign(this, PRESETS.oblique.side);
  }

  // Rows of the rotation from (x, depth, z): right, up, and towards the reader.
  axes() {
    const [cy, sy] = [Math.cos(this.yaw * DEGREES), Math.sin(this.yaw * DEGREES)];
    const [cp, sp] = [Math.cos(this.pitch * DEGREES), Math.sin(this.pitch * DEGREES)];
    return {
      right: [cy, 0, -sy],
      up: [sy * sp, -cp, cy * sp],
      near: [-sy * cp, -sp, -cy * cp],
    };
  }

  get slope() {
    return Math.tan((this.field / 2) * DEGREES);
  }

  get distance() {
    return this.span / 2 / this.slope;
  }

  turn(degreesRight, degreesUp) {
    this.whole = false;
    this.yaw = ((this.yaw + degreesRight + 540) % 360) - 180;
    this.pitch = Math.max(-90, Math.min(90, this.pitch + degreesUp));
  }

  // Move so that the picture shifts by a share of the view's height.
  pan(rightShare, downShare) {
    this.whole = false;
    const { right, up } = this.axes();
    for (let i = 0; i < 3; i++) this.target[i] += this.span * (up[i] * downShare - right[i] * rightShare);
  }

  // Zoom by a factor about a place of the view, in shares of its height from the middle.
  zoom(factor, right = 0, down = 0) {
    const before = this.span;
    this.span = Math.max(8, Math.min(20000, this.span / factor));
    const change = this.span / before - 1;
    this.pan((right * change * before) / this.span, (down * change * before) / this.span);
  }

  // Bring all these places into view, with some room (µm) around them. `share` is the usable share of the
  // view's height, `usable` the usable width over the usable height.
  fit(places, { usable, share }, room = 0) {
    const { right, up, near } = this.axes();
    this.target = [0, 0, 0];
    const [width, height, deep] = [right, up, near].map((axis) => {
      let [low, high] = [Infinity, -Infinity];
      for (const place of places) {
        low = Math.min(low, dot(axis, place));
        high = Math.max(high, dot(axis, place));
      }
      for (let i = 0; i < 3; i++) this.target[i] += (axis[i] * (low + high)) / 2;
      return high - low + 2 * room;
    });
    this.span = Math.max(20, (Math.max(height, width / usable) + deep * this.slope) / share);
  }

  // The matrix from places to clip space, column by column, and the row that gives the distance from the
  // eye. `view` is { width, height } in pixels.
  matrix(view, reach) {
    const { right, up, near } = this.axes();
    const { target, distance } = this;
    const wide = view.width / view.height;
    const away = [-near[0], -near[1], -near[2], dot(near, target) + distance];
    const [close, far] = [Math.max(distance - reach, distance * 0.02), distance + reach];
    const scale = (far + close) / (far - close);
    const push = (-2 * far * close) / (far - close);
    const rows = [
      [...right, -dot(right, target)].map((value) => value / this.slope / wide),
      [...up, -dot(up, target)].map((value) => value / this.slope),
      away.map((value, i) => value * scale + (i === 3 ? push : 0)),
      away,
    ];
    const matrix = new Float64Array(16);
    rows.forEach((row, r) => row.forEach((value, c) => (matrix[4 * c + r] = value)));
    return { matrix, away };
  }
}

// Put the scaling of a cloud's 16-bit positions before a matrix: fractions of the box in, clip space out.
export function forBox(matrix, low, size) {
  const boxed = new Float64Array(matrix);
  for (let r = 0; r < 4; r++) {
    for (let axis = 0; axis < 3; axis++) {
      boxed[12 + r] += matrix[4 * axis + r] * low[axis];
      boxed[4 * axis + r] *= size[axis];
    }
  }
  return boxed;
}

// Where a place is on the screen, in pixels, or null behind the eye.
export function project(matrix, view, [x, y, z]) {
  const w = matrix[3] * x + matrix[7] * y + matrix[11] * z + matrix[15];
  if (w <= 0) return null;
  const right = (matrix[0] * x + matrix[4] * y + matrix[8] * z + matrix[12]) / w;
  const up = (matrix[1] * x + matrix[5] * y + matrix[9] * z + matrix[13]) / w;
  return [((right + 1) / 2) * view.width, ((1 - up) / 2) * view.height];
}
