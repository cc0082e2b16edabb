"""Which nuclei the rows of a dropped file name: counted, with a reason for each row as a download."""

import pandas as pd
import streamlit as st

from components.ui.session.charts import show_numbers
from components.ui.session.exports import show_csv_download
from components.ui.session.notices import plain
from data.own.matching import Match
from data.own.record import left_out_notes
from data.own.table import OwnTable, rows_of


def show_match_counts(tables: dict[str, OwnTable], match: Match) -> None:
    """Count the rows that name a nucleus and those that name none, and why."""
    n, unmatched = len(match.rows), match.unmatched
    show_numbers(
        {
            "Rows": (f"{n:,}", "In the file."),
            "Matched": (f"{match.n_matched:,}", "Rows that name a nucleus of the open release."),
            "Not matched": (f"{n - match.n_matched:,}", "Rows that name none; the reasons are below."),
        }
    )
    if unmatched:
        reasons = {"Not matched because": list(unmatched), "Rows": list(unmatched.values())}
        st.dataframe(pd.DataFrame(reasons), hide_index=True)
    if match.doubt:
        st.warning(f"{plain(match.doubt.problem)} Check the choices of columns.")
    notes = [note for own in tables.values() for note in left_out_notes(own, match)]
    for note in dict.fromkeys([*match.notes[1:], *notes]):
        st.caption(plain(note))

    def every_row() -> pd.DataFrame:
        return pd.concat([rows_of(own, match) for own in tables.values()])

    show_csv_download("Download every row with its nucleus", every_row, "rows-matched")
