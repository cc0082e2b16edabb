"""What commands and pages say of a made-up volume; `test_second_volume.py` runs it where that is in use."""

import io
import json
import os
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from pathlib import Path

import pandas as pd
from streamlit.testing.v1 import AppTest

import data.volume
from data.volume.volume import UNLAYERED

DRAWERS = {
    "overview": ["Code", "About"],
    "agreement": ["Rows", "Crosswalk", "Code"],
    "nucleus": ["Code"],
    "checks": ["Files", "Code"],
    "releases": ["Releases"],
    "soma_nucleus": ["Rows", "Code", "About"],
    "nuclei": ["Rows", "Code", "About"],
}
"""The pages that are opened, with what lies in their drawers."""
LEFT = {"id": [1, 2, 3, 4], "target_id": [11, 12, 13, 14], "classification_system": "shape"}
PLACES = {
    "pt_root_id": [864_691_130_000_000_001, 864_691_130_000_000_002, 864_691_130_000_000_003, 0],
    "pt_position_x": [50_000, 51_000, 52_000, 53_000],
    "pt_position_y": [30_000, 40_000, 50_000, 60_000],
    "pt_position_z": [5_000, 5_500, 6_000, 6_500],
}
ROWS: dict[str, dict[str, object]] = {
    "shape_types_v1": {**LEFT, "cell_type": ["Pyramid", "Pyr", "Smooth", "Pyramid"], **PLACES},
    "spine_classes_v1": {
        **LEFT, "classification_system": "spines",
        "cell_type": ["excitatory", "inhibitory", "inhibitory", "excitatory"], **PLACES,
    },
    "soma_detection_v1": {"id": LEFT["target_id"], "volume": [90.0, 80.0, 70.0, 60.0], **PLACES},
}  # fmt: skip


def _forget_what_may_be_unknown() -> None:
    data.volume.VOLUME = replace(
        data.volume.VOLUME, layer_presets=(UNLAYERED,), areas=(), area_borders={}, column=(), column_name="",
        column_note="", manifest=None,
    )  # fmt: skip


def answers(place: str) -> str:
    """Open rows of its tables, of a volume without optional facts; what is said as JSON, by name."""
    _forget_what_may_be_unknown()
    folder = Path(place)
    (folder / "v5").mkdir(parents=True)
    for name, rows in ROWS.items():
        pd.DataFrame(rows).to_csv(folder / f"v5/{name}.csv", index=False)
    os.environ |= {"CELL_TYPES_SOURCE": "folder", "CELL_TYPES_FOLDER": str(folder)}
    os.environ["CELL_TYPES_CACHE"] = str(folder / "cache")
    return json.dumps(_commands() | {page: _shown(page, drawer) for page, drawer in DRAWERS.items()})


def _commands() -> dict[str, str]:
    from data.__main__ import main  # noqa: PLC0415  # after the facts are forgotten

    said = {}
    for command in ("status", "agreement --all", "check", "status --source sample"):
        printed = io.StringIO()
        with redirect_stdout(printed), redirect_stderr(printed):
            code = main([*command.split(), "--json"])
        said[command] = f"exit {code}\n{printed.getvalue()}"
    return said


def _shown(page: str, drawer: list[str]) -> str:
    app = AppTest.from_file(str(Path(f"pages/{page}.py").resolve()), default_timeout=120)
    if page == "nucleus":
        app.query_params["nucleus"] = "11"
    app.query_params["panel"] = "All"
    app.query_params["drawer"] = drawer
    app.run()
    parts = ("value", "label", "body", "options", "help")
    shown = (getattr(element, part, None) for element in (*app.main, *app.sidebar) for part in parts)
    texts = [str(text) for text in shown if text is not None]
    return "\n".join([*(f"EXCEPTION {error.message}" for error in app.exception), *texts])
