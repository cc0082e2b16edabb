// From a chart's marks, as point_cloud/marks.py describes them, to the nuclei that each stands for.
import { bitsWhere, combineBits } from "../state/bits.js";

const AXES = ["x", "y", "name"];
const tested = new WeakMap(); // cloud -> condition as text -> bitset

function bitsOfCondition(cloud, condition) {
  if (!tested.has(cloud)) tested.set(cloud, new Map());
  const sets = tested.get(cloud);
  const text = JSON.stringify(condition);
  if (!sets.has(text)) sets.set(text, testedBits(cloud, condition));
  return sets.get(text);
}

// The rows that fulfil a condition; null where the cloud lacks the column.
function testedBits(cloud, [kind, column, ...rest]) {
  if (kind === "label") {
    const codes = cloud.codes(column);
    const wanted = Uint8Array.from({ length: 256 }, (_, code) => rest[0].includes(code));
    return codes ? bitsWhere(cloud.n, (row) => wanted[codes[row]]) : null;
  }
  const numbers = cloud.numbers(column);
  if (!numbers) return null;
  const { array, stride, offset } = numbers;
  const [low, high] = rest;
  return bitsWhere(cloud.n, (row) => array[row * stride + offset] >= low && array[row * stride + offset] <= high);
}

function bitsOfAll(cloud, conditions, filter) {
  const sets = conditions.map((condition) => bitsOfCondition(cloud, condition));
  if (sets.includes(null)) return null;
  const all = [...sets, ...(filter ? [filter] : [])];
  return all.length ? all.reduce((bits, set) => combineBits(bits, set, "both")) : bitsWhere(cloud.n, () => true);
}

// The words of a point on the axes by which a chart tells its marks; null for a point that is no such mark.
export function wordsAt(marks, point) {
  const words = {};
  for (const axis of AXES.filter((axis) => marks[axis])) {
    words[axis] = String(point[axis]).replaceAll("&lt;", "<");
    if (!marks[axis][words[axis]]) return null;
  }
  return words;
}

// The nuclei of the mark at some words: a bitset, or null where the cloud cannot tell them.
export function bitsAt(cloud, marks, words, filter) {
  const conditions = Object.entries(words).flatMap(([axis, word]) => marks[axis][word]);
  return bitsOfAll(cloud, conditions, marks.whole ? null : filter);
}
