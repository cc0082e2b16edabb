"""The soma-and-nucleus metamodel: neurons and glia of the whole volume."""

from components.ui.family.page import open_family, show_standard_panels
from components.ui.family.soma_nucleus import show_class_source, show_published

show_standard_panels(
    open_family("soma_nucleus"),
    after={"matrix": [show_published, show_class_source]},
)
