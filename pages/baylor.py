"""Baylor's two models: excitatory or inhibitory (coarse), and the subclass (fine)."""

from components.ui.family.baylor import show_class_contradictions, show_how_made
from components.ui.family.page import open_family, show_standard_panels

show_standard_panels(
    open_family("baylor"),
    after={"cloud": [show_class_contradictions], "rows": [show_how_made]},
)
