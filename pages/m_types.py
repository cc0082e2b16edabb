"""M-types: predicted over the volume, clustered in the column, and the interneurons' connectivity groups."""

from components.ui.family.m_types import show_ambiguity, show_groups, show_vocabulary
from components.ui.family.page import show_family

show_family("m_types", {"Names": show_vocabulary, "Groups": show_groups, "Ambiguity": show_ambiguity})
