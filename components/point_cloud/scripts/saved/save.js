// “Save as HTML”: what is on screen becomes one file that opens without a server.
import { toBase64 } from "../state/bits.js";
import { element, saveFile } from "../controls/elements.js";
import { stateOf } from "../state/snapshot.js";
import { drawSheets, readSheets } from "./sheets.js";
import { writePack } from "../state/pack.js";

const ALWAYS = ["positions", "nucleus_id", "root_id", "number:depth_tenths"];
const THEME = ["--st-background-color", "--st-text-color", "--st-primary-color", "--st-font"];
const SELECTED = ".st-key-selected > * > * > .stElementContainer p"; // the words of the selection's bar
const PANEL = ".st-key-bench-right";
const TABLES_MS = 2000;
const SVG = "http://www.w3.org/2000/svg";

const deflated = async (bytes) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer());

// The sections that the view reads: those of other tables stay behind.
function sectionsOf({ cloud, colouring, store }) {
  const shown = [colouring, ...store.tour.steps.map(({ state: { message, parts } }) => parts[message.colour])];
  const named = shown.flatMap(({ by, columns }) => columns.map((name) => `${by === "number" ? "number" : "label"}:${name}`));
  return [...new Set([...ALWAYS, ...named])].filter((name) => cloud.sections.has(name));
}

// A chart as one picture: plotly draws it as several, one above the other.
function pictureOf(chart) {
  const { width, height } = chart.querySelector(".main-svg").getBoundingClientRect();
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("width", width);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", chart.querySelector(".gtitle")?.textContent ?? "chart");
  for (const layer of chart.querySelectorAll(".main-svg")) {
    const copy = layer.cloneNode(true);
    copy.querySelectorAll(".hoverlayer, .nuclei-outlined > title").forEach((part) => part.remove());
    copy.style.background = "none";
    picture.append(copy);
  }
  return picture;
}

function chartsOnScreen() {
  const charts = [...document.querySelectorAll(".js-plotly-plot")];
  return charts.filter((chart) => chart.querySelector(".main-svg") && chart.checkVisibility());
}

// A canvas says its shares and other fractions to the last digit.
const rounded = (text) => (/^-?\d+\.\d{4,}$/.test(text) ? String(Number(Number(text).toPrecision(3))) : text);

const frame = () => new Promise(requestAnimationFrame);

// The tables of the open panel as plain text: of one that is drawn on a canvas, what it says to readers of screens,
// a fifth of a second after it is drawn.
async function tablesOnScreen() {
  const silent = () => [...document.querySelectorAll(`${PANEL} [data-testid=data-grid-canvas]`)].some(
    (canvas) => canvas.checkVisibility() && !canvas.querySelector("table"));
  for (const until = performance.now() + TABLES_MS; silent() && performance.now() < until;) await frame();
  const tables = [...document.querySelectorAll(`${PANEL} table`)];
  return tables.filter((table) => (table.closest("canvas") ?? table).checkVisibility()).map((table) => {
    const made = element("table", {});
    for (const row of table.rows) {
      const cells = [...row.cells].map((cell) => element(cell.tagName, { textContent: rounded(cell.innerText || cell.textContent) }));
      made.append(element("tr", {}, ...cells));
    }
    return made;
  });
}

async function written(template, shown) {
  const page = new DOMParser().parseFromString(template, "text/html");
  const fill = (id, text) => (page.getElementById(id).textContent = text);
  const charts = chartsOnScreen();
  fill("caption", `${shown.message.caption} · ${shown.message.source}`);
  fill("selected", [...document.querySelectorAll(SELECTED)].map((p) => p.innerText.trim()).join(" · "));
  const state = { ...stateOf(shown), steps: shown.store.tour.steps };
  fill("view", JSON.stringify(state).replaceAll("<", "\\u003c"));
  fill("nuclei", toBase64(await deflated(writePack(shown.cloud, sectionsOf(shown)))));
  if (charts.some((chart) => chart.querySelector(".hm"))) page.getElementById("matrix")?.remove();
  const sheets = await readSheets();
  const shownBeside = [...charts.map(pictureOf), ...(await tablesOnScreen()), ...(sheets.length ? [drawSheets(sheets)] : [])];
  page.getElementById("charts").prepend(...shownBeside.map((part) => page.importNode(part, true)));
  page.title = document.title;
  fill("title", document.title);
  const root = page.documentElement;
  const theme = getComputedStyle(shown.stage);
  for (const name of THEME) root.style.setProperty(name, theme.getPropertyValue(name));
  root.style.colorScheme = shown.theme.dark ? "dark" : "light";
  return `<!doctype html>\n${root.outerHTML}`;
}

export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  const said = parentElement.querySelector("output");
  button.onclick = async () => {
    const shown = window.__nuclei?.link.view;
    if (!shown?.cloud) return void (said.textContent = "No cloud is on screen to save. Open a page that shows one, such as Agreement; if it is loading, try again in a moment.");
    button.disabled = true;
    said.textContent = "Writing …";
    try {
      const file = new Blob([await written(data.template, shown)], { type: "text/html" });
      saveFile(file, data.file);
      said.textContent = `Saved: ${(file.size / 1e6).toFixed(1)} MB.`;
    } catch (error) {
      said.textContent = `This view cannot be saved: ${error.message}`;
    } finally {
      button.disabled = false;
    }
  };
}
