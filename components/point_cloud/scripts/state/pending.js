// Picks that were lit at once and that Python has yet to answer, oldest first.
const PATIENCE = 3000; // ms after which Python's last word holds, though it answers an older pick

export class Pending {
  // `give` shows what Python said last.
  constructor(give) {
    this.give = give;
    this.picks = [];
  }

  // A pick has made this set the selection, or none (null); `at` is its time where Python says which it has answered.
  add(name, at) {
    this.picks.push({ name, at });
  }

  // Whether a message answers a pick that is older than the latest. One that answers none is Python's own word.
  isOlder({ selected, answered }) {
    const place = this.picks.findIndex(({ name, at }) => name === selected || (at && at === answered));
    const newer = place < 0 ? [] : this.picks.slice(place + 1);
    this.picks = newer.length ? this.picks.slice(place) : []; // Python may say it twice
    clearTimeout(this.waiting);
    if (newer.length) this.waiting = setTimeout(() => this.end(), PATIENCE);
    return newer.length > 0;
  }

  end() {
    this.picks = [];
    this.give();
  }
}
