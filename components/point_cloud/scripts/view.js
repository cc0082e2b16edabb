// The view's stub, sent with every message; the carrier brings the rest.
export default (call) => {
  const place = call.parentElement;
  const store = (window.__nuclei ??= { waiting: new Map() });
  place.call = call;
  if (store.show) store.show(call);
  else store.waiting.set(place, call);
  return () => {
    if (place.call !== call) return; // Streamlit may end a message after the next has begun
    const { waiting, close } = window.__nuclei; // by now the carrier may be here
    waiting.delete(place);
    close?.(place);
  };
};
