"""Coregistration: which recorded unit is which nucleus, by hand and by registration."""

from components.ui.family.coregistration import show_match, show_quality, show_unexpected, show_units
from components.ui.family.page import open_family, show_standard_panels

show_standard_panels(
    open_family("coregistration"),
    after={
        "cloud": [show_units, show_quality],
        "breakdown": [show_unexpected],
        "places": [show_match],
    },
    without=["volumes"],
)
