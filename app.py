"""MICrONS Cell Types: page settings and navigation, nothing else. Start it with `make app`."""

import streamlit as st

# The icon comes before the navigation: a page's own would be fetched from elsewhere to be the favicon.
st.set_page_config(page_icon="components/ui/logo.svg", layout="wide")

st.navigation(
    [
        st.Page("pages/overview.py", title="Overview", icon=":material/public:", default=True),
        st.Page("pages/manual_types.py", title="Manual types", icon=":material/draw:"),
        st.Page("pages/baylor.py", title="Baylor", icon=":material/account_tree:"),
    ]
).run()
