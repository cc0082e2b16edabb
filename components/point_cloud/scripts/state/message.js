// Opens what Python sends: JSON alone, or its length, JSON, and the sets of nuclei behind it.
import { bitsWhere } from "./bits.js";

// Whether a row fits a hint: its place on an axis is between two ends, and its label, where a column is named, among some.
function fits(cloud, { column, codes, axis, low, high }) {
  const { positions } = cloud;
  const inside = (row) => positions[3 * row + axis] >= low && positions[3 * row + axis] <= high;
  if (!column) return inside;
  const labels = cloud.codes(column);
  const wanted = Uint8Array.from({ length: 256 }, (_, code) => codes.includes(code));
  return (row) => wanted[labels[row]] && inside(row);
}

// Flip the rows about which the hint is wrong: their gaps as variable-length integers, seven bits to a byte.
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

// A set of rows from its short form, which sets.py explains.
function readSet(bytes, kind, hint, cloud) {
  if (kind === "bits") return bytes.slice();
  const bits = bitsWhere(cloud.n, hint ? fits(cloud, hint) : () => false);
  turnRows(bits, bytes);
  return bits;
}

export function openMessage(sent) {
  if (!(sent instanceof Uint8Array)) return sent;
  const length = new DataView(sent.buffer, sent.byteOffset).getUint32(0, true);
  const message = JSON.parse(new TextDecoder().decode(sent.subarray(4, 4 + length)));
  let start = 4 + length;
  message.sets = message.sets.map(([name, size, kind, hint]) => {
    start += size;
    return { name, kind, hint, bytes: sent.slice(start - size, start) };
  });
  return message;
}

// Store what a message brought; return the name of something that it names and the store lacks, if any.
export function storeNamed(message, store, cloud) {
  for (const { name, kind, hint, bytes } of message.sets ?? []) {
    if (!store.bitsets.has(name)) store.keep("bitsets", name, readSet(bytes, kind, hint, cloud));
  }
  for (const [name, part] of Object.entries(message.parts ?? {})) store.keep("parts", name, part);
  const { scene, colour, filter, selected } = message;
  return [scene, colour].find((name) => !store.parts.has(name))
    ?? [filter, selected].find((name) => name && !store.bitsets.has(name));
}
