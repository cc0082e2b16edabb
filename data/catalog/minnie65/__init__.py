"""The catalogue of minnie65. To add a table, add an entry to the module of its family."""

from data.catalog.entry import RELEASE_WORD, Catalog
from data.catalog.minnie65 import (
    attributes,
    baylor,
    coregistration,
    later,
    later_units,
    m_types,
    manual_types,
    nuclei,
    soma_nucleus,
)
from data.catalog.minnie65.citations import CITATIONS
from data.catalog.minnie65.columns import COLUMN_CORRECTIONS
from data.catalog.minnie65.expected import CONTRADICTIONS, EXPECTED, LABEL_COUNTS
from data.catalog.minnie65.families import COARSE, FAMILIES, FINE, LATER, METAMODEL, SVM
from data.catalog.minnie65.lineages import LINEAGES

_MODULES = (
    manual_types,
    m_types,
    soma_nucleus,
    baylor,
    coregistration,
    nuclei,
    later,
    later_units,
    attributes,
)

CATALOG = Catalog(
    question=(
        f"{RELEASE_WORD} labels the same nuclei many times over: by hand, by clustering, by classifiers, and "
        "by matching them to recordings. Here is what each table says, of how many nuclei, and where they "
        "lie."
    ),
    families=FAMILIES,
    tables=tuple(table for module in _MODULES for table in module.TABLES),
    citations=CITATIONS,
    compared=(FINE, METAMODEL, LATER, COARSE),
    lineages=LINEAGES,
    label_sources=(METAMODEL, LATER, FINE, SVM, COARSE),
    class_sources=(COARSE, METAMODEL),
    expected=EXPECTED,
    label_counts=LABEL_COUNTS,
    contradictions=CONTRADICTIONS,
    column_corrections=COLUMN_CORRECTIONS,
)
"""What is known of the tables of minnie65."""
