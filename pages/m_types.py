"""M-types: predicted over the volume, clustered in the column, and the interneurons' connectivity groups."""

from components.ui.family.m_types import show_ambiguity, show_groups, show_vocabulary
from components.ui.family.page import open_family, show_standard_panels

show_standard_panels(
    open_family("m_types"),
    after={"cloud": [show_vocabulary], "breakdown": [show_groups], "matrix": [show_ambiguity]},
)
