// A connection that was lost may come back to a server that does not know the session: then the page runs again from
// its link. Streamlit itself would wait for the next click, and a fragment that the new session lacks does nothing.
const page = (window.__session ??= {});

export default function ({ data, setTriggerValue }) {
  Object.assign(page, { session: data, run: setTriggerValue });
  if (page.watch) return;
  const app = document.querySelector("[data-testid=stApp]");
  const note = () => {
    if (app.dataset.testConnectionState !== "CONNECTED") page.lost ??= page.session;
    else if (page.lost) {
      page.run("lost", page.lost);
      page.lost = null;
    }
  };
  page.watch = new MutationObserver(note);
  page.watch.observe(app, { attributeFilter: ["data-test-connection-state"] });
}
