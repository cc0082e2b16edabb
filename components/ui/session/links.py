"""The ways to a nucleus's passport."""

from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from components.analysis.labels.ids import Ids
from components.ui.session.release_choice import release_in_link

NUCLEUS = "nucleus"
"""Key of the box of nucleus IDs, as it stands in links."""


def nucleus_link(nucleus_id: int) -> str:
    """Where a nucleus's passport is: a relative URL, of the release that the page shows."""
    return f"nucleus?{urlencode({NUCLEUS: int(nucleus_id)} | release_in_link())}"


def show_nucleus_link(nucleus_ids: Ids) -> None:
    """A way to the passport of the first of some nuclei, from where the others follow."""
    if not len(nucleus_ids):
        return
    first, n = int(nucleus_ids[0]), len(nucleus_ids)
    words = f"Passport of nucleus {first}" + (f", the first of these {n:,}" if n > 1 else "")
    try:
        st.page_link(
            "pages/nucleus.py", label=words, icon=":material/fingerprint:",
            query_params={NUCLEUS: str(first)} | release_in_link(),
        )  # fmt: skip
    except StreamlitPageNotFoundError:  # the page runs alone, without the app's navigation
        st.markdown(f":material/fingerprint: [{words}]({nucleus_link(first)})")
