"""Coregistration: matches of functional units of the two-photon recordings to nuclei."""

from data.catalog.entry import Table
from data.catalog.facts import ExpectedRows

TABLES = (
    Table(
        name="coregistration_manual_v3",
        title="Manual coregistration",
        family="coregistration",
        kind="units",
        method="manual",
        expected_rows=ExpectedRows(
            low=13_925, high=13_925, source="SWDB 2023 databook, coregistration tables"
        ),
        releases=(661, 795, 943, 1078),
        deprecated_by="coregistration_manual_v4",
        labels_what="Recorded units matched to nuclei by hand",
        about=(
            "One row per unit (session, scan, unit): a nucleus seen in several imaging fields has several "
            "rows. residual is how far unit and nucleus lie apart after the transform (small is good); "
            "score is how much farther away the next neuron is (large is good). The recordings show "
            "excitatory cells, so nearly all of its nuclei are excitatory; it is made by hand, although a "
            "page of the manual calls it a classifier."
        ),
        citations=("microns", "ding"),
    ),
    Table(
        name="apl_functional_coreg_forward_v5",
        title="Automated coregistration",
        family="coregistration",
        kind="units",
        method="measurement",
        expected_rows=ExpectedRows(
            low=68_436,
            high=68_873,
            source="SWDB 2023 databook, which disagrees with itself: 68,436 in one list, 68,873 in another",
        ),
        releases=(661, 795),
        deprecated_by="apl_functional_coreg_vess_fwd",
        labels_what="Recorded units matched to nuclei by a registration",
        about=(
            "A diffeomorphic registration from the electron microscope's volume to the recordings matched "
            "these units (matching: Justin Joyce; table: Daniel Xenes; both JHU/APL); they were not checked "
            "one by one. score is the separation of the match, in µm: compare it with the manual matches "
            "before trusting a low one. The manual says that only release 661 holds the table; release 795 "
            "does too."
        ),
        citations=("microns",),
    ),
)
