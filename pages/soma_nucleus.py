"""The soma-and-nucleus metamodel: neurons and glia of the whole volume."""

from components.ui.family.page import show_family
from components.ui.family.precedence import show_precedence
from components.ui.family.soma_nucleus import show_class_source, show_published

show_family(
    "soma_nucleus", {"Published": show_published, "Class": show_class_source, "Precedence": show_precedence}
)
