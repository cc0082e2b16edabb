// The view's doorway, sent with every message: the carrier brings the rest.
export default (call) => {
  const place = call.parentElement;
  const shop = (window.__nuclei ??= { waiting: new Map() });
  place.told = call;
  if (shop.show) shop.show(call);
  else shop.waiting.set(place, call);
  return () => {
    if (place.told !== call) return; // Streamlit may end a message after the next has begun
    const { waiting, close } = window.__nuclei; // by now the carrier may be here
    waiting.delete(place);
    close?.(place);
  };
};
