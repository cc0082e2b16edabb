"""M-types of the column: measured counts, and what is assumed of the first vocabulary."""

from collections.abc import Mapping

from data.sources.sample.published.counts import ABSENT
from data.sources.sample.published.figures import DATABOOK, M_TYPES, Assumption, PublishedFigure

MANUAL_BY_M_TYPE: PublishedFigure[Mapping[str, Mapping[str, int]]] = PublishedFigure(
    "manual labels by column M-type (second vocabulary)",
    {
        "23P": {
            "L2a": 57,
            "L2b": 66,
            "L2c": 73,
            "L3a": 74,
            "L3b": 65,
            "L4a": 2,
            "L4b": 10,
            "L4c": 1,
            "L6tall-c": 1,
        },
        "4P": {"L3b": 32, "L4a": 62, "L4b": 116, "L4c": 56},
        "5P-IT": {
            "L4a": 2,
            "L4b": 25,
            "L4c": 22,
            "L5ET": 4,
            "L5a": 28,
            "L5b": 43,
            "L6short-a": 9,
            "L6tall-a": 3,
            "L6tall-b": 1,
        },
        "5P-NP": {"L5NP": 10},
        "5P-PT": {"L5ET": 35, "L5a": 2, "L6tall-a": 1},
        "6P-CT": {"L6short-b": 1, "L6tall-a": 60, "L6tall-b": 36, "L6tall-c": 46},
        "6P-IT": {
            "L6short-a": 54,
            "L6short-b": 49,
            "L6tall-a": 13,
            "L6tall-b": 20,
            "L6tall-c": 48,
            "L6wm": 8,
        },
        "6P-U": {"L6short-a": 5, "L6short-b": 4, "L6tall-a": 4, "L6tall-b": 5, "L6tall-c": 10},
        "BC": {"PTC": 58, "STC": 1},
        "BPC": {"DTC": 2, "ITC": 29, "STC": 2},
        "MC": {"DTC": 41},
        "NGC": {"DTC": 1, "STC": 16},
        "Unsure": {ABSENT: 5},
        "Unsure E": {"L4b": 1, "L4c": 2, "L5b": 1, "L6short-a": 1},
        "Unsure I": {ABSENT: 1, "DTC": 10, "STC": 3},
        "WM-P": {"L6short-b": 2, "L6wm": 18},
    },
    M_TYPES,
)
M_TYPE_BY_FINE: PublishedFigure[Mapping[str, Mapping[str, int]]] = PublishedFigure(
    "column M-types (second vocabulary) by Baylor fine",
    {
        "DTC": {ABSENT: 30, "BC": 2, "BPC": 2, "MC": 20},
        "ITC": {ABSENT: 6, "BPC": 23},
        "L2a": {ABSENT: 20, "23P": 37},
        "L2b": {ABSENT: 16, "23P": 40, "4P": 9, "6P-IT": 1},
        "L2c": {ABSENT: 23, "23P": 48, "5P-IT": 2},
        "L3a": {ABSENT: 27, "23P": 47},
        "L3b": {ABSENT: 17, "23P": 68, "4P": 10, "5P-IT": 2},
        "L4a": {ABSENT: 12, "23P": 8, "4P": 45, "5P-IT": 1},
        "L4b": {ABSENT: 13, "23P": 31, "4P": 97, "5P-IT": 10, "6P-IT": 1},
        "L4c": {ABSENT: 4, "23P": 1, "4P": 59, "5P-IT": 16, "6P-CT": 1},
        "L5ET": {ABSENT: 8, "5P-IT": 4, "5P-PT": 27},
        "L5NP": {ABSENT: 1, "5P-NP": 9},
        "L5a": {ABSENT: 7, "5P-IT": 23},
        "L5b": {ABSENT: 8, "4P": 2, "5P-IT": 31, "6P-IT": 3},
        "L6short-a": {ABSENT: 18, "5P-IT": 16, "6P-CT": 3, "6P-IT": 32},
        "L6short-b": {ABSENT: 23, "6P-CT": 1, "6P-IT": 32},
        "L6tall-a": {ABSENT: 16, "5P-IT": 21, "6P-CT": 36, "6P-IT": 8},
        "L6tall-b": {ABSENT: 14, "5P-IT": 1, "6P-CT": 30, "6P-IT": 17},
        "L6tall-c": {ABSENT: 24, "5P-IT": 3, "6P-CT": 46, "6P-IT": 32},
        "L6wm": {ABSENT: 18, "6P-CT": 1, "6P-IT": 7},
        "PTC": {ABSENT: 48, "BC": 10},
        "STC": {ABSENT: 6, "23P": 1, "5P-NP": 1, "BC": 1, "MC": 1, "NGC": 12},
    },
    M_TYPES,
)
M_TYPE_PREDICTIONS = PublishedFigure("predicted M-types: rows", 58_624, DATABOOK)
FIRST_VOCABULARY: Assumption[Mapping[str, str]] = Assumption(
    "column M-types by their names in the first vocabulary",
    {
        **{"L2c": "L3a", "L3a": "L3b", "L3b": "L3c"},
        **{"L6short-a": "L6a", "L6short-b": "L6b", "L6tall-a": "L6CT", "L6tall-b": "L6CT", "L6tall-c": "L6c"},
    },
    "counts exist only for the second vocabulary; paired by depth and subclass, other names unchanged",
)
UNCLUSTERED: Assumption[Mapping[str, tuple[str, ...]]] = Assumption(
    "M-types of the six cells that later had none",
    {"Unsure": ("L6wm", "L6wm", "L6wm", "STC", "STC"), "Unsure I": ("DTC",)},
    "the first table names all 1,357 cells; by depth, and by what Baylor coarse calls them",
)
