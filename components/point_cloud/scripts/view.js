// The view's stub, sent with every message; the carrier brings the rest.
export default ({ parentElement: host, ...sent }) => {
  const place = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const call = { ...sent, parentElement: place };
  const { calls, show } = (window.__nuclei ??= { calls: new Map() });
  calls.set(place, call);
  show?.(call);
  return () => {
    const { close } = window.__nuclei; // the carrier may have come
    if (calls.get(place) !== call) return; // Streamlit may end a message after the next begins
    calls.delete(place);
    close?.(place);
  };
};
