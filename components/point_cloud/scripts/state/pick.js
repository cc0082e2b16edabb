// Which nucleus is under the pointer, which are inside a lasso: one pass over the positions, on the CPU.
import { bitsWhere } from "./bits.js";

// The row under a place of the screen, or -1. `matrix` takes fractions of the box; `rank` gives 2 for what
// is chosen, 1 for context, 0 for what is not shown; `radius` is a point's, in pixels, at unit w (`eye`: at
// which w it has it). A chosen nucleus goes before context, then one whose point covers the place and is
// nearest to the eye, then the one whose middle is nearest to the place.
export function rowAt(cloud, matrix, view, [px, py], { radius, eye, reach, rank }) {
  const p = cloud.positions;
  const m = matrix.map((value, i) => (i < 12 ? value / 65535 : value));
  const [halfWidth, halfHeight] = [view.width / 2, view.height / 2];
  let [best, bestScore] = [-1, Infinity];
  for (let row = 0, i = 0; row < cloud.n; row++, i += 3) {
    const [x, y, z] = [p[i], p[i + 1], p[i + 2]];
    const w = m[3] * x + m[7] * y + m[11] * z + m[15];
    const dx = ((m[0] * x + m[4] * y + m[8] * z + m[12]) / w + 1) * halfWidth - px;
    if (dx > reach || dx < -reach) continue;
    const dy = (1 - (m[1] * x + m[5] * y + m[9] * z + m[13]) / w) * halfHeight - py;
    if (dy > reach || dy < -reach || w <= 0) continue;
    const apart = Math.hypot(dx, dy);
    const size = (radius * eye) / w;
    if (apart > Math.max(size, 5)) continue;
    const kind = rank(row);
    if (!kind) continue;
    const deep = (m[2] * x + m[6] * y + m[10] * z + m[14]) / w;
    const score = (2 - kind) * 1e6 + (apart <= size ? deep : 1000 + apart);
    if (score < bestScore) [best, bestScore] = [row, score];
  }
  return best;
}

function insidePolygon(polygon, x, y) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [polygon[i], polygon[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

// The bitset of the shown rows whose points are inside a polygon of the screen, at any depth.
export function rowsInside(cloud, matrix, view, polygon, shown) {
  const [xs, ys] = [polygon.map((corner) => corner[0]), polygon.map((corner) => corner[1])];
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const p = cloud.positions;
  const m = matrix.map((value, i) => (i < 12 ? value / 65535 : value));
  return bitsWhere(cloud.n, (row) => {
    const [x, y, z] = [p[3 * row], p[3 * row + 1], p[3 * row + 2]];
    const w = m[3] * x + m[7] * y + m[11] * z + m[15];
    if (w <= 0) return false;
    const sx = (((m[0] * x + m[4] * y + m[8] * z + m[12]) / w + 1) / 2) * view.width;
    if (sx < left || sx > right) return false;
    const sy = ((1 - (m[1] * x + m[5] * y + m[9] * z + m[13]) / w) / 2) * view.height;
    return sy >= top && sy <= bottom && shown(row) && insidePolygon(polygon, sx, sy);
  });
}
