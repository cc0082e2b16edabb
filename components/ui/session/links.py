"""What links hold: the way to a nucleus page, and choices under the keys that they once had."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from urllib.parse import quote, urlencode

import streamlit as st
from streamlit.errors import StreamlitPageNotFoundError
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.analysis.labels.ids import Ids
from components.ui.session.history import is_history_step
from components.ui.session.release_choice import IN_LINK, chosen_release, release_in_link
from data.settings import read_settings

NUCLEUS = "nucleus"
"""The link parameter, and key, of the box for nucleus IDs."""
NAME = "name"
"""The link parameter, and key, of the choice of a type."""
QUEUE, SELECTED = "queue", "Selection"
"""The choice of what Review shows, and its option for the selected nuclei."""
PAIR_KEYS = ("rows", "with", "compared-at")
"""Keys of the pair's choices on Agreement: both tables, and the level compared."""
OPEN_PAGE = "page-open"
"""Key of the page of the last run."""
ALTERNATIVES = {NUCLEUS: (NUCLEUS, "root", "at")}
"""By page, choices of which a link to it names exactly one."""
PAIR, PAIR_CHOSEN, PAIRS_SEEN = "pair", "pair-chosen", "pairs-seen"
CARRIED, DEFAULTS = "choices-carried", "choices-at-default"


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
    """Link to a page with choices; as text where the page runs alone, without the app's navigation.

    On that page itself it is a button: a link would leave the page's choices and address as they are.
    """
    if st.session_state.get(OPEN_PAGE) == page:
        st.button(
            label, key=f"{page}-{label}-{next(iter(choices.values()), '')}", icon=icon, type="tertiary",
            help=help_text, on_click=_go_to_choices, args=(page, choices),
        )  # fmt: skip
        return
    try:
        st.page_link(f"pages/{page}.py", label=label, icon=icon, query_params=dict(choices), help=help_text)
    except StreamlitPageNotFoundError:
        query = f"?{urlencode(choices, safe=':,=', quote_via=quote)}" if choices else ""
        st.markdown(f"{icon} [{label}]({page}{query})")


def show_type_link(label: str, words: str) -> None:
    """Link to the page of a type in the open release."""
    show_page_link("type", words, {NAME: label, **release_in_link()}, icon=":material/interests:")


def go_to_page(page: str, choices: Mapping[str, str]) -> None:
    """Go to another page with choices; returns where this page runs alone, without the app's navigation."""
    if context := get_script_run_ctx():
        with context.session_state.query_params() as held:
            for name in choices:  # Streamlit sets none that a widget of the open page holds
                if binding := held.get_binding_for_param(name):
                    held.unbind_widget(binding.widget_id)
    with suppress(StreamlitPageNotFoundError):
        st.switch_page(f"pages/{page}.py", query_params=choices)


def _go_to_choices(page: str, choices: Mapping[str, str]) -> None:
    take_choices(page, {name: text for name, text in choices.items() if st.query_params.get(name) != text})
    st.rerun()  # the whole page, not the part with the button alone


def take_choices(page: str, choices: Mapping[str, str]) -> None:
    """Set choices of the open page, as a link to it does: in a callback, or before their widgets."""
    if choices:
        st.session_state.update(dict.fromkeys(ALTERNATIVES.get(page, ()), ""))
        st.session_state.update(choices)


def keep_one_alternative(page: str) -> None:
    """Empty the alternatives to what the link names, which Streamlit restores from the last visit.

    Call it once, on arrival from another page, before the choices are drawn.
    """
    alternatives = ALTERNATIVES.get(page, ())
    if any(st.query_params.get(name) for name in alternatives):
        for name in alternatives:
            if name not in st.query_params:
                st.session_state[name] = ""


def begin_choices(page: str) -> None:
    """Begin with the choices of a page on arrival there; that of Agreement takes the last pair along.

    A link that names a table or the level of the pair says all of it, and so does a step of the history.
    """
    st.session_state[DEFAULTS] = {}
    pair = st.session_state.get(PAIR)
    carried = page == "agreement" and not is_history_step() and not _named(PAIR_KEYS)
    st.session_state[CARRIED] = dict(zip(PAIR_KEYS, pair, strict=True)) if pair and carried else {}


def begin_choice(key: str, offered: Collection[str], default: str, *former: str) -> None:
    """Set up a choice whose options or default depend on others; call it before its widget is drawn.

    While the choice is at its default, it follows the default.

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
    note_default(key, default)
    chosen, followed = st.session_state.get(key), f"{key}-default"
    carried = st.session_state.get(CARRIED, {}).pop(key, None)
    if carried in offered:
        _choose(key, carried, default)
    elif chosen is not None:
        if chosen == st.session_state.get(followed) != default:
            st.session_state[key] = default
    elif key not in st.query_params:
        prefixes = tuple(name for name in former if name.endswith("-"))
        for name in list(st.query_params):
            if (name in former or name.startswith(prefixes)) and st.query_params[name] in offered:
                _choose(key, st.query_params.pop(name), default)
                break
    st.session_state[followed] = default


def note_default(key: str, default: str) -> None:
    """Have a copied link name a choice also at its default, which another reader may not have."""
    st.session_state.setdefault(DEFAULTS, {})[key] = default


def choices_for_link() -> dict[str, str]:
    """Choices that a link to what is seen names also where the address leaves them out."""
    return {**st.session_state.get(DEFAULTS, {}), IN_LINK: str(chosen_release(read_settings({})))}


def keep_pair(page: str, pair: tuple[str, str, str], *keys: str) -> None:
    """Keep which two tables a page compares at which level: Agreement begins with the last ones.

    A pair that the reader chose counts before those that pages begin with.

    Parameters
    ----------
    page : str
    pair : tuple of str
        Titles of both tables and of the level, as the choices of Agreement offer them.
    *keys : str
        Of the choices on the page.
    """
    seen = st.session_state.setdefault(PAIRS_SEEN, {})
    if seen.get(page) == pair:
        return
    chosen = page in seen or _named(keys)
    seen[page] = pair
    if chosen or not st.session_state.get(PAIR_CHOSEN):
        st.session_state[PAIR], st.session_state[PAIR_CHOSEN] = pair, chosen


def _named(keys: Iterable[str]) -> bool:
    return any(key in st.query_params for key in keys)


def _choose(key: str, choice: str, default: str) -> None:
    """Set a choice before its widget is drawn, and in the link, where Streamlit would not write it yet."""
    st.session_state[key] = choice
    if choice != default:
        st.query_params[key] = choice
