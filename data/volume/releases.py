"""The public releases of minnie65, and the manifest of release 661: what it added, kept and removed.

Sources: the release manifests and the page on materialization versions of the MICrONS tutorial
(June 2026), with the time stamps that CAVE itself gave where the page differs from it.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, kw_only=True)
class Release:
    """A materialization version that was released to the public.

    Attributes
    ----------
    number : int
        The materialization version.
    timestamp : datetime
        When it was frozen, in UTC.
    live : bool
        Whether CAVE still answered queries for it in 2026; the others are static files only.
    note : str
        What to know about it; may be "".
    tables : tuple of str
        Tables and views that its server lists, where the catalogue does not know the release.
    """

    number: int
    timestamp: datetime
    live: bool
    note: str = ""
    tables: tuple[str, ...] = ()


_PERSISTS = "A major version: meant to stay live."

RELEASES: dict[int, Release] = {
    release.number: release
    for release in (
        Release(
            number=117, timestamp=datetime(2021, 6, 11, 8, 10, 0, 215114, UTC), live=True, note=_PERSISTS
        ),
        Release(number=343, timestamp=datetime(2022, 2, 24, 8, 10, 0, 184668, UTC), live=False),
        Release(
            number=661,
            timestamp=datetime(2023, 4, 6, 20, 17, 9, 199182, UTC),
            live=False,
            note="The release this project is about: all of its tables are here, as static files.",
        ),
        Release(
            number=795,
            timestamp=datetime(2023, 8, 23, 8, 10, 1, 404268, UTC),
            live=False,
            note="Without the connectivity groups; with the metamodel's successor.",
        ),
        Release(
            number=943, timestamp=datetime(2024, 1, 22, 8, 10, 1, 497934, UTC), live=True, note=_PERSISTS
        ),
        Release(
            number=1078,
            timestamp=datetime(2024, 6, 5, 10, 10, 1, 203215, UTC),
            live=False,
            note="The first with a table of visual areas.",
        ),
        Release(number=1181, timestamp=datetime(2024, 9, 16, 10, 10, 1, 121167, UTC), live=False),
        Release(
            number=1300,
            timestamp=datetime(2025, 1, 13, 10, 10, 1, 286229, UTC),
            live=True,
            note=f"{_PERSISTS} Baylor fine is back in it.",
        ),
        Release(number=1412, timestamp=datetime(2025, 4, 29, 10, 10, 1, 200893, UTC), live=False),
        Release(
            number=1507,
            timestamp=datetime(2025, 7, 31, 8, 10, 1, 117494, UTC),
            live=True,
            note="Live in June 2026, and announced to expire within six months of then.",
        ),
        Release(
            number=1621,
            timestamp=datetime(2025, 11, 25, 8, 10, 1, 94430, UTC),
            live=True,
            note="The hour is uncertain: CAVE gave 08:10, a table of the manual gives 10:10.",
        ),
        Release(
            number=1718,
            timestamp=datetime(2026, 3, 7, 8, 10, 1, 190228, UTC),
            live=True,
            note="A table of the manual misprints the year as 2025 and gives 10:10 for the hour.",
        ),
        Release(
            number=1822,
            timestamp=datetime(2026, 6, 27, 14, 5, 22, 813147, UTC),
            live=True,
            note="The newest one when this was written.",
        ),
    )
}
"""Every public release by number, oldest first."""


@dataclass(frozen=True, kw_only=True)
class Correction:
    """What the manual says of a table, and what the rows or other documents show."""

    about: str
    says: str
    found: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A release page as data.

    Attributes
    ----------
    release, frozen_on : int, date
        Its number, and the day the snapshot was taken.
    page_title : str
        What the page calls itself.
    added : tuple of str
        Tables that this release brought.
    included : dict of str to int
        Tables kept from before, with the release that first had them.
    removed : dict of str to (str or None)
        Tables of the release before that are gone, with what took their place.
    views : tuple of str
        Views of the release (not on the page; from the archive's own list).
    corrections : tuple of Correction
        Where the page or the manual is wrong about this release.
    """

    release: int
    frozen_on: date
    page_title: str
    added: tuple[str, ...]
    included: dict[str, int]
    removed: dict[str, str | None]
    views: tuple[str, ...]
    corrections: tuple[Correction, ...]


MANIFEST_661 = Manifest(
    release=661,
    frozen_on=date(2023, 4, 6),
    page_title="661 (Jun 2023)",
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
        "nucleus_detection_v0": 117,
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
            says="Unsure is inhibitory.",
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
            about="nucleus_detection_v0",
            says="IDs have 6 digits.",
            found="They have 4 to 6.",
        ),
        Correction(
            about="every reference table",
            says="The column id is the nucleus.",
            found="That depends on the version of caveclient; target_id always is.",
        ),
    ),
)
"""The page of release 661, with what it gets wrong."""

OUT_OF_SCOPE: dict[str, str] = {
    "synapses_pni_2": "337 million synapses: not labels of cells, and 20 GB as a file.",
    "proofreading_status_public_release": "Says how far a neuron was proofread, not which type it is.",
}
"""Tables of release 661 that this project leaves aside, with the reason."""
