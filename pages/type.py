"""Type: one type over all tables, from its meaning to its typical and contested nuclei."""

from components.ui.type.page import show_type

show_type()
