"""The V1 column by hand: neurons and non-neurons, as the experts named them."""

from components.ui.family.manual_types import (
    show_column_membership,
    show_labelled_column,
    show_omitted_labels,
    show_together,
)
from components.ui.family.page import show_family

show_family(
    "manual_types",
    {
        "Column": show_labelled_column,
        "Membership": show_column_membership,
        "Omitted": show_omitted_labels,
        "Together": show_together,
    },
)
