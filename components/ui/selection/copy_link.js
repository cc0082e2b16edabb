// Copies the address of what is seen, with the choices at their default that another reader may not have.
const SHOWN_MS = 2_000;

function linkTo(choices, without) {
  const link = new URL(location.href);
  without.forEach(name => link.searchParams.delete(name));
  for (const [name, value] of Object.entries(choices)) {
    if (!link.searchParams.has(name)) link.searchParams.set(name, value);
  }
  window.__nuclei?.holdIn?.(link);
  return link.href;
}

export default function ({ data, parentElement }) {
  const [button, words, spoken, byHand, field] = ["button", "span", "output", ".by-hand", "input"].map(name =>
    parentElement.querySelector(name),
  );
  const say = told => {
    words.textContent = told || "Copy link";
    spoken.textContent = told;
  };
  button.onclick = async () => {
    const link = linkTo(data.choices, data.without);
    try {
      await navigator.clipboard.writeText(link);
      say("Link copied");
      clearTimeout(button.again);
      button.again = setTimeout(say, SHOWN_MS, "");
    } catch { // the browser refuses, or the page came without https
      field.value = link;
      byHand.showPopover();
      field.select();
    }
  };
}
