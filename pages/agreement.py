"""Agreement: any two tables, from a matrix cell to its nuclei."""

from components.ui.agreement.page import show_agreement

show_agreement()
