"""The columns of the raw tables by their CAVE names: meaning, unit, and errors in the manual.

Sources: the schemas of CAVE, its answers to queries, the archive's sidecars, and the pages on annotation
tables and on functional coregistration of the MICrONS tutorial (June 2026).
"""

from dataclasses import dataclass, replace

from data.catalog import CATALOG
from data.catalog.entry import Table
from data.volume import VOLUME

VOXELS = f"voxels of {VOLUME.voxel_words}"


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a raw table.

    Attributes
    ----------
    name : str
        As CAVE spells it. A position is one column of three numbers or, always in the archive, three
        columns with the suffixes `_x`, `_y` and `_z`.
    unit : str
        "" where it has none.
    meaning : str
        Its meaning.
    here : tuple of str
        Tidy columns made from it; empty where it is not read.
    correction : str
        An error in the manual with its correction; "" where the manual is right or silent.
    """

    name: str
    meaning: str
    unit: str = ""
    here: tuple[str, ...] = ()
    correction: str = ""


def columns_of(table: Table) -> tuple[Column, ...]:
    """The possible columns of a table's rows, its own first, bookkeeping last.

    Sources hold different ones: the archive's sidecar names its own, and frozen releases may lack `created`,
    `valid` and `superceded_id`.
    """
    corrections = CATALOG.column_corrections
    found = {
        column: corrections.get((table.kind, column.name)) or corrections.get(("", column.name), "")
        for column in _columns(table)
    }
    return tuple(replace(column, correction=correction) for column, correction in found.items())


def _columns(table: Table) -> tuple[Column, ...]:
    if table.kind == "nuclei" and table.view:
        return _LOOKUP
    if table.kind == "nuclei":
        return (_NUCLEUS, _VOLUME, *_POINT, *_BOX, *_KEPT_BY_CAVE, _SUPERCEDED)
    if table.kind == "points":
        return (_TARGET, *_ALTERNATIVE, _VOLUME, *_BOX, *_ROW_NUMBERS, *_KEPT_BY_CAVE, *_KEPT_OF_THE_OTHER)
    own: tuple[Column, ...] = _UNIT if table.kind == "units" else ()
    if table.level:
        own = (replace(_SYSTEM, meaning=table.classification), _LABEL)
    own = (*own, *(Column(name=name, meaning=_OWN, here=(name,)) for name, _ in table.own_columns))
    if table.by_point:
        return (*own, *_POINT, _ROW_NUMBER, *_KEPT_BY_CAVE, _SUPERCEDED)
    if table.reference is None:
        return (_NUCLEUS, *own, _VOLUME, *_POINT)
    return (_TARGET, *own, _VOLUME, *_POINT, *_BOX, *_ROW_NUMBERS, *_KEPT_BY_CAVE, *_KEPT_OF_THE_OTHER)


_TARGET = Column(
    name="target_id",
    meaning=f"The nucleus: its ID in {VOLUME.detections}, the same in every release.",
    here=("nucleus_id",),
)
_NUCLEUS = Column(
    name="id",
    meaning="The nucleus; the nuclei's own segmentation numbers them alike.",
    here=("nucleus_id",),
)
_ROW_NUMBERS = (
    Column(
        name="id",
        meaning=(
            "The nucleus in answers of the tables interface, the row's own number in those of query_table. "
            "It is not read here."
        ),
    ),
    Column(name="id_ref", meaning="The other of the two: the nucleus beside a row's number, or the reverse."),
)

_ROW_NUMBER = Column(name="id", meaning="The row's own number. It names no nucleus and is not read here.")
_OWN = "Of this table alone: see what is said of the table."

_SYSTEM = Column(name="classification_system", meaning="", here=("classification_system",))
_LABEL = Column(
    name="cell_type",
    meaning="The label. CAVE lets it be any text, so a label the catalogue does not know is shown as it is.",
    here=("cell_type",),
)
_VOLUME = Column(
    name="volume",
    unit="µm³",
    meaning="Volume of the nucleus, not of the cell.",
    here=("volume_um3",),
)

_ROOT = Column(
    name="pt_root_id",
    meaning=(
        "The segmented object at the point, as proofread when the release was frozen; 0 where there is "
        f"none. It has {VOLUME.root_digits}, and other releases may give another one."
    ),
    here=("root_id",),
)
_SUPERVOXEL = Column(
    name="pt_supervoxel_id",
    meaning="The smallest piece of the segmentation at the point, by which CAVE finds the root.",
)
_CENTRE = Column(
    name="pt_position",
    unit=VOXELS,
    meaning="Centre of the nucleus; y grows with depth, and the axes are not yet turned to the pia.",
    here=("x_um", "depth_um", "z_um"),
)
_POINT = (_CENTRE, _ROOT, _SUPERVOXEL)
_BOX = (
    Column(name="bb_start_position", unit=VOXELS, meaning="Corner of the nucleus's box; always empty."),
    Column(name="bb_end_position", unit=VOXELS, meaning="The opposite corner; always empty."),
)

_KEPT_BY_CAVE = (
    Column(
        name="created",
        unit="UTC",
        meaning="When the row was written.",
    ),
    Column(
        name="valid",
        meaning="Whether the row still counts: t or True. Rows that do not count are left out here.",
    ),
)
_SUPERCEDED = Column(name="superceded_id", meaning="The row that took this one's place; always empty.")
_KEPT_OF_THE_OTHER = (
    Column(name="created_ref", unit="UTC", meaning="Like created, of the row that id_ref names."),
    Column(name="valid_ref", meaning="Like valid, of the row that id_ref names."),
)

_UNIT = (
    Column(name="session", meaning="Imaging session of the two-photon recordings.", here=("session",)),
    Column(name="scan_idx", meaning="Scan within its session.", here=("scan_idx",)),
    Column(
        name="unit_id",
        meaning="The recorded unit; a name only together with session and scan_idx.",
        here=("unit_id",),
    ),
    Column(name="field", meaning="Imaging plane of the scan in which the unit lies.", here=("field",)),
    Column(
        name="residual",
        unit="µm",
        meaning="Distance between unit and matched nucleus after the transform; small is good.",
        here=("residual_um",),
    ),
    Column(
        name="score",
        unit="µm",
        meaning=(
            "Distance from the unit to the nearest other neuron, less the residual. Large is good; below 0 "
            "another neuron lies nearer than the matched one."
        ),
        here=("score_um",),
    ),
)

_ALTERNATIVE = (
    Column(
        name="pt_position",
        unit=VOXELS,
        meaning="The alternative point, at which to look up the segment.",
        here=("x_alt_um", "depth_alt_um", "z_alt_um"),
    ),
    replace(_ROOT, meaning="The segmented object at the alternative point; 0 where there is none."),
    replace(_SUPERVOXEL, meaning="The smallest piece of the segmentation at the alternative point."),
    replace(_CENTRE, name="pt_position_ref"),
    replace(
        _ROOT,
        name="pt_root_id_ref",
        meaning="The segmented object at the nucleus's centre; 0 where there is none.",
        here=("orig_root_id",),
    ),
    replace(_SUPERVOXEL, name="pt_supervoxel_id_ref", meaning="The smallest piece at the nucleus's centre."),
)

_LOOKUP = (
    _NUCLEUS,
    _VOLUME,
    _CENTRE,
    Column(
        name="pt_position_lookup",
        unit=VOXELS,
        meaning="Where the segment is looked up: the alternative point if there is one, else the centre.",
        here=("x_alt_um", "depth_alt_um", "z_alt_um"),
    ),
    replace(_ROOT, meaning="The segmented object at the lookup point; 0 where there is none."),
    replace(
        _ROOT,
        name="orig_root_id",
        meaning="The segmented object at the nucleus's centre; 0 where there is none.",
        here=("orig_root_id",),
    ),
    replace(_SUPERVOXEL, meaning="The smallest piece of the segmentation at the lookup point."),
)
