"""What the page shows before a file is there: what it is for, and what a file may look like."""

import numpy as np
import pandas as pd
import streamlit as st

from components.ui.session.own_files import bring_file
from components.ui.session.release import load_at_hand
from data.catalog import CATALOG
from data.own.dropped import read_dropped
from data.own.file import OwnFile

EXAMPLE, EXAMPLE_ROWS = "example.csv", 2_000
SPELLED = {"23P": "L2/3 IT", "4P": "L4 IT", "BC": "PV", "MC": "Sst", "excitatory": "glutamatergic"}
"""Labels as other papers spell them, for the example."""
PURPOSE = """
A classifier's predictions, a colleague's annotations, the cell list of a paper: your table stands beside the
release's on every page of this session.

1. **Match** · which rows name a nucleus, which do not and why, row by row.
2. **Labels** · `L2/3 IT` or `oligodendrocyte` are understood; what is not certain you are asked.
3. **Compare** · cloud, counts, depth, matrix, exports and code show it as *yours*.
"""
LAYOUTS = {
    "By nucleus ID, with a confidence if you have one":
        "nucleus_id,cell_type,confidence\n264872,L2/3 IT,0.93\n294657,PV,0.71",
    "By root ID, of this release or of one that you name":
        "root_id;label\n864691135571361317;23P\n864691135181922050;BC",
    "By position, in voxels, nm or µm: the nearest nucleus is meant":
        "x_nm    y_nm    z_nm    subclass\n722304  571920  852800  L5 ET",
    "Several columns of labels become several tables":
        "target_id,broad_type,mtype\n264872,excitatory,L2a",
}  # fmt: skip


def show_purpose() -> None:
    """Say what becomes of a file, and offer an example."""
    with st.container(key="own-start", gap="small"):
        st.markdown(PURPOSE)
        st.button(
            "Try it with an example", key="own-example", icon=":material/science:", on_click=_bring_example,
            help=f"{EXAMPLE_ROWS:,} nuclei of a table of this release, their labels spelled in other ways, "
            "with invented confidences.",
        )  # fmt: skip


def show_layouts() -> None:
    """Show what a file may look like."""
    with st.container(key="own-layouts", gap="xsmall"):
        st.header("What a file may look like", anchor=False)
        for title, text in LAYOUTS.items():
            st.caption(title)
            st.markdown(f"```text\n{text}\n```")


def _bring_example() -> None:
    loaded = load_at_hand()
    name = next((name for name in CATALOG.label_sources if name in loaded), None)
    if name is None:
        return
    rows = loaded[name].frame.drop_duplicates("nucleus_id").iloc[:EXAMPLE_ROWS]
    labels = rows["cell_type"].astype(object).replace(SPELLED)
    confidence = np.random.default_rng(0).beta(5, 2, len(rows)).round(2)
    columns = {"nucleus_id": rows["nucleus_id"], "cell_type": labels, "confidence": confidence}
    (file,) = read_dropped({EXAMPLE: pd.DataFrame(columns).to_csv(index=False).encode()}).values()
    if isinstance(file, OwnFile):
        bring_file(file)
