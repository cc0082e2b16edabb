"""Baylor's two models: excitatory or inhibitory (coarse), and the subclass (fine)."""

from components.ui.family.baylor import show_class_contradictions, show_how_made
from components.ui.family.page import show_family

show_family("baylor", {"Contradictions": show_class_contradictions}, about=[show_how_made])
