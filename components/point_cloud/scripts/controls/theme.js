// Colours and type from Streamlit's theme.
import { hex, mix, rgb } from "../state/colouring.js";

function parse(text, otherwise) {
  const swatch = document.createElement("canvas").getContext("2d");
  swatch.fillStyle = otherwise;
  swatch.fillStyle = text || otherwise;
  const value = swatch.fillStyle;
  return value.startsWith("#") ? rgb(value) : value.match(/[\d.]+/g).slice(0, 3).map(Number);
}

export function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  const page = parse(read("--st-background-color"), "#ffffff");
  const ink = parse(read("--st-text-color"), "#222222");
  const dark = 0.299 * page[0] + 0.587 * page[1] + 0.114 * page[2] < 110;
  const paper = dark ? mix(page, [4, 5, 8], 0.55) : mix(page, [247, 244, 237], 0.75);
  return {
    dark,
    paper,
    ink,
    font: read("--st-font") || "system-ui, sans-serif",
    context: dark ? mix(paper, [255, 255, 255], 0.42) : mix(paper, [40, 44, 52], 0.42),
    css: {
      "--paper": hex(paper),
      "--ink": hex(mix(ink, paper, 0.06)),
      "--quiet": hex(mix(ink, paper, 0.3)),
      "--hair": hex(mix(paper, ink, dark ? 0.16 : 0.14)),
      "--panel": `rgba(${mix(paper, [255, 255, 255], dark ? 0.045 : 0.7).map(Math.round)}, 0.93)`,
      "--press": hex(mix(paper, ink, dark ? 0.14 : 0.08)),
    },
  };
}
