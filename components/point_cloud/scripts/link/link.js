// The link from charts to the cloud: what the pointer is over lights in the cloud, what is clicked is selected
// there at once. Python hears of each click as without the link, and has the last word.
// `window.__nucleiLinkOff = true` switches the link off.
import { chartOf, hear, marksOf, placeOf, setPointer, takeClicks, tellChosen } from "./hosts.js";
import { bitsAt, wordsAt } from "./marks.js";

export class Link {
  // `store` has the views.
  constructor(store) {
    this.store = store;
    this.onOver = ({ target }) => this.meet(chartOf(target));
    document.addEventListener("pointerover", this.onOver);
  }

  get view() {
    return [...this.store.views.values()].findLast(({ cloud, root }) => cloud && root.isConnected);
  }

  meet(chart) {
    if (!chart || !marksOf(chart) || window.__nucleiLinkOff) return;
    takeClicks(chart);
    hear(chart, {
      hover: ({ points }) => this.onHover(chart, points[0]),
      unhover: () => this.onLeave(chart),
      click: ({ points, event }) => this.onClick(chart, points[0], event),
      afterplot: () => window.__nucleiLinkOff || takeClicks(chart),
    });
  }

  // The nuclei of the mark at a point of a chart, or null.
  bitsOf(chart, point) {
    const [marks, { view }] = [marksOf(chart), this];
    if (!marks || !view || window.__nucleiLinkOff) return null;
    const words = wordsAt(marks, point);
    const bits = words && bitsAt(view.cloud, marks, words, view.choice.filter);
    return bits && this.store.known(bits);
  }

  onHover(chart, point) {
    const bits = this.bitsOf(chart, placeOf(point));
    setPointer(chart, bits ? "pointer" : "");
    this.view?.preview(bits);
  }

  onLeave(chart) {
    setPointer(chart, "");
    this.view?.preview(null);
  }

  onClick(chart, point, { shiftKey, altKey }) {
    if (window.__nucleiLinkOff) return;
    const place = placeOf(point);
    const held = shiftKey ? "add" : altKey ? "subtract" : "new";
    const bits = this.bitsOf(chart, place);
    tellChosen(chart, { ...place, held, at: Date.now() });
    if (bits) this.view.actions.light(bits, held);
  }

  stop() {
    document.removeEventListener("pointerover", this.onOver);
  }
}
