"""Coregistration tables that came after release 661."""

from data.catalog.entry import Table
from data.catalog.facts import ExpectedRows
from data.catalog.minnie65.citations import OVERVIEW
from data.catalog.minnie65.releases import SINCE_943, SINCE_1300

_CONSORTIUM = "MICrONS Consortium 2025, as other pages quote it"

TABLES = (
    Table(
        name="coregistration_manual_v4",
        title="Manual coregistration v4",
        family="coregistration",
        kind="units",
        method="manual",
        expected_rows=ExpectedRows(low=19_181, high=19_181, source=OVERVIEW),
        releases=SINCE_943,
        as_successor="more matches made by hand, 19,181 rows where this one has 13,925",
        labels_what="Recorded units matched to nuclei by hand",
        about=(
            "The manual coregistration carried on: 19,181 units where the third version has 13,925. One row "
            "per unit; a nucleus seen in several imaging fields has several."
        ),
        citations=("microns", "ding"),
    ),
    Table(
        name="apl_functional_coreg_vess_fwd",
        title="Coregistration by vessels",
        family="coregistration",
        kind="units",
        method="measurement",
        expected_rows=ExpectedRows(low=75_856, high=75_856, source=_CONSORTIUM),
        releases=SINCE_943,
        as_successor="an automatic match by the pattern of blood vessels, for 75,856 units",
        labels_what="Recorded units matched to nuclei by the pattern of vessels",
        about=(
            "An automatic match that aligns both volumes by their blood vessels. The release page of 943 "
            "gives the combined tables as the successor of the fifth version; this is the part of them that "
            "was made in the same way."
        ),
        citations=("microns",),
    ),
    Table(
        name="coregistration_auto_phase3_fwd",
        title="By fiducials",
        family="coregistration",
        kind="units",
        method="measurement",
        releases=(943, 1078, 1181),
        deprecated_by="coregistration_auto_phase3_fwd_v2",
        labels_what="Recorded units matched to nuclei by fiducial points",
        about=(
            "An automatic match by fiducial points. Release 1300 put a second version in its place, and the "
            "page of that release says so."
        ),
        citations=("microns",),
    ),
    Table(
        name="coregistration_auto_phase3_fwd_v2",
        title="By fiducials, v2",
        family="coregistration",
        kind="units",
        method="measurement",
        expected_rows=ExpectedRows(low=84_198, high=84_198, source=_CONSORTIUM),
        releases=SINCE_1300,
        labels_what="Recorded units matched to nuclei by fiducial points",
        about=(
            "The automatic match by fiducial points, second version; the combined table reconciles it with "
            "the match by vessels."
        ),
        citations=("microns",),
    ),
    Table(
        name="coregistration_auto_phase3_fwd_apl_vess_combined",
        title="Combined coregistration",
        family="coregistration",
        kind="units",
        method="measurement",
        releases=(943, 1078, 1181),
        deprecated_by="coregistration_auto_phase3_fwd_apl_vess_combined_v2",
        labels_what="Recorded units matched to nuclei by two registrations",
        about=(
            "Reconciles the automatic matches by fiducial points and by vessels. A nucleus has a row for "
            "each of its units."
        ),
        citations=("microns",),
    ),
    Table(
        name="coregistration_auto_phase3_fwd_apl_vess_combined_v2",
        title="Combined coregistration v2",
        family="coregistration",
        kind="units",
        method="measurement",
        expected_rows=ExpectedRows(low=83_046, high=83_046, source=_CONSORTIUM),
        releases=SINCE_1300,
        labels_what="Recorded units matched to nuclei by two registrations",
        about=(
            "Reconciles the second version of the match by fiducial points with the match by vessels. A "
            "nucleus has a row for each of its units."
        ),
        citations=("microns",),
    ),
)
