// The carrier brings the packed nuclei, once, and the code of all views. A store on the window keeps what
// outlives a view, its page and every rerun.
import { readPack, readVersion } from "./state/pack.js";
import { CloudView } from "./cloud_view.js";

const CLOUDS_KEPT = 3;
const NAMED_KEPT = 100; // Python sends what was dropped again on request
const views = new WeakMap();

class Store {
  constructor(waiting) {
    this.waiting = waiting ?? new Map();
    this.clouds = new Map(); // version -> cloud
    this.fetching = new Set();
    this.failures = new Map(); // version -> message
    this.bitsets = new Map(); // checksum -> Uint8Array
    this.parts = new Map(); // checksum -> a colouring, or layers, corners, outlines
    this.camera = null; // shared by all views
    this.hidden = new Map(); // legend -> Set of entries switched off
    this.listeners = new Set();
  }

  // From now on the carrier shows the views; views that were waiting for it are shown at once.
  open() {
    Object.assign(this, { show, close });
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

  // Keep a set or a part, the latest last, and drop the oldest.
  keep(kind, name, value) {
    const kept = this[kind];
    kept.delete(name);
    kept.set(name, value);
    if (kept.size > NAMED_KEPT) kept.delete(kept.keys().next().value);
  }

  async fetch({ cloud, address }) {
    if (this.clouds.has(cloud) || this.fetching.has(cloud)) return;
    this.fetching.add(cloud);
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      this.bring(readPack(new Uint8Array(await answer.arrayBuffer())));
    } catch (error) {
      const reason = `The nuclei could not be fetched: ${error.message}. Reload the page to try again.`;
      this.failures.set(cloud, reason);
      this.listeners.forEach((listener) => listener());
    } finally {
      this.fetching.delete(cloud);
    }
  }
}

function openStore() {
  if (!window.__nuclei?.clouds) window.__nuclei = new Store(window.__nuclei?.waiting);
  return window.__nuclei;
}

function show({ parentElement, data, setTriggerValue }) {
  if (!views.has(parentElement)) {
    views.set(parentElement, new CloudView(parentElement, openStore(), STYLESHEET));
  }
  views.get(parentElement).update(data, setTriggerValue);
}

function close(parentElement) {
  views.get(parentElement)?.close();
  views.delete(parentElement);
}

export default function ({ data }) {
  const store = openStore();
  store.open();
  if (data?.address) store.fetch(data);
  else if (!store.clouds.has(readVersion(data))) store.bring(readPack(data));
}
