"""The release at a glance: which tables it holds, how many nuclei each labels, where they are."""

import streamlit as st

from components.ui.cloud.cloud import show_release_cloud
from components.ui.cloud.colouring import pick_colouring
from components.ui.code_export.code import show_coverage_code
from components.ui.overview.overview import (
    show_absent,
    show_combinations,
    show_coverage,
    show_families,
    show_key_numbers,
    show_tables,
    show_whole_release_button,
    tables_at_hand,
)
from components.ui.overview.story import show_how_to_cite, show_manifest, show_story, show_successors
from components.ui.page.frame import show_frame
from components.ui.session.notices import show_doubts, show_nothing

show_frame("overview")

statuses, denominator, loaded = tables_at_hand()
show_story()
show_absent(statuses)
show_doubts(loaded)
show_key_numbers(statuses, denominator)
if not loaded:
    show_nothing("No table of the release is at hand.")
    st.stop()
show_whole_release_button(statuses)

show_release_cloud(pick_colouring(loaded), key="overview-cloud")
show_families()

show_combinations(loaded)
show_coverage(statuses, denominator)
show_tables(statuses, denominator)
show_coverage_code([one.table for one in loaded.values()])

show_successors()
show_manifest()
show_how_to_cite()
