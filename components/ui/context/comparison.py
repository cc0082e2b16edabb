"""The family's labels against another table's: the choice of the other, the numbers, the matrix."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from components.analysis.comparison.agreement import Agreement, measure_agreement, pair_labels
from components.analysis.comparison.metrics import METRICS
from components.analysis.labels.levels import finest_common_level
from components.ui.context.denominator import load_axis_table
from components.ui.context.table_view import TableView
from components.ui.session.cached import cached, key_of
from components.ui.session.choices import begin_choice
from components.ui.session.colours import LEVEL_TITLES
from components.ui.session.notices import show_problem
from components.ui.session.release import current_release, load_labels, table_title
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level
from data.loader import LabelTable

RAW = "Raw labels"


@dataclass(frozen=True)
class Comparison:
    """The page's labels against another table's.

    Attributes
    ----------
    partner : LabelTable or None
        The other table; None where it cannot be had.
    level : Level
        The finest level that both speak, or the reader's where that is coarser.
    result : Agreement or None
        None without a partner, or where the page's rows have no labels.
    """

    partner: LabelTable | None
    level: Level
    result: Agreement | None

    @property
    def key(self) -> object:
        """What tells it from every other of the same view."""
        return key_of((self.partner, self.level, self.result and self.result.pairs.left_out))


def pick_comparison(view: TableView, *defaults: str) -> Comparison:
    """Let the reader choose what the page's labels are compared with, and compare.

    Parameters
    ----------
    view : TableView
    *defaults : str
        Tables to offer first; the first that is not the page's own is chosen.
    """
    names = _others(view, defaults, current_release().tables.labelling)
    titles = {table_title(name): name for name in names}
    key = f"{view.one.table.family}-with"
    begin_choice(key, titles, next(iter(titles)), "with-")
    chosen = st.selectbox(
        "Compare with", list(titles), key=key, bind="query-params",
        help="Any table of the release that labels nuclei. Neither of the two is the truth.",
    )  # fmt: skip
    partner = _partner(titles[chosen])
    if partner is None:
        return Comparison(None, view.level, None)
    level = min(_finest(view, partner), view.level, key=LEVELS.index)
    return Comparison(partner, level, _result(view, partner, level, keep_ambiguous=True))


def pick_pair(view: TableView, *defaults: str) -> Comparison:
    """Let the reader choose the columns, the level, and whether ambiguous mappings are compared.

    Parameters
    ----------
    view : TableView
        Of the rows; its nuclei alone are compared.
    *defaults : str
        Tables to offer first.
    """
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    titles = {table_title(name): name for name in _others(view, defaults, current_release().tables.on_axes)}
    chosen = left.selectbox("Columns", list(titles), key="with", bind="query-params")
    partner = _partner(titles[chosen])
    if partner is None:
        return Comparison(None, view.level, None)
    finest = _finest(view, partner)
    offered: dict[str | None, Level] = {
        title: level for title, level in LEVEL_TITLES.items() if level != "type"
    }
    fitting: list[str] = [
        RAW,
        *(str(title) for title, at in offered.items() if LEVELS.index(at) <= LEVELS.index(finest)),
    ]
    best = next((title for title in fitting if offered.get(title) == finest), RAW)
    begin_choice("compared-at", fitting, best, "at-")
    level = right.segmented_control(
        "Compared at", fitting, default=best, required=True, key="compared-at", bind="query-params",
        help="The finest level that both tables speak is offered first. Raw labels: as the tables spell "
        "them, after synonyms.",
    )  # fmt: skip
    keep = st.toggle(
        "Compare ambiguous mappings too", value=True, key="ambiguous", bind="query-params",
        help="Labels whose cells are known to be of more than one kind at this level; see the crosswalk.",
    )  # fmt: skip
    at = offered.get(level, "type")
    return Comparison(partner, at, _result(view, partner, at, keep_ambiguous=keep))


def _others(view: TableView, defaults: Sequence[str], offered: Iterable[str]) -> list[str]:
    """All but the page's own, one first that can be had: of a local source asking costs nothing."""
    own = view.label_source.table.name if view.label_source else ""
    others = [name for name in dict.fromkeys([*defaults, *offered]) if name != own]
    asked = others if current_release().source.local else [name for name in others if name in defaults]
    first = next((name for name in asked if isinstance(load_labels(name), LabelTable)), others[0])
    return [first, *(name for name in others if name != first)]


def _partner(name: str) -> LabelTable | None:
    partner = load_axis_table(name)
    if isinstance(partner, LabelTable):
        return partner
    show_problem(partner, current_release().tables[name], place="-compared")
    return None


def _finest(view: TableView, partner: LabelTable) -> Level:
    return finest_common_level(view.label_source.table, partner.table) if view.label_source else view.level


def _result(view: TableView, partner: LabelTable, level: Level, *, keep_ambiguous: bool) -> Agreement | None:
    """Measure how the two tables agree on the nuclei in table view, once for all sessions."""
    if view.label_source is None:
        return None
    everything = view.is_whole and view.label_source is view.one
    within = None if everything else view.nuclei
    return compared(view.label_source, partner, level, within, keep_ambiguous=keep_ambiguous)


@cached(max_entries=64)
def compared(
    rows: LabelTable,
    columns: LabelTable,
    level: Level,
    within: np.ndarray | None = None,
    *,
    keep_ambiguous: bool = True,
) -> Agreement:
    """Measure how two tables agree, on the nuclei `within` (all: None), once for all sessions."""
    pairs = pair_labels(rows.as_axis, columns.as_axis, level, keep_ambiguous=keep_ambiguous, within=within)
    return measure_agreement(pairs)


def show_agreement_numbers(comparison: Comparison) -> None:
    """The numbers over a matrix, each with what it is of."""
    result = comparison.result
    if result is None:
        return
    pairs = result.pairs
    compared = f"of {len(pairs.frame):,} nuclei compared at the level of {pairs.level}."
    out = ", ".join(f"{n:,} {reason.replace('_', ' ')}" for reason, n in pairs.left_out.items() if n)
    tables = (
        f"Of {pairs.n_both:,} that both {pairs.rows.title} and {pairs.columns.title} hold; left out: "
        f"{out or 'none'}."
    )
    numbers = {
        "Nuclei compared": (f"{len(pairs.frame):,}", tables),
        "Agreement": (_metric(result, "agreement"), f"The same label, {compared}"),
        "Cohen's κ": (_metric(result, "kappa"), f"Agreement beyond chance, {compared}"),
        "Adjusted Rand index": (_metric(result, "ari"), f"How alike the groupings are, {compared}"),
    }
    for place, (name, (value, meaning)) in zip(st.columns(4), numbers.items(), strict=True):
        place.metric(name, value, help=meaning)


def _metric(result: Agreement, name: str) -> str:
    value = result.metrics[name]
    return "undefined" if value is None else METRICS[name].form.format(value)
