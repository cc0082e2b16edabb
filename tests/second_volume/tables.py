"""The tables and pages of a made-up volume, as its file in `data/catalog/` would state them."""

from data.catalog.entry import RELEASE_WORD, Catalog, FamilyPage, Table
from data.catalog.facts import Citation, ExpectedRows
from data.volume import VOLUME

SHAPES, SPINES = "shape_types_v1", "spine_classes_v1"

CATALOG = Catalog(
    question=f"{RELEASE_WORD} names somata by their shape and by their spines.",
    families=(
        FamilyPage(
            name="soma_nucleus",
            title="Shapes and spines",
            icon="adjust",
            question="What do shape and spines say about a cell? Two made-up tables answer.",
            colour="#2f7f8f",
            partners=(SPINES, SHAPES),
        ),
        FamilyPage(
            name="nuclei",
            title="Somata",
            icon="grain",
            question="What was detected? Every other table points at these.",
            colour="#6c7580",
            partners=(SHAPES,),
        ),
    ),
    tables=(
        Table(
            name=SHAPES,
            title="Shape types",
            family="soma_nucleus",
            kind="labels",
            method="classifier",
            level="subclass",
            classification="Always shape.",
            vocabulary=("Pyramid", "Smooth"),
            expected_rows=ExpectedRows(low=4, high=4, source="made up"),
            releases=(5,),
            labels_what="Somata by shape",
            about="Made up.",
            citations=("nobody",),
        ),
        Table(
            name=SPINES,
            title="Spine classes",
            family="soma_nucleus",
            kind="labels",
            method="manual",
            level="class",
            classification="Always spines.",
            vocabulary=("excitatory", "inhibitory"),
            releases=(5,),
            labels_what="Somata by their spines",
            about="Made up.",
            citations=("nobody",),
        ),
        Table(
            name=VOLUME.detections,
            title="Soma detections",
            family="nuclei",
            kind="nuclei",
            method="measurement",
            reference=None,
            releases=(5,),
            labels_what="Every soma found",
            about="Made up.",
            citations=("nobody",),
        ),
    ),
    citations={"nobody": Citation(short="Nobody 2026", full="Nobody, N. Nothing. 2026.", doi="10.0/nothing")},
    compared=(SHAPES, SPINES),
    label_sources=(SHAPES, SPINES),
)
