"""Every way in which pandas can write a table gives the same frame, or an error that names the cause."""

import itertools
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.errors import BadTable
from data.loader import LabelTable
from data.tables.schema import POSITION
from tests.made_exports import (
    COARSE,
    COARSE_VOXELS,
    DEEP,
    FINE,
    MANY_ROOTS,
    NM,
    SPLIT,
    SYSTEM,
    UM,
    WIDE,
    in_unit,
    opened_folder,
    stated,
    told,
    write,
)


def made_up_rows() -> pd.DataFrame:
    places = np.vstack([WIDE, DEEP]).astype(np.int64)
    ids = 200_000 + np.arange(len(places))
    return pd.DataFrame(
        {
            "id": ids,
            "valid": True,
            "target_id": ids,
            "classification_system": SYSTEM,
            "cell_type": np.where(ids % 3, "excitatory", "inhibitory"),
            "pt_root_id": MANY_ROOTS[0] + 7_919_000_013 * np.arange(len(places)),
            **dict(zip(SPLIT, places.T, strict=True)),
        }
    )


@pytest.fixture(scope="module")
def many_rows() -> pd.DataFrame:
    """Real rows of Baylor coarse where there are any, else made-up ones of their kind."""
    folder = os.environ.get("CELL_TYPES_TEST_REALDATA")
    if not folder:
        return made_up_rows()
    stem = Path(folder) / "v661" / COARSE.name
    names = pd.read_csv(f"{stem}_merged_header.csv", header=None)[0].tolist()
    return pd.read_csv(f"{stem}_merged.csv.gz", names=names).iloc[::55].reset_index(drop=True)


IN_TEXT: dict[str, dict[str, Any]] = {
    "comma": {},
    "semicolon": {"sep": ";"},
    "tab": {"sep": "\t"},
    "UTF-16": {"encoding": "utf-16"},
    "gzip with a header file": {"header": False, "compression": "gzip"},
    "headerless": {"header": False},
}
STATING = ("parquet", "feather")
POSITIONS: dict[str, Callable[[pd.DataFrame], list[Any] | None]] = {
    "split": lambda _: None,
    "text": lambda axes: [f"[{x} {y} {z}]" for x, y, z in axes.to_numpy()],
    "text with commas": lambda axes: [f"[{x}, {y}, {z}]" for x, y, z in axes.to_numpy()],
    "list": lambda axes: [*map(list, axes.to_numpy())],
}
WAYS = [
    *itertools.product([(4, 4, 40), COARSE_VOXELS, NM, UM], [False], IN_TEXT, POSITIONS),
    *itertools.product([(4, 4, 40), COARSE_VOXELS, NM, UM], [False, True], STATING, POSITIONS),
]


def write_in_a_way(rows: pd.DataFrame, folder: Path, way: tuple[tuple[int, ...], bool, str, str]) -> None:
    nm, states, form, position = way
    frame = in_unit(rows, nm) if nm != (4, 4, 40) else rows.copy()
    cells = POSITIONS[position](frame[SPLIT])
    if cells is not None:
        frame = frame.drop(columns=SPLIT).assign(pt_position=pd.Series(cells))
    if states:
        frame = stated(frame, dataframe_resolution=list(nm), materialization_version=661)
    if form in STATING:
        write(frame, folder, form)
        return
    packed = form.startswith("gzip")
    frame.to_csv(folder / f"{COARSE.name}.csv{'.gz' if packed else ''}", index=False, **IN_TEXT[form])
    if packed:
        frame.dtypes.to_csv(folder / f"{COARSE.name}_header.csv", header=False)


def outcome_of(folder: Path, expected: LabelTable) -> str:
    """What became of a file: `right`, or the error or doubt that names the cause; `wrong` in silence."""
    try:
        loaded = opened_folder(folder).load_labels(COARSE.name)
    except BadTable as error:
        return error.problem
    doubts = told(
        loaded, LabelTable(FINE, expected.frame, replace(expected.provenance, position_nm=(4, 4, 40)))
    )
    if doubts:
        return doubts.get(COARSE.name, "wrong: the other table is doubted")
    same_places = np.allclose(loaded.frame[[*POSITION]], expected.frame[[*POSITION]], atol=1e-3, rtol=0)
    others = ["nucleus_id", "root_id", "classification_system", "cell_type"]
    same_words = loaded.frame[others].astype(str).equals(expected.frame[others].astype(str))
    return "right" if same_places and same_words else "wrong"


@pytest.mark.slow
def test_every_way_of_writing_a_table_gives_the_same_frame_or_an_error_that_names_the_cause(
    many_rows: pd.DataFrame, tmp_path: Path
) -> None:
    (tmp_path / "right").mkdir()
    write_in_a_way(many_rows, tmp_path / "right", ((4, 4, 40), False, "comma", "split"))
    expected = opened_folder(tmp_path / "right").load_labels(COARSE.name)
    outcomes = {}
    for number, way in enumerate(WAYS):
        (tmp_path / str(number)).mkdir()
        write_in_a_way(many_rows, tmp_path / str(number), way)
        outcomes[way] = outcome_of(tmp_path / str(number), expected)
    unexpected = {}
    for (nm, states, form, position), outcome in outcomes.items():
        cause = "right"
        if form == "headerless" and (nm != (4, 4, 40) or position != "split"):
            cause = "no column holds positions"
        elif nm != (4, 4, 40) and not states:
            cause = "position-unit: "
        is_expected = outcome == cause if cause == "right" else cause in outcome
        if not is_expected:
            unexpected[nm, states, form, position] = outcome
    assert unexpected == {}
