"""Five releases for the stand-in archive, made from the sample by a stated transformation.

Of the sample's nuclei every 80th is kept. A table that the sample has keeps its rows of these nuclei; one
that came later takes the rows of the table in `LIKE` or of the detections, and `own_columns` follow rules.
Each release has its own form. With s for a nucleus's ID divided by 80, release R changes the sample thus:

- moves: a root ID is the sample's plus R, but where 5 divides s it stays;
- merges: from `EDITED` on, where 17 divides s, the root ID is that of the nucleus before;
- splits: before `EDITED`, where 13 divides s, the root ID is that of the nucleus before;
- losses: from `EDITED` on, where 19 divides s, there is no root ID, and where 23 divides s, no nucleus;
- labels: from `EDITED` on, where 11 divides s, a row has the label of the row before.
"""

import gzip
import struct
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from data.catalog import EVERY_TABLE
from data.catalog.entry import Table
from data.catalog.whereabouts import in_archive
from data.sources.sample import SEED
from data.sources.sample.tables.frames import frame_names, make_release, raw_frame
from data.volume import VOLUME
from data.volume.space import area_of, oriented_um

METAMODEL, COLUMN = "aibs_soma_nuc_metamodel_preds_v117", "allen_v1_column_types_slanted_ref"
UNITS, DETECTIONS = "coregistration_manual_v3", "nucleus_detection_v0"
LIKE = {
    "allen_column_mtypes_v2": "allen_column_mtypes_v1",
    "aibs_metamodel_mtypes_v661_v2": "aibs_soma_nuc_exc_mtype_preds_v117",
    "aibs_metamodel_celltypes_v661": METAMODEL,
    "gamlin_2023_mcs": METAMODEL,
    "bodor_pt_target_proofread": METAMODEL,
    "proofread_v1_column_membership": "nucleus_ref_neuron_svm",
    "allen_minnie_extra_types": METAMODEL,
    "aibs_cell_info": METAMODEL,
    "functional_properties_v3_bcm": UNITS,
}
"""The table of the sample whose rows a later table takes; any other table of units takes those of `UNITS`."""
PREFERRED = (COLUMN, "baylor_gnn_cell_type_fine_model_v2", "aibs_metamodel_celltypes_v661")
"""The tables from which `aibs_cell_info` takes its cell types, the first before the second."""
EDITED = 1300
"""The first release with the edits of the segmentation and of the labels."""
SPLIT = [f"pt_position_{axis}" for axis in "xyz"]


@dataclass(frozen=True)
class Form:
    """How a release is written: the end of its files' names, its positions, whether nuclei are merged in."""

    naming: str
    wkb: bool
    merged: bool = True


FORMS = {
    343: Form("", wkb=True),
    661: Form("_merged", wkb=False),
    943: Form("_merged", wkb=True),
    1300: Form("", wkb=False, merged=False),
    1507: Form("_merged", wkb=False),
}


@cache
def made_rows(name: str, release: int) -> pd.DataFrame:
    """The rows of a table of a release, as the archive has them but for their form."""
    table = EVERY_TABLE[name]
    rows = _like(table)
    key = table.id_column if not table.by_point else "id"
    rows = rows[~rows[key].isin(lost(release))].reset_index(drop=True)
    nucleus = rows[key].to_numpy()
    for words in {"classification_system", "cell_type"} & {*rows} if release >= EDITED else ():
        before = rows[words].shift(1, fill_value=rows[words].iloc[-1])
        rows[words] = rows[words].where(nucleus // 80 % 11 > 0, before)
    rows["pt_root_id"] = roots(release).reindex(nucleus).to_numpy()
    given = rows.rename(columns={common: raw for raw, common in table.renamed})
    for column, kind in table.own_columns:
        raw = next((raw for raw, common in table.renamed if common == column), column)
        if raw not in given:
            words = np.array([f"{column} a", f"{column} b"])[nucleus // 80 % 2]
            given[raw] = {"word": words, "number": nucleus // 80 % 7 / 2, "root": given["pt_root_id"]}[kind]
    if name == VOLUME.area_table:  # the fitted planes' area, but for every seventh nucleus
        um = oriented_um(given[SPLIT].to_numpy(float))
        given["tag"] = np.where(nucleus // 80 % 7 == 0, "LM", area_of(um[:, 0], um[:, 2]))
    if name == "aibs_cell_info":
        given[["cell_type", "cell_type_source"]] = _preferred(nucleus, release)
    if table.by_point:  # such a table numbers its rows, and names no nucleus
        given["id"] = np.arange(1, len(given) + 1)
    return given


def _preferred(nuclei: np.ndarray, release: int) -> np.ndarray:
    """The label of each nucleus in the first of `PREFERRED` that holds it, and that table."""
    found = np.full((len(nuclei), 2), None, dtype=object)
    for name in reversed(PREFERRED):
        rows = made_rows(name, release).drop_duplicates("target_id").set_index("target_id")["cell_type"]
        held = np.isin(nuclei, rows.index)
        found[held, 0], found[held, 1] = rows.reindex(nuclei[held]).to_numpy(), name
    return found


@cache
def roots(release: int) -> "pd.Series[int]":
    """The root ID of every nucleus in a release, by nucleus."""
    sample = _sample(DETECTIONS).set_index("id")["pt_root_id"]
    nuclei = sample.index.to_numpy()
    steps = nuclei // 80
    moved = np.where((sample > 0) & (steps % 5 > 0), sample + release, sample)
    joined = np.where(steps % (17 if release >= EDITED else 13) == 0, np.roll(moved, 1), moved)
    unrooted = (release >= EDITED) & (steps % 19 == 0)
    return pd.Series(np.where(unrooted, 0, joined), sample.index).astype(np.int64)


@cache
def lost(release: int) -> "pd.Index[int]":
    """The nuclei of the sample that a release lacks."""
    nuclei = roots(release).index
    return nuclei[(nuclei // 80 % 23 == 0) & (release >= EDITED)]


def archived_names(release: int) -> list[str]:
    """The tables that the archive is stated to hold of a release."""
    return [name for name in EVERY_TABLE if in_archive(EVERY_TABLE[name], release)]


def release_files(release: int, form: Form, number: int | None = None) -> dict[str, bytes]:
    """All files of a release in a form, by path; under another number where one is given."""
    files: dict[str, bytes] = {}
    for name in archived_names(release):
        files |= _files(made_rows(name, release), EVERY_TABLE[name], form, number or release)
    return files


def _files(rows: pd.DataFrame, table: Table, form: Form, release: int) -> dict[str, bytes]:
    naming = form.naming
    if not form.merged and table.reference == DETECTIONS and table.kind != "points":
        rows = rows.drop(columns=["pt_root_id", "pt_supervoxel_id", "volume", *SPLIT])
    if form.wkb:
        for stem in [column.removesuffix("_x") for column in map(str, rows) if column.endswith("_x")]:
            if f"{stem}_z" in rows:
                rows = _as_wkb(rows, stem)
    header = "".join(f"{column},{rows[column].dtype}\r\n" for column in rows)
    text = rows.to_csv(index=False, header=False)
    path = f"/v{release}/{table.name}{naming}"
    return {f"{path}.csv.gz": gzip.compress(text.encode(), 1), f"{path}_header.csv": header.encode()}


def _as_wkb(rows: pd.DataFrame, stem: str) -> pd.DataFrame:
    """Positions as PostGIS writes points: hexadecimal, little-endian, with z, of no reference system."""
    axes = [f"{stem}_{axis}" for axis in "xyz"]
    points = [
        struct.pack("<BI3d", 1, 0x80000001, *point).hex().upper() for point in rows[axes].to_numpy(float)
    ]
    return rows.drop(columns=axes).assign(**{stem: points})


def _like(table: Table) -> pd.DataFrame:
    """Rows of the sample in the columns of a table's kind."""
    if table.name in frame_names():
        return _sample(table.name).copy()
    other = LIKE.get(table.name) or (
        UNITS if table.kind == "units" or "digital" in table.name else DETECTIONS
    )
    rows = _sample(other).copy()
    if "id" in rows and "target_id" not in rows:
        rows["target_id"] = rows["id"]
    if table.name == "aibs_cell_info":
        rows = rows.drop_duplicates("target_id").copy()
    if table.reference is None:
        rows["id"] = rows.pop("target_id")
    if table.vocabulary:
        rows["cell_type"] = np.array(table.vocabulary)[np.arange(len(rows)) % len(table.vocabulary)]
    if table.kind == "attributes":
        units = {"session", "scan_idx", "unit_id"} & {name for name, _ in table.own_columns}
        keys = [name for name in ("id", "target_id") if name in rows]
        rows = rows[[*keys, "volume", "pt_supervoxel_id", "pt_root_id", *SPLIT, *sorted(units)]]
    return rows


@cache
def _sample(name: str) -> pd.DataFrame:
    rows = raw_frame(name, make_release(SEED)).to_pandas()
    key = "target_id" if "target_id" in rows else "id"
    return rows[rows[key] % 80 == 0].reset_index(drop=True)
