// The shaders' work by script, nucleus by nucleus, into an array of pixels: see shaders.js for what each uniform
// means. Where the processor stands in for a graphics card, a nucleus costs several times as much by WebGL.
import { NOTHING_LIT, SHAPED } from "./shaders.js";
import { SHOWN, WHERE_SELECTED } from "../state/colouring.js";
import { SHAPE_STEP } from "../state/shapes.js";

const [UNSEEN, CONTEXT] = [0, 257]; // looks of a nucleus; those between are its code and one
const FADES = 64; // steps of a colour on its way to the paper

// The look of every nucleus, or of those listed, whatever the camera.
export function looksOf({ positions, values, palette, filter, selected }, uniforms, rows) {
  const { u_numbers, u_low, u_high, u_sets } = uniforms;
  const { array, stride, offset } = values;
  const steps = array.BYTES_PER_ELEMENT === 1 ? 255 : 65535;
  const [first, times] = [u_numbers[0] * steps, 254 / ((u_numbers[1] - u_numbers[0]) * steps)];
  const [filtered, picking, highlighting, context] = u_sets;
  const least = picking ? WHERE_SELECTED : SHOWN;
  const axis = u_low.findIndex((end) => end > -1); // the slab's
  const [low, high] = axis < 0 ? [0, 0] : [u_low[axis] * 65535, u_high[axis] * 65535];
  const looks = new Uint16Array(positions.length / 3);
  for (let at = 0, end = rows ? rows.length : looks.length; at < end; at++) {
    const row = rows ? rows[at] : at;
    if (axis >= 0 && (positions[3 * row + axis] < low || positions[3 * row + axis] > high)) continue;
    let code = array[row * stride + offset];
    if (u_numbers[2] > 1 && code === 65535) code = 255;
    else if (u_numbers[2]) code = Math.max(0, Math.min(254, Math.round((code - first) * times)));
    const byte = row >> 3, bit = 1 << (row & 7), state = 1024 + 4 * code;
    const lit = palette[state] >= least && (!filtered || filter[byte] & bit) && (!highlighting || palette[state + 1]) &&
      (!picking || (picking !== NOTHING_LIT && selected[byte] & bit));
    looks[row] = lit ? code + 1 : context ? CONTEXT : UNSEEN;
  }
  return looks;
}

// The colours of every look as pixels, each at its steps of fading; and of each the part that is not paper's.
function tintsOf(palette, { u_paper, u_context, u_depth }) {
  const tints = new Uint32Array((CONTEXT + 1) * FADES), inks = tints.slice();
  let first = 0; // look of the codes without a legend entry, all in one ink
  for (let look = 1; look <= CONTEXT; look++) {
    const code = look - 1, lit = look < CONTEXT, state = lit ? palette[1024 + 4 * code] : SHOWN;
    if (!state) continue;
    if (state === WHERE_SELECTED && first) {
      for (const all of [tints, inks]) all.copyWithin(look * FADES, first * FADES, (first + 1) * FADES);
      continue;
    }
    if (state === WHERE_SELECTED) first = look;
    const opacity = lit ? 1 : u_context[3];
    const colour = lit ? palette.subarray(4 * code, 4 * code + 3) : u_context.map((part) => part * 255);
    for (let step = 0; step < FADES; step++) {
      const faded = (step / (FADES - 1)) * u_depth[0], place = look * FADES + step;
      tints[place] = Math.round(255 * opacity) << 24;
      for (let part = 0; part < 3; part++) {
        const ink = colour[part] * (1 - faded) * opacity;
        inks[place] |= Math.round(ink) << (8 * part);
        tints[place] |= Math.round(ink + 255 * u_paper[part] * faded * opacity) << (8 * part);
      }
    }
  }
  return { tints, inks };
}

// Draw `count` rows from the `first` on, or those of a list, where nothing nearer is.
export function stamp(sheet, { positions, palette }, looks, uniforms, first, count, rows) {
  const { width, height } = sheet;
  const { u_clip, u_size, u_fade, u_context, u_depth } = uniforms;
  const { tints, inks } = tintsOf(palette, uniforms);
  const [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = u_clip.map((value, at) => (at < 12 ? value / 65535 : value));
  const scale = u_size[0] * u_size[1], smaller = u_size[2], veil = u_context[3];
  const fadeFrom = u_fade[0], fadeBy = (FADES - 1) / (u_fade[1] - u_fade[0]);
  for (let at = first; at < first + count; at++) {
    const row = rows ? rows[at] : at, look = looks[row];
    if (look === UNSEEN) continue;
    const x = positions[3 * row], y = positions[3 * row + 1], z = positions[3 * row + 2];
    const w = d * x + h * y + l * z + p;
    if (w <= 0) continue;
    // Graphics cards, too, round to parts of a pixel.
    const right = Math.round(((a * x + e * y + i * z + m) / w + 1) * (width * 8)) / 16;
    const up = Math.round(((b * x + f * y + j * z + n) / w + 1) * (height * 8)) / 16;
    const deep = (c * x + g * y + k * z + o) / w;
    if (!(right >= 0 && right < width && up >= 0 && up < height && deep >= -1 && deep <= 1)) continue;
    const fade = (w - fadeFrom) * fadeBy;
    const place = look * FADES + (fade < 0 ? 0 : fade > FADES - 1 ? FADES - 1 : (fade + 0.5) | 0);
    const lit = look !== CONTEXT, shape = lit ? (palette[1022 + 4 * look] / SHAPE_STEP) | 0 : 0;
    const size = Math.max(shape ? SHAPED : 1, (scale / w) * (lit ? 1 : smaller));
    const before = lit ? deep - 2 : deep; // what is lit is always before the grey context
    if (size <= 1.8) square(sheet, right, up, before, size, tints[place], lit ? 1 : veil);
    else disc(sheet, right, up, before, size, tints[place], lit ? 1 : veil, inks[place], lit ? u_depth[1] : 0, shape);
  }
}

// The smallest points.
function square({ depths, pixels, width, height }, right, up, deep, size, tint, opacity) {
  const half = size / 2, keep = 256 - Math.round(256 * opacity);
  const x0 = Math.max(0, Math.ceil(right - half - 0.5)), x1 = Math.min(width, Math.ceil(right + half - 0.5));
  const y0 = Math.max(0, Math.ceil(up - half - 0.5)), y1 = Math.min(height, Math.ceil(up + half - 0.5));
  for (let y = y0; y < y1; y++) {
    for (let at = y * width + x0, end = y * width + x1; at < end; at++) {
      if (deep > depths[at]) continue;
      depths[at] = deep;
      pixels[at] = keep ? tint + scaled(pixels[at], keep) : tint;
    }
  }
}

function disc({ depths, pixels, width, height }, right, up, deep, size, tint, opacity, ink, round, shape) {
  const half = size / 2, sharp = size / 3.2, wide = 1 / half, less = Math.min(1, (size - 1.8) / 1.6);
  const shade = 256 * round * Math.max(0, Math.min(1, (size - 2) / 4));
  const x0 = Math.max(0, Math.ceil(right - half - 0.5)), x1 = Math.min(width, Math.ceil(right + half - 0.5));
  const y0 = Math.max(0, Math.ceil(up - half - 0.5)), y1 = Math.min(height, Math.ceil(up + half - 0.5));
  for (let y = y0; y < y1; y++) {
    const dy = (y + 0.5 - up) * wide;
    for (let x = x0; x < x1; x++) {
      const at = y * width + x;
      if (deep > depths[at]) continue;
      const dx = (x + 0.5 - right) * wide;
      const far = shape > 1 ? reach(shape, dx, -dy) : dx * dx + dy * dy;
      const edge = (1 - far) * sharp + 0.35;
      const cover = edge > 1 ? 1 : 1 + ((edge > 0 ? edge : 0) - 1) * less;
      if (cover < 0.08) continue;
      depths[at] = deep;
      const share = (256 * cover + 0.5) | 0, keep = 256 - ((256 * cover * opacity + 0.5) | 0);
      const shaded = shade ? tint - scaled(ink, (far * shade) | 0) : tint;
      const front = share < 256 ? scaled(shaded, share) : shaded;
      pixels[at] = keep ? front + scaled(pixels[at], keep) : front;
    }
  }
}

// A pixel that keeps this many 256ths of its colour.
function scaled(pixel, share) {
  const rb = (Math.imul(pixel & 0xff00ff, share) + 0x800080) >>> 8;
  const ga = Math.imul((pixel >>> 8) & 0xff00ff, share) + 0x800080;
  return (rb & 0xff00ff) | (ga & 0xff00ff00);
}

// How far out a place of a point is, squared, 1 at its edge, by its shape: see state/shapes.js.
function reach(shape, x, y) {
  const far = Math.max(0, reachOf(shape, x, y));
  return far * far;
}

function reachOf(shape, x, y) {
  const across = Math.abs(x), along = Math.abs(y);
  if (shape === 2) return Math.max(across, along) / 0.85;
  if (shape === 3) return Math.max(y / 0.8, (across / 0.55 - y) / 0.95);
  if (shape === 4) return across + along;
  if (shape === 7) return Math.max(-y / 0.8, (across / 0.55 + y) / 0.95);
  const [one, other] = shape === 6 ? [Math.abs(x + y) * 0.7071, Math.abs(x - y) * 0.7071] : [across, along];
  return Math.min(Math.max(one / 0.32, other / 0.95), Math.max(other / 0.32, one / 0.95));
}
