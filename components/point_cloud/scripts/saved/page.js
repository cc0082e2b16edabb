// The script of a saved page: the view that was on screen, over the nuclei that it showed, without a server.
import { fromBase64 } from "../state/bits.js";
import { Camera } from "../drawing/camera.js";
import { readPack } from "../state/pack.js";
import { restore } from "../state/snapshot.js";
import { Store } from "../store.js";

const inflated = async (bytes) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());

async function openSaved() {
  const state = JSON.parse(document.getElementById("view").textContent);
  const { message, parts, camera, steps } = state;
  const store = (window.__nuclei = new Store());
  Object.entries(parts).forEach(([name, part]) => store.keep("parts", name, part));
  store.camera = Object.assign(new Camera(), camera);
  Object.assign(store, { saved: true }); // without Python
  store.tour.steps = steps;
  store.bring(readPack(await inflated(fromBase64(document.getElementById("nuclei").textContent))));
  const place = document.getElementById("cloud").attachShadow({ mode: "open" });
  const plain = { ...message, filter: null, selected: null };
  store.show({ parentElement: place, data: plain, setTriggerValue() {} }); // nothing listens to what is picked
  restore(store.views.get(place), state);
}

openSaved();
