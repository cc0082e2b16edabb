"""The queue as a contact sheet: a click or Enter puts a nucleus in review, and the keys judge it there."""

from urllib.parse import urlencode

import streamlit as st

from components.analysis.imagery.sheet import ranked_sheet
from components.ui.imagery.sheet import TITLE, SheetLook, pick_look, tile_sheet
from components.ui.imagery.tiles import bring_tiles, show_tiles
from components.ui.review.panel import IN_LINK, Review, come_to, nucleus_in_review
from components.ui.review.session_journal import verdicts
from components.ui.session.release_choice import release_in_link
from components.ui.workbench.panels import Panel


def queue_sheet(review: Review) -> Panel:
    """The panel of the nuclei around the one in review, in the order of the queue, with the verdicts."""

    def show() -> None:
        bring_tiles()
        _show_sheet(review, pick_look())

    return Panel(TITLE, show, follows=True)


@st.fragment(key="sections")
def _show_sheet(review: Review, look: SheetLook) -> None:
    queue = review.queue.find()
    current = nucleus_in_review(queue)
    if current is None:
        return
    nuclei = ranked_sheet(queue.nucleus_ids, look.most, queue.place(current))
    given = {nucleus: f"{said.label}, {said.certainty}" for nucleus, said in verdicts().items()}
    sheet = tile_sheet(nuclei, look, "", key="queue", link=_link, current=current, verdicts=given)
    show_tiles([sheet], key="section-tiles", on_open=come_to)


def _link(nucleus_id: int) -> str:
    return f"review?{urlencode({IN_LINK: nucleus_id} | release_in_link())}"
