"""The tables of the stand-in for CAVE: a few rows each, in the columns and types of the real server."""

from dataclasses import dataclass

import pandas as pd

NUCLEI = "nucleus_detection_v0"
FINE = "baylor_gnn_cell_type_fine_model_v2"
COARSE = "baylor_log_reg_cell_type_coarse_v1"
UNITS = "coregistration_manual_v3"
POINTS = "nucleus_alternative_points"
LOOKUP = "nucleus_detection_lookup_v1"
ROOT = 864691135568539372
VOXEL = (4.0, 4.0, 40.0)

KEPT = ["created", "deleted", "superceded_id", "valid"]
POINT = {"pt_supervoxel_id": "Int64", "pt_root_id": "Int64", "pt_position_x": "Int32",
         "pt_position_y": "Int32", "pt_position_z": "Int32"}  # fmt: skip
BOXES = [f"bb_{end}_position_{axis}" for end in ("start", "end") for axis in "xyz"]
"""A nucleus's box, which production leaves empty."""
LABEL = {"target_id": "Int64", "classification_system": "string", "cell_type": "string"}
UNIT = {"target_id": "Int64", "session": "Int32", "scan_idx": "Int32", "unit_id": "Int32", "field": "Int32",
        "residual": "Float32", "score": "Float32"}  # fmt: skip


@dataclass(frozen=True)
class StandTable:
    """A table's own rows: no join, all columns, those no longer valid included; and its owner's notice."""

    schema: str
    rows: pd.DataFrame
    reference: str | None = None
    resolution: tuple[float, ...] = VOXEL
    notice: str | None = None

    def valid(self) -> pd.DataFrame:
        """The rows a query sees; a segment that is missing comes as 1, but not in a view."""
        if "valid" not in self.rows:
            return self.rows
        rows = self.rows[self.rows["valid"].isin([True, "t"])]
        return rows.fillna({"pt_root_id": 1}) if "pt_root_id" in rows else rows

    def metadata(self, name: str) -> dict[str, object]:
        """What the server says of the table."""
        return {
            "table_name": name, "annotation_table": name, "schema": self.schema, "schema_type": self.schema,
            "reference_table": self.reference, "description": "", "valid": True, "notice_text": self.notice,
            **self._unit(),
        }  # fmt: skip

    def view_metadata(self) -> dict[str, object]:
        """What the server's list says of a view, by its name."""
        return {
            "id": 7, "description": "", "datastack_name": "minnie65_public", "notice_text": self.notice,
            "live_compatible": True, **self._unit(),
        }  # fmt: skip

    def _unit(self) -> dict[str, object]:
        return {f"voxel_resolution_{axis}": size for axis, size in zip("xyz", self.resolution, strict=True)}

    def view_schema(self) -> dict[str, dict[str, str]]:
        """The columns of a view and their types, as the server gives them."""
        kinds = {"Int64": "integer", "Float64": "float"}
        return {
            str(name): {"type": kinds[str(kind)]}
            for name, kind in self.rows.dtypes.items()
            if str(kind) in kinds
        }


def table_rows(kinds: dict[str, str], rows: list[tuple[object, ...]]) -> pd.DataFrame:
    """Rows in the server's own types; the columns the server keeps for itself are filled in."""
    own = {"id": "Int64", **kinds}
    # Column by column: beside a missing one, a root ID would pass through a float and lose its last digits.
    columns = zip(own.items(), zip(*rows, strict=True), strict=True)
    frame = pd.DataFrame({name: pd.Series(list(values), dtype=kind) for (name, kind), values in columns})
    return frame.assign(
        created=pd.Timestamp("2020-09-28 22:40:41.780734", tz="UTC"),
        deleted=pd.Series(pd.NaT, frame.index, dtype="datetime64[ns, UTC]"),
        superceded_id=pd.Series(pd.NA, frame.index, dtype="Int64"),
        valid=pd.Series(True, frame.index, dtype="boolean"),
    )


NUCLEUS_ROWS = table_rows(
    {"volume": "Float32", **POINT},
    [
        (101, 297.5, 90, ROOT, 175760, 126480, 15504),
        (102, 300.25, 91, ROOT + 1, 176000, 190000, 20000),
        (103, 188.0, 0, 0, 177000, 200000, 21000),
        (104, 210.0, 92, None, 178000, 150000, 19000),  # no row in the segmentation's table
        (105, 250.0, 93, ROOT + 4, 179000, 160000, 18000),
    ],
).assign(**dict.fromkeys(BOXES, pd.array([pd.NA] * 5, dtype="Int32")))


def label_rows(labels: list[tuple[int, int, str]], system: str) -> pd.DataFrame:
    """Rows of a label table: annotation, nucleus, label."""
    return table_rows(LABEL, [(row, nucleus, system, label) for row, nucleus, label in labels])


FINE_ROWS = label_rows(
    [(7, 101, "23P"), (8, 102, "5P-PT"), (9, 103, "BC"), (10, 104, "4P"), (11, 105, "MC")], "baylor_gnn"
)
STAND_TABLES = {
    NUCLEI: StandTable("nucleus_detection", NUCLEUS_ROWS),
    FINE: StandTable("cell_type_reference", FINE_ROWS, NUCLEI),
    COARSE: StandTable(
        "cell_type_reference", label_rows([(1, 101, "excitatory"), (2, 103, "inhibitory")], "baylor"), NUCLEI
    ),
    UNITS: StandTable(
        "func_unit_ext_coreg",
        table_rows(
            UNIT,
            [
                (1, 101, 4, 7, 12, 3, 4.5, 6.25),
                (2, 101, 5, 6, 40, 1, 3.5, 8.0),
                (3, 102, 4, 7, 13, 3, 9.0, -1.5),
            ],
        ),
        NUCLEI,
    ),
    POINTS: StandTable(
        "reference_point",
        table_rows({"target_id": "Int64", **POINT}, [(1, 103, 95, ROOT + 2, 177100, 200050, 21010)]),
        NUCLEI,
    ),
}
STAND_VIEWS = {
    LOOKUP: StandTable(
        "",
        NUCLEUS_ROWS.drop(columns=[*KEPT, *BOXES])
        .assign(
            orig_root_id=lambda rows: rows["pt_root_id"],
            **{f"pt_position_lookup_{axis}": NUCLEUS_ROWS[f"pt_position_{axis}"] for axis in "xyz"},
        )
        .astype({"volume": "Float64"}),
    )
} | {
    name: StandTable("", NUCLEUS_ROWS[["id", "pt_root_id"]])
    for name in ("connections_with_nuclei", "single_neurons", "soma_counts", "synapses_pni_2_in_out_degree")
}


def _definition(**fields: object) -> dict[str, object]:
    return {"$ref": "#/definitions/One", "definitions": {"One": {"properties": fields}}}


_INTEGER, _TEXT = {"type": "integer"}, {"type": "string"}
_NUMBER, _POINT = {"type": "number", "format": "float"}, {"$ref": "#/definitions/BoundSpatialPoint"}
SCHEMAS = {
    "nucleus_detection": _definition(pt=_POINT, volume=_NUMBER),
    "cell_type_reference": _definition(target_id=_INTEGER, classification_system=_TEXT, cell_type=_TEXT),
    "func_unit_ext_coreg": _definition(
        target_id=_INTEGER, session=_INTEGER, scan_idx=_INTEGER, unit_id=_INTEGER, residual=_NUMBER
    ),
    "reference_point": _definition(target_id=_INTEGER, pt=_POINT),
}
