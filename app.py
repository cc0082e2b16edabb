"""MICrONS Cell Types: page settings and navigation, nothing else. Start it with `make app`."""

import streamlit as st

from data.catalog.pages import MOVED, PAGES

# The icon comes before the navigation: a page's own would be fetched from elsewhere to be the favicon.
st.set_page_config(page_icon="components/ui/page/logo.svg", layout="wide")

listed = [
    st.Page(f"pages/{name}.py", title=page.title, icon=f":material/{page.icon}:", default=not place)
    for place, (name, page) in enumerate(PAGES.items())
]
hidden = [
    st.Page(f"pages/{old}.py", title=PAGES[name].title, visibility="hidden") for old, name in MOVED.items()
]
st.navigation([*listed, *hidden], position="top").run()
