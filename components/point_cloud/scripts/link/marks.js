// From a chart's marks, as point_cloud/marks.py describes them, to the nuclei that each stands for.
import { bitsWhere, combineBits, countBits, hasBit } from "../state/bits.js";
import { rowsBetween } from "../state/depths.js";

const NO_WORD = 65535;

const tested = new WeakMap(); // cloud -> conditions as text -> bitset

export const axesOf = ({ whole, within, tenths, titles, margins, shared, nested, named, ...axes }) => axes;

// Markup in a label reaches a figure as text.
export const asWord = (value) => String(value).replaceAll("&lt;", "<");

// The position of a point on an axis, or on both of "y x".
const wordAt = (point, axis) => axis.split(" ").map((name) => asWord(point[name])).join(", ");

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
  if (kind === "rows") {
    if (rest[0] !== cloud.n) return null;
    const inside = new Set(rowsOf(column));
    return (row) => inside.has(row);
  }
  if (kind === "label") {
    const codes = cloud.codes(column);
    const [of, named = []] = rest;
    const [wanted, rows] = [Uint8Array.from({ length: 256 }, (_, code) => of.includes(code)), new Set(named)];
    return codes ? (row) => wanted[codes[row]] || rows.has(row) : null;
  }
  const numbers = cloud.numbers(column);
  if (!numbers) return null;
  const { array, stride, offset } = numbers;
  const [low, high] = rest;
  return (row) => array[row * stride + offset] >= low && array[row * stride + offset] <= high;
}

// Rows by their distances from one to the next.
function rowsOf(gaps) {
  let row = 0;
  return gaps.map((gap) => (row += gap));
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

// The rows of a threshold: of its word and those of all above.
function bitsAbove(cloud, axis, threshold) {
  const codes = codesOf(cloud, axis);
  const above = Object.keys(axis).map((word) => Number(word) >= Number(threshold));
  return codes && bitsWhere(cloud.n, (row) => above[codes[row]]);
}

const codings = new WeakMap(); // cloud -> an axis as text -> codes

// The number of each row's word on an axis, or NO_WORD; null where the cloud lacks a column. Words of an axis
// may share rows, but none that the chart counts.
function codesOf(cloud, axis) {
  if (!codings.has(cloud)) codings.set(cloud, new Map());
  const known = codings.get(cloud);
  const text = JSON.stringify(axis);
  if (!known.has(text)) known.set(text, madeCodes(cloud, Object.values(axis)));
  return known.get(text);
}

// All words of an axis have conditions on the same columns. That on the first tells most of them apart.
function madeCodes(cloud, words) {
  const tests = words.map((conditions) => conditions.map((condition) => testOf(cloud, condition)));
  if (tests.some((ofWord) => ofWord.includes(null))) return null;
  const [kind, column] = words[0]?.[0] ?? [];
  const codes = new Uint16Array(cloud.n).fill(NO_WORD);
  if (kind === "rows") {
    words.forEach(([[, gaps]], word) => rowsOf(gaps).forEach((row) => (codes[row] = word)));
    return codes;
  }
  const candidates = Array.from({ length: 65536 }, () => null);
  const { array, stride, offset } = kind === "label" ? { array: cloud.codes(column), stride: 1, offset: 0 } : cloud.numbers(column);
  const valuesIn = {
    label: (codes, rows = []) => new Set([...codes, ...rows.map((row) => array[row])]),
    range: (low, high) => Array.from({ length: high - low + 1 }, (_, i) => low + i),
  };
  words.forEach(([[, , ...rest] = []], word) => {
    for (const value of valuesIn[kind](...rest)) (candidates[value] ??= []).push(word);
  });
  for (let row = 0; row < cloud.n; row++) {
    const word = candidates[array[row * stride + offset]]?.find((number) => tests[number].every((test) => test(row)));
    if (word !== undefined) codes[row] = word;
  }
  return codes;
}

// Go over the selected nuclei of a chart, each with its row and the number of its word on each axis.
function eachSelected(cloud, { whole, ...marks }, filter, selected, act) {
  const codes = Object.values(axesOf(marks)).map((axis) => codesOf(cloud, axis));
  if (codes.includes(null)) return false;
  const among = filter && !whole ? combineBits(selected, filter, "both") : selected;
  for (let row = 0; row < cloud.n; row++) {
    if (!hasBit(among, row)) continue;
    const words = codes.map((ofAxis) => ofAxis[row]);
    if (!words.includes(NO_WORD)) act(row, words);
  }
  return true;
}

// How many of a chart's nuclei are selected: `n`, and `of` the mark at some words, null where there is no such mark.
// `among`: the axes that tell the marks apart, by default all.
export function countsOf(cloud, marks, filter, selected, among) {
  if (marks.shared) return countsOfShared(cloud, Object.entries(axesOf(marks))[0], selected);
  const axes = Object.entries(axesOf(marks)).map(([name, axis], at) => {
    const words = Object.keys(axis);
    return { name, at, numbers: new Map(words.map((word, i) => [word, i])) };
  }).filter(({ name }) => !among || among.includes(name));
  const counts = new Uint32Array(axes.reduce((size, { numbers }) => size * numbers.size, 1));
  const placeOf = (words) => axes.reduce((place, { numbers }, i) => place * numbers.size + words[i], 0);
  let n = 0;
  const counted = eachSelected(cloud, marks, filter, selected, (_, words) => {
    counts[axes.reduce((place, { numbers, at }) => place * numbers.size + words[at], 0)] += 1;
    n += 1;
  });
  if (marks.nested) {
    const falling = [...axes[0].numbers].sort(([a], [b]) => b - a).map(([, place]) => place);
    falling.forEach((place, i) => (counts[place] += i && counts[falling[i - 1]]));
  }
  const of = (named) => {
    const words = axes.map(({ name, numbers }) => numbers.get(wordAt(named, name)));
    return words.includes(undefined) ? null : counts[placeOf(words)];
  };
  return counted ? { n, of } : null;
}

// The same of marks that share nuclei, but for those whose nuclei Python alone finds.
function countsOfShared(cloud, [name, axis], selected) {
  const count = (bits) => countBits(combineBits(selected, bits, "both"));
  const told = Object.entries(axis).map(([word, conditions]) => [word, bitsOfWord(cloud, conditions)]).filter(([, bits]) => bits);
  const counts = new Map(told.map(([word, bits]) => [word, count(bits)]));
  const any = told.map(([, bits]) => bits).reduce((all, bits) => combineBits(all, bits, "add"), new Uint8Array((cloud.n + 7) >> 3));
  return { n: count(any), of: (named) => counts.get(wordAt(named, name)) ?? null };
}

// The numbers in a column of the selected nuclei, by their words on the axis of labels, sorted.
export function valuesOf(cloud, marks, filter, selected, column) {
  const labels = Object.keys(marks.y);
  const values = new Map(labels.map((label) => [label, []]));
  eachSelected(cloud, marks, filter, selected, (row, [label]) => values.get(labels[label]).push(cloud.number(column, row)));
  for (const ofLabel of values.values()) ofLabel.sort((a, b) => a - b);
  return values;
}

// The words of a point on the axes by which a chart tells its marks; null for a point that is not such a mark.
export function wordsAt(marks, point) {
  const given = point.words ?? Object.fromEntries(Object.keys(axesOf(marks)).map((axis) => [axis, wordAt(point, axis)]));
  const words = Object.fromEntries(Object.entries(given).map(([axis, word]) => [axis, asWord(word)]));
  return Object.entries(words).every(([axis, word]) => marks[axis]?.[word]) ? words : null;
}

// The nuclei of the marks at some words, at any word of an axis that is not named: a bitset, or null where the
// cloud cannot tell them. `differ`: but those with the same word on both axes, or with none on the other.
export function bitsAt(cloud, marks, words, filter, differ = false) {
  const sets = Object.entries(axesOf(marks)).map(([axis, conditions]) =>
    words[axis] === undefined ? bitsOfAxis(cloud, conditions)
    : marks.nested ? bitsAbove(cloud, conditions, words[axis]) : bitsOfWord(cloud, conditions[words[axis]]));
  if (sets.includes(null)) return null;
  if (filter && !marks.whole) sets.push(filter);
  const bits = sets.reduce((all, set) => combineBits(all, set, "both"));
  const same = differ ? agreeing(marks, words).map((cell) => bitsAt(cloud, marks, cell, filter)) : [];
  return same.reduce((all, set) => combineBits(all, set, "subtract"), bits);
}

// The cells of a matrix row or column that are not disagreements: of the same word on both axes, and of none on the other.
function agreeing(marks, words) {
  const [[axis, word]] = Object.entries(words);
  const beside = { x: "y", y: "x" }[axis];
  if (!beside || word === marks.margins?.[axis]) return [];
  const others = [word, marks.margins?.[beside]].filter((other) => marks[beside]?.[other]);
  return others.map((other) => ({ [axis]: word, [beside]: other }));
}

const isAt = (own, words) => Object.entries(words).every(([axis, word]) => own[axis] === word);

// Whether a mark is one of those at some words, as `bitsAt` reads them. A part of a line or of nodes stands for itself
// alone.
export function isMarkAt(marks, place, words, differ) {
  const own = wordsAt(marks, place);
  if (!own || !isAt(own, words)) return false;
  if (place.part && Object.keys(own).length > Object.keys(words).length) return false;
  return !differ || !agreeing(marks, words).some((cell) => isAt(own, cell));
}

// The nuclei of a chart within two depths, both included.
export function bitsBetween(cloud, marks, [low, high], filter) {
  const inside = rowsBetween(cloud, low, high);
  const all = bitsAt(cloud, marks, {}, filter);
  return inside && all && combineBits(bitsWhere(cloud.n, inside), all, "both");
}
