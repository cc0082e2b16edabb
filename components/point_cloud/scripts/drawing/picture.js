// The picture as PNG: the view as it stands, with legend, scale bar and caption.
import { paintOverlay, sizeCanvas, write } from "./overlay.js";
import { countWords, shortNumber, thousands } from "../controls/words.js";

const [EDGE, LINE, SIDE] = [24, 19, 210];

function wrap(pen, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (pen.measureText(longer).width <= width || !lines.at(-1)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function drawLegend(pen, x, top, { colouring, census, choice, theme }) {
  const font = `400 12.5px ${theme.font}`;
  const ink = (opacity) => ({ font, colour: `rgba(${theme.ink}, ${opacity})` });
  const right = x + SIDE - EDGE;
  let y = top;
  const heading = { ...ink(0.95), font: `600 13px ${theme.font}` };
  pen.font = heading.font;
  for (const text of wrap(pen, colouring.title, SIDE - EDGE)) {
    write(pen, text, [x, y], heading);
    y += LINE;
  }
  y += 4;
  if (colouring.by === "number") {
    drawBar(pen, x, y, colouring, ink(0.75));
    y += 24 + LINE;
  }
  colouring.entries.forEach((entry, i) => {
    if (!entry.colour || choice.hidden.has(i) || !census.counts[i]) return;
    pen.fillStyle = entry.colour;
    pen.beginPath();
    pen.arc(x + 5, y, 5, 0, 7);
    pen.fill();
    write(pen, entry.title, [x + 18, y], ink(0.9));
    write(pen, thousands(census.counts[i]), [right, y], { ...ink(0.6), align: "right" });
    y += LINE;
  });
  write(pen, countWords(census, Boolean(choice.selected)), [x, y + 6], ink(0.6));
}

function drawBar(pen, x, y, { colours, low, high, unit }, ink) {
  const width = SIDE - EDGE;
  const ramp = pen.createLinearGradient(x, 0, x + width, 0);
  colours.forEach((colour, i) => ramp.addColorStop(i / (colours.length - 1), colour));
  pen.fillStyle = ramp;
  pen.fillRect(x, y, width, 10);
  const end = (value) => `${shortNumber(value)} ${unit}`.trim();
  write(pen, end(low), [x, y + 24], ink);
  write(pen, end(high), [x + width, y + 24], { ...ink, align: "right" });
}

function compose(shown, scale, nuclei) {
  const { theme, view, message } = shown;
  const width = view.width + (view.shift ? 0 : SIDE); // the view itself may leave room for the legend
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const paper = `rgb(${theme.paper.map(Math.round)})`;
  const font = `400 12.5px ${theme.font}`;
  pen.font = font;
  const lines = message.caption ? wrap(pen, message.caption, width - 2 * EDGE) : [];
  const height = view.height + (lines.length ? lines.length * LINE + EDGE : 0);
  sizeCanvas(canvas, width, height, scale);
  pen.fillStyle = paper;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(scale, scale);
  pen.drawImage(nuclei, 0, 0, view.width, view.height);
  paintOverlay(pen, shown);
  pen.fillStyle = paper;
  pen.fillRect(0, view.height, width, canvas.height); // lines end where the view ends
  drawLegend(pen, width - SIDE, EDGE + 8, shown);
  const look = { font, colour: `rgba(${theme.ink}, 0.72)` };
  lines.forEach((text, i) => write(pen, text, [EDGE, view.height + LINE * (i + 0.9)], look));
  return canvas;
}

// Draw every nucleus at a scale on the view's own canvas, which the next frame puts right again.
function paintAll({ renderer, view, cloud }, scale) {
  sizeCanvas(renderer.surface, view.width, view.height, scale);
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
  canvas.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${mark}${message.file}_${scale}x.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }, "image/png");
}
