// Sent with every message of tiles; what `bring_tiles` brings draws them.
export default ({ parentElement: place, ...sent }) => {
  const call = { ...sent, parentElement: place };
  const { calls, draw } = (window.__nucleiTiles ??= { calls: new Map() });
  calls.set(place, call);
  draw?.(call);
  return () => {
    if (calls.get(place) !== call) return; // Streamlit may end a message after the next begins
    calls.delete(place);
    window.__nucleiTiles.close?.(place);
  };
};
