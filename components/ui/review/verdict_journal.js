// The verdicts that this browser keeps: lines that are only added. They are in its local storage, which the end of
// a tab cannot take back, and in a database of its own, which is on the disk before the page goes on, so that the
// browser may be killed. Each gets what it lacks from the other.
const DATABASE = "cell-types-verdicts", LINES = "lines", LONGEST_ID = 60;

function localStorageOr(otherwise, use) {
  try {
    return use() ?? otherwise;
  } catch { // the browser refuses
    return otherwise;
  }
}

function finished(request) {
  return new Promise((done, failed) => {
    request.onsuccess = request.oncomplete = () => done(request.result);
    request.onerror = request.onabort = () => failed(request.error);
  });
}

class VerdictJournal {
  constructor(name) {
    this.name = name;
    this.prefix = `cell-types-verdict:${name}:`;
    this.lines = new Map(); // by ID
    this.opened = false;
  }

  async open() {
    const stored = this.inStorage();
    const saved = await this.inDatabase().catch(() => []);
    const [inStorage, inDatabase] = [stored, saved].map(lines => new Set(lines.map(({ id }) => id)));
    for (const line of [...stored, ...saved]) this.lines.set(line.id, line);
    this.store(saved.filter(({ id }) => !inStorage.has(id)));
    await this.save(stored.filter(({ id }) => !inDatabase.has(id)));
    this.opened = true;
  }

  // In the storage at once, then in the database; gives whether one of them has kept the lines.
  async write(lines) {
    if (!lines.length) return true;
    for (const line of lines) this.lines.set(line.id, line);
    const stored = this.store(lines);
    return (await this.save(lines)) || stored;
  }

  store(lines) {
    return localStorageOr(false, () => {
      for (const line of lines) localStorage.setItem(this.prefix + line.id, JSON.stringify(line));
      return true;
    });
  }

  async save(lines) {
    if (!this.database || !lines.length) return Boolean(this.database);
    try {
      const change = this.database.transaction(LINES, "readwrite", { durability: "strict" });
      for (const line of lines) change.objectStore(LINES).put(line, this.prefix + line.id);
      await finished(change);
      return true;
    } catch {
      return false;
    }
  }

  inStorage() {
    return localStorageOr([], () =>
      Object.keys(localStorage)
        .filter(key => key.startsWith(this.prefix))
        .flatMap(key => this.read(localStorage.getItem(key))),
    );
  }

  async inDatabase() {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(LINES);
    this.database = await finished(request);
    this.database.onversionchange = () => this.database.close(); // who clears the browser's memory need not wait
    const range = IDBKeyRange.bound(this.prefix, `${this.prefix}\uffff`);
    return finished(this.database.transaction(LINES).objectStore(LINES).getAll(range));
  }

  // What another tab has given.
  hear({ key, newValue }) {
    if (!key?.startsWith(this.prefix) || !newValue) return false;
    for (const line of this.read(newValue)) this.lines.set(line.id, line);
    return true;
  }

  read(text) {
    try {
      const line = JSON.parse(text);
      return typeof line?.id === "string" && line.id.length <= LONGEST_ID ? [line] : [];
    } catch {
      return [];
    }
  }

  // The verdicts that were not taken back, by time.
  get standing() {
    if (this.counted !== this.lines.size) {
      const lines = [...this.lines.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
      const undone = new Set(lines.flatMap(({ undoes }) => undoes ?? []));
      this.verdicts = lines.filter(({ id, undoes }) => !undoes && !undone.has(id));
      this.counted = this.lines.size;
    }
    return this.verdicts;
  }

  get last() {
    return this.standing.at(-1);
  }

  of(nucleus) {
    return this.standing.findLast(line => line.nucleus_id === nucleus);
  }

  // The time, later than that of every line.
  stamp() {
    const latest = [...this.lines.keys()].reduce((one, other) => (one > other ? one : other), "");
    const before = Date.parse(latest.split(" ")[0]) || 0;
    return new Date(Math.max(Date.now(), before + 1)).toISOString();
  }
}
