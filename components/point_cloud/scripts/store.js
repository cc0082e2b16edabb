// What outlives a view, its page and every rerun. `CODE` and `STYLESHEET` are written before these scripts.
import { checksum } from "./state/bits.js";
import { readPack } from "./state/pack.js";
import { CloudView } from "./cloud_view.js";
import { holdView } from "./controls/in_link.js";
import { newSurface, Painter } from "./drawing/painter.js";
import { Link } from "./link/link.js";
import { Tour } from "./tour/tour.js";

const CLOUDS_KEPT = 3;
const NAMED_KEPT = 100; // Python sends what was dropped again on request

export class Store {
  // `calls` are Streamlit's latest calls of the views, by place: also of views that wait for the carrier.
  constructor(calls = new Map()) {
    this.code = CODE;
    this.calls = calls;
    this.views = new Map(); // place -> CloudView
    this.clouds = new Map(); // version -> cloud
    this.fetching = new Map(); // version -> who asks for it where it cannot be fetched
    this.bitsets = new Map(); // checksum -> Uint8Array
    this.parts = new Map(); // checksum -> a colouring, or layers, corners, outlines
    this.camera = null; // shared by all views
    this.shaped = false; // whether labels have shapes
    this.hidden = new Map(); // legend -> Set of entries switched off
    this.listeners = new Set();
    this.painter = null; // for the first view, built while the nuclei are on their way
    this.show = this.show.bind(this);
    this.close = this.close.bind(this);
    this.link = new Link(this);
    this.tour = new Tour(this);
  }

  show({ parentElement: place, data, setTriggerValue }) {
    if (!this.views.has(place)) this.views.set(place, new CloudView(place, this, STYLESHEET));
    this.views.get(place).update(data, setTriggerValue);
  }

  close(place) {
    this.views.get(place)?.close();
    this.views.delete(place);
  }

  bring(cloud) {
    this.clouds.set(cloud.version, cloud);
    this.tryOut(() => this.painter?.receive(cloud));
    for (const version of [...this.clouds.keys()].slice(0, -CLOUDS_KEPT)) this.clouds.delete(version);
    this.listeners.forEach((listener) => listener());
  }

  // Have a painter ready for the first view; where there can be none, the view finds that out and says so.
  prepare() {
    if (!this.painter && !this.views.size) this.tryOut(() => (this.painter = new Painter(newSurface())));
  }

  tryOut(act) {
    try {
      act();
    } catch {
      this.painter = null;
    }
  }

  // Have a link hold what the page's view shows.
  holdIn(link) {
    const { view } = this.link;
    if (view?.camera) holdView(link, view);
  }

  takePainter() {
    const { painter } = this;
    this.painter = null;
    return painter?.lost ? null : painter;
  }

  // Keep a set or a part, the latest last, and drop the oldest.
  keep(kind, name, value) {
    const kept = this[kind];
    kept.delete(name);
    kept.set(name, value);
    if (kept.size > NAMED_KEPT) kept.delete(kept.keys().next().value);
  }

  // The set kept under a set's name: equal sets are one, so that a picture of it is known to be drawn.
  known(bits) {
    return this.bitsets.get(checksum(bits)) ?? bits;
  }

  // Fetch the nuclei; where that fails, `ask` for them.
  async fetch({ cloud, address }, ask) {
    if (this.clouds.has(cloud)) return;
    if (this.fetching.has(cloud)) return void this.fetching.get(cloud).push(ask);
    const asks = [ask];
    this.fetching.set(cloud, asks);
    try {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      const packed = answer.headers.get("content-type") === "application/gzip"; // else the browser has unpacked it
      const content = packed ? new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))) : answer;
      const bytes = new Uint8Array(await content.arrayBuffer());
      this.prepare(); // not before the page has asked the server: it would wait for the graphics card meanwhile
      this.bring(readPack(bytes));
    } catch (error) {
      console.warn(`The nuclei could not be fetched from ${address}: ${error.message}.`);
      asks.forEach((each) => each());
    } finally {
      this.fetching.delete(cloud);
    }
  }
}
