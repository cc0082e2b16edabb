"""The bar of the selection, always in sight: how many, what, and what can be done with it."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Agreement, measure_within
from components.analysis.comparison.metrics import METRICS
from components.analysis.labels.ids import NO_IDS, Ids
from components.ui.context.denominator import wide_table
from components.ui.context.raters import with_consensus
from components.ui.selection.copy_link import copied_choices, show_copy_link
from components.ui.selection.selection import (
    BEFORE,
    FROM_LINK,
    IN_LINK,
    MODE,
    MODES,
    NOTE,
    SET_A,
    SET_B,
    current_selection,
    keep_selection,
    link_text,
    note,
    picked_how,
    selected_nuclei,
    selection_from_link,
    selection_nuclei,
    selection_words,
    set_selection,
    undo_selection,
)
from components.ui.selection.viewer import show_viewer_link
from components.ui.session.colours import Colouring, number_title
from components.ui.session.exports import show_csv_download
from components.ui.session.followers import redraw_followers, show_part
from components.ui.session.links import QUEUE, SELECTED, show_page_link
from components.ui.session.notices import plain, unlinked
from components.ui.session.release import current_release, table_title
from components.ui.session.release_choice import release_in_link
from data.catalog.tables import ReleaseTables
from data.errors import DataError
from data.labels.crosswalk import at_level
from data.number_words import of_nuclei, plural
from data.tables.typed import shortened
from data.volume import VOLUME

BAR = "selection-bar"
"""Prefix of its parts' keys: words and link to Review, which each pick changes; tools, which few do."""
WIDGET, VIEWER = "next-pick", "selected-viewer"
ROWS = "selection-rows"
"""Where the session keeps the selected rows: a file is written of these without the session."""
MODE_WORDS = {
    "New": "New",
    "Add": ":material/add: Add",
    "Take away": ":material/remove: Take away",
    "Only those in both": ":material/join_inner: Both",
}
HOW_TO = (
    "Click a nucleus, a mark of a chart, a label of its axes or legend, or “select” in the cloud's legend; "
    "draw a lasso; drag over depths; pick rows. Shift adds, Alt takes away. The selection stays on all pages."
)
LONGEST_WORDS = 400
IN_BAR = ("agreement", "kappa")
"""Metrics that are measured of the selected nuclei."""
MOST_TYPES = 6


def show_selection_bar(colouring: Colouring | None = None, result: Agreement | None = None) -> None:
    """Say what is selected, and offer to undo, clear, combine, open in Neuroglancer and save it.

    Parameters
    ----------
    colouring : Colouring, optional
        Its table's labels are counted among the selected.
    result : Agreement, optional
        Of the page's two tables: their agreement on the selected nuclei is shown.
    """
    st.session_state[ROWS] = {}  # of the tables before
    with st.container(
        key="selected", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        show_part(f"{BAR}:words", lambda: _show_words(colouring, result), follows=True)
        with st.container(
            key="selected-tools", horizontal=True, vertical_alignment="center", width="content"
        ):
            show_part(f"{BAR}:tools", lambda: _show_tools(colouring), follows=True, of=_tools_state)
            show_part(f"{BAR}:review", _show_review_link, follows=True, of=_review_choices)
            show_part(f"{BAR}:link", show_copy_link, follows=True, of=copied_choices)


def _show_words(colouring: Colouring | None, result: Agreement | None) -> None:
    """Say what is selected and how far the page's tables agree on it: one element, so one message a pick."""
    selection, selected, rows = current_selection(), selected_nuclei(), _rows_at_hand()
    below, meanings = [], [HOW_TO]
    first = "**Nothing selected**"
    if selection is not None:
        words = selection_words(selection) + (_types(rows, colouring) if colouring else "")
        first = f"**{of_nuclei(len(rows))} selected** — {unlinked(shortened(words, LONGEST_WORDS))}"
        meanings = [unlinked(_account(words, len(selected) - len(rows)))]
        if result is not None:
            text, meaning = agreement_words(result, selected)
            below.append(text)
            meanings.append(meaning)
    if noted := st.session_state.pop(NOTE, FROM_LINK if selection_from_link() else ""):
        below.append(f":gray[{noted}]")
    lines = [first, f":small[{' · '.join(below)}]"] if below else [first]
    st.markdown("\n\n".join(lines), help="\n\n".join(meanings))


def agreement_words(result: Agreement, nucleus_ids: Ids) -> tuple[str, str]:
    """How far two tables agree on some of the nuclei that they compare; and what each number is of.

    Returns
    -------
    text, meaning : str
        "248 in both · agreement 64.6% · κ 0.56", "—" for what is undefined, for which the second
        gives the reason.
    """
    inside = measure_within(result, nucleus_ids, IN_BAR)
    pairs = inside.pairs
    n, rows, columns = len(pairs.frame), plain(pairs.rows.title), plain(pairs.columns.title)
    parts, meanings = [f"{n:,} in both"], []
    for name in IN_BAR:
        value, metric = inside.metrics[name], METRICS[name]
        parts.append(f"{metric.short} {'—' if value is None else metric.text(value)}")
        why = inside.undefined.get(name, metric.meaning)
        meanings.append(f"{metric.title}: {why.rstrip('.')}.")
    compared = (
        f"Of the {len(nucleus_ids):,} selected, {of_nuclei(n)} compared: {rows} and {columns} both label "
        f"{'it' if n == 1 else 'them'} {pairs.at_level}, and the page's filters keep "
        f"{'it' if n == 1 else 'them'}."
    )
    return " · ".join(parts), " ".join([compared, *meanings])


def titled(rows: pd.DataFrame, tables: ReleaseTables) -> pd.DataFrame:
    """Rows of the nucleus table under the titles of their tables, the nucleus ID as a column."""
    titles = {name: table.title for name, table in tables.on_pages.items()}
    titles |= {str(name): number_title(str(name), tables) for name in rows if "." in str(name)}
    return rows.rename(columns=titles).reset_index()


def _tools_state() -> object:
    """All that the tools show of the selection: mostly whether there is one."""
    selection = current_selection()
    opened = selection if st.session_state.get(VIEWER) else None
    shown = selection is None, _rows_at_hand().empty, bool(st.session_state.get(BEFORE)), opened
    return picked_how(), *shown


def _rows_at_hand() -> pd.DataFrame:
    """The selected rows of the nucleus table, found once for all that the bar shows of them."""
    selection, kept = current_selection(), st.session_state.setdefault(ROWS, {})
    if "rows" not in kept or kept["of"] != selection:
        wide = wide_table()[1]
        try:
            nuclei = selection_nuclei(selection) if selection else NO_IDS
        except DataError:  # which the words tell
            return wide.iloc[:0]
        kept.update(of=selection, rows=wide.reindex(nuclei[np.isin(nuclei, wide.index)]))
    rows: pd.DataFrame = kept["rows"]
    return rows


def _show_tools(colouring: Colouring | None) -> None:
    _show_ways()
    if _rows_at_hand().empty:
        return
    with st.popover("Neuroglancer", icon=":material/open_in_new:", key=VIEWER, on_change="rerun") as viewer:
        if viewer.open:
            show_viewer_link(selected_nuclei(), key="selected", colouring=colouring)
    kept, loaded = st.session_state.setdefault(ROWS, {}), wide_table()[0]
    tables = current_release().tables
    show_csv_download(
        "CSV", lambda: titled(with_consensus(kept["rows"], loaded), tables), "selection",
        layers=VOLUME.layer_presets[0],
    )  # fmt: skip


def _show_ways() -> None:
    st.session_state[WIDGET] = st.session_state.get(MODE) or next(iter(MODES))
    st.segmented_control(
        "The next pick", list(MODES), key=WIDGET, required=True, on_change=_keep_mode,
        format_func=MODE_WORDS.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    st.button(
        "Undo", key="undo-selection", on_click=_undo, icon=":material/undo:",
        disabled=not st.session_state.get(BEFORE), help="Back to the selection before this one.",
    )  # fmt: skip
    nothing = current_selection() is None
    st.button("Clear", key="clear-selection", on_click=_clear, icon=":material/close:", disabled=nothing)
    for letter, key in (("A", SET_A), ("B", SET_B)):
        words = f"Keep the selection as {letter}, to compare A with B, or with the rest, under “A and B”."
        st.button(
            f"→ {letter}", key=f"keep-{key}", on_click=_keep_as, args=(key,), disabled=nothing, help=words
        )


def _review_choices() -> dict[str, str] | None:
    """The way to the selected nuclei; None where none is at hand."""
    selection = current_selection()
    if selection is None or _rows_at_hand().empty:
        return None
    text = link_text(selection)  # a longer one the session alone keeps
    return {QUEUE: SELECTED, **({IN_LINK: text} if text else {}), **release_in_link()}


def _show_review_link() -> None:
    if choices := _review_choices():
        words = "Look at the selected nuclei one after another, and judge them."
        show_page_link("review", "Review", choices, icon=":material/rate_review:", help_text=words)


def _undo() -> None:
    undo_selection()
    redraw_followers()


def _clear() -> None:
    set_selection(None)
    redraw_followers()


def _keep_as(key: str) -> None:
    keep_selection(key, current_selection())
    note(f"Kept as {key[-1].upper()}.")
    redraw_followers()


def _keep_mode() -> None:
    """Keep the choice under a name of its own: Streamlit forgets a widget that a page does not draw."""
    st.session_state[MODE] = st.session_state.get(WIDGET, st.session_state.get(MODE))
    redraw_followers("cloud", BAR)


def _account(words: str, absent: int) -> str:
    """All that is known about the selection: its words in full, and what keeps it from table or link."""
    parts = [f"{words}."]
    if absent:
        parts.append(f"{of_nuclei(absent)} more {'is' if absent == 1 else 'are'} in no table at hand.")
    selection = current_selection()
    if selection_from_link():
        parts.append("It came with the link that opened this page.")
    if selection is not None and link_text(selection) is None:
        parts.append("Too long for a link: save it under Sets, or as CSV.")
    return " ".join(parts)


def _types(rows: pd.DataFrame, colouring: Colouring) -> str:
    """The commonest labels among the selected, in the table that colours."""
    if colouring.name not in rows or colouring.name not in current_release().tables:
        return ""
    known = rows[colouring.name].dropna().astype(str)
    counts = known.map({label: at_level(label, "type") or label for label in known.unique()}).value_counts()
    if len(counts) == 1 and len(known) == len(rows):  # the words before say it
        return ""
    parts = [f"{n:,} {label}" for label, n in counts.head(MOST_TYPES).items()]
    if more := int(counts.iloc[MOST_TYPES:].sum()):
        parts.append(plural(more, "other"))
    if absent := int(rows[colouring.name].isna().sum()):
        parts.append(f"{absent:,} not in {table_title(colouring.name)}")
    return f" ({', '.join(parts)})" if parts else ""
