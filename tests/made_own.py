"""Made nuclei and files of a reader's own beside them."""

from pathlib import Path

import numpy as np
import pandas as pd

NUCLEI = np.arange(200101, 200161)
"""The nuclei of the made release."""
ROOT = 864691130000000011
SHARED = 5
"""The first nuclei, which stand on one root."""
VOXELS = np.array([[180_000 + 900 * k, 120_000 + 2_000 * k, 20_000 + 60 * k] for k in range(len(NUCLEI))])
POSITION = ["pt_position_x", "pt_position_y", "pt_position_z"]
COARSE = "baylor_log_reg_cell_type_coarse_v1"
LABELS = np.where(np.arange(len(NUCLEI)) % 3 == 0, "inhibitory", "excitatory")


def roots() -> np.ndarray:
    """Return each nucleus's root."""
    return np.array([ROOT + 11 * max(k, SHARED) for k in range(len(NUCLEI))])


def rows() -> pd.DataFrame:
    """Return rows as caveclient gives them: one per nucleus."""
    frame = pd.DataFrame({"id": range(7, 7 + len(NUCLEI)), "valid": True, "target_id": NUCLEI})
    frame = frame.assign(classification_system=COARSE[:-3], cell_type=LABELS, pt_root_id=roots())
    return frame.assign(**dict(zip(POSITION, VOXELS.T, strict=True)))


def make_release(folder: Path) -> Path:
    """Write a release of the nuclei and one official table into a folder."""
    folder.mkdir(exist_ok=True)
    detected = pd.DataFrame({"id": NUCLEI, "valid": True, "volume": 300.0, "pt_root_id": roots()})
    detected.assign(**dict(zip(POSITION, VOXELS.T, strict=True))).to_csv(
        folder / "nucleus_detection_v0.csv", index=False
    )
    rows().to_csv(folder / f"{COARSE}.csv", index=False)
    return folder
