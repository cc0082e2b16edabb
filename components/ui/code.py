"""Code to take away: what fetches a page's tables without the dashboard."""

import streamlit as st

from components.analysis.snippets import snippets
from components.ui.notices import plain
from components.ui.release import current_release
from data.catalog.entry import Table

SYNTHETIC = "# The page shows synthetic rows; this code fetches the real ones.\n"


def show_code(*tables: Table) -> None:
    """Fold out the snippets of each table, what works for the release first, with their status above."""
    with st.expander("Code", icon=":material/code:"):
        places = st.tabs([plain(table.title) for table in tables]) if len(tables) > 1 else [st.container()]
        for place, table in zip(places, tables, strict=True):
            with place:
                _show_snippets(table)


def _show_snippets(table: Table) -> None:
    opened = current_release()
    for snippet in snippets(table, opened.release):
        st.caption(f"**{plain(snippet.title)}** — {plain(snippet.status)}")
        st.code((SYNTHETIC if opened.source.synthetic else "") + snippet.text, language="python")
