// Files that became tables stay in this browser: the session that held them is gone after a reload. Here they are kept
// with what their columns mean, offered when the session lacks them, and sent again through the page's hidden uploader.
const MOST = 5;
const dropped = (window.filesDropped ??= []); // of this page's life, the latest first

if (!window.filesWatched) {
  window.filesWatched = true;
  const note = files => files && dropped.unshift(...files);
  addEventListener("change", ({ target }) => target.type === "file" && note(target.files), { capture: true });
  addEventListener("drop", ({ dataTransfer }) => note(dataTransfer?.files), { capture: true });
}

const promised = request => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function store(mode) {
  const opening = indexedDB.open("own-files", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("files", { keyPath: "sha256" });
  return (await promised(opening)).transaction("files", mode).objectStore("files");
}

const digests = new WeakMap();
async function digest(file) {
  if (!digests.has(file)) {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
    digests.set(file, [...bytes].map(byte => byte.toString(16).padStart(2, "0")).join(""));
  }
  return digests.get(file);
}

async function keep(added, removed) {
  for (const sha256 of removed) await promised((await store("readwrite")).delete(sha256));
  for (const { text, ...table } of added) {
    const known = await promised((await store("readonly")).get(table.sha256));
    if (JSON.stringify(known?.meaning) === JSON.stringify(table.meaning)) continue;
    let file = known?.file;
    const made = text ? [new File([text], table.name)] : []; // pasted, or made by the server
    for (const candidate of [...made, ...dropped]) {
      if (!file && (await digest(candidate)) === table.sha256) file = candidate;
    }
    if (file) await promised((await store("readwrite")).put({ ...table, file, at: Date.now() }));
  }
  const kept = await promised((await store("readonly")).getAll());
  kept.sort((one, other) => other.at - one.at);
  for (const { sha256 } of kept.slice(MOST)) await promised((await store("readwrite")).delete(sha256));
  return kept.slice(0, MOST);
}

function sendAgain({ name, file }) {
  const files = new DataTransfer();
  files.items.add(new File([file], name));
  const input = document.querySelector(".st-key-own-again input[type=file]");
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

export default function ({ parentElement: place, data, setStateValue }) {
  if (window.fileWaiting && data.known.startsWith(window.fileWaiting.sha256)) {
    sendAgain(window.fileWaiting);
    window.fileWaiting = null;
  }
  const show = async () => {
    const kept = await keep(data.added, data.removed);
    const there = data.added.map(({ sha256 }) => sha256);
    const lines = kept.filter(({ sha256 }) => !there.includes(sha256)).map(table => {
      const line = document.createElement("p");
      const button = (textContent, onclick) =>
        line.append(Object.assign(document.createElement("button"), { type: "button", textContent, onclick }));
      line.append(Object.assign(document.createElement("span"), { textContent: `${table.name} is still in this browser.` }));
      button("Add it again", () => {
        window.fileWaiting = table; // until what it means has come to the server
        setStateValue("again", { sha256: table.sha256, meaning: table.meaning, at: Date.now() });
      });
      button("Forget it", async () => {
        await promised((await store("readwrite")).delete(table.sha256));
        line.remove();
      });
      return line;
    });
    place.querySelectorAll("p").forEach(line => line.remove());
    place.append(...lines);
  };
  show().catch(() => {}); // no storage, as in some private windows: then nothing is kept
}
