// The style sheet is in the head, where it outlives a page: the next one has its style at once. Until it and
// the bars above the cloud are there, the page stays hidden, so that nothing visibly moves.
const ID = "workbench-style";
const HIDDEN = ".stMainBlockContainer > .stVerticalBlock { visibility: hidden }";
const MOST_MS = 1000;

function append(properties) {
  return document.head.appendChild(Object.assign(document.createElement("style"), properties));
}

export default function ({ parentElement, setTriggerValue }) {
  const ground = getComputedStyle(parentElement).getPropertyValue("--st-background-color");
  if (window.groundBefore && window.groundBefore !== ground) setTriggerValue("theme", Date.now());
  window.groundBefore = ground;
  if (document.getElementById(ID)?.textContent === STYLE) return;
  document.getElementById(ID)?.remove();
  const hiding = append({ textContent: HIDDEN });
  append({ id: ID, textContent: STYLE });
  const begun = performance.now();
  const look = () => {
    const coming = document.querySelector(".st-key-bench-bars [data-testid=stSkeleton]");
    if (coming && performance.now() - begun < MOST_MS) requestAnimationFrame(look);
    else requestAnimationFrame(() => hiding.remove());
  };
  requestAnimationFrame(look);
}
