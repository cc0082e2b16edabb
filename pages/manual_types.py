"""The V1 column by hand: neurons and non-neurons, as the experts named them."""

import streamlit as st

from components.ui import panels
from components.ui.cloud import show_release_cloud
from components.ui.colouring import Colouring
from components.ui.column import show_column
from components.ui.frame import show_frame
from components.ui.release import load_labels
from data.loader import LabelTable

NEURONS, OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"
METAMODEL = "aibs_soma_nuc_metamodel_preds_v117"
CHOICES = {"Neurons": NEURONS, "Non-neurons": OTHERS}

show_frame(
    "Manual types",
    "What did the experts call the cells of the V1 column? Neurons and non-neurons of a slanting column "
    "through all layers were named by hand, and most models of this release were trained on these names.",
    [NEURONS, OTHERS],
)

choice = st.segmented_control(
    "Show", list(CHOICES), default="Neurons", required=True, key="manual", bind="query-params"
)
got = {name: load_labels(name) for name in CHOICES.values()}
for name, one in got.items():
    panels.show_state(name, one)
shown = got[CHOICES[choice]]
loaded = [one for one in got.values() if isinstance(one, LabelTable)]
if not isinstance(shown, LabelTable):
    st.stop()

metamodel = load_labels(METAMODEL)
panels.show_state(METAMODEL, metamodel)
result = panels.compare(shown, metamodel, "subclass")
panels.show_agreement_numbers(result)

st.subheader("Where they are", anchor=False)
show_release_cloud(Colouring(shown.table.name), key="manual-cloud")
show_column(*loaded)

left, right = st.columns(2, gap="large")
with left:
    panels.show_counts(shown)
with right:
    panels.show_depth(shown)
panels.show_matrix(result)
panels.show_rows(shown)
