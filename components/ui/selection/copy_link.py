"""“Copy link”: the address of exactly what is seen, for somebody else."""

from pathlib import Path

import pandas as pd
import streamlit as st

from components.ui.selection.selection import IN_LINK, current_selection, link_text, selected_nuclei
from components.ui.session.exports import show_csv_download
from components.ui.session.links import choices_for_link
from data.number_words import of_nuclei

LINK_ICON = (
    "M10 13a5 5 0 0 0 7.5.5l3-3a5 5 0 0 0-7-7l-1.7 1.7M14 11a5 5 0 0 0-7.5-.5l-3 3a5 5 0 0 0 7 7l1.7-1.7"
)
HTML = f"""
<button type="button">
  <svg viewBox="0 0 24 24" aria-hidden="true"><path d="{LINK_ICON}"/></svg>
  <span>Copy link</span>
</button>
<output></output>
<div class="by-hand" popover>
  <label>This browser does not let the page copy. Copy the link by hand:<input readonly></label>
</div>
"""


def _text(suffix: str) -> str:
    return Path(__file__).with_suffix(suffix).read_text(encoding="utf-8")


_button = st.components.v2.component("copy_link", html=HTML, css=_text(".css"), js=_text(".js"))


def show_copy_link() -> None:
    """Draw a button that copies a link to what is seen; call it after the page's choices.

    The link names the release and every choice that another reader might find at another default. Where the
    selection is too long for a link, the button says so first and offers the selection's IDs as a file.
    """
    choices = choices_for_link()
    selection = current_selection()
    if selection is None or link_text(selection):
        _button(data={"choices": choices, "without": []}, key="copy-link", width="content")
        return
    with st.popover("Copy link", icon=":material/link:"):
        selected = selected_nuclei()
        st.markdown(
            f"The selection of {of_nuclei(len(selected))} is too long for a link. Send its IDs as a file, to "
            "be selected by ID; the link shows the rest of what you see."
        )
        rows = pd.DataFrame({"nucleus_id": selected})
        show_csv_download("Download the selected IDs as CSV", rows, "selected-ids")
        _button(data={"choices": choices, "without": [IN_LINK]}, key="copy-link", width="content")
