"""Rows as people export them, written in the ways of pandas and read by the folder's source, for tests."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import ArrayLike

from components.analysis.checks.doubts import table_doubts
from data.catalog import TABLES
from data.catalog.entry import Table
from data.catalog.tables import release_tables
from data.loader import LabelTable, OpenRelease
from data.opening import open_release
from data.settings import read_settings
from data.sources.folder import FolderSource
from data.tables.records import Provenance
from data.volume import VOLUME
from data.volume.space import oriented_um

COARSE = TABLES["baylor_log_reg_cell_type_coarse_v1"]
FINE = TABLES["baylor_gnn_cell_type_fine_model_v2"]
UNITS = TABLES["coregistration_manual_v3"]
DETECTIONS = TABLES["nucleus_detection_v0"]
DETECTED = DETECTIONS.name
OPENED = release_tables(VOLUME.releases[661])
FOLDER = FolderSource(Path(__file__).parent, 661)
ROOTS = [864691130000000011, 864691130000000022, 864691130000000033]
PLACES = [(180000, 120000, 20000), (180016, 150000, 21000), (180032, 200000, 22000)]
VOLUMES = (310.5, 280.25, 299.0)
SYSTEM = "baylor_log_reg_cell_type_coarse"
MANY_ROOTS = [864_691_130_000_000_000 + 7_919_000_013 * number for number in range(1, 40)]
SPLIT = [f"pt_position_{axis}" for axis in "xyz"]
NM, UM, COARSE_VOXELS = (1, 1, 1), (1000, 1000, 1000), (8, 8, 40)


def right_rows(table: Table = COARSE) -> dict[str, list[object]]:
    """Three rows as a source gives them, by column."""
    columns: dict[str, list[object]] = {
        "id": [200101, 200102, 200103],
        "valid": [True, True, True],
        "target_id": [200101, 200102, 200103],
        "classification_system": [SYSTEM] * 3,
        "cell_type": ["excitatory", "inhibitory", "excitatory"],
        "pt_root_id": list(ROOTS),
        "volume": list(VOLUMES),
        **{f"pt_position_{axis}": [place[k] for place in PLACES] for k, axis in enumerate("xyz")},
    }
    if table.kind == "units":
        columns |= {"session": [7, 7, 9], "scan_idx": [5, 4, 4], "unit_id": [1, 2, 3], "field": [1, 2, 3]}
        columns |= {"residual": [1.5, 2.5, 3.5], "score": [-1.0, 9.5, 4.0]}
    return columns


def named(cases: Sequence[tuple[object, ...]]) -> list[object]:
    """Cases with their first part as their name."""
    return [pytest.param(*case[1:], id=str(case[0])) for case in cases]


def export(**columns: object) -> pd.DataFrame:
    """Rows as caveclient returns them: three nuclei at different depths."""
    return pd.DataFrame(right_rows() | columns)


def in_unit(frame: pd.DataFrame, nm: tuple[float, ...]) -> pd.DataFrame:
    """The same rows with positions in another unit."""
    factors = {
        f"pt_position_{axis}": voxel / own for axis, voxel, own in zip("xyz", (4, 4, 40), nm, strict=True)
    }
    return frame.assign(**{name: frame[name] * factor for name, factor in factors.items()})


def opened_folder(folder: Path, release: int = 661) -> OpenRelease:
    given = {"source": "folder", "folder": folder, "cache": folder.parent / "cache", "release": release}
    return open_release(read_settings(given), sample_when_offline=False)


def write(frame: pd.DataFrame, folder: Path, ending: str = "parquet", name: str = COARSE.name) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.{ending}"
    if ending.startswith("csv"):
        frame.to_csv(path, index=False)
    else:
        getattr(frame, f"to_{ending}")(path)
    return path


def stated(frame: pd.DataFrame, **attributes: object) -> pd.DataFrame:
    frame.attrs.update(datastack_name="minnie65_public", table_name=COARSE.name)
    frame.attrs.update(attributes)
    return frame


def of_places(
    name: str, voxels: np.ndarray, position_nm: tuple[float, ...] = (), roots: ArrayLike = 0
) -> LabelTable:
    """A loaded table with nuclei 1, 2, … at places."""
    um = oriented_um(voxels).astype(np.float32)
    ids = np.arange(1, len(um) + 1)
    frame = pd.DataFrame(
        {"nucleus_id": ids, "root_id": roots, "cell_type": pd.Categorical([None] * len(ids))}
    )
    frame = frame.assign(**dict(zip(("x_um", "depth_um", "z_um"), um.T, strict=True)))
    provenance = Provenance(
        table=name, source="folder", place="", origin="", release=661, timestamp="", synthetic=False,
        rows=len(frame), nuclei=len(frame), sha256="", fetched_at="", absent=(), notes=(), stamp="",
        position_nm=position_nm,
    )  # fmt: skip
    return LabelTable(TABLES[name], frame, provenance)


def within(low: tuple[int, ...], high: tuple[int, ...], n: int = 200) -> np.ndarray:
    return np.linspace(low, high, n).round()


WIDE = within((60_096, 100_000, 14_850), (415_072, 298_576, 27_857))
DEEP = within((180_000, 200_000, 20_000), (210_000, 290_000, 26_000))
"""Deep enough that even at half the height every nucleus lies below the pia, inside the volume."""
Doubted = dict[str, str]


def told(*loaded: LabelTable) -> Doubted:
    """The doubts about tables: name of the doubt, and its words."""
    doubts = table_doubts({one.table.name: one for one in loaded})
    return {
        name: " ".join(f"{doubt.name}: {doubt.problem}" for doubt in found) for name, found in doubts.items()
    }
