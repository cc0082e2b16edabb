"""Contact sheets of a disagreement: the nuclei in question, and those that show what each label means."""

from collections import Counter

import numpy as np

from components.analysis.comparison.agreement import Agreement, Pairs, cell_nuclei
from components.analysis.comparison.differences import same_labels, top_confusions
from components.ui.context.table_view import TableView
from components.ui.imagery.sheet import SheetOffer
from components.ui.selection.selection import selected_nuclei

DISAGREEMENT, REVERSE = "Disagreement", "Reverse"
AS_ROW, AS_COLUMN = "Both as rows", "Both as columns"
"""Titles of sheets, which are part of links."""


def disagreement_sheets(view: TableView, result: Agreement | None) -> dict[str, SheetOffer]:
    """The nuclei of one disagreement, and beside them those on which both tables agree.

    Nuclei in question are judged against those that both tables call by the one label, or by the other: these
    show what to look for. The disagreement is the commonest among the selected nuclei, else among all.
    """
    if result is None or not (cell := _cell(result)):
        return {"All shown": SheetOffer(lambda: view.nuclei, view.title)}
    pairs, (row, column) = result.pairs, cell
    sheets = {DISAGREEMENT: _sheet(pairs, row, column)}
    if pairs.square:
        sheets |= {AS_ROW: _sheet(pairs, row, row), AS_COLUMN: _sheet(pairs, column, column)}
        sheets[REVERSE] = _sheet(pairs, column, row)
    return sheets


def _sheet(pairs: Pairs, row: str, column: str) -> SheetOffer:
    same = f"{row} in {pairs.rows.title} and {pairs.columns.title}"
    differ = f"{row} in {pairs.rows.title}, {column} in {pairs.columns.title}"
    return SheetOffer(lambda: cell_nuclei(pairs, row, column), same if row == column else differ)


def _cell(result: Agreement) -> tuple[str, str] | None:
    """The labels of the disagreement; None where there is none."""
    frame = result.pairs.frame
    picked = frame[np.isin(frame.index, selected_nuclei())]
    differ = picked[~same_labels(picked)]
    if len(differ):
        labels = zip(differ["row_label"].astype(str), differ["column_label"].astype(str), strict=True)
        return Counter(labels).most_common(1)[0][0]
    top = top_confusions(result, 1)
    return (str(top["row"].iloc[0]), str(top["column"].iloc[0])) if len(top) else None
