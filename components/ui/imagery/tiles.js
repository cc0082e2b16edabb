// Pictures of nuclei in sheets side by side. Tiles are there from the first, at their size; pictures come one by one.
const ASK_MS = 300, SLOWEST_MS = 2000;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };
const ROWS = { ArrowUp: -1, ArrowDown: 1 };

function made(tag, className, text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

class Sheets {
  constructor(root) {
    this.root = root;
    this.place = root.appendChild(made("div", "nuclei-sheets"));
    this.place.addEventListener("click", (event) => this.onClick(event));
    this.place.addEventListener("keydown", (event) => this.onKey(event));
    this.place.addEventListener("focusin", ({ target }) => this.rove(target));
  }

  update(data, tell) {
    Object.assign(this, { data, tell });
    const inside = this.place.contains(document.activeElement);
    data.sheets.forEach((sheet, i) => this.draw(this.place.children[i] ?? this.begun(), sheet));
    while (this.place.children.length > data.sheets.length) this.place.lastChild.remove();
    const current = this.place.querySelector("[aria-current=true]");
    if (current !== this.current) { // the reader goes on from one to the next
      this.current = current;
      if (inside) current?.focus({ preventScroll: false });
    }
    this.ask(data.pending);
  }

  begun() {
    const sheet = this.place.appendChild(made("section", ""));
    sheet.append(made("h3", ""), made("p", ""), made("ul", "nuclei-tiles"));
    return sheet;
  }

  draw(section, { title, words, tiles }) {
    const [head, about, list] = section.children;
    head.textContent = title;
    head.hidden = !title;
    about.textContent = words;
    about.hidden = !words;
    section.ariaLabel = title || words;
    list.style.setProperty("--tile", this.data.tile);
    tiles.forEach((tile, i) => {
      const item = list.children[i] ?? list.appendChild(made("li", ""));
      const told = JSON.stringify(tile);
      if (item.told === told) return;
      item.told = told;
      this.fill(item, tile);
    });
    while (list.children.length > tiles.length) list.lastChild.remove();
    const links = [...list.querySelectorAll("a[href]")];
    const stop = links.find((link) => link === document.activeElement || link.ariaCurrent === "true") ?? links[0];
    for (const link of links) link.tabIndex = link === stop ? 0 : -1;
  }

  // What is there of the same nucleus stays: the focus, and the picture before the next.
  fill(item, tile) {
    let [link] = item.children;
    if (link?.dataset.nucleus !== tile.nucleus) {
      link = made("a", "nuclei-tile");
      link.append(made("span", "nuclei-picture"), made("span", "nuclei-words"));
      link.dataset.nucleus = tile.nucleus;
      item.replaceChildren(link);
    }
    if (tile.link) link.href = tile.link;
    else link.removeAttribute("href");
    link.ariaCurrent = tile.current ? "true" : null;
    const [picture, words] = link.children;
    picture.title = tile.title;
    this.show(picture, tile);
    const chips = made("span", "nuclei-chips");
    for (const { label, colour, title } of tile.chips) {
      const chip = made("span", "");
      const square = made("i", "");
      square.style.background = colour;
      chip.title = title;
      chip.append(square, label);
      chips.append(chip);
    }
    words.replaceChildren(made("b", "", tile.nucleus), ` ${tile.place}`, ...(tile.verdict ? [made("span", "nuclei-verdict", ` · ${tile.verdict}`)] : []), chips);
  }

  show(picture, { address, alt, state, pending }) {
    const before = picture.querySelector("img");
    picture.classList.toggle("nuclei-before", Boolean(before && pending)); // the last picture stays, pale, until the next is there
    if (!address) {
      if (!before || !pending) picture.replaceChildren(made("span", "", state));
      return;
    }
    const src = new URL(address, document.baseURI).href;
    if (before?.src === src) return;
    const image = before ?? Object.assign(made("img", ""), { loading: "lazy", decoding: "async" });
    Object.assign(image, { alt, src });
    image.onerror = () => picture.replaceChildren(made("span", "", "The picture was lost on its way. Reload the page."));
    picture.replaceChildren(image);
  }

  // Ask for what is still missing, ever more slowly while nothing comes: an answer without news does not get here.
  ask(pending) {
    clearTimeout(this.timer);
    if (!pending) return;
    this.wait = pending === this.pending ? Math.min((this.wait ?? ASK_MS) * 1.4, SLOWEST_MS) : ASK_MS;
    this.pending = pending;
    this.timer = setTimeout(() => {
      this.tell("asked", Date.now());
      this.ask(pending);
    }, this.wait);
  }

  onClick(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
    event.preventDefault();
    this.tell("opened", { nucleus: link.dataset.nucleus, at: Date.now() });
  }

  onKey(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
    const links = [...link.closest("ul").querySelectorAll("a")];
    const at = links.indexOf(link);
    const columns = links.filter((other) => other.offsetTop === links[0].offsetTop).length;
    const by = STEPS[event.key] ?? (ROWS[event.key] && ROWS[event.key] * columns);
    if (event.key === "Enter" && this.data.judged && link.ariaCurrent === "true") return; // judges it
    if (event.key === "Enter") link.click();
    else if (by === undefined) return;
    else {
      const next = Number.isFinite(by) ? at + by : by < 0 ? 0 : links.length - 1;
      links[next]?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  }

  rove(target) {
    const link = target.closest("a[href]");
    for (const other of link?.closest("ul").querySelectorAll("a") ?? []) other.tabIndex = other === link ? 0 : -1;
  }

  close() {
    clearTimeout(this.timer);
    this.place.remove();
  }
}

const drawn = new Map(); // place -> Sheets

function draw({ parentElement: place, data, setTriggerValue }) {
  if (!drawn.has(place)) drawn.set(place, new Sheets(place));
  drawn.get(place).update(data, setTriggerValue);
}

function close(place) {
  drawn.get(place)?.close();
  drawn.delete(place);
}

// Draws what stubs have called and will call; the code of another release of the app makes way.
export default function () {
  const store = (window.__nucleiTiles ??= { calls: new Map() });
  if (store.draw === draw) return;
  for (const place of store.calls.keys()) store.close?.(place);
  Object.assign(store, { draw, close });
  store.calls.forEach(draw);
}
