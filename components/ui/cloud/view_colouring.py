"""What colours the cloud of a family page: its labels, a number, or where it differs from its partner."""

import streamlit as st

from components.analysis.comparison.units import QUALITY_TITLES, quality_name
from components.ui.context.comparison import Comparison
from components.ui.context.table_view import TableView
from components.ui.session.colours import NUMBERS, Colouring

LABELS, DIFFER = "Labels", "Agree or differ"


def pick_view_colouring(view: TableView, comparison: Comparison) -> tuple[Colouring, bool]:
    """Let the reader choose; give the colouring, and whether it shows agreement with the partner.

    Parameters
    ----------
    view : TableView
    comparison : Comparison
    """
    label_source, partner = view.label_source, comparison.partner
    table, frame = view.table, view.loaded.frame
    held = {title: column for title, column in NUMBERS.items() if column in frame}
    if table.kind == "units":
        held |= {
            title: quality_name(table.name, name) for name, title in QUALITY_TITLES.items() if name in frame
        }
    choices = [*([LABELS] if label_source else []), *held, *([DIFFER] if label_source and partner else [])]
    chosen = st.segmented_control(
        "Colour by", choices, default=choices[0], required=True,
        key="colour-of", bind="query-params",
        help="Grey: nuclei that the table does not hold, or that the filters leave out.",
    )  # fmt: skip
    if label_source and partner and chosen == DIFFER:
        st.caption(
            f"{label_source.table.title} against {partner.table.title}, at the level of {comparison.level}."
        )
        return Colouring(label_source.table.name, comparison.level), True
    if label_source and chosen == LABELS:
        return Colouring(label_source.table.name, view.level), False
    return Colouring(held[chosen]), False
