"""MICrONS Cell Types: its server, page settings and navigation, nothing else. Start it with `make app`."""

import streamlit as st

from components.ui.page.shell import open_browser, server_routes

if __name__ == "app":  # the server imports it, once; every run of a page executes it
    app = st.App(__file__, routes=server_routes(), lifespan=open_browser)
else:
    from components.ui.page.frame import open_moved
    from data.catalog.pages import MOVED, PAGES

    # The icon comes before the navigation: a page's own would be fetched from elsewhere to be the favicon.
    st.set_page_config(page_icon="components/ui/page/logo.svg", layout="wide")

    # The default page has the app's own address: under its name Streamlit would not find it.
    listed = [
        st.Page(
            f"pages/{name}.py", title=page.title, icon=f":material/{page.icon}:",
            url_path=name if place else "", default=not place,
        )
        for place, (name, page) in enumerate(PAGES.items())
    ]  # fmt: skip
    hidden = [
        st.Page(f"pages/{old}.py", title=PAGES[name].title, visibility="hidden")
        for old, name in MOVED.items()
    ]
    opened = st.navigation([*listed, *hidden], position="top")
    if opened.url_path in MOVED:
        open_moved(opened.url_path)
    else:
        opened.run()
