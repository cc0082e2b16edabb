"""Two selections side by side: A against B, or against the rest of what the page shows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Agreement, measure_within
from components.analysis.comparison.intervals import newcombe_interval
from components.analysis.comparison.metrics import METRICS
from components.analysis.comparison.two_sets import Composition, composition, depth_shares, share_differences
from components.analysis.labels.counts import Quartiles
from components.analysis.labels.ids import Ids, in_both, only_in_first
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.listed import listed
from components.analysis.selection.selection import Selection
from components.figures.composition import shares_figure
from components.figures.frame import ORANGE, TEAL, Figure
from components.figures.profiles import depth_figure
from components.ui.context.table_view import TableView
from components.ui.selection.bar import IN_BAR
from components.ui.selection.named_sets import named_sets
from components.ui.selection.picks import in_words
from components.ui.selection.selection import (
    SET_A,
    SET_B,
    choose,
    current_selection,
    keep_selection,
    kept_selection,
    link_text,
    refuse_pick,
    selection_nuclei,
    selection_words,
)
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.colours import colours_of
from components.ui.session.exports import marked, show_csv_download
from components.ui.session.followers import part_here, redraw_followers, show_part
from components.ui.session.notices import plain, show_nothing, show_problem
from data.errors import DataError
from data.number_words import of_nuclei
from data.tables.typed import shortened
from data.volume.space import layer_bounds

SELECTED, REST = "What is selected", "The rest"
NAMES = ("A", "B")
MOST_LABELS = 20
"""Drawn at once; the table below lists all."""
LONGEST = 60


@dataclass(frozen=True)
class Side:
    """A or B: its nuclei, those of them that the table view shows, and what these are made of."""

    letter: str
    nuclei: Ids
    shown: Ids
    part: Composition


def show_two_selections(view: TableView, result: Agreement | None) -> None:
    """Show two selections side by side: composition, depth, layers, and the agreement inside each.

    Parameters
    ----------
    view : TableView
        Its nuclei are compared.
    result : Agreement or None
        Of the page's two tables.
    """
    place = part_here()
    show_part(f"{place}, choices", lambda: _show_choices(view), follows=True, of=lambda: _choices_state(view))
    show_part(f"{place}, compared", lambda: _show_compared(view, result), follows=True)


def _choices_state(view: TableView) -> object:
    """All that the choices show: most picks change none of it."""
    return kept_selection(SET_A), kept_selection(SET_B), [*named_sets()], _is_selected(view)


def _show_choices(view: TableView) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _pick_side("A", SET_A, SELECTED)
        _pick_side("B", SET_B, REST)
    if selected := _is_selected(view):
        _show_buttons(view, selected)


def _show_compared(view: TableView, result: Agreement | None) -> None:
    kept_a, kept_b = _kept_a(), kept_selection(SET_B)
    if kept_a is None:
        show_nothing("Nothing is selected or kept as A. Pick nuclei, or keep a selection with “→ A”.")
        return
    try:
        ids_a = selection_nuclei(kept_a)
        ids_b = _rest(kept_a, view) if kept_b is None else selection_nuclei(kept_b)
    except DataError as error:
        show_problem(error)
        return
    sides = [_side("A", ids_a, view), _side("B", ids_b, view)]
    shared = len(in_both(sides[0].shown, sides[1].shown))
    st.caption(_about(sides, shared, view))
    if all(side.part.n for side in sides):
        _show_numbers(sides, result, apart=not shared)
        _show_charts(sides, view)
        _show_differences(sides, view, apart=not shared)


def _kept_a() -> Selection | None:
    return kept_selection(SET_A) or current_selection()


def _rest(kept_a: Selection, view: TableView) -> Ids:
    rest: Ids = only_in_first(view.nuclei, selection_nuclei(kept_a))
    return rest


def _selection_b(kept_a: Selection, view: TableView) -> Selection:
    """What B is: what is kept as it, else a recipe for the rest."""
    if kept := kept_selection(SET_B):
        return kept
    return in_words(listed(_rest(kept_a, view)), Filtered(view.table.name) - kept_a, view)


def _is_selected(view: TableView) -> tuple[bool, bool] | None:
    """Whether A is what is selected, and whether B is; None where there is no A."""
    now, kept_a = current_selection(), kept_selection(SET_A)
    if kept_a is None:  # it is what is selected, and the rest of it is not
        return None if now is None else (True, now == kept_selection(SET_B))
    try:
        return now == kept_a, now == _selection_b(kept_a, view)
    except DataError:  # which is below the choices
        return None


def _pick_side(letter: str, key: str, otherwise: str) -> None:
    """Let the reader choose what A or B is: what it is by default, what is kept as it, or a named set."""
    kept = kept_selection(key)
    options: dict[str, Selection | None] = {otherwise: None}
    options |= {f"Set “{named.name}”": named.selection for named in named_sets()}
    chosen = next((title for title, selection in options.items() if selection == kept), "")
    if not chosen and kept:
        chosen = f"Kept: {shortened(selection_words(kept), LONGEST)}"
        options[chosen] = kept
    widget = f"{key}-choice"
    st.session_state[widget] = chosen

    def keep() -> None:
        if (title := st.session_state.get(widget)) in options:
            keep_selection(key, options[title])
            redraw_followers()

    st.selectbox(letter, list(options), key=widget, on_change=keep)


def _show_buttons(view: TableView, selected: tuple[bool, bool]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for letter, disabled in zip(NAMES, selected, strict=True):
            st.button(
                f"Select {letter}", key=f"select-{letter}", on_click=_select, args=(letter, view),
                disabled=disabled, icon=":material/ads_click:",
            )  # fmt: skip
        kept = {letter: kept_selection(key) for letter, key in zip(NAMES, (SET_A, SET_B), strict=True)}
        st.button(
            "Swap", key="swap-sets", on_click=_swap, disabled=None in kept.values(),
            icon=":material/swap_horiz:",
        )  # fmt: skip
        for letter, own in kept.items():
            if own is not None and link_text(own) is None:
                st.caption(f"{letter} is too long for a link: save it under Sets.")


def _select(letter: str, view: TableView) -> None:
    if kept_a := _kept_a():
        try:
            wanted = kept_a if letter == "A" else _selection_b(kept_a, view)
        except DataError as error:
            refuse_pick(plain(error.problem))
            return
        choose(wanted)


def _swap() -> None:
    kept_a, kept_b = kept_selection(SET_A), kept_selection(SET_B)
    keep_selection(SET_A, kept_b)
    keep_selection(SET_B, kept_a)
    redraw_followers()


def _side(letter: str, nuclei: Ids, view: TableView) -> Side:
    shown = in_both(nuclei, view.nuclei)
    return Side(letter, nuclei, shown, _composition(view, shown))


@cached()
def _composition(view: TableView, nuclei: Ids) -> Composition:
    return composition(view.frame, view.kept_labels, nuclei, view.preset)


def _about(sides: list[Side], shared: int, view: TableView) -> str:
    """How many nuclei of each the page shows, and how far the two are the same."""
    where = f"in {plain(view.table.title)}{'' if view.is_whole else ' and pass the filters'}"
    sizes = [len(side.shown) for side in sides]
    parts = [
        f"{side.letter}: {n:,} of its {of_nuclei(len(side.nuclei))} {'is' if n == 1 else 'are'} {where}"
        for side, n in zip(sides, sizes, strict=True)
    ]
    if not all(sizes):
        parts.append("So there is nothing to compare")
    elif shared == max(sizes):
        parts.append("A and B are the same nuclei here")
    elif shared:
        parts.append(f"A and B share {of_nuclei(shared)}, counted in both, so differences have no interval")
    return f"{'. '.join(parts)}."


def _show_numbers(sides: list[Side], result: Agreement | None, *, apart: bool) -> None:
    """Depth, volume and agreement of both; shares of few nuclei have wide intervals."""
    first, second = (side.part for side in sides)
    rows = [("Nuclei", f"{first.n:,}", f"{second.n:,}", "")]
    for name, unit, known, other in (
        ("Median depth (quartiles)", "µm", first.depth, second.depth),
        ("Median nucleus volume (quartiles)", "µm³", first.volume, second.volume),
    ):
        if known or other:
            rows.append((name, _spread(known, unit), _spread(other, unit), _between(known, other, unit)))
    if result:
        rows += _agreement_rows(sides, result, apart=apart)
    st.table(pd.DataFrame(rows, columns=["", "A", "B", "A − B"]).set_index(""), border="horizontal")


def _spread(known: Quartiles | None, unit: str) -> str:
    return f"{known.median:,.0f} {unit} ({known.lower:,.0f}–{known.upper:,.0f})" if known else "—"


def _between(first: Quartiles | None, second: Quartiles | None, unit: str) -> str:
    return f"{first.median - second.median:+,.0f} {unit}".replace("-", "−") if first and second else "—"


def _agreement_rows(sides: list[Side], result: Agreement, *, apart: bool) -> list[tuple[str, str, str, str]]:
    """Agreement of the page's two tables inside each, with what it is of."""
    inside = [measure_within(result, side.nuclei, IN_BAR) for side in sides]
    n = [len(measured.pairs.frame) for measured in inside]
    titles = f"{plain(result.pairs.rows.title)} and {plain(result.pairs.columns.title)}"
    rows = [(f"Compared by {titles}", f"{n[0]:,}", f"{n[1]:,}", "")]
    for name in IN_BAR:
        values = [measured.metrics[name] for measured in inside]
        one, other = ("—" if value is None else METRICS[name].text(value) for value in values)
        first, second = values
        difference = "—"
        if first is not None and second is not None:
            difference = f"{first - second:+.2f}".replace("-", "−")
            if name == "agreement":
                hits = (np.array(round(first * n[0])), np.array(round(second * n[1])))
                ends = newcombe_interval(hits, (np.array(n[0]), np.array(n[1])))
                difference = _points(first - second, *(float(end) for end in ends), apart=apart)
        rows.append((METRICS[name].title, one, other, difference))
    return rows


def _points(difference: float, low: float, high: float, *, apart: bool) -> str:
    """A difference of shares in percentage points, with its interval where the sets are apart."""
    words = f"{100 * difference:+.1f} points"
    if apart and not np.isnan(low):
        words += f" ({100 * low:+.1f} to {100 * high:+.1f})"
    return words.replace("-", "−")


def _show_charts(sides: list[Side], view: TableView) -> None:
    first, second = (side.part for side in sides)
    caption = view.caption(f"{of_nuclei(first.n)} in A, {second.n:,} in B")
    labels = share_differences(first.labels, second.labels, [*view.labels.categories], apart=False)
    commonest = labels[["share_first", "share_second"]].max(axis=1).nlargest(MOST_LABELS).index
    drawn = [label for label in labels.index if label in commonest]
    if len(drawn) < len(labels):
        st.caption(f"The {MOST_LABELS} most common labels are drawn; the table lists all {len(labels)}.")
    charts: dict[str, tuple[str, Callable[[], Figure]]] = {
        "labels": (
            "Share of each label in A and in B",
            lambda: shares_figure(
                second.labels.reindex(drawn, fill_value=0), first.labels, colours_of(drawn), caption, NAMES
            ),
        ),
        "depth": (
            "Depth of the nuclei in A and in B",
            lambda: depth_figure(
                depth_shares({side.letter: side.part for side in sides}), {"A": TEAL, "B": ORANGE},
                layer_bounds(view.preset), caption, shares=True,
            ),
        ),
        "layers": (
            "Share of each layer in A and in B",
            lambda: shares_figure(
                second.layers, first.layers, dict.fromkeys(second.layers.index, TEAL),
                f"{caption}<br>layers after {view.preset.name}, approximate", NAMES,
            ),
        ),
    }  # fmt: skip
    for name, (alt, build) in charts.items():
        if name == "labels" or (first.depth and second.depth):
            show_chart(f"two-{name}", (view, caption, [side.shown for side in sides]), build, alt=alt)


def _show_differences(sides: list[Side], view: TableView, *, apart: bool) -> None:
    """Each label's count and share in both, and the difference in percentage points."""
    first, second = (side.part.labels for side in sides)
    table = share_differences(first, second, [*view.labels.categories], apart=apart).reset_index()
    shares = ["share_first", "share_second", "difference", "low", "high"]
    table[shares] = (100 * table[shares]).round(2)
    heads = {
        "label": "Label", "n_first": "A", "share_first": "A, %", "n_second": "B", "share_second": "B, %",
        "difference": "A − B, points", "low": "from", "high": "to",
    }  # fmt: skip
    listed = table.rename(columns=heads)
    st.caption(
        "Shares are of the nuclei that the page shows of A and of B.",
        help="Differences are in percentage points, with Newcombe's 95 % interval for two separate sets.",
    )
    st.dataframe(marked(listed), hide_index=True, key="two-differences", placeholder="–")
    show_csv_download("These shares as CSV", listed, "a-and-b")
