"""A small release of overlapping nuclei, awkward in the ways real ones are, and what pandas says of it."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from tests.loopback_archive import COARSE, FINE, table_files

METAMODEL = "aibs_soma_nuc_metamodel_preds_v117"
DETECTIONS = "nucleus_detection_v0"
SYNONYMS = {"5P-PT": "5P-ET"}
INHIBITORY = {"BC", "BPC", "MC", "NGC"}
N, BOX = 600, [(90_000, 400_000), (90_000, 220_000), (15_000, 27_000)]
POINT = ["pt_position_x", "pt_position_y", "pt_position_z"]
DETECTED = (
    "id,int64\r\nvalid,object\r\nvolume,float64\r\npt_root_id,int64\r\n"
    "pt_position_x,int64\r\npt_position_y,int64\r\npt_position_z,int64\r\n"
)

Raw = Mapping[str, pd.DataFrame]


def made_up() -> dict[str, pd.DataFrame]:
    """Make three tables of overlapping nuclei, one of which has two labels and another one label twice."""
    random = np.random.default_rng(7)
    ids = 200_000 + 7 * np.arange(N)
    roots = np.where(ids % 5 == 0, 0, 864_691_135_000_000_000 + 3 * ids)
    x, y, z = (random.integers(low, high, N) for low, high in BOX)
    words = np.array(["23P", "4P", "5P-IT", "5P-PT", "BC", "MC"])
    kinds = random.integers(0, len(words), N)

    def table(system: str, labels: np.ndarray, rows: Iterable[int]) -> pd.DataFrame:
        return pd.DataFrame(
            [(n + 1, ids[i], system, labels[i], roots[i], x[i], y[i], z[i]) for n, i in enumerate(rows)],
            columns=["id", "target_id", "classification_system", "cell_type", "pt_root_id", *POINT],
        )

    other = np.where(random.random(N) < 0.3, random.integers(0, len(words), N), kinds)
    fine = table("baylor_gnn_cell_type_fine", words[kinds], [*range(500), 150, 160])
    fine.loc[500, "cell_type"] = next(word for word in words if word != words[kinds[150]])
    metamodel = table("aibs_neuronal", np.where(words == "5P-PT", "5P-ET", words)[other], range(100, N))
    doubted = np.isin(words[other], [*INHIBITORY]) ^ (random.random(N) < 0.1)
    classes = np.where(doubted, "inhibitory", "excitatory")
    coarse = table("baylor_log_reg_cell_type_coarse", classes, range(50, 550))
    return {FINE: fine, METAMODEL: metamodel, COARSE: coarse}


def detected(raw: Raw) -> pd.DataFrame:
    """The detections of all nuclei of the tables, as the archive holds them."""
    every = pd.concat([*raw.values()]).drop_duplicates("target_id").sort_values("target_id")
    once = every.assign(id=every["target_id"], valid="t", volume=300.0)
    return once[["id", "valid", "volume", "pt_root_id", *POINT]].reset_index(drop=True)


def archive_files(raw: Raw) -> dict[str, bytes]:
    """All files of tables, by path, laid out as the archive lays them."""
    files: dict[str, bytes] = {}
    for name, frame in raw.items():
        rows = [*frame.itertuples(index=False, name=None)]
        files |= table_files(name, rows, DETECTED) if name == DETECTIONS else table_files(name, rows)
    return files


def compared(raw: Raw, rows: str, columns: str) -> pd.DataFrame:
    """Both labels of each nucleus in both tables, without those to which one of them gives two."""
    sides = []
    for name in (rows, columns):
        said = raw[name].assign(cell_type=raw[name]["cell_type"].replace(SYNONYMS))
        said = said.drop_duplicates(["target_id", "cell_type"])
        sides.append(said.loc[~said["target_id"].duplicated(keep=False)].set_index("target_id")["cell_type"])
    return pd.concat(sides, axis="columns", join="inner", keys=["row", "column"])


def cell_nuclei(pairs: pd.DataFrame, row: str, column: str) -> list[int]:
    """The nuclei in a cell of the matrix, sorted."""
    return sorted(pairs.index[(pairs["row"] == row) & (pairs["column"] == column)].tolist())
