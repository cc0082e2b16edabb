// Sets of rows, one bit per row, the first row in the lowest bit of the first byte.

export function hasBit(bits, row) {
  return (bits[row >> 3] >> (row & 7)) & 1;
}

export function countBits(bits) {
  let n = 0;
  for (let byte of bits) for (; byte; byte &= byte - 1) n += 1;
  return n;
}

// The set of the rows that pass a test.
export function bitsWhere(n, test) {
  const bits = new Uint8Array((n + 7) >> 3);
  for (let row = 0; row < n; row++) if (test(row)) bits[row >> 3] |= 1 << (row & 7);
  return bits;
}

// How a new set changes the one before: "new", "add", "subtract" or "both".
export function combineBits(before, now, mode) {
  if (!before || mode === "new") return now;
  const ways = { add: (a, b) => a | b, subtract: (a, b) => a & ~b, both: (a, b) => a & b };
  return now.map((byte, i) => ways[mode](before[i], byte));
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let i = 0; i < 8; i++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

const checksums = new WeakMap(); // sets are not changed once they have a name

// The name of a set: its CRC-32 as eight hexadecimal digits, as Python computes it.
export function checksum(bits) {
  if (!checksums.has(bits)) {
    let crc = 0xffffffff;
    for (let i = 0; i < bits.length; i++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bits[i]) & 255];
    checksums.set(bits, ((crc ^ 0xffffffff) >>> 0).toString(16).padStart(8, "0"));
  }
  return checksums.get(bits);
}

// Whether two sets, or none, are the same.
export function isSameSet(one, other) {
  return one === other || Boolean(one && other && checksum(one) === checksum(other));
}

export function toBase64(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  return btoa(text);
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
