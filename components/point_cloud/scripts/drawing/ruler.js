// The scale bar and the little axes, bottom left.
import { niceStep, thousands } from "../controls/words.js";

const ARROWS = [["x", [1, 0, 0]], ["depth", [0, 1, 0]], ["z", [0, 0, 1]]];
const ARM = 24;
export const RULER = { width: 320, height: 92 }; // of its canvas

// How many µm one pixel is, in the plane through the middle of the view.
export function micrometresPerPixel(camera, view) {
  return camera.span / view.height;
}

export function drawRuler(pen, camera, view, theme) {
  const perPixel = micrometresPerPixel(camera, view);
  const step = niceStep(130 * perPixel);
  const length = step / perPixel;
  const [x, y] = [92, RULER.height - 24];
  pen.strokeStyle = `rgba(${theme.ink}, 0.85)`;
  pen.lineWidth = 1.5;
  pen.beginPath();
  pen.moveTo(x, y - 4);
  pen.lineTo(x, y);
  pen.lineTo(x + length, y);
  pen.lineTo(x + length, y - 4);
  pen.stroke();
  pen.font = `500 11.5px ${theme.font}`;
  pen.fillStyle = `rgba(${theme.ink}, 0.9)`;
  pen.textAlign = "left";
  pen.textBaseline = "alphabetic";
  pen.fillText(`${step >= 1 ? thousands(step) : step} µm`, x, y - 9);
  drawAxes(pen, camera, [40, RULER.height - 44], theme);
}

function drawAxes(pen, camera, [x, y], theme) {
  const { right, up, near } = camera.axes();
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const arms = ARROWS.map(([name, way]) => ({ name, r: dot(right, way), u: dot(up, way), n: dot(near, way) }));
  arms.sort((a, b) => a.n - b.n);
  for (const { name, r, u, n } of arms) {
    const opacity = 0.62 + 0.3 * n;
    const [ex, ey] = [x + ARM * r, y - ARM * u];
    pen.strokeStyle = pen.fillStyle = `rgba(${theme.ink}, ${opacity})`;
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(ex, ey);
    pen.stroke();
    const long = Math.hypot(r, u);
    if (long < 0.2) {
      pen.beginPath();
      pen.arc(ex, ey, 2, 0, 7);
      pen.fill();
      continue;
    }
    pen.font = `500 10.5px ${theme.font}`;
    pen.textBaseline = "middle";
    pen.textAlign = Math.abs(r) < 0.35 ? "center" : r > 0 ? "left" : "right";
    pen.fillText(name, ex + (5 * r) / long, ey - (9 * u) / long);
  }
}
