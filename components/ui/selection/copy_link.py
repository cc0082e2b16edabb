"""“Copy link”: the address of exactly what is seen, for somebody else."""

from contextlib import nullcontext
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from components.analysis.selection.selection import Selection
from components.ui.assets import texts_beside
from components.ui.selection.selection import (
    KEPT,
    PARAMETERS,
    SET_A,
    SET_B,
    kept_selection,
    link_text,
    selection_nuclei,
)
from components.ui.session.exports import show_csv_download
from components.ui.session.links import choices_for_link
from data.number_words import of_nuclei

WORDS = {KEPT: "the selection", SET_A: "A", SET_B: "B"}
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


_text = texts_beside(__file__)
_button = st.components.v2.component(
    "copy_link", html=HTML, css=_text("copy_link.css"), js=_text("copy_link.js")
)


def copied_link() -> str:
    """The link that the button copies; without a selection that is too long for one."""
    without = {PARAMETERS[key] for key in _too_long()}
    query = {name: st.query_params.get_all(name) for name in {*st.query_params} - without}
    link = {name: [value] for name, value in choices_for_link().items()} | query
    return f"{st.context.url or ''}?{urlencode(dict(sorted(link.items())), doseq=True, safe=':,=')}"


def _too_long() -> dict[str, Selection]:
    """The selections that no link can hold, by key."""
    kept = {key: kept_selection(key) for key in PARAMETERS}
    return {key: selection for key, selection in kept.items() if selection and not link_text(selection)}


def copied_choices() -> tuple[dict[str, str], dict[str, Selection]]:
    """The choices that the link names in any case, and the selections that it cannot hold, by key."""
    return choices_for_link(), _too_long()


def show_copy_link() -> None:
    """Draw a button that copies a link to what is seen; call it after the page's choices.

    The link names the release and every choice that another reader might find at another default. Where the
    selection is too long for a link, the button says so first and offers the selection's IDs as a file; so
    also of the two that are compared.
    """
    choices, too_long = copied_choices()
    without = [PARAMETERS[key] for key in too_long]
    with st.popover("Copy link", icon=":material/link:") if too_long else nullcontext():
        for key, selection in too_long.items():
            nuclei = selection_nuclei(selection)
            st.markdown(
                f"{WORDS[key].capitalize()} of {of_nuclei(len(nuclei))} is too long for a link. Send its IDs "
                "as a file, to be selected by ID; the link shows the rest of what you see."
            )
            rows = pd.DataFrame({"nucleus_id": nuclei})
            show_csv_download(f"Download the IDs of {WORDS[key]} as CSV", rows, f"{key}-ids")
        _button(data={"choices": choices, "without": without}, key="copy-link", width="content")
