"""The page that `cloud.py` looks at: one scene, in the way that the environment names.

`BENCH_WAY` is the way, `BENCH_NUCLEI` how many nuclei there are, `BENCH_FOLDER` where files and the log go.
The address may ask for fewer nuclei (`?n=100`), so that the browser has all scripts before the clock starts.
"""

import json
import os
import time
from pathlib import Path

import numpy as np
import streamlit as st

from benchmarks.cloud_scenes import (
    Scene,
    another_half,
    carry,
    prepare,
    show_ours,
    show_plotly,
    show_pydeck_address,
    show_pydeck_records,
)

FOLDER = Path(os.environ["BENCH_FOLDER"])
WAY = os.environ["BENCH_WAY"]
ALL = int(os.environ["BENCH_NUCLEI"])
CHOICES = {
    "table": {"By table 1": "table 1", "By table 2": "table 2", "By table 3": "table 3"},
    "kept": {"Keep all": "all", "Keep few types": "few types", "Keep any half": "any half"},
    "side": {"Look oblique": "oblique", "Look front": "front", "Look side": "side"},
}


def _choose() -> Scene:
    row = st.container(horizontal=True)
    chosen: dict[str, str] = {}
    for name, options in CHOICES.items():
        first = next(iter(options))
        said = row.segmented_control(name, list(options), default=first, required=True, key=name)
        chosen[name] = options[str(said)]
    return Scene(**chosen)  # type: ignore[arg-type]


def _show_ours(n: int, scene: Scene) -> None:
    if st.button("Select any half"):
        st.session_state["selected"] = another_half(n)
    picked = show_ours(n, scene, st.session_state.get("selected"))
    if picked is not None:
        st.session_state["selected"] = picked
        st.rerun(scope="fragment")


def _show(n: int, scene: Scene) -> None:
    if WAY.startswith("ours"):
        _show_ours(n, scene)
    elif WAY == "pydeck, records":
        show_pydeck_records(n, scene)
    elif WAY == "pydeck, address":
        show_pydeck_address(n, scene)
    else:
        show_plotly(n, scene)


@st.fragment
def explorer(n: int) -> None:
    """Show the choices and the scene; log what the run took, also one that ends in another run."""
    begun = time.perf_counter()
    try:
        _show(n, _choose())
    finally:
        took = 1000 * (time.perf_counter() - begun)
        selected = st.session_state.get("selected", np.empty(0))
        with (FOLDER / "runs.jsonl").open("a") as log:
            log.write(json.dumps({"ms": took, "selected": len(selected)}) + "\n")


st.set_page_config(layout="wide")
wanted = int(st.query_params.get("n", ALL))
for size in (wanted, ALL):
    prepare(WAY, size, FOLDER)
if WAY.startswith("ours"):
    carry(wanted)
explorer(wanted)
