// The view's doorway. It is sent with every message, so it is all but empty: the carrier brings the rest.
export default function ({ data, parentElement, setTriggerValue }) {
  const shop = (window.__nuclei ??= { waiting: new Map() });
  const call = { data, parentElement, setTriggerValue };
  if (shop.show) shop.show(call);
  else shop.waiting.set(parentElement, call);
  return () => {
    shop.waiting.delete(parentElement);
    shop.close?.(parentElement);
  };
}
