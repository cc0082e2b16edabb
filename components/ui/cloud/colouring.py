"""What the colours of the cloud mean: a table's labels at a level, a number, or where two tables differ."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import CONFLICTING, NO_LABEL
from components.analysis.labels.nucleus_table import COREGISTERED
from components.analysis.labels.palette import AGREEMENT, NO_LABEL_COLOUR, VIRIDIS
from components.analysis.selection.picks import agreement_titles
from components.point_cloud.cloud import Cloud
from components.point_cloud.view import ByAgreement, ByLabel, ByNumber, LegendEntry
from components.ui.session.colours import LEVEL_TITLES, NUMBERS, Colouring
from data.labels.crosswalk import at_level, colour_of, ordered
from data.labels.entry import Level
from data.loader import LabelTable


def pick_colouring(loaded: dict[str, LabelTable]) -> Colouring:
    """Let the reader pick what colours the cloud; the choice stands in the link.

    Parameters
    ----------
    loaded : dict
        Tables at hand: those that label nuclei or units can be picked, and the numbers they hold.
    """
    tables = {
        one.table.title: name for name, one in loaded.items() if one.table.level or one.table.kind == "units"
    }
    held = {column for one in loaded.values() for column in one.frame.columns}
    choices = tables | {title: column for title, column in NUMBERS.items() if column in held}
    widest = sorted(tables, key=lambda title: loaded[tables[title]].provenance.nuclei, reverse=True)
    best = next((title for title in widest if loaded[tables[title]].table.level == "subclass"), None)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    title = left.selectbox(
        "Colour by", list(choices), index=list(choices).index(best) if best else 0, key="colour",
        bind="query-params", help="Nuclei that the table does not hold stay as grey context.",
    )  # fmt: skip
    name = choices[title]
    if name not in loaded or not loaded[name].table.level:
        return Colouring(name)
    level = right.segmented_control(
        "Level", list(LEVEL_TITLES), default="Type", required=True, key="level", bind="query-params",
        help="Type: the label as the table spells it. The coarser levels follow the crosswalk; what has no "
        "counterpart there is shown as unmapped.",
    )  # fmt: skip
    return Colouring(name, LEVEL_TITLES[level])


def by_label(cloud: Cloud, name: str, level: Level = "type") -> ByLabel:
    """Colour by a table's labels; those without a word at the level are shown as unmapped."""
    grouped: dict[str, list[int]] = {}
    for code, word in enumerate(cloud.labels[name]):
        odd = word in (CONFLICTING, COREGISTERED) or level == "type"
        shown = word if odd else at_level(word, level) or UNMAPPED
        grouped.setdefault(shown, []).append(code)
    last = [word for word in (CONFLICTING, NO_LABEL, UNMAPPED) if word in grouped]
    entries = tuple(
        LegendEntry(word, NO_LABEL_COLOUR if word in last else colour_of(word), tuple(grouped[word]))
        for word in [*ordered([word for word in grouped if word not in last]), *last]
    )
    title = cloud.titles[name] if level == "type" else f"{cloud.titles[name]}, {level}"
    return ByLabel(column=name, title=title, entries=entries)


def by_number(cloud: Cloud, column: str, values: pd.Series) -> ByNumber:
    """Colour by a number; the ends of the scale leave one nucleus in a hundred beyond them on each side."""
    known = values.to_numpy(dtype=float)
    low, high = np.nanpercentile(known, [1, 99]) if np.isfinite(known).any() else (0.0, 1.0)
    return ByNumber(
        column=column,
        title=next((title for title, name in NUMBERS.items() if name == column), cloud.titles[column]),
        unit=cloud.units[column],
        colours=VIRIDIS,
        low=float(low),
        high=float(high),
    )


def by_agreement(cloud: Cloud, rows: str, columns: str, level: Level) -> ByAgreement:
    """Colour by whether two tables agree at a level."""
    words = [[_word(word, level) for word in cloud.labels[name]] for name in (rows, columns)]
    number = {word: place for place, word in enumerate(ordered({w for side in words for w in side if w}))}
    first, second = (tuple(number.get(word or "", -1) for word in side) for side in words)
    return ByAgreement(
        rows=rows,
        columns=columns,
        title=f"{cloud.titles[rows]} and {cloud.titles[columns]}, {level}",
        row_words=first,
        column_words=second,
        colours=AGREEMENT,
        titles=agreement_titles(rows, columns),
    )


def _word(label: str, level: Level) -> str | None:
    return None if label in (CONFLICTING, COREGISTERED) else at_level(label, level)
