"""What is selected, against everything that the page shows."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.labels.counts import Quartiles, quartiles, type_counts
from components.analysis.selection.kinds import Filtered
from components.figures.composition import shares_figure
from components.ui.context.table_view import TableView, unfiltered_view
from components.ui.selection.selection import current_selection, selected_nuclei
from components.ui.session.cached import cached
from components.ui.session.charts import show_chart
from components.ui.session.colours import ODD, Colouring, colours_of
from components.ui.session.links import show_type_link
from components.ui.session.notices import plain
from components.ui.session.release import load_at_hand
from data.labels.entry import Level
from data.number_words import of_nuclei, plural

MOST_LABELS = 20
"""Drawn at once: a table may know more, of which the commonest are drawn."""


@dataclass(frozen=True)
class _Part:
    """Some of the nuclei of a table view: how many of each label, and how deep."""

    counts: pd.DataFrame
    depths: Quartiles | None

    @property
    def n(self) -> int:
        return int(self.counts["nuclei"].sum())

    @property
    def labelled(self) -> int:
        return int(self.counts["nuclei"][~self.counts.index.isin(list(ODD))].sum())


def show_selection_breakdown(view: TableView) -> None:
    """Draw which labels are commoner among the selected than among all that a table view shows."""
    selected = selected_nuclei()
    if not len(selected):
        st.caption("Nothing is selected. Pick nuclei to see how they differ from all shown.")
        return
    rows = np.isin(view.frame["nucleus_id"].to_numpy(), selected)
    chosen, everything = _part(view.frame[rows], view.kept_labels[rows]), _everything(view)
    words = [_account(selected, chosen, everything, view)]
    selection = current_selection()
    if isinstance(selection, Filtered) and len(named := {*selection.labels} - ODD) == 1:
        (label,) = named
        show_type_link(label, plain(f"Type {label}"))
    if not chosen.n:
        st.caption(words[0])
        return
    # Those commonest among the selected, then among all; drawn in the labels' order.
    sizes = everything.counts.assign(chosen=chosen.counts["nuclei"]).fillna({"chosen": 0})
    commonest = sizes.sort_values(["chosen", "nuclei"], ascending=False, kind="stable").index[:MOST_LABELS]
    drawn = [label for label in everything.counts.index if label in set(commonest)]
    if left_out := len(everything.counts) - len(drawn):
        words.append(
            f"The {MOST_LABELS} most common labels are drawn; {plural(left_out, 'more is', 'more are')} not."
        )
    caption = view.caption(f"{of_nuclei(chosen.n)} selected, against {everything.n:,} shown")
    of_all, of_chosen = everything.counts.loc[drawn], chosen.counts.reindex(drawn, fill_value=0)
    show_chart(
        f"selection-{view.table.name}",
        (view, caption, of_chosen.to_json()),
        lambda: shares_figure(of_all, of_chosen, colours_of(drawn), caption),
        alt="Share of each label among the selected nuclei and among all shown",
    )
    st.caption(" ".join(words))


def whole_view(colouring: Colouring) -> TableView | None:
    """All nuclei of the table that colours; of the widest that names subclasses where a number does.

    None where no table at hand labels nuclei.
    """
    labelling = {name: table for name, table in load_at_hand().items() if table.table.kind == "labels"}
    loaded = labelling.get(colouring.name)
    level: Level = colouring.level if loaded else "type"
    if loaded is None:
        ranked = sorted(
            labelling.values(), key=lambda table: (table.table.level != "subclass", -table.provenance.nuclei)
        )
        if not ranked:
            return None
        loaded = ranked[0]
    return unfiltered_view(loaded, level)


def _account(selected: np.ndarray, chosen: _Part, everything: _Part, view: TableView) -> str:
    """Count how many of the selected are in the table, pass the filters and have a label; and how deep."""
    title = view.table.title
    n_in_table = int(np.isin(selected, view.loaded.frame["nucleus_id"].to_numpy()).sum())
    of = plural(len(selected), "selected nucleus is", "selected nuclei are")
    words = f"{n_in_table:,} of {of} in {title}"
    if n_in_table > chosen.n:
        words += f"; the filters leave out {n_in_table - chosen.n:,}"
    elif n_in_table:
        words += "; none is filtered out"
    if chosen.n and view.label_source:
        words += f"; {chosen.labelled:,} of the {chosen.n:,} shown have a label at the level of {view.level}"
        words += f" in {view.label_source.table.title}"
    depths = [
        f"{part.depths.median:.0f} µm {whose} ({part.depths.lower:.0f}–{part.depths.upper:.0f})"
        for part, whose in ((chosen, "selected"), (everything, "of all shown"))
        if part.depths
    ]
    return f"{words}." + (f" Median depth (quartiles): {', '.join(depths)}." if len(depths) == 2 else "")


def _part(frame: pd.DataFrame, labels: pd.Categorical) -> _Part:
    return _Part(type_counts(frame["nucleus_id"], labels), quartiles(frame, "depth_um"))


@cached()
def _everything(view: TableView) -> _Part:
    """All that is shown, counted once for all sessions and reruns that show the same."""
    return _part(view.frame, view.kept_labels)
