"""The nuclei themselves: detections, the neuron call, better points to look up their segment."""

from components.ui.family.nuclei import show_alternative_points, show_detections, show_lookup
from components.ui.family.page import show_family

show_family(
    "nuclei",
    {"Detections": show_detections, "Better points": show_alternative_points, "Lookup": show_lookup},
)
