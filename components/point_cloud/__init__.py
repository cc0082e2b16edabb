"""The 3D view: every nucleus of a release, drawn in the browser with WebGL2."""

from components.point_cloud.cloud import Cloud, LabelColumn, NumberColumn, make_cloud
from components.point_cloud.component import show_carrier, show_cloud
from components.point_cloud.view import (
    ByAgreement,
    ByLabel,
    ByNumber,
    Layer,
    LegendEntry,
    Outline,
    Picked,
    Slab,
    View,
)

__all__ = [
    "ByAgreement",
    "ByLabel",
    "ByNumber",
    "Cloud",
    "LabelColumn",
    "Layer",
    "LegendEntry",
    "NumberColumn",
    "Outline",
    "Picked",
    "Slab",
    "View",
    "make_cloud",
    "show_carrier",
    "show_cloud",
]
