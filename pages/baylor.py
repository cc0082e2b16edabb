"""Baylor's two models: excitatory or inhibitory (coarse), and the subclass (fine)."""

import streamlit as st

from components.ui import panels
from components.ui.cloud import show_release_cloud
from components.ui.frame import show_frame
from components.ui.notices import show_notes, show_problem
from components.ui.release import load_labels
from data.catalog import TABLES
from data.loader import LabelTable

COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
SHOWN = {"Fine": FINE, "Coarse": COARSE}

show_frame(
    "Baylor",
    "What does a neuron's dendrite say about its type? The coarse model tells excitatory from inhibitory by "
    "spines and synapses; the fine model names the subclass from the dendrite's graph, without its depth.",
    [COARSE, FINE],
)

choice = st.segmented_control(
    "Colour by", list(SHOWN), default="Fine", required=True, key="baylor", bind="query-params",
    help="Fine: eleven subclasses. Coarse: excitatory or inhibitory.",
)  # fmt: skip
got = {name: load_labels(name) for name in (COARSE, FINE)}
for name, one in got.items():
    if isinstance(one, LabelTable):
        show_notes(one)
    else:
        show_problem(one, TABLES[name])
coarse, fine, shown = got[COARSE], got[FINE], got[SHOWN[choice]]
if not isinstance(shown, LabelTable):
    st.stop()

result = None
if isinstance(coarse, LabelTable) and isinstance(fine, LabelTable):
    result = panels.compare(coarse, fine, "class")
    panels.show_agreement_numbers(result)

st.subheader("Where they are", anchor=False)
show_release_cloud(shown.table.name, key="baylor-cloud")
left, right = st.columns(2, gap="large")
with left:
    panels.show_counts(shown)
with right:
    panels.show_depth(shown)
if result and isinstance(coarse, LabelTable) and isinstance(fine, LabelTable):
    st.subheader("Where coarse and fine differ", anchor=False)
    panels.show_matrix(result, (coarse, fine))
panels.show_rows(shown)
