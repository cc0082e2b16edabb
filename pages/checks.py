"""Checks: what is odd in the release that is loaded, what is expected of it, and whose nuclei these are."""

import streamlit as st

from components.ui.checks.checks import (
    checked_release,
    pick_findings,
    show_checks_command,
    show_checks_headline,
    show_findings,
    show_findings_download,
    show_not_checked,
)
from components.ui.cloud.cloud import show_release_cloud
from components.ui.cloud.colouring import pick_colouring
from components.ui.page.frame import show_frame
from components.ui.session.notices import show_nothing
from components.ui.session.release import load_at_hand

show_frame("checks")

report = checked_release()
show_checks_headline(report)
show_findings(pick_findings(report), report)

loaded = load_at_hand()
if loaded:
    st.subheader("Where they are", anchor=False)
    show_release_cloud(pick_colouring(loaded), key="checks-cloud")
else:
    show_nothing("No table of the release is at hand, so there is no nucleus to show.")

show_not_checked(report)
show_findings_download(report)
show_checks_command()
