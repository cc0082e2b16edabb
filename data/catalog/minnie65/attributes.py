"""What later releases say about nuclei beside their type: area, proofreading, response, a paper's set."""

from data.catalog.entry import ColumnKind, Table
from data.catalog.facts import ExpectedRows
from data.catalog.minnie65.releases import SINCE_795, SINCE_1078, SINCE_1300, SINCE_1507
from data.volume import VOLUME

_POINT = " A row gives a point, not a nucleus: the nucleus is the one whose centre lies there."
_TWIN: tuple[tuple[str, ColumnKind], ...] = tuple(
    (name, "number")
    for name in (
        *("session", "scan_idx", "unit_id", "pref_ori", "pref_dir", "gOSI", "gDSI", "cc_abs"),
        *("cc_max", "cc_norm", "OSI", "DSI", "readout_loc_x", "readout_loc_y"),
    )
)


def _attributes(
    name: str,
    title: str,
    releases: tuple[int, ...],
    own_columns: tuple[tuple[str, ColumnKind], ...],
    what: str,
    about: str,
    *,
    family: str = "nuclei",
    citations: tuple[str, ...] = ("microns",),
    by_point: bool = False,
    renamed: tuple[tuple[str, str], ...] = (),
    expected_rows: ExpectedRows | None = None,
    deprecated_by: str | None = None,
) -> Table:
    return Table(
        name=name,
        title=title,
        family=family,
        kind="attributes",
        method="measurement",
        expected_rows=expected_rows,
        releases=releases,
        reference=None if by_point else VOLUME.detections,
        by_point=by_point,
        own_columns=own_columns,
        renamed=renamed,
        deprecated_by=deprecated_by,
        labels_what=what,
        about=about + (_POINT if by_point else ""),
        citations=citations,
    )


TABLES = (
    _attributes(
        "nucleus_functional_area_assignment",
        "Visual areas",
        SINCE_1078,
        (("tag", "word"), ("value", "number")),
        "Every nucleus, by visual area",
        "The area of each nucleus, V1, RL, AL or LM (tag), estimated from the areas of the recorded units "
        "after their transformation; value is the distance to the border in µm, the mean over the 10 "
        "nearest nuclei of another area: larger is surer.",
        expected_rows=ExpectedRows(low=144_120, high=144_120, source="rows of its file at release 1507"),
    ),
    _attributes(
        "proofreading_status_and_strategy",
        "Proofreading",
        SINCE_1078,
        (
            *(("status_axon", "word"), ("status_dendrite", "word"), ("strategy_axon", "word")),
            *(("strategy_dendrite", "word"), ("valid_id", "root")),
        ),
        "Proofread cells, by what was done to axon and dendrite",
        "Whether axon and dendrite of a cell are clean (status) and how far they were extended (strategy). "
        "valid_id is its root ID when that was judged: where it differs from root_id, the cell was edited "
        "since. Thalamic axons without a nucleus are in it too and are left out here. Each release holds "
        "the state of its day.",
        by_point=True,
    ),
    _attributes(
        "vortex_astrocyte_proofreading_status",
        "Proofread astrocytes",
        SINCE_1078,
        (("status", "word"), ("valid_id", "root")),
        "Astrocytes, by how far they were proofread",
        "How far astrocytes were proofread (VORTEX): non, clean or extended; valid_id is the root ID when "
        "that was judged.",
        by_point=True,
    ),
    _attributes(
        "vortex_microglia_proofreading_status",
        "Proofread microglia",
        SINCE_1507[1:],
        (("status", "word"), ("valid_id", "root")),
        "Microglia of the V1 column, by how far they were proofread",
        "How far the microglia of the V1 column were proofread (VORTEX); valid_id is the root ID when that "
        "was judged.",
        by_point=True,
    ),
    _attributes(
        "gamlin_2023_mcs_met_types",
        "MET-types (Gamlin)",
        SINCE_1300,
        (("tag", "word"), ("value", "number")),
        "Martinotti cells, by predicted MET-type",
        "The MET-type (morphology, electrophysiology, transcriptome) that a classifier predicts for the "
        "Martinotti cells of Gamlin et al. 2025 (tag), and its reliability (value): the share of folds with "
        "that answer.",
        family="manual_types",
        citations=("gamlin", "microns"),
    ),
    _attributes(
        "bodor_pt_cells",
        "L5-PT cells (Bodor)",
        SINCE_795,
        (("area", "word"),),
        "Layer 5 pyramidal tract cells of one paper, by area",
        "The layer 5 pyramidal tract cells of Bodor et al. 2023. Its cell_type is the area of the soma, v1 "
        "or hva (a higher visual area), so it is read as area; its classification_system is always "
        "layer5_pt.",
        family="manual_types",
        citations=("bodor", "microns"),
        by_point=True,
        renamed=(("cell_type", "area"),),
    ),
    _attributes(
        "l5et_column",
        "L5-ET cells (Bodor)",
        SINCE_795,
        (),
        "All layer 5 ET cells of the V1 column",
        "All layer 5 extratelencephalic cells of the V1 column, as used by Bodor et al. 2023: a list, "
        "without labels.",
        family="manual_types",
        citations=("bodor", "microns"),
    ),
    _attributes(
        "functional_properties_v3_bcm",
        "Functional properties v3",
        (943, 1078, 1181, 1300, 1412),
        _TWIN[:8],
        "Recorded units, by preferred orientation and direction",
        "Orientation and direction preference of coregistered units, in radians, by the digital twin. The "
        "pages of releases from 1507 on list it as removed and as included; the manual's own page names 943 "
        "to 1412.",
        family="coregistration",
        citations=("ding", "microns"),
        deprecated_by="digital_twin_properties_bcm_coreg_v4",
    ),
    *(
        _attributes(
            name,
            title,
            SINCE_1507,
            _TWIN,
            "Recorded units, by the digital twin",
            f"Tuning of units by the digital twin, matched to nuclei as in {matches}: preferred orientation "
            "and direction in degrees, selectivities, and how well the twin predicts the unit. A nucleus "
            "has a row for each of its units.",
            family="coregistration",
            citations=("ding", "microns"),
        )
        for name, title, matches in (
            ("digital_twin_properties_bcm_coreg_v4", "Digital twin, manual", "coregistration_manual_v4"),
            (
                "digital_twin_properties_bcm_coreg_auto_phase3_fwd_v2",
                "Digital twin, fiducials",
                "coregistration_auto_phase3_fwd_v2",
            ),
            (
                "digital_twin_properties_bcm_coreg_apl_vess_fwd",
                "Digital twin, vessels",
                "apl_functional_coreg_vess_fwd",
            ),
        )
    ),
)
