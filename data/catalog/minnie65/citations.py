"""The papers behind the tables of minnie65."""

from data.catalog.facts import Citation

OVERVIEW = "MICrONS tutorial, overview of tables"
"""Source of the row counts of most tables."""

RELEASE_PAGE = "MICrONS tutorial, page of release 661"
"""Source of what the release states of its tables."""

CITATIONS: dict[str, Citation] = {
    "microns": Citation(
        short="MICrONS Consortium 2025",
        full="The MICrONS Consortium. Functional connectomics spanning multiple areas of mouse visual "
        "cortex. Nature 640, 435–447 (2025).",
        doi="10.1038/s41586-025-08790-w",
        cited_for="the volume and the release; cite it always",
    ),
    "schneider_mizell": Citation(
        short="Schneider-Mizell et al. 2025",
        full="Schneider-Mizell, C. M. et al. Inhibitory specificity from a connectomic census of mouse "
        "visual cortex. Nature 640, 448–458 (2025).",
        doi="10.1038/s41586-024-07780-8",
    ),
    "elabbady": Citation(
        short="Elabbady et al. 2025",
        full="Elabbady, L. et al. Perisomatic ultrastructure efficiently classifies cells in mouse cortex. "
        "Nature 640, 478–486 (2025).",
        doi="10.1038/s41586-024-07765-7",
    ),
    "celii": Citation(
        short="Celii et al. 2025",
        full="Celii, B. et al. NEURD offers automated proofreading and feature extraction for connectomics. "
        "Nature 640, 487–496 (2025).",
        doi="10.1038/s41586-025-08660-5",
    ),
    "ding": Citation(
        short="Ding et al. 2025",
        full="Ding, Z. et al. Functional connectomics reveals general wiring rule in mouse visual cortex. "
        "Nature 640, 459–469 (2025).",
        doi="10.1038/s41586-025-08840-3",
    ),
    "gamlin": Citation(
        short="Gamlin et al. 2025",
        full="Gamlin, C. R. et al. Connectomics of predicted Sst transcriptomic types in mouse visual "
        "cortex. Nature 640, 497–505 (2025).",
        doi="10.1038/s41586-025-08805-6",
    ),
    "bodor": Citation(
        short="Bodor et al. 2023",
        full="Bodor, A. L. et al. The synaptic architecture of layer 5 thick tufted excitatory neurons in "
        "the visual cortex of mice. bioRxiv (2023).",
        doi="10.1101/2023.10.18.562531",
    ),
    "cave": Citation(
        short="Dorkenwald et al. 2025",
        full="Dorkenwald, S. et al. CAVE: Connectome Annotation Versioning Engine. "
        "Nature Methods 22, 1112–1120 (2025).",
        doi="10.1038/s41592-024-02426-z",
        cited_for="the engine that versions and freezes the tables",
    ),
}
"""Papers by the keys in `Table.citations`."""
