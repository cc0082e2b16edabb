// A tour as text, in a file or a link, and back. A stranger may have written it: only what this app writes is read.
import { fromBase64, toBase64 } from "../state/bits.js";
import { PRESETS } from "../drawing/camera.js";
import { thousands } from "../controls/words.js";

const FORMAT = "MICrONS Cell Types tour 1";
const IN_LINK = "#tour=";
const [LONGEST_LINK, LONGEST_UNPACKED, LONGEST_TEXT] = [8000, 4_000_000, 12_000_000];
const [MOST_STEPS, LONGEST_WORDS] = [100, 1000];

// Tests of values. `fields` takes an object with all of the first fields, some of the second, and no other.
const never = () => false;
const isText = (value) => typeof value === "string" && value.length <= LONGEST_WORDS;
const isColour = (value) => /^#[0-9a-f]{6}$/i.test(value);
const isFlag = (value) => typeof value === "boolean";
const isSet = (value) => typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
const isPlain = (value) => value === null || typeof value !== "object";
const oneOf = (...words) => (value) => words.includes(value);
const either = (...tests) => (value) => tests.some((test) => test(value));
const listOf = (test) => (value) => Array.isArray(value) && value.every(test);
const row = (...tests) => (value) => Array.isArray(value) && value.length === tests.length && tests.every((test, i) => test(value[i]));
const isObject = (value) => Object.prototype.toString.call(value) === "[object Object]";
const mapOf = (test) => (value) => isObject(value) && Object.values(value).every(test);
const fields = (needed, more = {}) => (value) =>
  isObject(value) && Object.keys(needed).every((name) => Object.hasOwn(value, name)) &&
  Object.entries(value).every(([name, part]) => ([needed, more].find((tests) => Object.hasOwn(tests, name))?.[name] ?? never)(part));

// What a camera far outside of these draws is empty, or keeps the browser busy without end.
const within = (low, high) => (value) => Number.isFinite(value) && low <= value && value <= high;
const isAngle = within(-1e4, 1e4);
const isPlace = row(Number.isFinite, Number.isFinite, Number.isFinite);
const isEntries = listOf(row(isText, isColour, listOf(Number.isInteger)));
const isLabels = listOf(isText);
const twice = (test) => row(test, test);
const isPart = either(
  fields({ by: oneOf("label"), entries: isEntries, columns: row(isText), title: isText, tables: row(isText), labels: row(isLabels) }),
  fields({
    by: oneOf("agreement"), entries: isEntries, columns: twice(isText), title: isText, tables: twice(isText),
    labels: twice(isLabels), words: twice(listOf(Number.isInteger)),
  }),
  fields({
    by: oneOf("number"), columns: row(isText), column: isText, title: isText, unit: isText,
    colours: (value) => listOf(isColour)(value) && value.length > 1, low: Number.isFinite, high: Number.isFinite,
  }),
  fields({
    layers: listOf(row(isText, Number.isFinite, Number.isFinite)),
    corners: either(oneOf(null), row(...Array(8).fill(isPlace))),
    outlines: listOf(row(isText, listOf(listOf(isPlace)))),
  }),
);
const isCamera = either(
  fields({ side: oneOf(...Object.keys(PRESETS)) }),
  fields({ near: oneOf(true) }),
  fields({ target: isPlace, span: within(1, 1e6), yaw: isAngle, pitch: isAngle, field: within(0.1, 90), whole: isFlag }),
);
// The message's other fields are in older files.
const OLDER = "cloud key height answered filter selected lit mode preset source file synthetic".split(" ");
const isState = fields(
  {
    message: fields({ scene: isText, colour: isText, caption: isText }, { ...Object.fromEntries(OLDER.map((name) => [name, isPlain])), tour: Array.isArray }),
    parts: mapOf(isPart), sets: fields({}, { filter: isSet, selected: isSet }), camera: isCamera,
  },
  {
    shaped: isFlag, hidden: row(isPlain, listOf(Number.isInteger)), size: within(0.01, 100), context: isFlag,
    slab: either(oneOf(null), row(oneOf("x", "depth", "z"), Number.isFinite, Number.isFinite)),
  },
);
// Contact sheets: a colour or a picture names no other address.
const isPicture = (value) => typeof value === "string" && /^(data:image\/webp;base64,[\w+/]+=*)?$/.test(value);
const isChip = fields({ label: isText, title: isText, colour: (value) => /^rgb\(\d+, \d+, \d+\)$/.test(value) });
const isTile = fields({ nucleus: isText, words: isText, state: isText, picture: isPicture, chips: listOf(isChip) });
const isSheets = listOf(fields({ title: isText, words: isText, tiles: listOf(isTile) }));
const isStep = fields({ words: isText, cloud: isText, state: isState }, { sheets: isSheets });
const isWhole = ({ state: { message: { scene, colour }, parts } }) => parts[scene]?.layers && parts[colour]?.by;

// The steps in a tour's text; throws where it is not a tour.
export function readSteps(text) {
  if (text.length > LONGEST_TEXT) throw new Error(`it is longer than ${thousands(LONGEST_TEXT)} characters`);
  const { format, steps } = JSON.parse(text);
  const right = format === FORMAT && listOf(isStep)(steps) && steps.length <= MOST_STEPS && steps.every(isWhole);
  if (!right) throw new Error("not a tour of this app");
  return steps;
}

export function writeSteps(steps, source) {
  return JSON.stringify({ format: FORMAT, source, steps });
}

const streamed = (bytes, change) => new Blob([bytes]).stream().pipeThrough(change);

// The address of this page with a tour in it; throws where that is too long.
export const linkTo = async (steps) => {
  const packed = await new Response(streamed(writeSteps(steps), new CompressionStream("deflate-raw"))).arrayBuffer();
  const text = toBase64(new Uint8Array(packed)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const link = location.href.split("#")[0] + IN_LINK + text;
  if (link.length > LONGEST_LINK) {
    throw new Error(`A link holds ${thousands(LONGEST_LINK)} characters, and this tour needs ${thousands(link.length)}: save it as a file.`);
  }
  return link;
};

// The text of the tour in the address, which it leaves; null where there is none.
export function takeFromLink() {
  if (!location.protocol.startsWith("http") || !location.hash.startsWith(IN_LINK)) return null;
  const text = location.hash.slice(IN_LINK.length);
  history.replaceState(history.state, "", location.pathname + location.search);
  return text;
}

// The steps of a link's text; throws where it is not a tour, or unpacks to more than one may be long.
export const unpackSteps = async (text) => {
  if (text.length > LONGEST_LINK) throw new Error(`it is longer than ${thousands(LONGEST_LINK)} characters`);
  const packed = fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
  const chunks = [];
  let length = 0;
  for (const reader = streamed(packed, new DecompressionStream("deflate-raw")).getReader(); ; ) {
    const { value, done } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > LONGEST_UNPACKED) throw new Error(`it unpacks to more than ${thousands(LONGEST_UNPACKED)} characters`);
    chunks.push(value);
  }
  return readSteps(await new Blob(chunks).text());
};
