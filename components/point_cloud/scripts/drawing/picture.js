// The picture as PNG: the view as it is, with title, legend, scale bar and caption, none of them cut.
import { paintOverlay, sizeCanvas, write } from "./overlay.js";
import { hex } from "../state/colouring.js";
import { outlineOf } from "../state/shapes.js";
import { saveFile } from "../controls/elements.js";
import { countWords, shortNumber, thousands } from "../controls/words.js";

const [EDGE, LINE, SIDE, TOP] = [24, 19, 210, 44]; // TOP: the band of the title

function wrap(pen, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (pen.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

const heading = (theme) => ({ font: `600 13px ${theme.font}`, colour: `rgba(${theme.ink}, 0.95)` });
const plain = (theme, opacity) => ({ font: `400 12.5px ${theme.font}`, colour: `rgba(${theme.ink}, ${opacity})` });

// What the legend holds, and the room that it takes.
function planLegend(pen, shown) {
  const { colouring, census, choice, theme, store } = shown;
  const entries = colouring.entries
    .map(({ title, colour }, i) => ({ title, colour, count: census.counts[i], hidden: choice.hidden.has(i), outline: outlineOf(i) }))
    .concat({ title: colouring.noEntry, colour: hex(theme.ink), count: census.others })
    .filter(({ colour, count, hidden }) => colour && count && !hidden)
    .map((entry) => ({ ...entry, count: thousands(entry.count), outline: store?.shaped ? entry.outline : null }));
  const last = countWords(shown);
  pen.font = plain(theme, 1).font;
  const wide = (text) => pen.measureText(text).width;
  const needed = [wide(last), ...entries.map(({ title, count }) => 18 + wide(title) + 14 + wide(count))];
  const width = Math.max(SIDE - EDGE, ...needed.map(Math.ceil));
  pen.font = heading(theme).font;
  const titles = wrap(pen, colouring.title, width);
  const bar = colouring.by === "number" ? 24 + LINE : 0;
  return { entries, titles, last, width, height: LINE * (titles.length + entries.length + 1) + bar + 10 };
}

function drawLegend(pen, x, top, { titles, entries, last, width }, { colouring, theme }) {
  const right = x + width;
  let y = top;
  for (const text of titles) {
    write(pen, text, [x, y], heading(theme));
    y += LINE;
  }
  y += 4;
  if (colouring.by === "number") {
    drawBar(pen, x, y, width, colouring, plain(theme, 0.75));
    y += 24 + LINE;
  }
  for (const { title, colour, count, outline } of entries) {
    pen.fillStyle = colour;
    pen.beginPath();
    if (outline) outline.forEach(([right, down]) => pen.lineTo(x + 5 + 6 * right, y + 6 * down));
    else pen.arc(x + 5, y, 5, 0, 7);
    pen.fill();
    write(pen, title, [x + 18, y], plain(theme, 0.9));
    write(pen, count, [right, y], { ...plain(theme, 0.75), align: "right" });
    y += LINE;
  }
  write(pen, last, [x, y + 6], plain(theme, 0.75));
}

function drawBar(pen, x, y, width, { colours, low, high, unit }, ink) {
  const ramp = pen.createLinearGradient(x, 0, x + width, 0);
  colours.forEach((colour, i) => ramp.addColorStop(i / (colours.length - 1), colour));
  pen.fillStyle = ramp;
  pen.fillRect(x, y, width, 10);
  const end = (value) => `${shortNumber(value)} ${unit}`.trim();
  write(pen, end(low), [x, y + 24], ink);
  write(pen, end(high), [x + width, y + 24], { ...ink, align: "right" });
}

function compose(shown, scale, nuclei) {
  const { theme, view, message, colouring } = shown;
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const paper = `rgb(${theme.paper.map(Math.round)})`;
  const legend = planLegend(pen, shown);
  const width = view.width + legend.width + EDGE;
  const look = plain(theme, 0.75);
  pen.font = look.font;
  const lines = message.caption ? wrap(pen, message.caption, width - 2 * EDGE) : [];
  pen.font = heading(theme).font;
  const title = wrap(pen, `Nuclei coloured by ${colouring.title}`, width - 2 * EDGE);
  const top = TOP + LINE * (title.length - 1);
  const bottom = top + Math.max(view.height, legend.height + EDGE);
  sizeCanvas(canvas, width, bottom + (lines.length ? lines.length * LINE + EDGE : 0), scale);
  pen.fillStyle = paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(scale, scale);
  pen.translate(0, top);
  pen.drawImage(nuclei, 0, 0, view.width, view.height);
  paintOverlay(pen, shown);
  pen.translate(0, -top);
  pen.fillStyle = paper; // lines end where the view ends
  pen.fillRect(0, 0, width, top);
  pen.fillRect(0, top + view.height, width, canvas.height);
  title.forEach((text, i) => write(pen, text, [EDGE, LINE * (i + 1.2)], heading(theme)));
  drawLegend(pen, width - legend.width - EDGE, top + 8, legend, shown);
  lines.forEach((text, i) => write(pen, text, [EDGE, bottom + LINE * (i + 0.9)], look));
  return canvas;
}

// Draw every nucleus at a scale on the view's own canvas, which the next frame puts right again.
function paintAll({ renderer, view, cloud }, scale) {
  sizeCanvas(renderer.surface, view.width, view.height, scale);
  renderer.upload();
  renderer.begin(scale);
  renderer.painter.drawRows(0, cloud.n);
  renderer.lines.draw(true);
  return renderer.surface;
}

// Save what a view shows; a scale beyond what the graphics card can draw is taken down to what it can.
export function savePicture(shown, scale) {
  const { view, message, renderer } = shown;
  const { gl } = renderer.painter;
  const most = gl.getParameter(gl.MAX_RENDERBUFFER_SIZE);
  const able = Math.min(scale, most / view.width, most / view.height);
  const canvas = compose(shown, able, paintAll(shown, able));
  renderer.resize();
  const mark = message.synthetic && !message.file.startsWith("synthetic") ? "synthetic_" : "";
  canvas.toBlob((blob) => saveFile(blob, `${mark}${message.file}_${scale}x.png`), "image/png");
}
