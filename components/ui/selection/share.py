"""What can be handed to somebody else: the view on screen and a report of the selection, each as one file."""

from datetime import UTC, datetime
from functools import partial

import streamlit as st

from components.analysis.comparison.agreement import Agreement
from components.analysis.comparison.matrix import folded_matrix
from components.analysis.output.citation import citation_text
from components.figures.written import matrix_svg
from components.point_cloud.saved_page import saved_page, show_save_button
from components.ui.context.denominator import wide_table
from components.ui.selection.copy_link import copied_link
from components.ui.selection.report import selection_report
from components.ui.selection.selection import current_selection, selected_rows, selection_words
from components.ui.session.colours import Colouring
from components.ui.session.exports import export_name, show_html_download
from components.ui.session.release import current_release
from components.ui.workbench.panels import Panel
from data.number_words import of_nuclei
from data.volume import VOLUME


def share_panel(colouring: Colouring | None, result: Agreement | None) -> Panel:
    """The drawer's entry that saves the view and reports on the selection.

    Parameters
    ----------
    colouring : Colouring, optional
        Its table's labels are counted in the report.
    result : Agreement, optional
        Of the page's two tables.
    """
    return Panel("Share", partial(_show_share, colouring, result), follows=True)


def _show_share(colouring: Colouring | None, result: Agreement | None) -> None:
    page, report = st.columns(2)
    with page:
        _show_page(result)
    with report:
        _show_report(colouring, result)


def _show_page(result: Agreement | None) -> None:
    opened = current_release()
    st.markdown("**The view on screen**")
    st.caption(
        "One file for a disk or an email, without a network: the cloud turns and names its nuclei, beside "
        "the selection, the charts and sections on screen, the matrix and what to cite."
    )
    page = saved_page(
        matrix=matrix_svg(folded_matrix(result.matrix)) if result is not None else "",
        matrix_words=matrix_words(result) if result is not None else "",
        citation=citation_text(opened.release, synthetic=opened.source.synthetic),
        synthetic=opened.source.synthetic,
    )
    show_save_button(page, f"{export_name('view')}.html")


def _show_report(colouring: Colouring | None, result: Agreement | None) -> None:
    opened, selection, rows = current_release(), current_selection(), selected_rows(wide_table()[1])
    st.markdown("**A report of the selection**")
    if selection is None or rows.empty:
        st.caption("Select nuclei for a page about them: counts, depth, layers, agreement, ten of them.")
        return
    st.caption(
        f"One page for print, about {of_nuclei(len(rows))}: counts, depth, layers, agreement, ten of them."
    )
    words, link = selection_words(selection), copied_link()
    show_html_download(
        "Report as HTML",
        lambda: selection_report(
            words, rows, opened.tables.labelling,
            counted=colouring.name if colouring else "", release=opened.release, source=opened.source.title,
            preset=VOLUME.layer_presets[0], synthetic=opened.source.synthetic, result=result,
            link=link, written=datetime.now(UTC).date(),
        ),
        "report",
    )  # fmt: skip


def matrix_words(result: Agreement) -> str:
    """What a matrix counts, in a line: the two tables, the level, the nuclei in both."""
    pairs = result.pairs
    return (
        f"{pairs.rows.title} (rows) against {pairs.columns.title} (columns), level: {pairs.level}; "
        f"n = {of_nuclei(len(pairs.frame))} that both label; colour: share of the row."
    )
