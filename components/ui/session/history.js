// One choice is one step of Back. Streamlit writes over the address where a widget stands in the link, and adds
// an entry for everything that the server writes there, of which one choice may cause several.
const ACTS = ["pointerdown", "keydown"];

function placeOf(address) {
  const url = new URL(address, location.href);
  return JSON.stringify([url.pathname, [...url.searchParams].sort(), url.hash]);
}

export default function () {
  if (history.choiceByChoice) return;
  history.choiceByChoice = true;
  const [push, replace] = [history.pushState, history.replaceState].map(write => write.bind(history));
  let acted = false; // since the last step
  for (const act of ACTS) addEventListener(act, () => (acted = true), { capture: true });
  addEventListener("popstate", () => (acted = false), { capture: true });
  history.pushState = history.replaceState = (state, unused, address) => {
    const step = acted && address != null && placeOf(address) !== placeOf(location.href);
    if (step) acted = false;
    (step ? push : replace)(state, unused, address);
  };
}
