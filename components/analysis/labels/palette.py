"""Colours for what is not a label: numbers, and agreement."""

VIRIDIS = (
    "#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725",
)  # fmt: skip
"""Perceptually uniform, for colour-blind readers too (van der Walt and Smith, 2015)."""

NO_LABEL_COLOUR = "#9aa0a8"
"""For what is shown in place of a label: unmapped, conflicting, not in table."""

AGREEMENT = {"agree": "#5b93b5", "differ": "#d55e00", "rows": "#c9a227", "columns": "#9a7fc4"}
"""Blue and vermilion differ in every kind of colour vision (after Okabe and Ito, 2008)."""
