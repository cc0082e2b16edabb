"""Which labels of other releases the reader puts on the opened one: kept by the session and by links."""

from collections.abc import Mapping

import streamlit as st

from components.analysis.releases.carried_table import read_carried
from data.catalog.facts import Carried

KEPT = "carried-labels"
IN_LINK = "carried"
"""Link parameter: the names of the tables that hold them."""
MOST_CARRIED = 6
"""Tables of other releases in a session."""


def carried_labels() -> Mapping[str, Carried]:
    """The session's labels of other releases, by the name of the table that holds them."""
    kept: dict[str, Carried] = st.session_state.get(KEPT, {})
    return kept


def add_carried(carried: Carried) -> None:
    """Put a table's labels of another release beside those of every release that is opened."""
    st.session_state[KEPT] = dict([*carried_labels().items(), (carried.name, carried)][-MOST_CARRIED:])
    keep_carried_in_link()


def remove_carried(name: str) -> None:
    """Remove labels of another release."""
    st.session_state[KEPT] = {key: one for key, one in carried_labels().items() if key != name}
    st.query_params.pop(IN_LINK, None)
    keep_carried_in_link()


def restore_carried() -> None:
    """Add the labels that the link names; what is not such a name is left out."""
    for name in st.query_params.get(IN_LINK, "").split(",")[:MOST_CARRIED]:
        if name not in carried_labels() and (carried := read_carried(name)):
            add_carried(carried)


def keep_carried_in_link() -> None:
    """Name the session's labels of other releases in the page's link."""
    text = ",".join(carried_labels())
    if st.query_params.get(IN_LINK, "") == text:
        return
    if text:
        st.query_params[IN_LINK] = text
    else:
        del st.query_params[IN_LINK]
