// Opens what Python sends: JSON alone, or its length, JSON, and sets of nuclei behind it.
import { setBit } from "./bits.js";

// A hint: all rows whose label is among some, or whose place on an axis is between two ends.
function hinted(bits, cloud, { column, codes, axis, low, high }) {
  const labels = column && cloud.codes(column);
  const kept = codes && Uint8Array.from({ length: 256 }, (_, code) => codes.includes(code));
  for (let row = 0; row < cloud.n; row++) {
    const place = labels ? 0 : cloud.positions[3 * row + axis];
    if (labels ? kept[labels[row]] : place >= low && place <= high) setBit(bits, row);
  }
}

// The gaps between rows, seven bits to a byte: each such row is the other way round than the hint says.
function turnRows(bits, bytes) {
  let [row, gap, shift] = [-1, 0, 0];
  for (const byte of bytes) {
    gap += (byte & 127) * 2 ** shift;
    shift += 7;
    if (byte & 128) continue;
    row += gap + 1;
    bits[row >> 3] ^= 1 << (row & 7);
    [gap, shift] = [0, 0];
  }
}

// A set of rows from its short form, which sets.py tells.
export function readSet(bytes, kind, hint, cloud) {
  if (kind === "bits") return bytes.slice();
  const bits = new Uint8Array((cloud.n + 7) >> 3);
  if (hint) hinted(bits, cloud, hint);
  turnRows(bits, bytes);
  return bits;
}

function withSets(told) {
  const length = new DataView(told.buffer, told.byteOffset).getUint32(0, true);
  const message = JSON.parse(new TextDecoder().decode(told.subarray(4, 4 + length)));
  let start = 4 + length;
  message.sets = message.sets.map(([name, size, kind, hint]) => {
    start += size;
    return { name, kind, hint, bytes: told.slice(start - size, start) };
  });
  return message;
}

export function openMessage(told) {
  return told instanceof Uint8Array ? withSets(told) : told;
}

// Keep what a message brought; return the name of something that it names and nobody has, if there is any.
export function keepNamed(message, shop, cloud) {
  for (const { name, kind, hint, bytes } of message.sets ?? []) {
    if (!shop.bitsets.has(name)) shop.keepSet(name, readSet(bytes, kind, hint, cloud));
  }
  for (const [name, part] of Object.entries(message.parts ?? {})) shop.keepPart(name, part);
  const lacks = (kept) => (name) => name && !kept.has(name);
  return [message.scene, message.colour].find(lacks(shop.parts))
    ?? [message.filter, message.selected].find(lacks(shop.bitsets));
}
