"""A release of made rows with everything odd that real ones hold, as the archive's files and as frames."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from components.analysis.code_export.script import Origin, origins
from components.analysis.code_export.text import Snippet
from components.analysis.comparison.axes import AxisTable
from data.catalog import TABLES
from data.loader import LabelTable
from data.opening import open_release
from data.settings import read_settings
from data.volume import VOLUME
from tests.loopback_archive import running_archive, table_files

FINE, COARSE = "baylor_gnn_cell_type_fine_model_v2", "baylor_log_reg_cell_type_coarse_v1"
METAMODEL, NEURONS = "aibs_soma_nuc_metamodel_preds_v117", "allen_v1_column_types_slanted_ref"
PREDICTED, GROUPS = "aibs_soma_nuc_exc_mtype_preds_v117", "connectivity_groups_v507"
SVM, DETECTIONS = "nucleus_ref_neuron_svm", "nucleus_detection_v0"
POINTS, LOOKUP = "nucleus_alternative_points", "nucleus_detection_lookup_v1"
MANUAL, AUTOMATED = "coregistration_manual_v3", "apl_functional_coreg_forward_v5"

ROOT = 864691135568539372
"""The next ones differ in their last digit, which a floating-point number would lose."""
AXES = ("x", "y", "z")
POINT = [f"pt_position_{axis}" for axis in AXES]
LABEL = [
    *("id", "valid", "target_id", "classification_system", "cell_type", "volume"),
    *("pt_supervoxel_id", "pt_root_id", *POINT),
]
UNIT = [
    *("id", "valid", "target_id", "session", "scan_idx", "unit_id", "field", "residual", "score"),
    *("pt_root_id", *POINT),
]
WORDS = {
    FINE: ["23P", "4P", "5P-IT", "5P-PT", "5P-ET", "BC", "MC", " BC ", "", "Martian"],
    COARSE: ["excitatory", "inhibitory"],
    METAMODEL: ["23P", "4P", "5P-ET", "6P-CT", "BC", "NGC", "oligo", "pericyte"],
    NEURONS: ["23P", "5P-PT", "BC", "Unsure", "Unsure E", "WM-P", "6P-U"],
    PREDICTED: ["L2a", "L3b", "L5ET", "L5NP", "L6CT", "L6wm", "L4a"],
    GROUPS: ["1", "2", "10", "BC"],
    SVM: ["neuron", "not-neuron"],
}
SYSTEMS = {GROUPS: ["connectivity_group"], NEURONS: ["aibs_coarse_excitatory", "aibs_coarse_inhibitory"]}

Rows = list[tuple[object, ...]]


class Maker:
    """Draws rows, always the same ones."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(661)
        self.nuclei = np.arange(101, 401) * 7
        low, high = (150_000, 90_000, 15_000), (330_000, 300_000, 27_000)
        self.voxels = self.random.integers(low, high, (len(self.nuclei), 3))

    def base(self, row: int) -> tuple[object, ...]:
        """A nucleus's segment and place; some lie in none, which is written in three ways."""
        root = {0: 0, 1: 1, 2: ""}.get(row % 11, ROOT + row // 2)
        return (root, *self.voxels[row].tolist())

    def chosen(self, n: int) -> list[int]:
        return [int(row) for row in self.random.choice(len(self.nuclei), n, replace=False)]

    def labels(self, name: str, n: int) -> Rows:
        """Rows of a label table; in the end some nuclei come again, with the same label or another."""
        picked = self.chosen(n)
        again = [*picked[: n // 10], *picked[: n // 20]]
        rows: Rows = []
        for count, row in enumerate([*picked, *again]):
            word = WORDS[name][int(self.random.integers(len(WORDS[name])))]
            if n <= count < n + n // 20:  # once more as before
                word = str(rows[count - n][4])
            system = SYSTEMS.get(name, ["a system"])[int(self.random.integers(len(SYSTEMS.get(name, " "))))]
            valid = "f" if count % 13 == 5 else "t"
            volume = round(float(self.random.uniform(50, 600)), 3)
            about = (count, valid, self.nuclei[row], system, word, volume, 90 + count)
            rows.append((*about, *self.base(row)))
        return rows

    def units(self, n: int) -> Rows:
        rows: Rows = []
        for count, row in enumerate(int(one) for one in self.random.integers(0, 120, n)):
            residual, score = (round(float(x), 4) for x in self.random.normal((12, 2), (8, 12)))
            valid = "f" if count % 17 == 3 else "t"
            quality = (residual, "" if count % 19 == 7 else score)
            rows.append(
                (
                    count,
                    valid,
                    self.nuclei[row],
                    4 + count % 3,
                    count % 8,
                    count,
                    1,
                    *quality,
                    *self.base(row),
                )
            )
        return rows

    def detections(self) -> Rows:
        return [
            (nucleus, "t", 50.5 + row, 7, *self.base(row)) for row, nucleus in enumerate(self.nuclei.tolist())
        ]

    def points(self) -> Rows:
        return [
            (row, self.nuclei[row], *self.base(row), *self.base(row + 1))
            for row in self.chosen(80)
            if row < 299
        ]

    def lookup(self) -> Rows:
        return [
            (nucleus, 60.5 + row, *self.base(row), self.base(row + 1)[0], *self.voxels[row].tolist())
            for row, nucleus in enumerate(self.nuclei[:200].tolist())
        ]


def header(columns: list[str]) -> str:
    return "".join(f"{name},int64\r\n" for name in columns)


def archive_files() -> dict[str, bytes]:
    """All files of the release, by path."""
    maker = Maker()
    sizes = {FINE: 180, COARSE: 160, METAMODEL: 250, NEURONS: 60, PREDICTED: 120, GROUPS: 30, SVM: 290}
    made = {name: (LABEL, maker.labels(name, n)) for name, n in sizes.items()}
    made |= {name: (UNIT, maker.units(n)) for name, n in {MANUAL: 90, AUTOMATED: 140}.items()}
    made[DETECTIONS] = (
        ["id", "valid", "volume", "pt_supervoxel_id", "pt_root_id", *POINT],
        maker.detections(),
    )
    other = [f"pt_position_ref_{axis}" for axis in AXES]
    made[POINTS] = (["id", "target_id", "pt_root_id", *POINT, "pt_root_id_ref", *other], maker.points())
    there = [f"pt_position_lookup_{axis}" for axis in AXES]
    made[LOOKUP] = (["id", "volume", "pt_root_id", *POINT, "orig_root_id", *there], maker.lookup())
    files: dict[str, bytes] = {}
    for name, (columns, rows) in made.items():
        files |= table_files(name, rows, header(columns))
    return files


class MadeRelease:
    """The release as the archive serves it, and as the app loads it."""

    def __init__(self, origin: Origin, cache: Path, loaded: dict[str, LabelTable]) -> None:
        self.origin = origin
        self.cache = cache
        self.loaded = loaded

    @property
    def frames(self) -> dict[str, pd.DataFrame]:
        return {name: one.frame for name, one in self.loaded.items()}

    def side(self, name: str) -> AxisTable:
        return TABLES[name], self.loaded[name].frame


@contextmanager
def made_release(cache: Path) -> Iterator[MadeRelease]:
    """Serve the release and load it."""
    with running_archive() as archive:
        archive.files |= archive_files()
        settings = read_settings({"source": "archive", "archive": archive.url, "cache": cache})
        opened = open_release(settings, sample_when_offline=False)
        served = {
            path.split("/")[2].removesuffix("_merged.csv.gz") for path in archive.files if path.endswith("gz")
        }
        loaded = {name: opened.load_labels(name) for name in TABLES if name in served}
        (origin,) = origins(VOLUME.releases[661], archive=archive.url)
        yield MadeRelease(origin, cache, loaded)


def run(snippet: Snippet | str) -> dict[str, Any]:
    """Run code in a fresh namespace, as a reader would; gives its names."""
    names: dict[str, Any] = {}
    text = snippet if isinstance(snippet, str) else snippet.text
    assert [line for line in text.splitlines() if len(line) > 88] == [], "a formatter would break it"
    exec(compile(text, "snippet", "exec"), names)
    return names
