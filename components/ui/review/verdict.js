// Judges one nucleus after another by keys. A verdict is in the browser's storage before anybody hears of it.
const LETTERS = "asdfgh"; // of the labels that tables give
const ARROWS = { ArrowLeft: "previous", ArrowRight: "next" };
const KEYS_OFF = "cell-types-review-keys-off"; // single keys can be switched off, for those who speak to their computer
const FIELD = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true], canvas, [role=grid], [role=application]";
const OWN_ARROWS = "[role=tab], [role=radio], [role=slider], [role=option], [role=menuitem], input";
const OWN_ENTER = "a, button, summary, input, [role=button], [role=tab]";

function made(tag, text, properties = {}) {
  return Object.assign(document.createElement(tag), { textContent: text, ...properties });
}

class VerdictPanel {
  constructor(root) {
    this.root = root;
    this.form = root.querySelector("form");
    [this.place, this.why, this.offers, this.known, this.certainty, this.hint, this.said] =
      [".place", ".why", ".labels", "datalist", ".certainty", ".hint", "output"].map(name => root.querySelector(name));
    const { label, note, judge, undo, keys, previous, next } = this.form.elements;
    Object.assign(this, { label, note, judge, undo, keys, previous, next });
    this.certainty.replaceChildren(
      ...[1, 2, 3, 4, 5].map(n => {
        const radio = made("input", "", { type: "radio", name: "certainty", value: n });
        const words = made("label", "");
        words.append(radio, `${n}`);
        return words;
      }),
    );
    this.waiting = true; // until the journal is open
    this.told = new Set();
    this.form.onsubmit = event => {
      event.preventDefault();
      this.give();
    };
    this.form.oninput = () => this.draw();
    previous.onclick = () => this.act("previous");
    next.onclick = () => this.act("next");
    undo.onclick = () => this.takeBack();
    keys.checked = !localStorageOr(null, () => localStorage.getItem(KEYS_OFF));
    keys.onchange = () => localStorageOr(null, () => (keys.checked ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")));
    this.listener = new AbortController();
    const { signal } = this.listener;
    document.addEventListener("keydown", event => this.key(event), { signal });
    addEventListener("storage", event => this.journal?.hear(event) && this.reconcile(), { signal });
  }

  close() {
    this.listener.abort();
  }

  async update(data, tell) {
    Object.assign(this, { data, tell });
    if (data.turn !== this.turn) this.waiting = !this.journal?.opened;
    this.turn = data.turn;
    if (this.journal?.name !== data.store) {
      const journal = (this.journal = new VerdictJournal(data.store));
      this.told.clear();
      await journal.open();
      this.waiting = false;
    }
    if (!this.journal.opened) return;
    if (this.data.known < this.told.size) this.told.clear(); // another server, which knows of nothing yet
    await this.journal.write(this.data.add.filter(line => !this.journal.lines.has(line.id)));
    this.reconcile();
    this.draw();
  }

  // Tell Python of what it does not know: what was given before this page, or in another tab.
  reconcile() {
    const untold = [...this.journal.lines.keys()].some(id => !this.told.has(id));
    if (!this.waiting && (untold || this.data.add.length)) this.act("");
  }

  async act(go, line, words = "") {
    if (this.waiting) return;
    this.waiting = true;
    this.draw();
    const { nucleus } = this.data;
    if (line) {
      const kept = await this.journal.write([line]);
      this.say(kept ? `${words} Kept in this browser.` : `${words} This browser keeps nothing: save a file before you leave.`);
    }
    const lines = [...this.journal.lines.values()].filter(({ id }) => !this.told.has(id));
    lines.forEach(({ id }) => this.told.add(id));
    this.tell("acts", { lines, go, nucleus, at: Date.now() });
  }

  // What the form says, where it says too little completed by the verdict before.
  get meant() {
    const before = this.journal?.last;
    const chosen = { label: this.label.value.trim(), certainty: Number(this.form.elements.certainty.value) };
    const asBefore = !chosen.label && before;
    return {
      label: chosen.label || before?.label || "",
      certainty: chosen.certainty || (asBefore ? before.certainty : 0),
      note: this.note.value.trim(),
      asBefore,
    };
  }

  give() {
    const { nucleus, release } = this.data;
    if (this.waiting || !nucleus) return;
    const { label, certainty, note } = this.meant;
    if (!label) return this.say("Which label? Take one that a table gives, or type one (L).");
    for (const field of [this.label, this.note]) field.blur(); // the next keys are the form's again
    if (!certainty) return this.say("How certain? 1 is a guess, 5 is sure.");
    const now = this.journal.of(nucleus);
    if (now && now.label === label && now.certainty === certainty && now.note === note) return this.act("next");
    const line = { id: `${this.journal.stamp()} ${nucleus}`, nucleus_id: nucleus, label, certainty, note, release };
    this.act("next", line, `Nucleus ${nucleus}: ${label}, certainty ${certainty}.`);
  }

  takeBack() {
    const last = this.journal.last;
    if (this.waiting || !last) return;
    const line = { id: `${this.journal.stamp()} undo`, undoes: last.id };
    this.act("undone", line, `Nucleus ${last.nucleus_id}: ${last.label} is taken back.`);
  }

  key(event) {
    const path = event.composedPath(), [target] = path;
    const apart = path.some(node => node instanceof ShadowRoot && node !== this.root.getRootNode());
    const elsewhere = apart || target.closest?.(FIELD);
    if (event.key === "Escape" && elsewhere) return target.blur?.();
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || elsewhere) return;
    if (!this.keys.checked || !this.data?.nucleus) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (this.pressed(key, target)) event.preventDefault();
  }

  pressed(key, target) {
    if (ARROWS[key]) {
      if (target.closest?.(OWN_ARROWS)) return false;
      this[ARROWS[key]].click();
    } else if (key === "Enter") {
      const led = target.closest?.("a")?.pathname === location.pathname; // the link that led here keeps the focus
      if (target.closest?.(OWN_ENTER) && target.type !== "radio" && !led) return false;
      this.give();
    } else if (/^[1-5]$/.test(key)) {
      this.choose(key);
      this.draw();
    } else if (key === "l") this.label.focus();
    else if (key === "n") this.note.focus();
    else if (key === "u") this.takeBack();
    else if (LETTERS.includes(key)) this.offers.children[LETTERS.indexOf(key)]?.click();
    else return false;
    return true;
  }

  choose(certainty) {
    for (const radio of this.form.elements.certainty) radio.checked = radio.value === `${certainty}`;
  }

  say(words) {
    this.said.textContent = words;
  }

  draw() {
    const { data, journal } = this;
    const now = data.nucleus ? journal?.of(data.nucleus) : null;
    const drawn = `${data.nucleus} ${now?.id ?? ""}`;
    if (journal?.opened && this.drawn !== drawn) { // what the reader is writing stays
      this.drawn = drawn;
      this.label.value = now?.label ?? "";
      this.note.value = now?.note ?? "";
      this.choose(now?.certainty);
    }
    if (data.problem) this.say(data.problem);
    this.place.textContent = data.place;
    this.why.textContent = data.why;
    for (const row of this.form.querySelectorAll(".row, .hint")) row.hidden = !data.nucleus;
    if (this.offered !== JSON.stringify(data.offers)) { // the focus stays on a button that stays
      this.offered = JSON.stringify(data.offers);
      this.offers.replaceChildren(...data.offers.map((offer, i) => this.offer(offer, LETTERS[i])));
      this.known.replaceChildren(...data.labels.map(value => made("option", "", { value })));
    }
    for (const [i, { label }] of data.offers.entries()) {
      this.offers.children[i].setAttribute("aria-pressed", `${this.label.value.trim() === label}`);
    }
    const { label, certainty, asBefore } = this.meant;
    const words = label ? `${label}${certainty ? `, ${certainty}` : ""}${asBefore ? ", as before" : ""}` : "Judge";
    this.judge.replaceChildren(made("kbd", "↵"), now && !asBefore ? `Judged: ${words}` : words);
    this.undo.disabled = !journal?.last;
    this.previous.disabled = data.first;
    this.next.disabled = data.end;
    this.form.setAttribute("aria-busy", `${this.waiting}`);
  }

  offer({ label, tables, colour }, letter) {
    const button = made("button", "", { type: "button", title: tables });
    if (letter) button.append(made("kbd", letter.toUpperCase()));
    const dot = made("span", "", { className: "colour" });
    dot.style.background = colour;
    button.append(dot, label, made("small", tables));
    button.onclick = ({ detail }) => {
      this.label.value = label;
      if (detail) button.blur(); // by the pointer: the next key is the form's
      this.draw();
    };
    return button;
  }
}

const panels = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  if (!panels.has(parentElement)) panels.set(parentElement, new VerdictPanel(parentElement));
  panels.get(parentElement).update(data, setTriggerValue);
  return () => {
    panels.get(parentElement)?.close();
    panels.delete(parentElement);
  };
}
