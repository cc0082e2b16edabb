// Shapes that tell the entries of a legend apart by more than their hue, in its order; the first is a circle. The
// shader knows the same by their numbers, from 1 on.
export const SHAPE_STEP = 30; // of a byte, from one number to the next

const [BEAM, TIP] = [0.32, 0.95];
const PLUS = [
  [-BEAM, -TIP], [BEAM, -TIP], [BEAM, -BEAM], [TIP, -BEAM], [TIP, BEAM], [BEAM, BEAM],
  [BEAM, TIP], [-BEAM, TIP], [-BEAM, BEAM], [-TIP, BEAM], [-TIP, -BEAM], [-BEAM, -BEAM],
];
const TRIANGLE = [[0, -0.95], [0.96, 0.8], [-0.96, 0.8]];
const OUTLINES = [
  null, // a circle
  [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
  TRIANGLE,
  [[0, -1], [1, 0], [0, 1], [-1, 0]],
  PLUS,
  PLUS.map(([x, y]) => [(x + y) * Math.SQRT1_2, (x - y) * Math.SQRT1_2]),
  TRIANGLE.map(([x, y]) => [x, -y]),
];

// The number of an entry's shape, as the palette holds it.
export function shapeByte(entry) {
  return SHAPE_STEP * (1 + (entry % OUTLINES.length));
}

// Its outline, corner by corner, x to the right and y down, from -1 to 1; null for a circle.
export function outlineOf(entry) {
  return OUTLINES[entry % OUTLINES.length];
}

// The same as a value of CSS's clip-path.
export function clipOf(entry) {
  const outline = outlineOf(entry);
  const percent = (value) => `${(50 + 50 * value).toFixed(1)}%`;
  return outline ? `polygon(${outline.map((corner) => corner.map(percent).join(" "))})` : "circle()";
}
