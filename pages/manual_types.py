"""The V1 column by hand: neurons and non-neurons, as the experts named them."""

from components.ui.family.manual_types import (
    show_column_membership,
    show_labelled_column,
    show_omitted_labels,
    show_together,
)
from components.ui.family.page import open_family, show_standard_panels

show_standard_panels(
    open_family("manual_types"),
    after={
        "cloud": [show_labelled_column, show_column_membership],
        "breakdown": [show_omitted_labels, show_together],
    },
)
