// Streamlit loads what draws a kind of element when the first of that kind comes. React then shows a placeholder, and
// what waited only when it has nothing else to do: on a page of many messages half a second later. What is named in
// FILES is loaded while the server thinks, and given at once when it is asked for; all else comes as Streamlit loads it.
import { t as load } from "./static/js/HELPER";

// The charts' script takes as long as all these together: where few processors do all, the nuclei are seen first.
const [FEW_PROCESSORS, LONGEST] = [4, 1000]; // ms

const ready = new Map();

// Of each of our FILES that Streamlit has asked for, whether it was here; for tests.
export const asked = new Map();

export function begin() {
  for (const file of FILES) {
    import(`./static/js/${file}`).then((module) => ready.set(file, module), () => {}); // Streamlit tries again, and tells
  }
}

// In the place of Streamlit's loader. React takes at once what an answer gives as soon as it is asked: no promise does.
export function t(get, ...more) {
  const [, file] = /^\(\)=>import\(.\.\/([\w.-]+).\)$/.exec(String(get)) ?? [];
  if (FILES.includes(file)) asked.set(file, ready.has(file));
  const module = ready.get(file);
  if (module) return { then: (take) => Promise.resolve(take(module)) };
  const waits = file === CHARTS && navigator.hardwareConcurrency <= FEW_PROCESSORS;
  return waits ? nucleiFirst().then(() => load(get, ...more)) : load(get, ...more);
}

// Wait until nuclei are seen, where the page shows some.
async function nucleiFirst() {
  const until = performance.now() + LONGEST;
  while (areComing() && performance.now() < until) await new Promise((go) => setTimeout(go, 10));
}

function areComing() {
  const { __nuclei } = window;
  const isSeen = ({ broken, renderer }) => broken || renderer?.frames.last;
  return __nuclei && ![...(__nuclei.views?.values() ?? [])].some(isSeen);
}
