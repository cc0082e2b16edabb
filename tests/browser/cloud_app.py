"""A small app with everything the cloud can do, on made-up columns: for the browser tests and for trying out.

`CLOUD_NUCLEI` in the environment says how many nuclei there are.
"""

import json
import os

import numpy as np
import pandas as pd
import streamlit as st

from components.point_cloud.cloud import Cloud, LabelColumn, NumberColumn, make_cloud
from components.point_cloud.component import show_carrier, show_cloud
from components.point_cloud.view import ByAgreement, ByLabel, ByNumber, LegendEntry, Outline, Picked, View

FINE = {
    "23P": "#8268DC",
    "4P": "#647FDC",
    "5P-IT": "#77BCDE",
    "6P-CT": "#96DD70",
    "BC": "#D68C66",
    "MC": "#D36BBA",
}
EXCITATORY = ("23P", "4P", "5P-IT", "6P-CT")
LAYERS = (
    ("L1", 0, 92),
    ("L2/3", 92, 261),
    ("L4", 261, 392),
    ("L5", 392, 537),
    ("L6", 537, 754),
)
COLUMN = Outline(
    "V1 column", (((600, 0, 800), (700, 0, 800), (700, 500, 800), (600, 500, 800), (600, 0, 800)),)
)
CORNERS = np.array([[x, d, z] for z in (590, 1115) for d in (-10, 830) for x in (190, 1590)], dtype=float)


def columns(n: int) -> pd.DataFrame:
    """Make up `n` nuclei: layered types in one table, excitatory and inhibitory in a smaller other."""
    random = np.random.default_rng(4)
    depth = random.uniform(20, 760, n)
    fine = np.array(list(FINE))[np.clip(depth // 190, 0, 3).astype(int)]
    fine[random.random(n) < 0.12] = "BC"
    fine[random.random(n) < 0.06] = "MC"
    coarse = np.where(np.isin(fine, EXCITATORY), "excitatory", "inhibitory").astype(object)
    coarse[random.random(n) < 0.02] = "inhibitory"
    coarse[random.random(n) < 0.1] = None
    return pd.DataFrame(
        {
            "nucleus_id": 200_000 + random.permutation(3 * n)[:n],
            "root_id": np.where(
                random.random(n) < 0.1, 0, 864_691_135_000_000_000 + random.integers(0, 10**9, n)
            ),
            "x_um": random.uniform(195, 1589, n),
            "depth_um": depth,
            "z_um": random.uniform(594, 1114, n),
            "fine": pd.Categorical(fine, categories=list(FINE)),
            "coarse": pd.Categorical(coarse, categories=["excitatory", "inhibitory"]),
            "volume_um3": np.where(random.random(n) < 0.05, np.nan, random.normal(270, 40, n)),
        }
    )


@st.cache_resource
def cloud(n: int) -> Cloud:
    """Pack the made-up nuclei, once."""
    made = columns(n)
    return make_cloud(
        nucleus_id=made.nucleus_id,
        root_id=made.root_id,
        x_um=made.x_um,
        depth_um=made.depth_um,
        z_um=made.z_um,
        labels={
            "fine": LabelColumn(title="Made-up fine", labels=made.fine),
            "coarse": LabelColumn(title="Made-up coarse", labels=made.coarse),
        },
        numbers={"volume_um3": NumberColumn(title="Nucleus volume", unit="µm³", values=made.volume_um3)},
    )


def colouring(name: str) -> ByLabel | ByNumber | ByAgreement:
    """Return one of the ways to colour."""
    if name == "fine":
        entries = tuple(LegendEntry(label, FINE[label], (i,)) for i, label in enumerate(FINE))
        return ByLabel(column="fine", title="Made-up fine", entries=entries)
    if name == "class":
        pair = (
            LegendEntry("excitatory", "#77BCDE", (0, 1, 2, 3)),
            LegendEntry("inhibitory", "#D3697C", (4, 5)),
        )
        return ByLabel(column="fine", title="Made-up fine, class", entries=pair)
    if name == "coarse":
        entries = (LegendEntry("excitatory", "#77BCDE", (0,)), LegendEntry("inhibitory", "#D3697C", (1,)))
        return ByLabel(column="coarse", title="Made-up coarse", entries=entries)
    if name == "agreement":
        return ByAgreement(
            rows="fine",
            columns="coarse",
            title="Made-up fine against coarse",
            row_words=(0, 0, 0, 0, 1, 1),
            column_words=(0, 1),
            colours={"agree": "#4c9f8a", "differ": "#d1495b", "rows": "#c9a227", "columns": "#7a7fd1"},
            titles={"agree": "agree", "differ": "differ", "rows": "only fine", "columns": "only coarse"},
        )
    magma = ("#000004", "#51127c", "#b73779", "#fc8961", "#fcfdbf")
    unit, low, high = ("µm", 0, 760) if name == "depth_um" else ("µm³", 150, 390)
    return ByNumber(column=name, title=name, unit=unit, colours=magma, low=low, high=high)


def keep(picked: Picked) -> None:
    """Change the selection as the reader has set it, unless picks are refused."""
    mode = picked.mode if picked.mode != "new" else st.session_state["mode"]
    before, now = set(selected_ids()), set(picked.nucleus_ids.tolist())
    joined = {"new": now, "add": before | now, "subtract": before - now, "both": before & now}
    after = set() if picked.act == "clear" else joined.get(mode, before)
    st.session_state["selected"] = np.array(sorted(after), dtype=np.int64)
    st.session_state["act"] = f"{picked.act} {picked.mode}"


def selected_ids() -> list[int]:
    """List the selected nuclei."""
    return st.session_state.get("selected", np.empty(0, np.int64)).tolist()


@st.fragment
def explorer() -> None:
    """The view and its choices."""
    nuclei = cloud(int(os.environ.get("CLOUD_NUCLEI", "20000")))
    choices = st.container(horizontal=True)
    colours = ["fine", "class", "coarse", "depth_um", "volume_um3", "agreement"]
    colour = choices.segmented_control("Colour by", colours, default="fine", required=True, key="colour")
    preset = choices.segmented_control("View", ["front", "side", "pia", "oblique"], key="preset")
    chosen = choices.segmented_control(
        "Filter", ["all", "shallow", "every other", "nothing"], default="all", required=True, key="filter"
    )
    modes = ["new", "add", "subtract", "both", "refused"]
    mode = choices.segmented_control("The next pick", modes, default="new", required=True, key="mode")
    frame = columns(len(nuclei))
    kept = {
        "all": None,
        "shallow": frame.nucleus_id[frame.depth_um < 200],
        "every other": frame.nucleus_id[::2],
        "nothing": frame.nucleus_id[:0],
    }
    view = View(
        colour=colouring(str(colour)),
        filter_ids=kept[str(chosen)],
        selected_ids=st.session_state.get("selected"),
        mode="new" if mode == "refused" else mode,  # type: ignore[arg-type]  # one of the options above
        preset=preset,  # type: ignore[arg-type]  # one of the options above
        layers=LAYERS,
        em_corners=CORNERS,
        outlines=(COLUMN,),
        caption="Nuclei that are made up for trying out the view.",
        source="no release",
        file_name="made_up",
        synthetic=True,
    )
    show_cloud(nuclei, view, key="cloud", height=560, on_pick=keep)
    st.html(f"<pre id='selected'>{json.dumps(selected_ids())}</pre>")
    st.html(f"<pre id='act'>{st.session_state.get('act', '')}</pre>")


def first() -> None:
    """Show the cloud."""
    st.title("Cloud")
    show_carrier(cloud(int(os.environ.get("CLOUD_NUCLEI", "20000"))))
    explorer()


def second() -> None:
    """Show the cloud again."""
    st.title("Again")
    show_carrier(cloud(int(os.environ.get("CLOUD_NUCLEI", "20000"))))
    explorer()


def empty() -> None:
    """Show a cloud of no nuclei."""
    st.title("Empty")
    nothing = cloud(0)
    show_carrier(nothing)
    show_cloud(nothing, View(colour=colouring("fine")), key="empty")


def nothing() -> None:
    """Forget the session: the next page is shown as if it were the first."""
    st.session_state.clear()
    st.title("Nothing")


if __name__ == "__main__":
    st.set_page_config(layout="wide")
    st.navigation(
        [
            st.Page(first, title="Cloud", url_path="cloud", default=True),
            st.Page(second, title="Again", url_path="again"),
            st.Page(empty, title="Empty", url_path="empty"),
            st.Page(nothing, title="Nothing", url_path="nothing"),
        ]
    ).run()
