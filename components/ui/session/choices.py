"""Choices whose options or default depend on other choices: one key each, and former keys in older links."""

from collections.abc import Collection

import streamlit as st


def begin_choice(key: str, offered: Collection[str], default: str, *former: str) -> None:
    """Make a choice ready; call it before the widget is drawn.

    A choice that stands at its default follows the default to another one. A link may hold the choice under
    a former key.

    Parameters
    ----------
    key : str
        Of the widget.
    offered : collection of str
        Its options now: what is none of them is not taken from a link.
    default : str
        Its default now.
    *former : str
        Keys that the choice had; one that ends in "-" stands for all that begin so.
    """
    chosen, followed = st.session_state.get(key), f"{key}-default"
    if chosen is not None:
        if chosen == st.session_state.get(followed) != default:
            st.session_state[key] = default
    elif key not in st.query_params:
        beginnings = tuple(name for name in former if name.endswith("-"))
        for name in list(st.query_params):
            if (name in former or name.startswith(beginnings)) and st.query_params[name] in offered:
                st.session_state[key] = st.query_params[name]
                del st.query_params[name]
                break
    st.session_state[followed] = default
