// One choice is one step of Back. Streamlit writes over the address where a widget is bound to the link, and adds
// an entry for everything that the server writes there, of which one choice may cause several.
const ACTS = ["pointerdown", "keydown"];
const [TWICE, NEAR] = [500, 5]; // ms and px: no farther apart are the presses of a double click

function placeOf(address) {
  const url = new URL(address, location.href);
  return JSON.stringify([url.pathname, [...url.searchParams].sort(), url.hash]);
}

export default function () {
  if (history.choiceByChoice) return;
  history.choiceByChoice = true;
  const [push, replace] = [history.pushState, history.replaceState].map(write => write.bind(history));
  let acts = 0; // that still owe a step
  let last = {};
  const isSecond = ({ target, timeStamp, clientX, clientY }) =>
    target === last.target && timeStamp - last.timeStamp < TWICE &&
    Math.hypot(clientX - last.clientX, clientY - last.clientY) < NEAR; // the marks of a chart share a target
  const act = event => {
    const again = event.type === "keydown" || isSecond(event);
    const busy = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState !== "notRunning";
    if (!again) last = event;
    acts = busy ? acts + !again || 1 : 1; // at rest, earlier acts bring no more steps
  };
  for (const kind of ACTS) addEventListener(kind, act, { capture: true });
  addEventListener("popstate", () => (acts = 0), { capture: true });
  history.pushState = history.replaceState = (state, unused, address) => {
    const step = acts && address != null && placeOf(address) !== placeOf(location.href);
    if (step) acts -= 1;
    (step ? push : replace)(state, unused, address);
  };
}
