// Which nuclei are chosen: by the filter, the legend, the slab; and which of them are selected.
import { bitsWhere, combineBits, hasBit } from "./bits.js";
import { NONE } from "./colouring.js";

export const FEW = 4; // up to this part of all nuclei are few
export const AXIS_NUMBER = { x: 0, depth: 1, z: 2 };

export class Choice {
  constructor(cloud) {
    this.cloud = cloud;
    this.filter = null; // bitset or null: all
    this.selected = null; // bitset or null: none
    this.hidden = new Set(); // legend entries switched off
    this.slab = null; // [axis, low µm, high µm]
    this.context = true;
  }

  // The slab as fractions of the box, a little open so that the outermost nuclei stay in.
  get slabFractions() {
    const [low, high] = [[-1, -1, -1], [2, 2, 2]];
    if (this.slab) {
      const [axis, from, to] = [AXIS_NUMBER[this.slab[0]], this.slab[1], this.slab[2]];
      low[axis] = (from - this.cloud.low[axis]) / this.cloud.size[axis] - 1e-6;
      high[axis] = (to - this.cloud.low[axis]) / this.cloud.size[axis] + 1e-6;
    }
    return [low, high];
  }

  // Tests of a row, built once for a pass over all rows. A nucleus without a legend entry is chosen where it is selected.
  tests(colouring) {
    const { filter, selected, hidden, slab, context, slabFractions } = this;
    const axis = AXIS_NUMBER[slab?.[0] ?? "x"];
    const [low, high] = slabFractions.map((ends) => ends[axis] * 65535);
    const places = this.cloud.positions;
    const inSlab = (row) => !slab || (places[3 * row + axis] >= low && places[3 * row + axis] <= high);
    const chosen = (row) => {
      const entry = colouring.entryAt(row);
      const shown = entry === NONE ? selected && hasBit(selected, row) : !hidden.has(entry);
      return shown && (!filter || hasBit(filter, row)) && inSlab(row);
    };
    const lit = (row) => chosen(row) && (!selected || hasBit(selected, row));
    const rank = (row) => (lit(row) ? 2 : context && inSlab(row) ? 1 : 0);
    return { inSlab, chosen, lit, rank };
  }

  // One pass over all rows: how many of each legend entry and how many selected of none, how many shown and lit, and,
  // where few are lit, which rows those are.
  census(colouring) {
    const { filter, selected, hidden, cloud, slab } = this;
    const { inSlab } = this.tests(colouring);
    const { rowEntries } = colouring;
    const counts = new Uint32Array(colouring.entries.length);
    const rows = new Uint32Array(Math.floor(cloud.n / FEW));
    let [shown, lit, others] = [0, 0, 0];
    for (let row = 0; row < cloud.n; row++) {
      const entry = rowEntries[row];
      if ((filter && !hasBit(filter, row)) || (slab && !inSlab(row))) continue;
      const picked = selected ? hasBit(selected, row) : entry !== NONE;
      if (entry === NONE && !picked) continue;
      if (entry === NONE) others += 1;
      else if (picked) counts[entry] += 1;
      if (hidden.size && hidden.has(entry)) continue;
      shown += 1;
      if (picked) rows[lit++] = row; // beyond its end nothing is kept
    }
    return { counts, others, shown, lit, few: rows.slice(0, lit <= rows.length ? lit : 0) };
  }

  // The bitset of all rows of a legend entry that are chosen.
  rowsOf(colouring, entry) {
    const { chosen } = this.tests(colouring);
    return bitsWhere(this.cloud.n, (row) => colouring.entryAt(row) === entry && chosen(row));
  }

  // What a pick would leave selected, or null where it changes nothing.
  after(bits, mode) {
    if (!bits.some(Boolean) || (!this.selected && (mode === "subtract" || mode === "both"))) return null;
    return combineBits(this.selected, bits, mode);
  }

  // Change the selection at once, before Python has answered, where that changes it; an empty one is none.
  select(bits, mode) {
    const next = this.after(bits, mode);
    if (next) this.selected = next.some(Boolean) ? next : null;
    return next;
  }
}
