// What a link holds of the view beside Python's choices: where it is seen from, the legend's entries that are switched
// off, the slab.
import { PRESETS, presetOf } from "../drawing/camera.js";
import { AXIS_NUMBER } from "../state/choice.js";

const tenths = (value) => Math.round(10 * value) / 10;
const between = (low, value, high) => Math.max(low, Math.min(high, value));

function cameraText(camera) {
  const { yaw, pitch, field, span, target, whole } = camera;
  return (whole && presetOf(camera)) || [yaw, pitch, field, span, ...target].map(tenths).join();
}

// Have a link (a URL) hold what is seen, and nothing that is as it opens anyway.
export function holdView(link, { camera, colouring, choice }) {
  const { searchParams: held } = link;
  const seen = cameraText(camera);
  ["camera", "hide", "slab"].forEach((name) => held.delete(name));
  if (seen !== "oblique") held.set("camera", seen);
  for (const entry of choice.hidden) held.append("hide", colouring.entries[entry].title);
  if (choice.slab) held.set("slab", choice.slab.map((part) => (part in AXIS_NUMBER ? part : tenths(part))).join());
}

// Show what a link holds; what is not a view is left out.
export function takeView(held, { store: { camera }, view, cloud, colouring, choice }) {
  const seen = held.get("camera") ?? "";
  const [yaw, pitch, field, span, ...target] = seen.split(",").map(Number);
  if (Object.hasOwn(PRESETS, seen)) {
    Object.assign(camera, PRESETS[seen].side);
    camera.fit(cloud.corners, view);
  } else if (target.length === 3 && [yaw, pitch, field, span, ...target].every(Number.isFinite)) {
    camera.turn(yaw - camera.yaw, pitch - camera.pitch);
    Object.assign(camera, { field: between(1, field, 60), span: between(8, span, 20000), target });
  }
  const hidden = held.getAll("hide");
  colouring.entries.forEach(({ title }, entry) => hidden.includes(title) && choice.hidden.add(entry));
  const [axis, ...ends] = (held.get("slab") ?? "").split(",");
  const [low, high] = ends.map(Number);
  if (Object.hasOwn(AXIS_NUMBER, axis) && low <= high) choice.slab = [axis, low, high];
}
