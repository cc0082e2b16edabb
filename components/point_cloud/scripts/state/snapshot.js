// A view as plain data, and back: colours, sets of nuclei, camera, legend, slab.
import { checksum, fromBase64, toBase64 } from "./bits.js";

// All that makes the view look as it does, in words that JSON holds.
export function stateOf({ message, store, camera, choice, colouring, size }) {
  const named = Object.fromEntries([message.scene, message.colour].map((name) => [name, store.parts.get(name)]));
  const { filter, selected, slab, context } = choice;
  const sets = Object.fromEntries(Object.entries({ filter, selected }).filter(([, bits]) => bits));
  return {
    message: {
      ...message, parts: undefined, sets: undefined, preset: null, mode: "new", height: null,
      filter: filter && "filter", selected: selected && "selected",
    },
    parts: named,
    sets: Object.fromEntries(Object.entries(sets).map(([name, bits]) => [name, toBase64(bits)])),
    camera: { ...camera },
    shaped: store.shaped,
    hidden: [colouring.signature, [...choice.hidden]],
    size, slab, context,
  };
}

// Make a view look as its state says; the camera is moved by who calls. What a state does not say is at its default.
// A part from Python stays: a stranger's tour may bring another under its name, in which later views would be drawn.
export function restore(view, { message, parts, sets, shaped, hidden, size = 1, slab = null, context = true }) {
  const { store } = view;
  Object.entries(parts).forEach(([name, part]) => store.keep("parts", name, store.parts.get(name) ?? part));
  const named = { filter: null, selected: null };
  for (const [which, text] of Object.entries(sets)) {
    const bits = fromBase64(text);
    named[which] = checksum(bits);
    store.keep("bitsets", named[which], store.known(bits));
  }
  const { scene, colour, caption, lit = null } = message;
  view.message = { ...view.message, scene, colour, caption, preset: null, lit, ...named };
  if (shaped !== undefined) store.shaped = shaped;
  view.look = null;
  view.apply(view.cloud);
  const signature = view.colouring.signature;
  store.hidden.set(signature, new Set(hidden?.[0] === signature ? hidden[1] : []));
  view.size = size;
  Object.assign(view.choice, { hidden: store.hidden.get(signature), slab, context });
  view.rechoose();
}
