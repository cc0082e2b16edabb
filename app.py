"""MICrONS Cell Types: page settings and navigation, nothing else. Start it with `make app`."""

import streamlit as st

# The icon comes before the navigation: a page's own would be fetched from elsewhere to be the favicon.
st.set_page_config(page_icon="components/ui/page/logo.svg", layout="wide")

st.navigation(
    [
        st.Page("pages/overview.py", title="Overview", icon=":material/public:", default=True),
        st.Page("pages/manual_types.py", title="Manual types", icon=":material/draw:"),
        st.Page("pages/m_types.py", title="M-types", icon=":material/category:"),
        st.Page("pages/soma_nucleus.py", title="Soma–nucleus", icon=":material/adjust:"),
        st.Page("pages/baylor.py", title="Baylor", icon=":material/account_tree:"),
        st.Page("pages/coregistration.py", title="Coregistration", icon=":material/join_inner:"),
        st.Page("pages/nuclei.py", title="Nuclei", icon=":material/grain:"),
        st.Page("pages/agreement.py", title="Agreement", icon=":material/compare_arrows:"),
        st.Page("pages/nucleus.py", title="Nucleus", icon=":material/fingerprint:"),
        st.Page("pages/checks.py", title="Checks", icon=":material/fact_check:"),
        st.Page("pages/releases.py", title="Releases", icon=":material/history:"),
        st.Page("pages/cell.py", title="Nucleus", visibility="hidden"),  # the page's address in old links
    ]
).run()
