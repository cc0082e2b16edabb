// Reads a packed cloud; packing.py describes the layout.
const ARRAYS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i8: BigInt64Array };
const MAGIC = 0x3143554e;
export const NOT_IN_TABLE = 255;
const NUMBER_STEPS = 65534;
export const POSITION_NAMES = ["x_um", "depth_um", "z_um"];

function readHeader(bytes) {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (words.getUint32(0, true) !== MAGIC) throw new Error("These bytes are not a packed cloud.");
  const length = words.getUint32(4, true);
  return { header: JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))), end: 8 + length };
}

export function readVersion(bytes) {
  return readHeader(bytes).header.version;
}

export function readPack(bytes) {
  const { header, end } = readHeader(bytes);
  // Typed arrays must be aligned: what came in the middle of a message is copied, a fetched file is not.
  const [body, begin] = bytes.byteOffset ? [bytes.slice(end).buffer, 0] : [bytes.buffer, end];
  const sections = new Map();
  for (const section of header.sections) {
    const Kind = ARRAYS[section.type];
    const array = new Kind(body, begin + section.start, section.bytes / Kind.BYTES_PER_ELEMENT);
    sections.set(section.name, { ...section, array });
  }
  return new Cloud(header, sections);
}

// The packed form of some sections of a cloud, the others left out.
export function writePack({ version, n, low, size, sections }, names) {
  const parts = [];
  let start = 0;
  const listed = names.map((name) => {
    const { array, ...section } = sections.get(name);
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    parts.push([start, bytes]);
    const place = start;
    start += Math.ceil(bytes.length / 8) * 8; // each section starts at a multiple of eight bytes
    return { ...section, start: place, bytes: bytes.length };
  });
  const header = new TextEncoder().encode(JSON.stringify({ version, n, box: { low, size }, sections: listed }));
  const end = Math.ceil((8 + header.length) / 8) * 8;
  const packed = new Uint8Array(end + start).fill(32, 0, end);
  const words = new DataView(packed.buffer);
  words.setUint32(0, MAGIC, true);
  words.setUint32(4, end - 8, true);
  packed.set(header, 8);
  for (const [place, bytes] of parts) packed.set(bytes, end + place);
  return packed;
}

export class Cloud {
  constructor(header, sections) {
    this.version = header.version;
    this.n = header.n;
    this.low = header.box.low;
    this.size = header.box.size;
    this.sections = sections;
    this.positions = sections.get("positions").array;
    const end = (i, axis) => this.low[axis] + ((i >> axis) & 1) * this.size[axis];
    this.corners = Array.from({ length: 8 }, (_, i) => [0, 1, 2].map((axis) => end(i, axis)));
  }

  // An ID to its last digit, as text: a JavaScript number would round it.
  id(name, row) {
    const { array, base } = this.sections.get(name);
    return String(base === undefined ? array[row] : BigInt(array[row]) + BigInt(base));
  }

  // The row of a nucleus by its ID, as text; -1 for one that is not here.
  rowOf(nucleus) {
    const { array, base } = this.sections.get("nucleus_id");
    const value = BigInt(nucleus) - BigInt(base ?? 0);
    return array.indexOf(array instanceof BigInt64Array ? value : Number(value));
  }

  codes(name) {
    return this.sections.get(`label:${name}`)?.array;
  }

  // A number column as { array, stride, offset, low, high, steps }; positions are number columns too.
  numbers(name) {
    const axis = POSITION_NAMES.indexOf(name);
    if (axis >= 0) {
      const [low, high] = [this.low[axis], this.low[axis] + this.size[axis]];
      return { array: this.positions, stride: 3, offset: axis, low, high, steps: 65535 };
    }
    const section = this.sections.get(`number:${name}`);
    return section && { ...section, stride: 1, offset: 0, steps: NUMBER_STEPS };
  }

  number(name, row) {
    const { array, stride, offset, low, high, steps } = this.numbers(name);
    const step = array[row * stride + offset];
    return step > steps ? NaN : low + (step / steps) * (high - low);
  }

  place(row) {
    return [0, 1, 2].map((i) => this.low[i] + (this.positions[3 * row + i] / 65535) * this.size[i]);
  }
}
