// The carrier brings the packed nuclei, once, and the code of all views, with a store on the window.
import { readPack, readVersion } from "./state/pack.js";
import { Store } from "./store.js";

// The store of this code: a new one where the page has none yet, or one of another release of the app.
function openStore() {
  const before = window.__nuclei;
  if (before?.code === CODE) return before;
  for (const place of before?.calls.keys() ?? []) before.close?.(place);
  before?.link?.stop();
  before?.tour?.stop();
  return (window.__nuclei = new Store(before?.calls));
}

// `data` is a packed cloud, or the version and the address of one. A new store shows all views, while the nuclei
// are on their way.
export default function ({ data, setTriggerValue }) {
  const before = window.__nuclei;
  const store = openStore();
  if (data.address) store.fetch(data, () => setTriggerValue("missing", Date.now()));
  if (store !== before) store.calls.forEach(store.show);
  if (!data.address && !store.clouds.has(readVersion(data))) store.bring(readPack(data));
}
