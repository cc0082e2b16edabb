"""What the page shows before a file is there: what follows, what a file may look like, and an example."""

from base64 import b64encode
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from components.ui.session.own_files import bring_file
from components.ui.session.release import load_at_hand
from data.catalog import CATALOG
from data.own.dropped import read_made
from data.own.file import OwnFile

EXAMPLE, EXAMPLE_ROWS = "example.csv", 2_000
SPELLED = {"23P": "L2/3 IT", "4P": "L4 IT", "BC": "PV", "MC": "Sst", "excitatory": "glutamatergic"}
"""Labels as other papers spell them, for the example."""
PURPOSE = (
    "A classifier's predictions, a colleague's annotations, the cell list of a paper: drop the table, and it "
    "is shown beside the release's on every page."
)
STEPS = {
    "match": (
        "Every row finds its nucleus",
        "By nucleus ID, root ID or position. Rows that find none are listed with the reason.",
    ),
    "labels": (
        "Its labels are understood",
        "`L2/3 IT` counts as `23P`, `oligodendrocyte` as `oligo`. What is not certain, you are asked.",
    ),
    "compare": (
        "It is compared with every table",
        "Cloud, counts, depth, matrix, expected types, review, exports and code: all mark it as *yours*.",
    ),
}
"""What follows once a table is there: by the name of a drawing, a title and a sentence."""
LAYOUTS = {
    "By nucleus ID, with a confidence":
        "nucleus_id,cell_type,confidence\n264872,L2/3 IT,0.93\n294657,PV,0.71",
    "By root ID, of any release":
        "root_id;label\n864691135571361317;23P\n864691135181922050;BC",
    "By position: voxels, nm or µm":
        "x_nm    y_nm    z_nm    subclass\n722304  571920  852800  L5 ET\n812448  604400  861160  Sst",
    "With several columns of labels":
        "target_id,broad_type,mtype\n264872,excitatory,L2a\n294657,inhibitory,DTC",
}  # fmt: skip


def show_purpose() -> None:
    """Say what the page is for."""
    st.markdown(PURPOSE)


def show_example() -> None:
    """Offer an example."""
    st.button(
        "Try it with an example", key="own-example", icon=":material/science:", on_click=_bring_example,
        help=f"{EXAMPLE_ROWS:,} nuclei of a table of this release, their labels spelled in other ways, "
        "with invented confidences.",
    )  # fmt: skip


def show_steps() -> None:
    """Show what follows once a table is there."""
    with st.container(key="own-steps", gap="small"):
        for name, (title, sentence) in STEPS.items():
            with st.container(key=f"own-{name}", border=True, horizontal=True, vertical_alignment="center"):
                drawing = b64encode(Path(__file__).with_name(f"{name}.svg").read_bytes()).decode()
                st.html(f'<img alt="" width="130" src="data:image/svg+xml;base64,{drawing}">', width=130)
                with st.container(gap="xxsmall"):
                    st.header(title, anchor=False)
                    st.markdown(sentence)


def show_layouts() -> None:
    """Show what a file may look like."""
    with st.container(key="own-layouts", gap="xsmall"):
        st.header("What a file may look like", anchor=False)
        for place, (title, text) in zip(st.columns(2) * 2, LAYOUTS.items(), strict=True):
            place.caption(title)
            place.markdown(f"```text\n{text}\n```")


def _bring_example() -> None:
    loaded = load_at_hand()
    name = next((name for name in CATALOG.label_sources if name in loaded), None)
    if name is None:
        return
    rows = loaded[name].frame.drop_duplicates("nucleus_id").iloc[:EXAMPLE_ROWS]
    labels = rows["cell_type"].astype(object).replace(SPELLED)
    confidence = np.random.default_rng(0).beta(5, 2, len(rows)).round(2)
    columns = {"nucleus_id": rows["nucleus_id"], "cell_type": labels, "confidence": confidence}
    file = read_made(EXAMPLE, pd.DataFrame(columns).to_csv(index=False))
    if isinstance(file, OwnFile):
        bring_file(file)
