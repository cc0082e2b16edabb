"""The places of a page, from top to bottom, and the style sheet that fits them to the window."""

import json
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.ui.assets import texts_beside
from components.ui.session.charts import renew_charts

_text = texts_beside(__file__)
_style = st.components.v2.component(
    "workbench_style",
    js=f"const STYLE = {json.dumps(_text('workbench.css'))};\n{_text('workbench.js')}",
    isolate_styles=False,  # of the document itself: there sooner, so that charts are laid out once
)
_skip_links = st.components.v2.component("skip_links", css=_text("skip_links.css"), js=_text("skip_links.js"))


@dataclass(frozen=True)
class Workbench:
    """The containers of a page.

    Attributes
    ----------
    choices : DeltaGenerator
        Top bar, left: the page's title, then its table, level and partner.
    tools : DeltaGenerator
        Top bar, right: search, release, citations.
    chips : DeltaGenerator
        Second bar, left: filters.
    numbers : DeltaGenerator
        Second bar, right: key numbers.
    notices : DeltaGenerator
        What the reader must know before looking; empty on most pages.
    left, right : DeltaGenerator
        The work area: the cloud, and one panel beside it.
    selection : DeltaGenerator
        The bar of the selection, always in sight.
    drawer : DeltaGenerator
        Rows, code and the like, under the work area.
    """

    choices: DeltaGenerator
    tools: DeltaGenerator
    chips: DeltaGenerator
    numbers: DeltaGenerator
    notices: DeltaGenerator
    left: DeltaGenerator
    right: DeltaGenerator
    selection: DeltaGenerator
    drawer: DeltaGenerator


def open_workbench() -> Workbench:
    """Lay out the places of a page; what is drawn later, in any order, goes into them."""
    # One pixel high, until the style sheet gives the page the window: nothing is seen without its style.
    with st.container(key="bench-style", height=1, border=False, autoscroll=False):
        _style(key="workbench-style", on_theme_change=renew_charts)
        _skip_links(key="skip-links")
    with st.container(key="bench", height=1, border=False, autoscroll=False, gap="xsmall"):
        return _places()


def _places() -> Workbench:
    with st.container(key="bench-bars", gap="xsmall"):
        choices, tools = _bar("bar")
        chips, numbers = _bar("chips")
    notices = st.container(key="bench-notices", gap="xsmall")
    with st.container(key="bench-work"):
        left, right = st.columns([11, 10], gap="small")
    with left:
        left = st.container(key="bench-left", gap="xsmall")
    with right:
        right = st.container(key="bench-right", gap="xsmall")
    selection = st.container(key="bench-selection")
    drawer = st.container(key="bench-drawer", gap="xsmall")
    return Workbench(choices, tools, chips, numbers, notices, left, right, selection, drawer)


def _bar(key: str) -> tuple[DeltaGenerator, DeltaGenerator]:
    """A row with a part at the left and one at the right."""
    with st.container(
        key=f"bench-{key}", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        left = st.container(key=f"bench-{key}-left", horizontal=True, vertical_alignment="center")
        right = st.container(
            key=f"bench-{key}-right", horizontal=True, vertical_alignment="center", width="content"
        )
    return left, right
