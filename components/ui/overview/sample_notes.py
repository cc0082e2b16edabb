"""What made-up rows are made from: published figures and assumptions, for the reader."""

import pandas as pd
import streamlit as st

from components.ui.session.release import current_release

HEIGHT = 420


def show_made_from() -> None:
    """List the figures and assumptions that made-up rows were drawn from; nothing for real rows."""
    opened = current_release()
    records = [opened.provenance(name) for name in opened.tables.shown] if opened.source.synthetic else []
    grounds = dict.fromkeys(ground for record in records if record for ground in record.made_from)
    if not grounds:
        return
    figures = [(one.what, one.value, one.why) for one in grounds if one.kind == "figure"]
    assumed = [(one.what, one.value, one.why) for one in grounds if one.kind == "assumption"]
    counted = f"{len(figures)} published or measured figures, {len(assumed)} assumptions"
    with st.expander(f"What the synthetic rows are made from: {counted}"):
        st.markdown(
            "No row was taken from real rows. Each number below shaped the drawing; a figure stands with "
            "its source, an assumption with the reason why it was taken. Both lists also stand in the "
            "record of every table in the cache."
        )
        _show_list(f"Figures ({len(figures)})", figures, ["Figure", "Value", "Source"])
        _show_list(f"Assumptions ({len(assumed)})", assumed, ["Assumption", "Value", "Reason"])


def _show_list(title: str, lines: list[tuple[str, str, str]], columns: list[str]) -> None:
    st.markdown(f"**{title}**")
    with st.container(height=HEIGHT):
        # A table, not a dataframe: its cells wrap, and these numbers are no synthetic rows to be marked.
        st.table(pd.DataFrame(lines, columns=columns), hide_index=True, border="horizontal")
