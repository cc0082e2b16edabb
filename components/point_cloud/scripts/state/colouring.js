// What the colours mean: from the message's colouring to codes, a legend and a palette.
import { NOT_IN_TABLE } from "./pack.js";
import { shapeByte } from "./shapes.js";

export const NONE = 255; // of no legend entry
export const [SHOWN, WHERE_SELECTED] = [255, 128]; // of a state's red
const [AGREE, DIFFER, ROWS_ONLY, COLUMNS_ONLY] = [0, 1, 2, 3];

export function rgb(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function hex(colour) {
  return "#" + colour.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
}

export function mix(a, b, share) {
  return a.map((part, i) => part + (b[i] - part) * share);
}

// For every nucleus: whether the two tables agree or differ, or only one of them labels it.
function compare(cloud, { columns: names, words }) {
  const [rows, columns] = names.map((name) => cloud.codes(name));
  return Uint8Array.from(rows, (code, row) => {
    const [a, b] = [code, columns[row]];
    if (a === NOT_IN_TABLE || b === NOT_IN_TABLE) {
      return a === b ? NOT_IN_TABLE : b === NOT_IN_TABLE ? ROWS_ONLY : COLUMNS_ONLY;
    }
    const [word, otherWord] = [words[0][a], words[1][b]];
    return word < 0 || otherWord < 0 ? NOT_IN_TABLE : word === otherWord ? AGREE : DIFFER;
  });
}

export class Colouring {
  constructor(message, cloud) {
    Object.assign(this, message);
    this.cloud = cloud;
    this.entries = (message.entries ?? []).map(([title, colour, codes]) => ({ title, colour, codes }));
    if (this.by === "number") this.entries = [{ title: "with a value", colour: null, codes: [] }];
    this.entryOf = new Uint8Array(256).fill(NONE);
    this.entries.forEach((entry, i) => entry.codes.forEach((code) => (this.entryOf[code] = i)));
    this.signature = JSON.stringify([this.by, this.columns, this.title, message.entries]);
  }

  // The GPU's name of the column of values, and how to make it where the cloud lacks it.
  get buffer() {
    return this.by === "agreement" ? JSON.stringify([this.columns, this.words]) : this.columns[0];
  }

  get codes() {
    if (this.by === "number") return null;
    this.cachedCodes ??= this.by === "agreement" ? compare(this.cloud, this) : this.cloud.codes(this.columns[0]);
    return this.cachedCodes;
  }

  // Row -> number of its legend entry, or NONE.
  entryAt(row) {
    return this.rowEntries[row];
  }

  get rowEntries() {
    if (this.cachedEntries) return this.cachedEntries;
    const { codes, entryOf } = this;
    const { array, stride, offset, steps } = codes ? {} : this.numbersOf();
    const entries = (this.cachedEntries = new Uint8Array(this.cloud.n));
    for (let row = 0; row < entries.length; row++) {
      entries[row] = codes ? entryOf[codes[row]] : array[row * stride + offset] > steps ? NONE : 0;
    }
    return entries;
  }

  numbersOf() {
    this.numbers ??= this.cloud.numbers(this.columns[0]);
    return this.numbers;
  }

  // The column of values, as a cloud gives its number columns.
  get values() {
    if (this.by === "number") return this.numbersOf();
    return (this.cachedValues ??= { array: this.codes, stride: 1, offset: 0 });
  }

  // For the shader: the ends of the colour map as fractions of the column's range, and the kind.
  get ends() {
    if (this.by !== "number") return [0, 1, 0];
    const { low, high, steps, array } = this.numbersOf();
    const fraction = (value) => (((value - low) / (high - low)) * steps) / 65535;
    return [fraction(this.low), fraction(this.high), array === this.cloud.positions ? 1 : 2];
  }

  // A colour of the colour map at a share of its length.
  mapped(share) {
    const place = Math.max(0, Math.min(1, share)) * (this.colours.length - 1);
    const i = Math.min(this.colours.length - 2, Math.floor(place));
    return mix(rgb(this.colours[i]), rgb(this.colours[i + 1]), place - i);
  }

  colourAt(row) {
    if (this.by !== "number") return this.entries[this.entryAt(row)]?.colour ?? null;
    const value = this.cloud.number(this.columns[0], row);
    return Number.isNaN(value) ? null : hex(this.mapped((value - this.low) / (this.high - this.low)));
  }

  // 256 colours, then 256 states: red whether shown, green where highlighted, blue the shape if shapes are wanted.
  // What has no entry is drawn in ink where it is selected.
  palette(hidden, highlighted, shaped, ink) {
    const bytes = new Uint8Array(2048);
    for (let code = 0; code < 256; code++) {
      const entry = this.by === "number" ? (code < 255 ? 0 : NONE) : this.entryOf[code];
      const colour = entry === NONE ? ink : this.by === "number" ? this.mapped(code / 254) : rgb(this.entries[entry].colour);
      bytes.set(colour, 4 * code);
      bytes[4 * code + 3] = 255;
      bytes[1024 + 4 * code] = entry === NONE ? WHERE_SELECTED : hidden.has(entry) ? 0 : SHOWN;
      if (entry === NONE) continue;
      bytes[1024 + 4 * code + 1] = entry === highlighted ? 255 : 0;
      if (shaped && this.by !== "number") bytes[1024 + 4 * code + 2] = shapeByte(entry);
    }
    return bytes;
  }

  // The words of the legend for nuclei of none of its entries.
  get noEntry() {
    return { number: "no value here", agreement: "not compared" }[this.by] ?? "no label here";
  }

  // A nucleus's labels, each with its table; or its number, with its title.
  wordsAt(row) {
    if (this.by === "number") {
      const value = this.cloud.number(this.columns[0], row);
      const text = Number.isNaN(value) ? "no value" : `${Number(value.toPrecision(4))} ${this.unit}`.trim();
      return [[text, this.title]];
    }
    return this.columns.map((name, i) => {
      const code = this.cloud.codes(name)[row];
      return [code === NOT_IN_TABLE ? "not in this table" : this.labels[i][code], this.tables[i]];
    });
  }
}
