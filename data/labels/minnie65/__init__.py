"""The labels of the tables of minnie65, but for the coarse ones."""

from data.labels.minnie65.m_types import M_TYPES
from data.labels.minnie65.multifeature import LATER_LABELS
from data.labels.minnie65.subclasses import SUBCLASS_LABELS

LABELS = (*SUBCLASS_LABELS, *M_TYPES, *LATER_LABELS)
"""Every subclass label, M-type and label of later tables."""
