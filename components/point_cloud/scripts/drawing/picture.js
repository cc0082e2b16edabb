// The picture as PNG: the view as it stands, with legend, scale bar and caption.
import { paintOverlay, sizeCanvas } from "./overlay.js";
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

function drawLegend(pen, x, y, { colouring, census, choice, theme }) {
  const ink = (opacity) => `rgba(${theme.ink}, ${opacity})`;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.fillStyle = ink(0.95);
  pen.font = `600 13px ${theme.font}`;
  for (const text of wrap(pen, colouring.title, SIDE - EDGE)) {
    pen.fillText(text, x, y);
    y += LINE;
  }
  y += 4;
  pen.font = `400 12.5px ${theme.font}`;
  if (colouring.by === "number") y = drawBar(pen, x, y, colouring, theme);
  else y = drawEntries(pen, x, y, { colouring, census, choice, ink });
  pen.textAlign = "left";
  pen.fillStyle = ink(0.6);
  pen.fillText(countWords(census, Boolean(choice.selected)), x, y + 6);
}

function drawEntries(pen, x, y, { colouring, census, choice, ink }) {
  colouring.entries.forEach((entry, i) => {
    if (choice.hidden.has(i) || !census.counts[i]) return;
    pen.fillStyle = entry.colour;
    pen.beginPath();
    pen.arc(x + 5, y, 5, 0, 7);
    pen.fill();
    pen.fillStyle = ink(0.9);
    pen.textAlign = "left";
    pen.fillText(entry.title, x + 18, y);
    pen.fillStyle = ink(0.6);
    pen.textAlign = "right";
    pen.fillText(thousands(census.counts[i]), x + SIDE - EDGE, y);
    y += LINE;
  });
  return y;
}

function drawBar(pen, x, y, { colours, low, high, unit }, theme) {
  const width = SIDE - EDGE;
  const ramp = pen.createLinearGradient(x, 0, x + width, 0);
  colours.forEach((colour, i) => ramp.addColorStop(i / (colours.length - 1), colour));
  pen.fillStyle = ramp;
  pen.fillRect(x, y, width, 10);
  pen.fillStyle = `rgba(${theme.ink}, 0.75)`;
  [[low, "left", x], [high, "right", x + width]].forEach(([value, align, at]) => {
    pen.textAlign = align;
    pen.fillText(`${shortNumber(value)} ${unit}`.trim(), at, y + 24);
  });
  return y + 24 + LINE;
}

function compose(shown, scale, nuclei) {
  const { theme, view, message } = shown;
  const width = view.width + (view.shift ? 0 : SIDE); // the view itself may leave room for the legend
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  pen.font = `400 12.5px ${theme.font}`;
  const lines = message.caption ? wrap(pen, message.caption, width - 2 * EDGE) : [];
  const height = view.height + (lines.length ? lines.length * LINE + EDGE : 0);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  pen.fillStyle = `rgb(${theme.paper.map(Math.round)})`;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.scale(scale, scale);
  pen.drawImage(nuclei, 0, 0, view.width, view.height);
  paintOverlay(pen, shown);
  pen.fillStyle = `rgb(${theme.paper.map(Math.round)})`;
  pen.fillRect(0, view.height, width, canvas.height); // lines end where the view ends
  drawLegend(pen, width - SIDE, EDGE + 8, shown);
  pen.font = `400 12.5px ${theme.font}`;
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.fillStyle = `rgba(${theme.ink}, 0.72)`;
  lines.forEach((text, i) => pen.fillText(text, EDGE, view.height + LINE * (i + 0.9)));
  return canvas;
}

function download(canvas, name) {
  return new Promise((done) => {
    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      done();
    }, "image/png");
  });
}

// Draw every nucleus at a scale on the view's own canvas, which the next frame puts right again.
function paintAll(shown, scale) {
  const { easel, view, cloud } = shown;
  sizeCanvas(easel.surface, view.width, view.height, scale);
  easel.begin(scale);
  easel.painter.drawRows(0, cloud.n);
  easel.lines.drawBefore();
  return easel.surface;
}

// Save what a view shows; a scale beyond what the graphics card can draw is taken down to what it can.
export function savePicture(shown, scale) {
  const { view, message, easel } = shown;
  const { painter } = easel;
  const most = painter.gl.getParameter(painter.gl.MAX_RENDERBUFFER_SIZE);
  const able = Math.min(scale, most / view.width, most / view.height);
  const canvas = compose(shown, able, paintAll(shown, able));
  easel.resize();
  const mark = message.synthetic && !message.file.startsWith("synthetic") ? "synthetic_" : "";
  return download(canvas, `${mark}${message.file}_${scale}x.png`);
}
