"""Baylor's two models: excitatory or inhibitory (coarse), and the subclass (fine)."""

import streamlit as st

from components.ui import panels
from components.ui.cloud import show_release_cloud
from components.ui.colouring import Colouring
from components.ui.frame import show_frame
from components.ui.release import load_labels
from data.loader import LabelTable

COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
CHOICES = {"Fine": FINE, "Coarse": COARSE, "Where they differ": COARSE}

show_frame(
    "Baylor",
    "What does a neuron's dendrite say about its type? The coarse model tells excitatory from inhibitory by "
    "spines and synapses; the fine model names the subclass from the dendrite's graph, without its depth.",
    [COARSE, FINE],
)

choice = st.segmented_control(
    "Colour by", list(CHOICES), default="Fine", required=True, key="baylor", bind="query-params",
    help="Fine: eleven subclasses. Coarse: excitatory or inhibitory. Where they differ: by class.",
)  # fmt: skip
coarse, fine = load_labels(COARSE), load_labels(FINE)
panels.show_state(COARSE, coarse)
panels.show_state(FINE, fine)
shown = fine if CHOICES[choice] == FINE else coarse
if not isinstance(shown, LabelTable):
    st.stop()

result = panels.compare(coarse, fine, "class")
panels.show_agreement_numbers(result)

st.subheader("Where they are", anchor=False)
differ = FINE if result and choice == "Where they differ" else None
show_release_cloud(Colouring(shown.table.name), key="baylor-cloud", against=differ)

left, right = st.columns(2, gap="large")
with left:
    panels.show_counts(shown)
with right:
    panels.show_depth(shown)
panels.show_matrix(result)
panels.show_rows(shown)
