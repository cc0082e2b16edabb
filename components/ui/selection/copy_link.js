// Copies the address of what is seen, with the choices at their default that another reader may not have.
const SHOWN_MS = 2_000;

function linkTo(choices, without) {
  const link = new URL(location.href);
  without.forEach(name => link.searchParams.delete(name));
  for (const [name, value] of Object.entries(choices)) {
    if (!link.searchParams.has(name)) link.searchParams.set(name, value);
  }
  return link.href;
}

export default function ({ data, parentElement }) {
  const [button, words, byHand] = ["button", "button span", ".by-hand"].map(name => parentElement.querySelector(name));
  const field = byHand.querySelector("input");
  button.onclick = async () => {
    const link = linkTo(data.choices, data.without);
    try {
      await navigator.clipboard.writeText(link);
      words.textContent = "Link copied";
      clearTimeout(button.again);
      button.again = setTimeout(() => (words.textContent = "Copy link"), SHOWN_MS);
    } catch { // the browser refuses, or the page came without https
      field.value = link;
      byHand.showPopover();
      field.select();
    }
  };
}
