// What outlives a view, its page and every rerun: clouds, bitsets, cameras. It hangs on the window.

const CLOUDS_KEPT = 3;
const KEPT = 100; // what is forgotten, Python sends again when it is asked

function keepLatest(kept, name, value) {
  kept.delete(name); // the latest stands last
  kept.set(name, value);
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

class Shop {
  constructor(waiting) {
    this.waiting = waiting ?? new Map();
    this.clouds = new Map(); // version -> cloud
    this.fetching = new Set();
    this.failures = new Map(); // version -> message
    this.bitsets = new Map(); // checksum -> Uint8Array
    this.parts = new Map(); // checksum -> a colouring, or layers, corners, outlines
    this.cameras = new Map(); // word -> Camera
    this.hidden = new Map(); // legend -> Set of entries switched off
    this.listeners = new Set();
  }

  // From now on views are shown by these; those that came too early are shown at once.
  open(show, close) {
    this.show = show;
    this.close = close;
    const early = [...this.waiting.values()];
    this.waiting.clear();
    early.forEach(show);
  }

  bring(cloud) {
    this.clouds.set(cloud.version, cloud);
    this.failures.delete(cloud.version);
    for (const version of [...this.clouds.keys()].slice(0, -CLOUDS_KEPT)) this.clouds.delete(version);
    this.listeners.forEach((listener) => listener());
  }

  keepSet(name, bits) {
    keepLatest(this.bitsets, name, bits);
  }

  keepPart(name, part) {
    keepLatest(this.parts, name, part);
  }

  fail(version, message) {
    this.failures.set(version, message);
    this.listeners.forEach((listener) => listener());
  }
}

export function openShop() {
  const found = window.__nuclei;
  if (found?.clouds) return found;
  const shop = new Shop(found?.waiting);
  window.__nuclei = shop;
  return shop;
}
