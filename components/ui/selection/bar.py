"""The bar of the selection, always in sight: how many, what, and what can be done with it."""

import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Agreement, measure_agreement, pairs_within
from components.analysis.comparison.metrics import METRICS
from components.analysis.labels.ids import Ids
from components.analysis.selection.selection import Selection
from components.ui.context.denominator import wide_table
from components.ui.context.raters import with_consensus
from components.ui.selection.copy_link import show_copy_link
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
    selected_nuclei,
    selected_rows,
    selection_from_link,
    selection_words,
    set_selection,
    undo_selection,
)
from components.ui.selection.viewer import show_viewer_link
from components.ui.session.colours import Colouring, number_title
from components.ui.session.exports import show_csv_download
from components.ui.session.followers import follows_selection, redraw_followers
from components.ui.session.links import QUEUE, SELECTED, show_page_link
from components.ui.session.notices import plain
from components.ui.session.release import current_release, table_title
from components.ui.session.release_choice import release_in_link
from data.catalog.tables import ReleaseTables
from data.labels.crosswalk import at_level
from data.number_words import of_nuclei, plural
from data.tables.typed import shortened
from data.volume import VOLUME

WIDGET = "next-pick"
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
LONGEST_WORDS = 70
IN_BAR = ("agreement", "kappa")
"""Metrics that are measured of the selected nuclei."""
MOST_TYPES = 6


@follows_selection("selection-bar")
def show_selection_bar(colouring: Colouring | None = None, result: Agreement | None = None) -> None:
    """Say what is selected, and offer to undo, clear, combine, open in Neuroglancer and save it.

    Parameters
    ----------
    colouring : Colouring, optional
        Its table's labels are counted among the selected.
    result : Agreement, optional
        Of the page's two tables: their agreement on the selected nuclei is shown.
    """
    selection, selected = current_selection(), selected_nuclei()
    loaded, wide = wide_table()
    rows = selected_rows(wide)
    with st.container(
        key="selected", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        _show_words(selection, selected, rows, colouring, result)
        with st.container(
            key="selected-tools", horizontal=True, vertical_alignment="center", width="content"
        ):
            _show_tools()
            if selection is not None and len(rows):
                with st.popover(
                    "Neuroglancer", icon=":material/open_in_new:", key="selected-viewer", on_change="rerun"
                ) as viewer:
                    if viewer.open:
                        show_viewer_link(selected, key="selected", colouring=colouring)
                tables = current_release().tables
                show_csv_download(
                    "CSV", lambda: titled(with_consensus(rows, loaded), tables), "selection",
                    layers=VOLUME.layer_presets[0],
                )  # fmt: skip
                _show_review_link(selection)
            show_copy_link()


def _show_words(
    selection: Selection | None,
    selected: Ids,
    rows: pd.DataFrame,
    colouring: Colouring | None,
    result: Agreement | None,
) -> None:
    """Say what is selected and how far the page's tables agree on it: one element, so one message a pick."""
    below, meanings = [], [HOW_TO]
    first = "**Nothing selected**"
    if selection is not None:
        words = selection_words(selection) + (_types(rows, colouring) if colouring else "")
        first = f"**{of_nuclei(len(rows))} selected** — {_unlinked(shortened(words, LONGEST_WORDS))}"
        meanings = [_unlinked(_account(words, len(selected) - len(rows)))]
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
    pairs = pairs_within(result.pairs, nucleus_ids)
    inside = measure_agreement(pairs, IN_BAR)
    n, rows, columns = len(pairs.frame), plain(pairs.rows.title), plain(pairs.columns.title)
    parts, meanings = [f"{n:,} in both"], []
    for name in IN_BAR:
        value, metric = inside.metrics[name], METRICS[name]
        parts.append(f"{metric.short} {'—' if value is None else metric.text(value)}")
        why = inside.undefined.get(name, metric.meaning)
        meanings.append(f"{metric.title}: {why.rstrip('.')}.")
    compared = (
        f"Of the {len(nucleus_ids):,} selected, {of_nuclei(n)} compared: {rows} and {columns} both label "
        f"{'it' if n == 1 else 'them'} at the level of {pairs.level}, and the page's filters keep "
        f"{'it' if n == 1 else 'them'}."
    )
    return " · ".join(parts), " ".join([compared, *meanings])


def titled(rows: pd.DataFrame, tables: ReleaseTables) -> pd.DataFrame:
    """Rows of the nucleus table under the titles of their tables, the nucleus ID as a column."""
    titles = {name: table.title for name, table in tables.on_pages.items()}
    titles |= {str(name): number_title(str(name), tables) for name in rows if "." in str(name)}
    return rows.rename(columns=titles).reset_index()


def _show_tools() -> None:
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


def _show_review_link(selection: Selection) -> None:
    text = link_text(selection)  # a longer one the session alone keeps
    choices = {QUEUE: SELECTED, **({IN_LINK: text} if text else {}), **release_in_link()}
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
    redraw_followers("cloud", "selection-bar")


def _account(words: str, absent: int) -> str:
    """All that is known of the selection: its words in full, and what keeps it from table or link."""
    parts = [f"{words}."]
    if absent:
        parts.append(f"{of_nuclei(absent)} more {'is' if absent == 1 else 'are'} in no table at hand.")
    selection = current_selection()
    if selection_from_link():
        parts.append("It came with the link that opened this page.")
    if selection is not None and link_text(selection) is None:
        parts.append("Too long for a link: save it under Sets, or as CSV.")
    return " ".join(parts)


def _unlinked(words: str) -> str:
    """Words as text, in which no address becomes a link."""
    return plain(words).replace("//", "/\u200b/")


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
