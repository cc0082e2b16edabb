"""What other tables call a type's nuclei, and the reverse: a click selects them."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.selection.kinds import MatrixCell
from components.analysis.selection.marks import Axis, Marks
from components.analysis.types.counts import OtherNames, TypeName, other_names
from components.figures.composition import places_figure
from components.ui.cloud.cloud import linked
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.charts import clicked_points, figure_caption, show_chart
from components.ui.session.colours import colours_of
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import table_title
from components.ui.type.choice import OpenType
from data.loader import LabelTable
from data.number_words import plural

CALLED, CALLED_HERE = "<b>%{fullData.name}</b> in <b>%{y}</b>", "<b>%{y}</b>, here <b>%{fullData.name}</b>"
PIECE_OF_BOTH = (
    "<br>nuclei: %{customdata[0]:,}<br>"
    "%{x:.1%} of the %{customdata[1]:,} that both tables label%{hovertext}<extra></extra>"
)
"""No total over the tables: they label the same nuclei, which it would count several times."""
NOT_COMPARED = "No other table of another lineage at hand labels these nuclei at this level."


def show_other_names(open_type: OpenType) -> None:
    """What other tables call the table's nuclei, and what it calls theirs; a click selects the nuclei."""
    named, own = open_type.named, open_type.view.table
    names = _other_names(named, own.name, open_type.loaded)
    if names.by_others.empty and names.of_others.empty:
        show_nothing(NOT_COMPARED)
        return
    st.caption(
        "A bar counts the nuclei that both tables label. Click a piece to select its nuclei.",
        help="Tables of other lineages only, at the level of "
        f"{named.level}; views are left out. Neither table is the truth.",
    )
    own_title, label = plain(own.title), plain(named.label)
    by_others, of_others = (
        f"What others call the {label} of {own_title}",
        f"What {own_title} calls the {label} of others",
    )
    if not names.by_others.empty:
        _show_names(
            open_type, "type-names-others", by_others, names.by_others, names.labels_by_others, of_own=True
        )
    if not names.of_others.empty:
        _show_names(
            open_type, "type-names-own", of_others, names.of_others, names.labels_of_others, of_own=False
        )


def _show_names(
    open_type: OpenType,
    key: str,
    title: str,
    counts: pd.DataFrame,
    labels: Mapping[str, pd.Series],
    *,
    of_own: bool,
) -> None:
    named, own = open_type.named, open_type.view.table
    drawn = counts.rename(columns=table_title).rename_axis(columns="table")
    n_pairs = plural(len(counts.columns), "table")
    caption = figure_caption(f"{named.label}, {own.title}", f"nuclei that both label, {n_pairs}")

    pieces = {
        _piece(label, table_title(name)): (str(label), name)
        for name in counts.columns
        for label in counts.index
    }

    def select() -> None:
        for point in clicked_points(key):
            if "words" in point:
                piece = pieces.get(point["words"]["name y"])
            else:  # the browser's link is off
                drawn_label = dict(enumerate(counts.index)).get(point["curve_number"])
                piece = pieces.get(_piece(drawn_label, point["y"]))
            if piece:
                word, other = piece
                cell = (named.label, word) if of_own else (word, named.label)
                choose(MatrixCell(own.name, other, named.level, *cell), point.get("held", "new"))

    hover = (CALLED if of_own else CALLED_HERE) + PIECE_OF_BOTH
    show_chart(
        key, (open_type, of_own), lambda: places_figure(drawn, colours_of(drawn.index), caption, hover),
        alt=title, on_select=select, marks=linked(lambda: _marks(labels), None),
    )  # fmt: skip


def _piece(label: object, title: str) -> str:
    return f"{label}, {title}"


def _marks(labels: Mapping[str, pd.Series]) -> Marks:
    """A piece for each label of each table. Tables share nuclei."""
    named = pd.concat([found.map(partial(_piece, title=table_title(name))) for name, found in labels.items()])
    return Marks(named.index.to_numpy(np.int64), {"name y": Axis(pd.Categorical(named), ())})


@cached()
def _other_names(named: TypeName, table: str, loaded: dict[str, LabelTable]) -> OtherNames:
    return other_names(named, table, loaded)
