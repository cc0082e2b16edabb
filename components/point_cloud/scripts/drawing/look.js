// From the camera, the choice and the theme to what the shaders are told.
import { forBox } from "./camera.js";

const NUCLEUS = 11; // µm across: a point never grows beyond a nucleus, however near the camera comes

// A point's size in pixels at the middle of the view: as large as the crowd lets it be.
export function pointSize(lit, camera, view, volume, wished) {
  const crowd = 1.35 * Math.sqrt((view.width * view.height * 0.5) / Math.max(1, lit));
  const whole = 1.2 * Math.max(volume[1], (volume[0] * view.height) / view.width);
  const nearer = Math.max(1, whole / camera.span) ** 0.75;
  const calm = Math.min(7.5, Math.max(1.7, crowd)) * nearer;
  const real = Math.max(7.5, (NUCLEUS * view.height) / camera.span);
  return Math.min(calm, real) * wished;
}

export function frameOf(camera, view, cloud) {
  const middle = cloud.low.map((low, i) => low + cloud.size[i] / 2);
  const radius = Math.hypot(...cloud.size) / 2;
  const off = Math.hypot(...middle.map((value, i) => value - camera.target[i]));
  const { matrix, away } = camera.matrix(view, (radius + off) * 1.05 + 100);
  // Seen from the pia, the layers' borders lie on each other and say nothing.
  const aslant = 1 - Math.max(0, Math.abs(camera.pitch) - 60) / 30;
  return { matrix, away, view, middle, radius, aslant, boxed: forBox(matrix, cloud.low, cloud.size) };
}

// `context` and `chosen` opacity and size follow from how many nuclei there are of each.
export function lookOf({ frame, camera, choice, colouring, census, theme, size, highlighted, ratio, cloud }) {
  const { view, away, middle, radius } = frame;
  const { low, high } = choice.slabFractions;
  const points = pointSize(census.lit, camera, view, cloud.size, size);
  const crowd = Math.min(1, Math.sqrt(30000 / Math.max(1, cloud.n - census.lit)));
  const others = Math.max(1.25, Math.min(0.62 * points, pointSize(cloud.n, camera, view, cloud.size, size)));
  const toMiddle = away[0] * middle[0] + away[1] * middle[1] + away[2] * middle[2] + away[3];
  const row = [0, 1, 2].map((i) => away[i] * cloud.size[i]);
  const start = away[3] + away[0] * cloud.low[0] + away[1] * cloud.low[1] + away[2] * cloud.low[2];
  return {
    clip: frame.boxed,
    away: [...row, start],
    numbers: colouring.ends,
    low,
    high,
    size: [points * ratio, camera.distance, others / points, 1],
    fade: [toMiddle - radius * 0.55, toMiddle + radius * 0.95],
    sets: [choice.filter ? 1 : 0, choice.selected ? 1 : 0, highlighted === null ? 0 : 1, choice.context ? 1 : 0],
    paper: theme.paper.map((part) => part / 255),
    context: [...theme.context.map((part) => part / 255), (theme.dark ? 0.3 : 0.34) * (0.35 + 0.65 * crowd)],
    depth: [theme.dark ? 0.5 : 0.42, theme.dark ? 0.38 : 0.2],
    points,
  };
}
