"""Which tables were followed by others, and by which."""

import streamlit as st

from data.catalog.entry import Table
from data.volume import VOLUME

SUCCESSORS = {
    "aibs_metamodel_celltypes_v661": (
        "the same kind of model on features of the segmentation of 661, 94,014 rows; from release 795 on"
    ),
    "aibs_metamodel_mtypes_v661_v2": (
        "predicted M-types of excitatory and of inhibitory cells, 72,158 rows, by the names of the second "
        "vocabulary; from release 795 on"
    ),
    "allen_column_mtypes_v2": (
        "the paper's clustering of the same column, by the names of the second vocabulary; from release 795 "
        "on"
    ),
    "coregistration_manual_v4": (
        "more matches made by hand, 19,181 rows where this one has 13,925; from release 943 on"
    ),
    "apl_functional_coreg_vess_fwd": (
        "an automatic match by the pattern of blood vessels, for 75,856 units; from release 943 on"
    ),
}
"""What the tables are that took a deprecated one's place (MICrONS tutorial, tables and release pages)."""


def show_deprecation(*tables: Table) -> None:
    """Say of each deprecated table what took its place; nothing of current ones."""
    for table in tables:
        words = deprecation_words(table)
        if words:
            st.caption(f":material/update: {words}")


def deprecation_words(table: Table) -> str:
    """Say which release held a table last and what took its place, as Markdown; "" for a current one."""
    last = max(table.releases)
    if last == max(VOLUME.releases):
        return ""
    held = f"**{table.title}** is deprecated: release {last} was the last to hold it."
    if not table.deprecated_by:
        return f"{held} No public table took its place."
    what = SUCCESSORS.get(table.deprecated_by, "a later table")
    return (
        f"{held} `{table.deprecated_by}` took its place: {what}. Release 661 does not hold that table, so "
        "nothing here is from it."
    )
