"""What the panels of the releases page share: bars, lists to save and to select, numbers kept for all."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import ArrayLike

from components.analysis.selection.listed import listed
from components.figures.bars import changes_figure
from components.ui.releases.pair import ReleasePair
from components.ui.selection.selection import choose
from components.ui.session.charts import show_chart
from components.ui.session.exports import marked, show_csv_download, with_text_ids


def show_bars(key: str, pair: ReleasePair, counts: pd.DataFrame, of: str, what: str) -> None:
    """Bars of what became of each; `of` says out of how many, `what` what is counted."""
    caption = pair.caption(of)
    show_chart(
        f"{key}-{pair.name}",
        (caption, counts.to_json()),
        lambda: changes_figure(counts, caption, what),
        alt=", ".join(f"{word}: {n:,}" for word, n in counts["n"].items()),
    )


def show_list(rows: pd.DataFrame, pair: ReleasePair, what: str, words: str) -> None:
    """List what changed, to save and to select."""
    if rows.empty:
        st.caption(f"No {words}.")
        return
    text = with_text_ids(rows)
    st.dataframe(marked(text), hide_index=True, height=min(320, 80 + 35 * len(text)), lazy=True, key=what)
    with st.container(horizontal=True):
        show_csv_download(f"The {len(rows):,} {words} as CSV", text, f"{pair.name}-{what}")
        if "nucleus_id" in rows:
            ids = rows["nucleus_id"].to_numpy()
            st.button(
                f"Select these {len(ids):,} nuclei",
                key=f"select-{what}", on_click=select_nuclei, args=(ids, words),
            )  # fmt: skip


def select_nuclei(nucleus_ids: ArrayLike, words: str) -> None:
    """Make nuclei the selection of all pages, in the way that the reader has set."""
    ids = np.asarray(nucleus_ids, dtype=np.int64)
    if len(ids):
        choose(listed(ids), words)


def with_release_columns(rows: pd.DataFrame, pair: ReleasePair, what: str) -> pd.DataFrame:
    """Name the two columns of a list by their releases."""
    first, last = (f"v{number}_{what}" for number in pair.numbers)
    names = {"row_label": first, "column_label": last, f"earlier_{what}": first, f"later_{what}": last}
    return rows.rename(columns=names)
