// Ranges of depth, exact to a tenth of a micrometre: the packed places are rounded, so that a nucleus at an end
// could be taken for one beyond it. Python codes the depths in a column of their own (exact_tenths).
const COLUMN = "depth_tenths";

// A depth in tenths, as Python rounds it: what lies just between goes to the even one.
function tenthsOf(depth) {
  const tenths = Math.round(Number(depth.toFixed(1)) * 10);
  return Math.abs(4 * depth) % 2 === 1 && tenths % 2 ? tenths - Math.sign(tenths) : tenths;
}

// The least step of which something is true that is true of all later ones; else the one after the last.
function leastStep(last, holds) {
  let [low, high] = [0, last + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

// A test of rows: whether they lie within two depths, both included; null where the cloud does not tell.
export function rowsBetween(cloud, low, high) {
  const numbers = cloud.numbers(COLUMN);
  if (!numbers) return null;
  const { array, steps } = numbers;
  const [from, to] = [2 * tenthsOf(low), 2 * tenthsOf(high)];
  const code = (step) => Math.round(numbers.low + (step / steps) * (numbers.high - numbers.low));
  const first = leastStep(steps, (step) => code(step) >= from);
  const end = leastStep(steps, (step) => code(step) > to);
  return (row) => array[row] >= first && array[row] < end;
}
