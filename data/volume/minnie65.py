"""minnie65, the volume of the MICrONS project: a cubic millimetre of mouse visual cortex.

Source of releases and manifest: the release manifests and the page on materialization versions of the MICrONS
tutorial (September 2026), with CAVE's own time stamps where the page differs.
"""

from datetime import UTC, date, datetime

from data.volume.volume import (
    Archived,
    Border,
    ColumnSection,
    Correction,
    LayerPreset,
    Manifest,
    Release,
    Volume,
)

_DATASTACK = "minnie65_public"
_DETECTIONS = "nucleus_detection_v0"
_BUCKET = "precomputed://https://bossdb-open-data.s3.amazonaws.com/iarpa_microns/minnie/minnie65"

_FLAT = "Approximate: flat planes for the whole volume, while the layers' thickness varies across areas."

_LAYER_PRESETS = (
    LayerPreset(
        name="CAVE data viewer",
        boundaries=(91.80615154, 261.21908419, 391.8631847, 537.04973966, 753.58049474),
        source="CAVEconnectome/cave-data-viewer, configuration of minnie65_phase3 (2026)",
        note=_FLAT,
    ),
    LayerPreset(
        name="CAVE dash viewer",
        boundaries=(106.0, 276.0, 411.0, 535.0, 768.0),
        source="CAVEconnectome/dash-connectivity-viewer, example script",
        note=f"{_FLAT} An older tool; probably measured from an older position of the pia.",
    ),
    LayerPreset(
        name="Ding 2025",
        boundaries=(98.0, 283.0, 371.0, 574.0, 713.0),
        source="Ding et al. 2025, as coded in NeuroBLab/con-con-models",
        note=_FLAT,
    ),
    LayerPreset(
        name="Majority type",
        boundaries=(70.98, 250.36, 359.97, 509.45, None),
        source="MICrONS-Milano-CoLab/MICrONS-datacleaner, output of its tutorial",
        note=f"{_FLAT} Where the metamodel's commonest label changes; no line for the white matter.",
    ),
    LayerPreset(
        name="Manual labels",
        boundaries=(None, 248.0, 366.0, 503.0, 722.0),
        source="Measured on the manual labels of the V1 column (allen_v1_column_types_slanted_ref)",
        note=f"{_FLAT} 13 to 34 µm above the CAVE data viewer's lines; no line for L1.",
    ),
    LayerPreset(
        name="Coda",
        boundaries=(57.6, 226.4, 361.3, 501.6, 716.6),
        source="navis-org/coda, the cortical frame of minnie65 in docs/cortex.md (2026)",
        note=(
            f"{_FLAT} Coda took them from the Allen Institute's classifier of layers in the V1 column; its "
            "line within L6, at 678.1 µm, is not drawn."
        ),
    ),
)
"""Published layer boundaries; sources disagree."""

# V1 is the primary visual cortex; RL, AL and LM are the rostrolateral, anterolateral and lateromedial areas.
_AREA_BORDERS = {
    "V1": (Border(axis="x", side="<", at_um=1243, slope=-0.264),),
    # No plane separates LM from its neighbours: this corner fits the 32 known LM units best, whose medians
    # are x = 1132 and z = 613 µm.
    "LM": (Border(axis="x", side="<", at_um=1180), Border(axis="z", side="<", at_um=630)),
    "RL": (Border(axis="z", side=">", at_um=-937, slope=1.364),),
    "AL": (),
}

_COLUMN = (
    ColumnSection(depth_um=0, x_um=(602, 735), z_um=(806, 905)),
    ColumnSection(depth_um=500, x_um=(602, 735), z_um=(806, 905)),
    ColumnSection(depth_um=650, x_um=(602, 735), z_um=(874, 1016)),
    ColumnSection(depth_um=750, x_um=(602, 735), z_um=(930, 1024)),
    ColumnSection(depth_um=800, x_um=(602, 735), z_um=(930, 1024)),
)
"""The hand-labelled column, as a prism that slants with the apical dendrites below L5.

Extent of 1,103 of its labelled neurons: constant down to 500 µm, then the extents of 600-700 and 700-800 µm
placed at the middle of their bins and interpolated linearly.
"""

_PERSISTS = "A major version: meant to stay live."
_LISTED = "The manual lists its tables in the archive."
_SEEN = "No list of its tables in the archive is published; a reader of the bucket found the full set."


def _release(
    number: int, timestamp: datetime, archived: Archived, *notes: str, live: bool = False
) -> Release:
    return Release(number=number, timestamp=timestamp, live=live, archived=archived, note=" ".join(notes))


_RELEASES = {
    release.number: release
    for release in (
        _release(
            117, datetime(2021, 6, 11, 8, 10, 0, 215114, UTC), "whole", _PERSISTS,
            "A listing of the bucket names it; no list of its tables is published.", live=True,
        ),
        _release(343, datetime(2022, 2, 24, 8, 10, 0, 184668, UTC), "whole", _LISTED),
        _release(
            661, datetime(2023, 4, 6, 20, 17, 9, 199182, UTC), "whole",
            "The release this project is about: all of its tables are here, as static files.",
        ),
        _release(
            795, datetime(2023, 8, 23, 8, 10, 1, 404268, UTC), "whole",
            "Without the connectivity groups; with the metamodel's successor.",
        ),
        _release(943, datetime(2024, 1, 22, 8, 10, 1, 497934, UTC), "whole", _PERSISTS, _LISTED, live=True),
        _release(
            1078, datetime(2024, 6, 5, 10, 10, 1, 203215, UTC), "whole", _LISTED,
            "The first with a table of visual areas.",
        ),
        _release(1181, datetime(2024, 9, 16, 10, 10, 1, 121167, UTC), "whole", _LISTED),
        _release(
            1300, datetime(2025, 1, 13, 10, 10, 1, 286229, UTC), "whole", _PERSISTS,
            "Baylor fine is back in it. A public program reads it from the archive, with positions as WKB; "
            "no list of its tables there is published.", live=True,
        ),
        _release(1412, datetime(2025, 4, 29, 10, 10, 1, 200893, UTC), "whole", _LISTED),
        _release(
            1507, datetime(2025, 7, 31, 8, 10, 1, 117494, UTC), "whole",
            "Live in June 2026, and announced to expire on 31 July 2026; whether it has is not known.", _SEEN,
            live=True,
        ),
        _release(
            1621, datetime(2025, 11, 25, 8, 10, 1, 94430, UTC), "none",
            "The hour is uncertain: CAVE gave 08:10, a table of the manual gives 10:10.", live=True,
        ),
        _release(
            1718, datetime(2026, 3, 7, 8, 10, 1, 190228, UTC), "part",
            "A table of the manual misprints the year as 2025 and gives 10:10 for the hour. Of this release "
            "the archive was seen to hold large files of synapses and connections only.", live=True,
        ),
        _release(1822, datetime(2026, 6, 27, 14, 5, 22, 813147, UTC), "none", live=True),
        _release(
            1926, datetime(2026, 9, 28, 22, 44, 42, 598563, UTC), "none",
            "The newest one when this was written; it adds the membership of the V1 column.", live=True,
        ),
    )
}  # fmt: skip

MANIFEST = Manifest(
    release=661,
    frozen_on=date(2023, 4, 6),
    page_title="661 (Jun 2023)",
    rank="the first quarterly release of 2023",
    pages={
        "its release page": "https://tutorial.microns-explorer.org/release_manifests/version-661.html",
        "the annotation tables": "https://tutorial.microns-explorer.org/annotation-tables.html",
    },
    added=(
        "allen_v1_column_types_slanted_ref",
        "aibs_column_nonneuronal_ref",
        "aibs_soma_nuc_exc_mtype_preds_v117",
        "allen_column_mtypes_v1",
        "apl_functional_coreg_forward_v5",
        "baylor_gnn_cell_type_fine_model_v2",
        "baylor_log_reg_cell_type_coarse_v1",
        "coregistration_manual_v3",
        "connectivity_groups_v507",
        "nucleus_alternative_points",
        "nucleus_ref_neuron_svm",
    ),
    included={
        "synapses_pni_2": 117,
        _DETECTIONS: 117,
        "aibs_soma_nuc_metamodel_preds_v117": 343,
        "proofreading_status_public_release": 343,
    },
    removed={
        "func_unit_em_match_release": "coregistration_manual_v3",
        "functional_coreg": "coregistration_manual_v3",
        "nucleus_neuron_svm": "nucleus_ref_neuron_svm",
        "aibs_column_nonneuronal": "aibs_column_nonneuronal_ref",
        "allen_v1_column_types_slanted": "allen_v1_column_types_slanted_ref",
    },
    removed_still_in=343,
    views=(
        "nucleus_detection_lookup_v1",
        "single_neurons",
        "soma_counts",
        "connections_with_nuclei",
        "synapses_pni_2_in_out_degree",
    ),
    corrections=(
        Correction(
            about="the release",
            says="Its page is titled June 2023.",
            found="The page's own text and CAVE's time stamp say 6 April 2023.",
        ),
        Correction(
            about="coregistration_manual_v3",
            says="The release page calls it the result of a GNN classifier.",
            found="It is the manual coregistration; the GNN is baylor_gnn_cell_type_fine_model_v2.",
        ),
        Correction(
            about="nucleus_alternative_points",
            says="The release page calls it a manual adjustment.",
            found="Its own description gives an automatic rule.",
        ),
        Correction(
            about="apl_functional_coreg_forward_v5",
            says="Only release 661 holds it.",
            found="Release 795 holds it too.",
        ),
        Correction(
            about="allen_v1_column_types_slanted_ref",
            says="Its labels include 5P-ET and one Unsure.",
            found="The rows say 5P-PT, and also hold Unsure E, Unsure I, NGC, 6P-U and WM-P.",
        ),
        Correction(
            about="allen_v1_column_types_slanted_ref",
            says="Unsure is inhibitory, or likely so: no other type matched.",
            found="Other tables take some of the five plain Unsure cells for excitatory.",
        ),
        Correction(
            about="aibs_soma_nuc_metamodel_preds_v117",
            says="Its classification_system gives the class.",
            found="The rows say aibs_neuronal and aibs_nonneuronal; the class follows from the label.",
        ),
        Correction(
            about="aibs_soma_nuc_metamodel_preds_v117",
            says="It covers the V1 column.",
            found="It covers the whole volume.",
        ),
        Correction(
            about="allen_column_mtypes_v1",
            says="aibs_metamodel_mtypes_v661_v2 took its place.",
            found="That is a model's prediction; the next clustering is allen_column_mtypes_v2.",
        ),
        Correction(
            about="aibs_metamodel_celltypes_v661",
            says="Its name says 661.",
            found="It came with release 795; its features were computed on the segmentation of 661.",
        ),
        Correction(
            about=_DETECTIONS,
            says="IDs have 6 digits.",
            found="They have 4 to 6.",
        ),
        Correction(
            about="every reference table",
            says="The column id is the nucleus.",
            found="It is in answers of the tables interface; query_table gives the row's own number there. "
            "target_id is the nucleus in both.",
        ),
    ),
)

MINNIE65 = Volume(
    name="minnie65",
    project="MICrONS",
    site="https://www.microns-explorer.org",
    datastack=_DATASTACK,
    detections=_DETECTIONS,
    orientation="minnie_ds",
    voxel_nm=(4, 4, 40),
    em_box_voxels=((52_770, 437_618), (60_616, 322_718), (14_850, 27_858)),  # not all of it is filled
    layer_presets=_LAYER_PRESETS,
    areas=("V1", "RL", "AL", "LM"),
    area_borders=_AREA_BORDERS,
    area_table="nucleus_functional_area_assignment",
    area_note=(
        "Approximate: planes fitted to the two-photon area labels of hand-matched units. Recall and "
        "precision have been measured for LM alone, a small corner: against the area table of later releases "
        "it is found in part, and in part named wrongly. For V1, RL and AL they are unknown. No table "
        "of release 661 gives areas; the first, nucleus_functional_area_assignment, came with release 1078."
    ),
    deepest_um=850.0,  # the deepest classified nucleus lies at 839 µm
    column=_COLUMN,
    column_name="V1 column",
    column_note=(
        "A slanting prism through V1, drawn around the neurons named by hand; some named nuclei lie outside."
    ),
    column_nuclei=2_204,  # MICrONS tutorial, annotation tables
    archive="https://storage.googleapis.com/mat_dbs/public/minnie65_phase3_v1",
    cave="https://global.daf-apis.com",
    imagery=f"{_BUCKET}/em",
    nuclei=f"{_BUCKET}/nuclei",
    # Only the live segmentation resolves every release's root IDs: in the flat copies, made for other
    # releases, an ID is another object or none.
    segmentation=f"graphene://middleauth+https://minnie.microns-daf.com/segmentation/table/{_DATASTACK}",
    cache_folder="",  # older caches have no folder per volume
    example_nuclei=(260620, 582276),  # a basket cell and an excitatory one
    example_root=864691135919440816,
    example_place=(173584, 145120, 21127),
    nucleus_digits="four to six digits",
    root_digits="18 digits",
    nucleus_ids_from=10**3,
    nucleus_ids_below=10**7,
    root_ids_from=10**16,  # all known ones have 18 digits
    release=661,
    releases_source="the release manifests of the MICrONS tutorial, September 2026",
    releases=_RELEASES,
    archived_beside={
        1484: "A folder that a listing of the bucket names; no manifest is known, nor what it holds."
    },
    manifest=MANIFEST,
    out_of_scope={
        "synapses_pni_2": "337 million synapses: not labels of cells, and 20 GB as a file.",
        "proofreading_status_public_release": "Says how far a neuron was proofread, not which type it is.",
    },
    smallest_um3=25.0,
    neurons_apart_um=4.70,  # measured among the 54,899 nuclei of Baylor coarse, v661
    # measured in the 13,922 known rows of coregistration_manual_v3, v661
    scans=(
        *((4, 7), (5, 3), (5, 6), (5, 7), (6, 2), (6, 4), (6, 6), (6, 7)),
        *((7, 3), (7, 4), (7, 5), (8, 5), (8, 7), (9, 3), (9, 4), (9, 6)),
    ),
    imagery_nm=((8, 8, 40), (16, 16, 40), (32, 32, 40), (64, 64, 40)),
)
"""The facts of minnie65."""
