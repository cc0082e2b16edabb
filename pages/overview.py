"""The release at a glance: which tables it holds, how many nuclei each labels, where they are."""

import streamlit as st

from components.ui.cloud import show_release_cloud
from components.ui.colouring import pick_colouring
from components.ui.frame import show_frame
from components.ui.notices import show_nothing
from components.ui.overview import (
    show_absent,
    show_coverage,
    show_headline,
    show_manifest,
    show_tables,
    show_whole_release_button,
    tables_at_hand,
)
from data.catalog import TABLES

opened = show_frame(
    "The release at a glance",
    "Release v661 labels the same nuclei many times over: by hand, by clustering, by classifiers, and by "
    "matching them to recordings. Here is what each table says, of how many nuclei, and where they lie.",
    list(TABLES),
)

statuses, universe, loaded = tables_at_hand()
show_absent(statuses)
show_headline(statuses, universe)
if not loaded:
    show_nothing("No table of the release is at hand.")
    st.stop()

show_release_cloud(pick_colouring(loaded), key="overview-cloud")

show_coverage(statuses, universe)
show_tables(statuses, universe)
show_whole_release_button(statuses)
show_manifest()
