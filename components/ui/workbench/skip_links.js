// Buttons that lead the keyboard to the parts of a page, past all that lies between; visible while focused. And the
// focus, given back to a button that saves a file.
const PARTS = {
  "Skip to the matrix": '[class*="st-key-matrix-"] .js-plotly-plot[tabindex="0"]',
  "Skip to the charts": ".st-key-bench-right [role=tab][aria-selected=true]",
  "Skip to the cloud": '.st-key-bench-work [class*="-cloud"]',
  "Skip to the selection": ".st-key-bench-selection",
  "Skip to the drawer": ".st-key-bench-drawer",
};
const REACHED = ".over, a[href], button:not(:disabled), input, [tabindex='0']";
const [LOOKS, LOOK_MS] = [40, 50];
const SCROLLING = ".st-key-bench-notices, .st-key-bench-drawer-content";

// The tab that opens a matrix, where none is in sight.
function matrixTab() {
  return [...document.querySelectorAll("[role=tab]")].find(tab => tab.textContent === "Matrix");
}

function firstIn(part) {
  if (part.matches(REACHED)) return part;
  const roots = [part, ...[...part.querySelectorAll("*")].map(node => node.shadowRoot)];
  for (const root of roots) if (root?.querySelector(REACHED)) return root.querySelector(REACHED);
  return null;
}

// Give the part the focus as soon as it is there, and again where it is drawn anew, until the reader moves on.
function skipTo(selector) {
  const moved = new AbortController(), { signal } = moved;
  const options = { capture: true, signal };
  ["keydown", "pointerdown"].forEach(name => addEventListener(name, () => moved.abort(), options));
  let left = LOOKS;
  const look = () => {
    const part = document.querySelector(selector);
    if (signal.aborted || (part && !left--)) return moved.abort();
    if (part && !part.contains(document.activeElement)) firstIn(part)?.focus();
    setTimeout(look, LOOK_MS);
  };
  look();
}

function addButtons(place) {
  const nav = document.createElement("nav");
  nav.setAttribute("aria-label", "Skip links");
  const buttons = Object.entries(PARTS).map(([textContent, selector], i) => {
    const onclick = () => {
      if (!i && !document.querySelector(selector)) matrixTab().click();
      skipTo(selector);
    };
    return Object.assign(document.createElement("button"), { type: "button", textContent, onclick });
  });
  nav.append(...buttons);
  place.append(nav);
}

// Streamlit switches a button off while it makes its file.
function keepFocus() {
  let last = null;
  const note = ({ target }) => (last = target.closest("[data-testid=stDownloadButton] button"));
  const events = ["focusin", "pointerdown"];
  const watch = new MutationObserver(() => {
    if (last && !last.disabled && document.activeElement === document.body) last.focus({ preventScroll: true });
  });
  watch.observe(document.body, { subtree: true, attributeFilter: ["disabled"] });
  events.forEach(name => addEventListener(name, note, { capture: true }));
  return () => {
    watch.disconnect();
    events.forEach(name => removeEventListener(name, note, { capture: true }));
  };
}

export default function ({ parentElement: place }) {
  if (!place.querySelector("nav")) addButtons(place); // those there may have the focus
  const buttons = [...place.querySelectorAll("nav button")];
  // Before the focus moves: offer only what the page has at this moment.
  const offer = ({ key }) => {
    if (key !== "Tab") return;
    Object.values(PARTS).forEach((selector, i) => {
      buttons[i].hidden = !document.querySelector(selector) && (i || !matrixTab());
    });
  };
  // Keys reach a part that scrolls, also one of text alone; the style sheet has one that comes later say so.
  document.querySelectorAll(SCROLLING).forEach(part => (part.tabIndex = 0));
  const reach = ({ animationName, target }) => animationName === "scrolling-part" && (target.tabIndex = 0);
  addEventListener("keydown", offer, { capture: true });
  addEventListener("animationstart", reach);
  const letGo = keepFocus();
  return () => {
    letGo();
    removeEventListener("keydown", offer, { capture: true });
    removeEventListener("animationstart", reach);
  };
}
