"""The nuclei: detections, the neuron call, and better points for looking up their root ID."""

from data.catalog.entry import Table
from data.catalog.facts import ExpectedRows
from data.catalog.minnie65.citations import OVERVIEW
from data.catalog.minnie65.releases import SINCE_661, SINCE_661_TO_1822
from data.volume import VOLUME

TABLES = (
    Table(
        name=VOLUME.detections,
        title="Nucleus detections",
        family="nuclei",
        kind="nuclei",
        method="measurement",
        reference=None,
        expected_rows=ExpectedRows(low=144_120, high=144_120, source=OVERVIEW),
        releases=(117, 343, *SINCE_661),
        labels_what="Every nucleus found in the volume",
        about=(
            "All nuclei above 25 µm³ that a network found, with some false ones among them; each keeps its "
            "ID in every release, and that ID has 4 to 6 digits. About a tenth have no segment at their "
            "centre (root ID 0), mostly at the edges of the volume."
        ),
        citations=("microns", "elabbady"),
    ),
    Table(
        name="nucleus_ref_neuron_svm",
        title="Neuron / not-neuron (SVM)",
        family="nuclei",
        kind="labels",
        method="classifier",
        level="neuron",
        classification="Always is_neuron.",
        vocabulary=("neuron", "not-neuron"),
        expected_rows=ExpectedRows(low=144_120, high=144_120, source=OVERVIEW),
        releases=SINCE_661_TO_1822,
        systems=("is_neuron",),
        of_every_nucleus=True,
        queried_by="target_id",
        labels_what="Every nucleus, neuron or not",
        about=(
            "A support vector machine on features of the nucleus, trained on another volume of mouse "
            "cortex; on 1,316 nuclei checked by hand it found 99.6 % of the neurons, and 96.9 % of those "
            "it named were neurons. The release page recommends it for the broadest set of neurons. "
            "not-neuron means glia or a detection error, not glia alone. Release pages stop naming it after "
            "1078, but later releases still hold it."
        ),
        citations=("elabbady", "microns"),
    ),
    Table(
        name="nucleus_alternative_points",
        title="Alternative points",
        family="nuclei",
        kind="points",
        method="measurement",
        expected_rows=ExpectedRows(low=8_388, high=8_388, source=OVERVIEW),
        releases=SINCE_661,
        labels_what="Better points to look up a nucleus's segment",
        about=(
            "For nuclei whose centre lies outside the nucleus or outside the segmentation: the nearest "
            "point within 3 µm that lies at least 320 nm inside both. The manual calls the method automatic "
            "in one line and the points hand-corrected in another; the rule it gives is automatic."
        ),
        citations=("microns",),
    ),
    Table(
        name="nucleus_detection_lookup_v1",
        title="Nucleus lookup",
        family="nuclei",
        kind="nuclei",
        view=True,
        method="measurement",
        reference=None,
        releases=SINCE_661_TO_1822,
        of_every_nucleus=True,
        labels_what="Every nucleus with its best segment",
        about=(
            "A view, not a table: the detections with the alternative points put in where there are any, "
            "hence the best source of a nucleus's root ID. Its pt_root_id is read at the lookup point, its "
            "orig_root_id at the centre."
        ),
        citations=("microns",),
    ),
)
