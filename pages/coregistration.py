"""Coregistration: which recorded unit is which nucleus, by hand and by registration."""

from components.ui.family.coregistration import show_match, show_quality, show_unexpected, show_units
from components.ui.family.page import show_family

show_family(
    "coregistration",
    {"Units": show_units, "Quality": show_quality, "Unexpected": show_unexpected, "Match": show_match},
    without=["Volume"],
)
