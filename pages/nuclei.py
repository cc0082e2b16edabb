"""The nuclei themselves: detections, the neuron call, better points to look up their segment."""

from components.ui.family.nuclei import show_alternative_points, show_detections, show_lookup
from components.ui.family.page import open_family, show_standard_panels

show_standard_panels(
    open_family("nuclei"),
    after={"volumes": [show_detections, show_alternative_points, show_lookup]},
)
