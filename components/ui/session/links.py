"""What links hold: the way to a nucleus page, and choices under the keys that they once had."""

from collections.abc import Collection, Mapping
from urllib.parse import quote, urlencode

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError

from components.analysis.labels.ids import Ids
from components.ui.session.release_choice import release_in_link

NUCLEUS = "nucleus"
"""The link parameter, and key, of the box for nucleus IDs."""


def nucleus_link(nucleus_id: int) -> str:
    """Relative URL of a nucleus page in the open release."""
    return f"nucleus?{urlencode({NUCLEUS: int(nucleus_id)} | release_in_link())}"


def show_nucleus_link(nucleus_ids: Ids) -> None:
    """Link to the page of the first of some nuclei; the others follow from there."""
    if not len(nucleus_ids):
        return
    first, n = int(nucleus_ids[0]), len(nucleus_ids)
    label = f"Profile of nucleus {first}" + (f", the first of these {n:,}" if n > 1 else "")
    show_page_link("nucleus", label, {NUCLEUS: str(first)} | release_in_link(), icon=":material/fingerprint:")


def show_page_link(
    page: str, label: str, choices: Mapping[str, str], *, icon: str, help_text: str | None = None
) -> None:
    """Link to a page with choices; as text where the page runs alone, without the app's navigation."""
    try:
        st.page_link(f"pages/{page}.py", label=label, icon=icon, query_params=dict(choices), help=help_text)
    except StreamlitPageNotFoundError:
        query = f"?{urlencode(choices, safe=':,=', quote_via=quote)}" if choices else ""
        st.markdown(f"{icon} [{label}]({page}{query})")


def begin_choice(key: str, offered: Collection[str], default: str, *former: str) -> None:
    """Set up a choice whose options or default depend on others; call it before its widget is drawn.

    While the choice stands at its default, it follows the default.

    Parameters
    ----------
    key : str
        The widget's.
    offered : collection of str
        Its options now; a link can choose no other.
    default : str
        Its default now.
    *former : str
        Keys of the choice in older links; one that ends in "-" is a prefix.
    """
    chosen, followed = st.session_state.get(key), f"{key}-default"
    if chosen is not None:
        if chosen == st.session_state.get(followed) != default:
            st.session_state[key] = default
    elif key not in st.query_params:
        prefixes = tuple(name for name in former if name.endswith("-"))
        for name in list(st.query_params):
            if (name in former or name.startswith(prefixes)) and st.query_params[name] in offered:
                st.session_state[key] = st.query_params[name]
                del st.query_params[name]
                break
    st.session_state[followed] = default
