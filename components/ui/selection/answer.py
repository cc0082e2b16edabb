"""“Save this answer”: what a page shows and what is selected, as a file that can be verified later."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode, urljoin

import streamlit as st

from components.analysis.output.frozen.answer import Loaded, frozen_answer
from components.analysis.output.frozen.link import ANSWER_PARAMETER, LONGEST_ANSWER, packed_answer
from components.analysis.output.frozen.question import Question
from components.ui.code_export.code import contributing_tables
from components.ui.context.comparison import Comparison
from components.ui.context.table_view import TableView
from components.ui.selection.selection import (
    IN_LINK,
    PARAMETERS,
    current_selection,
    link_text,
    selection_nuclei,
)
from components.ui.session.exports import show_json_download
from components.ui.session.followers import follows_selection
from components.ui.session.links import choices_for_link
from components.ui.session.release import current_release, load_labels
from data.errors import DataError
from data.loader import loaded_tables
from data.volume import VOLUME

WORDS = (
    "This answer, to be verified later: dropped on “Yours”, opened as a link, or by "
    "`python -m data verify FILE`."
)
CONTENT = (
    "Tables with checksums, filters, matrix, metrics with intervals, selection, citations, script. Verified, "
    "it says “the same”, or exactly what has changed."
)
LINKED = "Opened, the link says whether the answer is still the same. Which rows differ only the file says."


@follows_selection("answer")
def show_answer(page: str, view: TableView, comparison: Comparison) -> None:
    """Offer the page's answer as a file.

    Parameters
    ----------
    page : str
        The page's name.
    view : TableView
    comparison : Comparison
    """
    question = _question(view, comparison)
    loaded = {name: load_labels(name) for name in question.tables}
    tables = loaded_tables(loaded)
    if len(tables) < len(loaded):  # the page says which table is missing
        return
    if question.selection:
        try:
            selection_nuclei(question.selection)
        except DataError:  # the page says why the selection cannot be followed
            return
    answered = Loaded(current_release(), tables)
    choices = {name: st.query_params.get_all(name) for name in st.query_params}
    choices |= {name: [value] for name, value in choices_for_link().items()}
    parameters = {
        name: values
        for name, values in choices.items()
        if name not in {*PARAMETERS.values(), ANSWER_PARAMETER}
    }

    def write() -> str:
        return frozen_answer(question, answered, page=page, parameters=parameters)

    with st.container(key="answer", horizontal=True, vertical_alignment="center"):
        st.caption(WORDS, help=CONTENT)
        show_json_download("Save this answer", write, f"{page}-answer")
        if st.button("Link to this answer", key="answer-link", icon=":material/link:", help=LINKED):
            _show_link(page, packed_answer(write()), parameters)


def _show_link(page: str, packed: str, parameters: Mapping[str, Sequence[str]]) -> None:
    """Show the link that holds an answer, or say that it is too long for one."""
    if len(packed) > LONGEST_ANSWER:
        st.caption(
            f"It needs {len(packed):,} characters; a link holds {LONGEST_ANSWER:,}. Save it as a file."
        )
        return
    selection = current_selection()
    select = (link_text(selection) if selection else None) or ()
    choices = {**parameters, IN_LINK: select, ANSWER_PARAMETER: packed}
    st.code(urljoin(st.context.url or "", f"{page}?{urlencode(choices, doseq=True)}"), language=None)


def _question(view: TableView, comparison: Comparison) -> Question:
    partner = comparison.partner if comparison.result else None
    axes = [one for one in (view.loaded, partner) if one and one.table.kind == "units"]
    at_hand = {table.name: None for one in axes for table in contributing_tables(one)}
    selection = current_selection()
    of_areas = "area" in view.filters or (selection is not None and selection.of_areas)
    return Question(
        table=view.table.name,
        as_axis=view.table.kind == "units" and view.label_source is view.loaded,
        label_source=view.source_name,
        level=view.level,
        filters=view.filters,
        layers=view.preset.name,
        partner=partner.table.name if partner else None,
        compared_at=comparison.level,
        ambiguous=comparison.ambiguous,
        at_hand=tuple(at_hand),
        selection=selection,
        areas=VOLUME.area_table if of_areas and view.areas else "",
    )
