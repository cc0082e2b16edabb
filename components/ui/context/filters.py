"""The reader's filters: picked in a fold of the page, kept in the link, counted live."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels.ranges import measured_column, range_words
from components.analysis.selection import filter_rows
from components.analysis.selection.filter_rows import FILTERS, Choice, Filter, LabelledRows, template_words
from components.analysis.selection.filters import Filters, filter_effect
from components.ui.session.cached import cached
from components.ui.session.notices import plain
from data.labels.crosswalk import at_level
from data.number_words import of_nuclei
from data.tables.typed import shortened

ANY = "Any"


def pick_filters(rows: LabelledRows, table: str) -> tuple[Filters, dict[str, str]]:
    """Let the reader filter a table's rows; the choices are part of the link and last over pages.

    Only what some rows have and others lack is offered; any other value in a link filters nothing.

    Parameters
    ----------
    rows : LabelledRows
        With the key of their table and labels.
    table : str
        The table's title: it has a choice of labels of its own and shares the other filters.

    Returns
    -------
    Filters
    dict of str to str
        By filter, the key of its widget.
    """
    offered = _offered(rows, *FILTERS)
    keys = {name: FILTERS[name].parameter(table) for name, options in offered.items() if options}
    chosen: dict[str, Choice | None] = {}
    for kind in (filter_rows.Several, filter_rows.Span, filter_rows.Either):
        of_kind = [row for row in FILTERS.values() if isinstance(row, kind) and row.key in keys]
        for row in of_kind:
            chosen[row.key] = _pick(row, offered[row.key], rows, keys[row.key])
    filters = Filters(chosen)
    st.button(
        "Clear filters", icon=":material/filter_alt_off:", disabled=not filters, on_click=_clear,
        args=(keys, *keys), key="clear-filters",
    )  # fmt: skip
    return filters, keys


def show_chips(filters: Filters, keys: Mapping[str, str]) -> None:
    """A chip for each active filter, which removes it."""
    for name, value in filters.items():
        st.button(
            plain(shortened(FILTERS[name].words(value))), key=f"chip-{name}", icon=":material/close:",
            help="Remove this filter.", on_click=_clear, args=(keys, name),
        )  # fmt: skip


@cached()
def _offered(rows: LabelledRows, *keys: str) -> dict[str, tuple[str, ...]]:
    return {key: FILTERS[key].offered(rows) for key in keys}


def show_filter_effect(
    nucleus_ids: pd.Series, filters: Filters, masks: Mapping[str, np.ndarray], whole: str = "of the table"
) -> None:
    """Say how many nuclei pass, of what (`whole`), and how many each filter leaves out."""
    *effects, (passing, left_out, _) = filter_effect(nucleus_ids, masks).to_numpy().tolist()
    if not masks:
        st.caption(f"No filter: all {of_nuclei(passing)} {whole}.")
        return
    parts = []
    for key, (_, out, only_this) in zip(masks, effects, strict=True):
        no_other = f" ({only_this:,} that no other filter does)" if len(masks) > 1 and out else ""
        parts.append(f"{plain(FILTERS[key].words(filters[key]))} leaves out {out:,}{no_other}")
    st.caption(f"**{passing:,} of {of_nuclei(passing + left_out)}** pass: {', '.join(parts)}.")


def _nothing(row: Filter[Any]) -> object:
    """The value of a filter's widget that filters nothing."""
    if isinstance(row, filter_rows.Span):
        return row.ends
    return ANY if isinstance(row, filter_rows.Either) else []


def _clear(keys: Mapping[str, str], *names: str) -> None:
    for name in names:
        st.session_state[keys[name]] = _nothing(FILTERS[name])


def _pick(row: Filter[Any], offered: tuple[str, ...], rows: LabelledRows, key: str) -> Choice | None:
    """Draw a filter's widget; None if it filters nothing. A range is open at the slider's ends."""
    if isinstance(row, filter_rows.Span):
        low, high = row.ends
        name, unit, _ = measured_column(row.column)
        begins = f" Begins with {range_words(row.begins)}." if row.begins else ""
        ends = st.slider(
            name.capitalize() + (unit and f" ({unit})"), low, high, row.first, row.step, key=key,
            bind="query-params",
            help=f"Both ends count as inside. At {low} and at {high} the slider is open: what lies beyond "
            f"stays.{begins}",
        )  # fmt: skip
        return row.limits(*sorted(ends))  # a link may name them the other way round
    if isinstance(row, filter_rows.Either):
        kind = st.segmented_control(
            row.title, [ANY, *row.kinds], default=ANY, required=True, wrap=True, key=key,
            bind="query-params", help=row.help,
        )  # fmt: skip
        return None if kind == ANY else kind
    # A link may name a label as its table spells it.
    spelled = [word for word in st.query_params.get_all(key) if word not in offered]
    synonyms = {word: at_level(word, "type") for word in spelled if at_level(word, "type") in offered}
    words = template_words(rows.preset, rows.areas)
    chosen = st.multiselect(
        row.title.format(**words), [*offered, *synonyms], key=key, bind="query-params", placeholder=ANY,
        help=row.help.format(**words),
    )  # fmt: skip
    return tuple(word for word in offered if word in {synonyms.get(one, one) for one in chosen})
