// The view's stub, sent with every message; the carrier brings the rest.
export default ({ parentElement: host, ...sent }) => {
  const place = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const call = { ...sent, parentElement: place };
  const store = (window.__nuclei ??= { calls: new Map() });
  store.calls.set(place, call);
  store.show?.(call);
  return () => {
    const { calls, close } = window.__nuclei; // by now the carrier may be here
    if (calls.get(place) !== call) return; // Streamlit may end a message after the next has begun
    calls.delete(place);
    close?.(place);
  };
};
