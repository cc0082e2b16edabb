// Contact sheets on screen as plain data that holds their pictures, for a saved page and the steps of a tour; and their
// elements again.
import { element, swatch } from "../controls/elements.js";

async function asData(image) {
  const content = await (await fetch(image.src)).blob();
  return new Promise((done) => {
    const reader = Object.assign(new FileReader(), { onload: () => done(reader.result) });
    reader.readAsDataURL(content);
  });
}

const wordsOf = (node) => node?.textContent ?? "";

async function tileOf(tile) {
  const image = tile.querySelector("img");
  const [words] = tile.querySelectorAll(".nuclei-words");
  return {
    nucleus: tile.dataset.nucleus,
    words: [...words.childNodes].filter((node) => !node.matches?.("b, .nuclei-chips")).map(wordsOf).join(""),
    chips: [...words.querySelectorAll(".nuclei-chips > span")].map((chip) => ({
      label: chip.textContent, title: chip.title, colour: chip.querySelector("i").style.background,
    })),
    state: wordsOf(tile.querySelector(".nuclei-picture > span")),
    picture: image ? await asData(image).catch(() => "") : "",
  };
}

// The sheets on screen; empty where there are none.
export function readSheets() {
  const shown = [...document.querySelectorAll(".nuclei-sheets > section")].filter((section) => section.checkVisibility());
  return Promise.all(shown.map(async (section) => {
    const [title, words, list] = section.children;
    return { title: title.textContent, words: words.textContent, tiles: await Promise.all([...list.querySelectorAll("a")].map(tileOf)) };
  }));
}

const drawTile = ({ nucleus, words, chips, state, picture }) =>
  element("figure", {},
    picture
      ? element("img", { src: picture, alt: `Section through nucleus ${nucleus}` })
      : element("div", { className: "no-picture", textContent: state }),
    element("figcaption", {}, element("b", { textContent: nucleus }), words,
      element("div", { className: "chips" }, ...chips.map(({ label, title, colour }) => {
        const square = swatch("");
        square.style.background = colour;
        return element("span", { title }, square, label);
      }))));

// The elements of sheets, beside each other.
export function drawSheets(sheets) {
  return element("div", { className: "sheets" }, ...sheets.map(({ title, words, tiles }) =>
    element("section", {}, ...(title ? [element("h2", { textContent: title })] : []), element("p", { textContent: words }),
      element("div", { className: "tiles" }, ...tiles.map(drawTile)))));
}
