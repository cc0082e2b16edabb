"""The page's labels against another table's: the choice of that table, and the agreement's numbers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.analysis.comparison.agreement import (
    Agreement,
    left_out_words,
    measure_agreement,
    pair_labels,
    without_empty_kappa,
)
from components.analysis.comparison.circular import Circular, circular_agreement, learnt_from_other
from components.analysis.comparison.metrics import METRICS
from components.analysis.labels.levels import finest_common_level
from components.ui.context.denominator import load_axis_table
from components.ui.context.table_view import TableView
from components.ui.session.cached import cached, key_of
from components.ui.session.charts import show_numbers
from components.ui.session.colours import LEVEL_TITLES
from components.ui.session.links import PAIR_KEYS, begin_choice, keep_pair
from components.ui.session.notices import plain, show_problem
from components.ui.session.release import current_release, load_labels, table_title
from components.ui.workbench.layout import Workbench
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei

NONE_COMPARED = "No nucleus has a label at this level in both tables, so there is nothing to compare."
RAW = "Raw labels"
BESIDE_MATRIX = ("agreement", "kappa", "ari")
"""Metrics in a page's bars and over its matrix. The others take longer, and their panel measures them."""


@dataclass(frozen=True)
class Comparison:
    """The page's labels against another table's.

    Attributes
    ----------
    partner : LabelTable or None
        The other table; None if it cannot be loaded.
    level : Level
        The finest level that both tables have, or the reader's if that is coarser.
    result : Agreement or None
        None without a partner, or if the page's rows have no labels.
    ambiguous : bool
        Whether labels with an ambiguous mapping are compared.
    """

    partner: LabelTable | None
    level: Level
    result: Agreement | None
    ambiguous: bool = True

    @property
    def key(self) -> object:
        """Identifies the comparison among all of one table view, in caches."""
        return key_of((self.partner, self.level, self.result and self.result.pairs.left_out))


def pick_comparison(view: TableView, *defaults: str) -> Comparison:
    """Let the reader choose a table to compare with, and compare at the finest level that both have.

    Parameters
    ----------
    view : TableView
    *defaults : str
        Tables to offer first; the first that is not the page's own is the default.
    """
    titles = _others(view, defaults, current_release().tables.labelling)
    key = f"{view.table.family}-with"
    begin_choice(key, titles, next(iter(titles)), "with-")
    meaning = "Any table of the release that labels nuclei. Neither of the two is the truth."
    chosen = st.selectbox("against", list(titles), key=key, bind="query-params", help=meaning, width=260)
    partner = _load_partner(titles[chosen])
    level = min(_finest(view, partner), view.level, key=LEVELS.index)
    family = view.table.family
    _keep_pair(family, view, partner, level, family, key, f"{family}-level")
    return Comparison(partner, level, _result(view, partner, level, keep_ambiguous=True))


def pick_pair(bench: Workbench, view: TableView, *defaults: str) -> Comparison:
    """Let the reader choose the columns, the level, and whether ambiguous mappings are compared.

    Parameters
    ----------
    bench : Workbench
        The choices go into its bars.
    view : TableView
        The rows; only its nuclei are compared.
    *defaults : str
        Tables to offer first.
    """
    titles = _others(view, defaults, current_release().tables.on_axes)
    begin_choice("with", titles, next(iter(titles)))
    with bench.choices:
        chosen = st.selectbox("Columns", list(titles), key="with", bind="query-params", width=300)
    with bench.notices:
        partner = _load_partner(titles[chosen])
    if partner is None:
        return Comparison(None, view.level, None)
    finest = _finest(view, partner)
    # The reader's own labels that the crosswalk does not know have no level.
    unknown = any(one.table.own and one.table.level == "group" for one in (view.loaded, partner))
    with bench.choices:
        level = pick_compared_level(
            "compared-at", finest, "type" if unknown else finest,
            "The default is the finest level that both tables have. Raw labels: as the tables spell them, "
            "after synonyms.",
        )  # fmt: skip
    _keep_pair("agreement", view, partner, level, *PAIR_KEYS)
    meaning = "Labels whose cells are known to be of more than one kind at this level; see the crosswalk."
    with bench.chips:
        keep = st.toggle(
            "Ambiguous mappings too", value=True, key="ambiguous", bind="query-params", help=meaning
        )
    return Comparison(partner, level, _result(view, partner, level, keep_ambiguous=keep), keep)


def _keep_pair(page: str, view: TableView, partner: LabelTable | None, level: Level, *keys: str) -> None:
    if view.label_source and partner:
        title = next(title for title, known in ({RAW: "type"} | LEVEL_TITLES).items() if known == level)
        keep_pair(page, (view.label_source.table.title, partner.table.title, title), *keys)


def pick_compared_level(key: str, deepest: Level, default: Level, note: str) -> Level:
    """Let the reader choose at which level two tables are compared: raw labels, or a level down to a deepest.

    Parameters
    ----------
    key : str
        Of the choice, also in the link.
    deepest, default : Level
    note : str
        Its help.
    """
    coarser = {
        title: level
        for title, level in LEVEL_TITLES.items()
        if level != "type" and LEVELS.index(level) <= LEVELS.index(deepest)
    }
    offered: dict[str, Level] = {RAW: "type", **coarser}
    first = next(title for title, level in offered.items() if level == default)
    begin_choice(key, offered, first, "at-")
    chosen = st.segmented_control(
        "Compared at",
        list(offered),
        default=first,
        required=True,
        key=key,
        bind="query-params",
        help=note,
        label_visibility="collapsed",
    )
    return offered[chosen]


def _others(view: TableView, defaults: Sequence[str], offered: Collection[str]) -> dict[str, str]:
    """Tables but the page's own, by title, one that can be loaded first; local sources are free to query."""
    own = view.source_name or ""
    first_ones = [name for name in defaults if name in offered]
    others = [name for name in dict.fromkeys([*first_ones, *offered]) if name != own]
    asked = others if current_release().source.local else [name for name in others if name in defaults]
    first = next((name for name in asked if isinstance(load_labels(name), LabelTable)), others[0])
    return {table_title(name): name for name in dict.fromkeys([first, *others])}


def _load_partner(name: str) -> LabelTable | None:
    partner = load_axis_table(name)
    if isinstance(partner, LabelTable):
        return partner
    show_problem(partner, current_release().tables[name], place="-compared")
    return None


def _finest(view: TableView, partner: LabelTable | None) -> Level:
    if view.label_source is None or partner is None:
        return view.level
    return finest_common_level(view.label_source.table, partner.table)


def _result(
    view: TableView, partner: LabelTable | None, level: Level, *, keep_ambiguous: bool
) -> Agreement | None:
    """Agreement on the nuclei of the table view."""
    if view.label_source is None or partner is None:
        return None
    return compared(view.label_source, partner, level, view.within, keep_ambiguous=keep_ambiguous)


@cached()
def compared(
    rows: LabelTable,
    columns: LabelTable,
    level: Level,
    within: np.ndarray | None = None,
    *,
    keep_ambiguous: bool = True,
) -> Agreement:
    """Agreement of two tables on the nuclei `within` (None: all), `BESIDE_MATRIX`, once for all sessions."""
    pairs = pair_labels(rows.as_axis, columns.as_axis, level, keep_ambiguous=keep_ambiguous, within=within)
    return measure_agreement(pairs, BESIDE_MATRIX)


def show_circular(view: TableView, comparison: Comparison) -> None:
    """Where the crosswalk was learnt from the other table: say so, and what holds without that circle."""
    rows, columns, level = view.label_source, comparison.partner, comparison.level
    if comparison.result is None or rows is None or columns is None:
        return
    if learnt_from_other(rows.table, columns.table, level) is None:  # before their labels are paired for it
        return
    found = _circular(rows, columns, level, view.within)
    if found is None:
        return
    with st.popover(
        "Circular", icon=":material/sync:", help="The crosswalk was learnt from the other table."
    ):
        st.warning(plain(found.words), icon=":material/sync:")


@cached()
def _circular(
    rows: LabelTable, columns: LabelTable, level: Level, within: np.ndarray | None
) -> Circular | None:
    return circular_agreement(pair_labels(rows.as_axis, columns.as_axis, "type", within=within), level)


def show_agreement_numbers(result: Agreement | None) -> None:
    """The numbers over a matrix, each with what it is of; nothing without a result."""
    if result is None:
        return
    pairs, result = result.pairs, without_empty_kappa(result)
    compared_words = f"of {of_nuclei(len(pairs.frame))} compared {pairs.at_level}."
    both = (
        f"Of {pairs.n_both:,} that both {pairs.rows.title} and {pairs.columns.title} hold; left out: "
        f"{left_out_words(pairs.left_out)}."
    )
    numbers = {"n": (f"{len(pairs.frame):,}", f"Nuclei compared. {both}")}
    for name in ("agreement", "kappa"):
        value, metric = result.metrics[name], METRICS[name]
        text, why = metric.form.format(value or 0), metric.meaning
        if value is None:
            text, why = "—", result.undefined[name]
        numbers[metric.title.removeprefix("Cohen's ")] = (text, f"{why.rstrip('.')}; {compared_words}")
    show_numbers(numbers)
