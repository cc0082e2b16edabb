"""A nucleus's profile joined by pandas alone from the raw rows: what the dashboard's is held against.

What a label means is taken from `data.labels.crosswalk`, and the turn to oriented micrometres from its own
package; nothing here is from `components`.
"""

import gzip
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from standard_transform import minnie_ds

from data.catalog import CATALOG, TABLES
from data.labels.crosswalk import LEVELS, at_level, find_label, is_ambiguous
from data.labels.entry import Level
from data.loader import OpenRelease
from data.tables.raw import silent

DETECTIONS, LOOKUP, POINTS = (
    "nucleus_detection_v0",
    "nucleus_detection_lookup_v1",
    "nucleus_alternative_points",
)
AXES = ("x", "y", "z")
Raw = dict[str, pd.DataFrame]


def raw_of_files(files: Mapping[str, bytes]) -> Raw:
    """Read the archive's files: rows without a header row, and their names beside them."""
    raw = {}
    for path, content in files.items():
        if path.endswith("_merged.csv.gz"):
            name = path.rsplit("/", 1)[1].removesuffix("_merged.csv.gz")
            header = files[path.removesuffix(".csv.gz") + "_header.csv"].decode().split()
            columns = [line.split(",")[0] for line in header]
            rows = gzip.decompress(content).decode()
            raw[name] = pd.read_csv(io.StringIO(rows), names=columns, dtype=str, keep_default_na=False)
    return raw


def raw_of_folder(folder: Path) -> Raw:
    return raw_of_files({str(path): path.read_bytes() for path in folder.glob("v661/*_merged*.csv*")})


def raw_of_release(opened: OpenRelease) -> Raw:
    """Ask a source for its raw rows once more, past the loader and its cache."""
    return {name: opened.source.fetch_table(table, silent).rows.to_pandas() for name, table in TABLES.items()}


NEURONS_ONLY = {
    *("allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref", "allen_column_mtypes_v1"),
    *("aibs_soma_nuc_exc_mtype_preds_v117", "connectivity_groups_v507"),
    *("baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"),
}
MUTE: dict[Level, set[str]] = {
    "neuron": NEURONS_ONLY,
    "class": {
        *("aibs_soma_nuc_exc_mtype_preds_v117", "connectivity_groups_v507", "aibs_column_nonneuronal_ref"),
    },
    "subclass": set(),
}
"""Tables that can say only one thing at a level."""


@dataclass(frozen=True, eq=False)
class Joined:
    """Raw rows, asked about one nucleus."""

    raw: Raw

    @cached_property
    def still_valid(self) -> Raw:
        """The rows that were not taken back, by nucleus ID, with numbers as numbers."""
        kept = {}
        for name in TABLES:
            if name not in self.raw:
                continue
            rows = self.raw[name]
            if "valid" in rows:
                rows = rows[~rows["valid"].astype(str).str.lower().isin(["f", "false", "0"])]
            key = "target_id" if "target_id" in rows else "id"
            rows = rows.assign(nucleus=rows[key].astype("int64"))
            for column in [name for name in map(str, rows) if name.endswith(("root_id", "root_id_ref"))]:
                roots = rows[column].replace("", "0") if rows[column].dtype == object else rows[column]
                rows[column] = roots.astype("int64").replace(1, 0)
            kept[name] = rows.sort_values("nucleus", kind="stable", ignore_index=True)
        return kept

    def rows(self, name: str, nucleus: int) -> pd.DataFrame:
        rows = self.still_valid[name]
        first, last = rows["nucleus"].searchsorted([nucleus, nucleus + 1])
        return rows.iloc[first:last]

    # What the tables say

    def labels(self, name: str, nucleus: int) -> list[tuple[str | None, str | None]]:
        """System and label of each row."""
        rows = self.rows(name, nucleus)
        texts = [
            [str(value).strip() or None for value in rows[c]] for c in ("classification_system", "cell_type")
        ]
        return list(zip(*texts, strict=True))

    def state(self, name: str, nucleus: int) -> str:
        if name not in self.raw:
            return "table not at hand"
        if self.rows(name, nucleus).empty:
            return "not in this table"
        if TABLES[name].kind != "labels":
            return "held"
        kinds = {label and at_level(label, "type") for _, label in self.labels(name, nucleus)}
        return "labelled" if len(kinds) == 1 else "conflicting"

    def reading(self, name: str, nucleus: int, level: Level) -> tuple[str | None, str]:
        """What a table's first label counts as, and how surely."""
        system, label = self.labels(name, nucleus)[0]
        counts_as = at_level(label, level, system) if label else None
        if counts_as is None:
            return None, "unmapped"
        if is_ambiguous(str(label), level):
            return counts_as, "ambiguous"
        entry = find_label(str(label))
        if level != "subclass" or entry is None or entry.standing == "neither":
            return counts_as, "exact"
        if entry.counted is None:
            return counts_as, "described"
        return counts_as, "exact" if entry.counted[0] == entry.counted[1] else "majority"

    def labels_of(self, nucleus: int, level: Level) -> dict[str, str]:
        """The tables that give one label with a counterpart at the level."""
        said: dict[str, str] = {}
        for name in self.raw:
            if self.state(name, nucleus) == "labelled":
                label, _ = self.reading(name, nucleus, level)
                said |= {name: label} if label else {}
        return said

    def together(self, nucleus: int, level: Level) -> tuple[str | None, dict[str, int]]:
        """The consensus of the lineages, and how many votes each label has."""
        said = {n: label for n, label in self.labels_of(nucleus, level).items() if n not in MUTE[level]}
        votes = {}
        for lineage in CATALOG.lineages:
            voting = [name for name in lineage.tables if name in said]
            if voting:
                votes[lineage.title] = said[voting[0]]
        counts = Counter(votes.values())
        majority = [label for label, n in counts.items() if n > len(votes) - n and n > 1]
        return (majority[0] if majority else None), dict(counts)

    def differ(self, nucleus: int, level: Level) -> set[frozenset[str]]:
        said = self.labels_of(nucleus, level)
        return {frozenset((a, b)) for a in said for b in said if said[a] != said[b]}

    # Where it is

    @cached_property
    def centres(self) -> pd.DataFrame:
        """Position (voxels) and root at the centre, by nucleus: of the detections first."""
        every = []
        for name in sorted(self.still_valid, key=lambda one: one != DETECTIONS):
            rows = self.still_valid[name]
            stem = "pt_position_ref" if "pt_position_ref_x" in rows else "pt_position"
            found = rows[[f"{stem}_{axis}" for axis in AXES]].astype(float).set_axis([*AXES], axis="columns")
            every.append(found.assign(nucleus=rows["nucleus"], root=rows["pt_root_id"], table=name))
        joined = pd.concat(every).drop_duplicates("nucleus").set_index("nucleus").sort_index()
        turned = minnie_ds.transform("vx").apply(joined[[*AXES]].to_numpy())
        return joined.assign(**{f"{axis}_um": turned[:, place] for place, axis in enumerate(AXES)})

    def centre_roots(self, nucleus: int) -> dict[int, set[str]]:
        """Every root that a table states for the centre, and which tables do."""
        stated: dict[int, set[str]] = {}
        for name in self.still_valid:
            column = {POINTS: "pt_root_id_ref", LOOKUP: "orig_root_id"}.get(name, "pt_root_id")
            for root in self.rows(name, nucleus)[column]:
                stated.setdefault(int(root), set()).add(name)
        return stated

    def on_root(self, root: int) -> set[int]:
        """The nuclei that find a root, at their centres or where else they are looked up."""
        found = set(self.centres.index[self.centres["root"] == root])
        for name in (POINTS, LOOKUP):
            if name in self.still_valid:
                rows = self.still_valid[name]
                found |= set(rows.loc[rows["pt_root_id"] == root, "nucleus"])
        return found

    def distances(self, nucleus: int) -> pd.Series:
        """How far every other nucleus lies, by brute force, µm."""
        points = self.centres[[f"{axis}_um" for axis in AXES]]
        far = np.sqrt(((points - points.loc[nucleus]) ** 2).sum(axis="columns"))
        return far.drop(nucleus).sort_values()

    def units(self, nucleus: int) -> list[tuple[Any, ...]]:
        """Table, session, scan and unit of each match."""
        return sorted(
            (name, *(int(value) for value in row))
            for name in self.raw
            if TABLES[name].kind == "units"
            for row in self.rows(name, nucleus)[["session", "scan_idx", "unit_id"]].to_numpy()
        )


__all__ = ["LEVELS", "Joined", "Raw", "raw_of_files", "raw_of_folder", "raw_of_release"]
