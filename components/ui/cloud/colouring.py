"""What the colours of the cloud mean: a table's labels at a level, a number, or where two tables differ."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.comparison.agreement import Pairs
from components.analysis.comparison.units import QUALITY_TITLES, quality_name
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import CONFLICTING, NO_LABEL
from components.analysis.labels.nucleus_table import COREGISTERED
from components.analysis.labels.palette import AGREEMENT, NO_LABEL_COLOUR, VIRIDIS
from components.analysis.raters.clustering import NEIGHBOURS, differing_neighbours
from components.analysis.raters.dawid_skene import UNRESOLVED
from components.analysis.selection.picks import agreement_titles
from components.point_cloud.cloud import Cloud
from components.point_cloud.view import ByAgreement, ByLabel, ByNumber, LegendEntry
from components.ui.context.comparison import Comparison
from components.ui.context.table_view import TableView
from components.ui.session.colours import DIFFER_NEARBY, LEVEL_TITLES, NEARBY, NUMBERS, RATED, Colouring
from components.ui.session.links import note_default
from data.labels.crosswalk import at_level, colour_of, ordered
from data.labels.entry import Level
from data.loader import LabelTable

LABELS, DIFFER = "Labels", "Agree or differ"
"""Stable titles, as links name them."""


def pick_colouring(loaded: dict[str, LabelTable], first: str = "") -> Colouring:
    """Let the reader pick what colours the cloud; the choice is part of the link.

    Parameters
    ----------
    loaded : dict
        Tables at hand: those that label nuclei or units can be picked, and the numbers they hold.
    first : str
        Name of the table that colours at first; "": the widest that names subclasses.
    """
    tables = {name: label_table.table for name, label_table in loaded.items()}
    labelled = [table for table in tables.values() if table.level or table.kind == "units"]
    columns = {column for label_table in loaded.values() for column in label_table.frame.columns}
    choices = {table.title: table.name for table in labelled}
    choices |= {title: column for title, column in NUMBERS.items() if column in columns}
    subclasses = [table for table in labelled if table.level == "subclass"]
    widest = max(subclasses, key=lambda table: loaded[table.name].provenance.nuclei, default=None)
    default = widest.title if widest else next(iter(choices))
    default = loaded[first].table.title if first else default
    note_default("colour", default)
    picked = st.selectbox(
        "Colour by", list(choices), index=list(choices).index(default),
        key="colour", bind="query-params", width=330,
        help="Nuclei that the table does not hold stay as grey context.",
    )  # fmt: skip
    name = choices[picked]
    if name not in loaded or not loaded[name].table.level:
        return Colouring(name)
    level = st.segmented_control(
        "Level", list(LEVEL_TITLES), default="Type", required=True, key="level", bind="query-params",
        label_visibility="collapsed",
        help="Type: the label as the table spells it. The coarser levels follow the crosswalk; what has no "
        "counterpart there is shown as unmapped.",
    )  # fmt: skip
    return Colouring(name, LEVEL_TITLES[level])


def pick_view_colouring(
    view: TableView,
    comparison: Comparison,
    *,
    rated: Level | None = None,
    nearby: Pairs | None = None,
    as_list: bool = False,
) -> tuple[Colouring, str | None]:
    """Let the reader pick what colours the cloud of a family page, and name the partner where that does.

    Parameters
    ----------
    view : TableView
    comparison : Comparison
    rated : Level, optional
        Offer the consensus with probabilities at this level too.
    nearby : Pairs, optional
        Offer how many of each nucleus's neighbours have different labels here, too.
    as_list : bool
        Offer the choices in a list, one row high, not side by side.
    """
    label_source, partner = view.label_source, comparison.partner
    table, frame = view.table, view.loaded.frame
    numbers = {title: column for title, column in NUMBERS.items() if column in frame}
    measures = {title: name for name, title in QUALITY_TITLES.items() if name in frame}
    numbers |= {title: quality_name(table.name, name) for title, name in measures.items()}
    choices = [*([LABELS] if label_source else []), *numbers, *([DIFFER] if label_source and partner else [])]
    choices += [DIFFER_NEARBY] if nearby else []
    choices += RATED if rated else []
    about = f" {DIFFER_NEARBY}: how many of the {NEIGHBOURS} nearest compared nuclei have different labels."
    words = (
        f"Grey: nuclei that the table does not hold, or that the filters leave out.{about if nearby else ''}"
    )
    if as_list:
        chosen = st.selectbox(
            "Colour by", choices, key="colour-of", bind="query-params", width=330, help=words
        )
    else:
        chosen = st.segmented_control(
            "Colour by", choices, default=choices[0], required=True, key="colour-of", bind="query-params",
            help=words,
        )  # fmt: skip
    if label_source and partner and chosen == DIFFER:
        return Colouring(label_source.table.name, comparison.level), partner.table.name
    if label_source and chosen == LABELS:
        return Colouring(label_source.table.name, view.level), None
    if nearby and chosen == DIFFER_NEARBY:
        return Colouring(NEARBY, nearby.level), None
    if rated and chosen in RATED:
        return Colouring(RATED[chosen], rated), None
    return Colouring(numbers[chosen]), None


def by_label(cloud: Cloud, name: str, level: Level = "type") -> ByLabel:
    """Colour by a table's labels; those without a word at the level are shown as unmapped."""
    codes: dict[str, list[int]] = {}
    for code, label in enumerate(cloud.labels[name]):
        as_spelled = label in (CONFLICTING, COREGISTERED, UNRESOLVED)
        codes.setdefault(label if as_spelled else at_level(label, level) or UNMAPPED, []).append(code)
    last = [word for word in (CONFLICTING, NO_LABEL, UNMAPPED, UNRESOLVED) if word in codes]
    entries = tuple(
        LegendEntry(word, NO_LABEL_COLOUR if word in last else colour_of(word), tuple(codes[word]))
        for word in [*ordered([word for word in codes if word not in last]), *last]
    )
    title = cloud.titles[name] if level == "type" else f"{cloud.titles[name]}, {level}"
    return ByLabel(column=name, title=title, entries=entries)


def nearby_labels(pairs: Pairs, wide: pd.DataFrame) -> pd.Categorical:
    """How many of each nucleus's nearest compared nuclei two tables label differently, in words."""
    counts = differing_neighbours(pairs.frame, wide).reindex(wide.index, fill_value=-1)
    words = [f"{n} of {NEIGHBOURS} differ" for n in range(NEIGHBOURS + 1)]
    return pd.Categorical.from_codes(counts.to_numpy().tolist(), pd.Index(words))


def by_neighbours(cloud: Cloud, pairs: Pairs) -> ByLabel:
    """Colour by `nearby_labels`."""
    words = cloud.labels[NEARBY]
    steps = np.linspace(0, len(VIRIDIS) - 1, len(words)).round().astype(int)
    return ByLabel(
        column=NEARBY,
        title=f"{pairs.rows.title} and {pairs.columns.title}, {pairs.level}: {NEIGHBOURS} nearest compared",
        entries=tuple(
            LegendEntry(word, VIRIDIS[step], (code,))
            for code, (word, step) in enumerate(zip(words, steps, strict=True))
        ),
    )


def by_number(cloud: Cloud, column: str, values: pd.Series) -> ByNumber:
    """Colour by a number; the scale spans its 1st to 99th percentiles."""
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
    words = [[_word(label, level) for label in cloud.labels[name]] for name in (rows, columns)]
    number = {word: place for place, word in enumerate(ordered({w for table in words for w in table if w}))}
    first, second = (tuple(number.get(word or "", -1) for word in table) for table in words)
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
