// From a chart's marks, as point_cloud/marks.py describes them, to the nuclei that each stands for.
import { bitsWhere, combineBits } from "../state/bits.js";

const tested = new WeakMap(); // cloud -> conditions as text -> bitset

const axesOf = ({ whole, tenths, ...axes }) => axes;

// Markup in a label reaches a figure as text.
const asWord = (value) => String(value).replaceAll("&lt;", "<");

// The rows that fulfil all conditions of a word; null where the cloud lacks a column.
function bitsOfWord(cloud, conditions) {
  if (!tested.has(cloud)) tested.set(cloud, new Map());
  const sets = tested.get(cloud);
  const text = JSON.stringify(conditions);
  if (!sets.has(text)) {
    const tests = conditions.map((condition) => testOf(cloud, condition));
    sets.set(text, tests.includes(null) ? null : bitsWhere(cloud.n, (row) => tests.every((test) => test(row))));
  }
  return sets.get(text);
}

function testOf(cloud, [kind, column, ...rest]) {
  if (kind === "label") {
    const codes = cloud.codes(column);
    const wanted = Uint8Array.from({ length: 256 }, (_, code) => rest[0].includes(code));
    return codes ? (row) => wanted[codes[row]] : null;
  }
  const numbers = cloud.numbers(column);
  if (!numbers) return null;
  const { array, stride, offset } = numbers;
  const [low, high] = rest;
  return (row) => array[row * stride + offset] >= low && array[row * stride + offset] <= high;
}

// The rows of any word of an axis.
function bitsOfAxis(cloud, axis) {
  if (!tested.has(cloud)) tested.set(cloud, new Map());
  const sets = tested.get(cloud);
  if (!sets.has(axis)) {
    const words = Object.values(axis).map((conditions) => bitsOfWord(cloud, conditions));
    sets.set(axis, words.includes(null) ? null : words.reduce((bits, set) => combineBits(bits, set, "add")));
  }
  return sets.get(axis);
}

// The words of a point on the axes by which a chart tells its marks; null for a point that is no such mark.
export function wordsAt(marks, point) {
  const given = point.words ?? Object.fromEntries(Object.keys(axesOf(marks)).map((axis) => [axis, point[axis]]));
  const words = Object.fromEntries(Object.entries(given).map(([axis, word]) => [axis, asWord(word)]));
  return Object.entries(words).every(([axis, word]) => marks[axis]?.[word]) ? words : null;
}

// The nuclei of the marks at some words, at any word of an axis that is not named: a bitset, or null where the
// cloud cannot tell them. `differ`: but those with the same word on both axes.
export function bitsAt(cloud, marks, words, filter, differ = false) {
  const sets = Object.entries(axesOf(marks)).map(([axis, conditions]) =>
    words[axis] === undefined ? bitsOfAxis(cloud, conditions) : bitsOfWord(cloud, conditions[words[axis]]));
  if (sets.includes(null)) return null;
  if (filter && !marks.whole) sets.push(filter);
  const bits = sets.reduce((all, set) => combineBits(all, set, "both"));
  const [word] = Object.values(words);
  if (!differ || !marks.x?.[word] || !marks.y?.[word]) return bits;
  return combineBits(bits, bitsAt(cloud, marks, { x: word, y: word }, filter), "subtract");
}

// A depth to a tenth, in tenths, as Python rounds it: what lies just between goes to the even tenth.
function tenthsOf(depth) {
  const tenths = Math.round(Number(depth.toFixed(1)) * 10);
  return Math.abs(4 * depth) % 2 === 1 && tenths % 2 ? tenths - Math.sign(tenths) : tenths;
}

// The nuclei of a chart within two depths, both included.
export function bitsBetween(cloud, marks, [low, high], filter) {
  const numbers = cloud.numbers(marks.tenths);
  if (!numbers) return null;
  const { array, steps } = numbers;
  const [from, to] = [2 * tenthsOf(low), 2 * tenthsOf(high)];
  const value = (step) => Math.round(numbers.low + (step / steps) * (numbers.high - numbers.low));
  const inside = bitsWhere(cloud.n, (row) => {
    if (array[row] > steps) return false;
    const code = value(array[row]);
    return code >= from && code <= to;
  });
  return combineBits(inside, bitsAt(cloud, marks, {}, filter), "both");
}
