"""The family pages with each of their tables, coarser, and filtered: the links, and what is to be seen."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property, reduce
from operator import and_
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from data.catalog import TABLES
from data.labels.entry import Level
from tests.page_reader import Figure, figures, opened
from tests.release_by_pandas import (
    ABSENT,
    AUTOMATED,
    COARSE,
    CONFLICTING,
    DETECTIONS,
    FINE,
    GROUPS,
    LOOKUP,
    MANUAL,
    METAMODEL,
    MTYPES,
    NEURONS,
    OTHERS,
    POINTS,
    PREDICTED,
    SVM,
    UNMAPPED,
    Rows,
    area,
    frame,
    inside,
    layer,
    row_words,
    said,
)

Filters = dict[str, Callable[[Rows], "pd.Series[bool]"]]
"""By a filter's words: which rows it keeps."""

PUBLISHED_CUT: Filters = {
    "residual at most 20 µm": lambda rows: rows["residual_um"] <= 20,
    "score at least −10 µm": lambda rows: rows["score_um"] >= -10,
}
"""What the coregistration page begins with."""


@dataclass(frozen=True, eq=False)
class Case:
    """A page with a choice of table, level and filters.

    `label_source` names the types where the table does not; `at` is the level of the matrix, whose columns
    are the table `against`.
    """

    page: str
    name: str
    against: str
    at: Level
    label_source: str = ""
    level: Level = "type"
    link: dict[str, Any] = field(default_factory=dict)
    filters: Filters = field(default_factory=dict)

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{name}={value}" for name, value in self.link.items())])

    @property
    def title(self) -> str:
        return TABLES[self.name].title

    @cached_property
    def rows(self) -> Rows:
        """All rows of the table, each with its word."""
        rows = frame(self.name)
        if self.label_source:
            word = rows["nucleus_id"].map(said(self.label_source, self.level)).fillna(ABSENT)
        else:
            spelled = rows["cell_type"].astype(str).replace({"5P-PT": "5P-ET"})
            word = spelled if self.level == "type" else row_words(rows, self.level)
        return rows.assign(word=word)

    @cached_property
    def shown(self) -> Rows:
        """The rows that pass."""
        rows = self.rows
        return rows[reduce(and_, (keeps(rows) for keeps in self.filters.values()), rows["nucleus_id"] > 0)]

    @cached_property
    def nuclei(self) -> Rows:
        """The nuclei that pass, each at the place of its first row; one with two words is conflicting."""
        rows = self.shown
        several = rows.groupby("nucleus_id")["word"].transform("nunique") > 1
        return rows.assign(word=rows["word"].mask(several, CONFLICTING)).drop_duplicates("nucleus_id")


WHOLE = [
    Case("manual_types", NEURONS, METAMODEL, "subclass"),
    Case("manual_types", OTHERS, METAMODEL, "subclass"),
    Case("m_types", PREDICTED, NEURONS, "subclass"),
    Case("m_types", MTYPES, NEURONS, "subclass"),
    Case("m_types", GROUPS, NEURONS, "class"),
    Case("soma_nucleus", METAMODEL, FINE, "subclass"),
    Case("baylor", FINE, COARSE, "class"),
    Case("baylor", COARSE, FINE, "class"),
    Case("coregistration", MANUAL, FINE, "subclass", METAMODEL, filters=PUBLISHED_CUT),
    Case("coregistration", AUTOMATED, FINE, "subclass", METAMODEL, filters=PUBLISHED_CUT),
    Case("nuclei", SVM, METAMODEL, "neuron"),
    Case("nuclei", DETECTIONS, SVM, "neuron", METAMODEL),
    Case("nuclei", POINTS, SVM, "neuron", METAMODEL),
    Case("nuclei", LOOKUP, SVM, "neuron", METAMODEL),
]
"""Each table on its page, as the page opens."""
COARSER = [
    Case("m_types", PREDICTED, NEURONS, "subclass", level="subclass", link={"level": "Subclass"}),
    Case("manual_types", NEURONS, METAMODEL, "class", level="class", link={"level": "Class"}),
    Case("soma_nucleus", METAMODEL, FINE, "neuron", level="neuron", link={"level": "Neuron"}),
    Case("nuclei", DETECTIONS, SVM, "neuron", METAMODEL, "subclass", link={"level": "Subclass"}),
    Case("nuclei", LOOKUP, METAMODEL, "neuron", SVM, link={"types-from": TABLES[SVM].title}),
]
FILTERED = [
    Case(
        "baylor", FINE, COARSE, "class",
        link={"only-layer": ["L4", "L5"], "only-area": ["RL", "AL"]},
        filters={
            "layer L4 or L5": lambda rows: layer(rows).isin(["L4", "L5"]),
            "area RL or AL": lambda rows: area(rows).isin(["RL", "AL"]),
        },
    ),
    Case(
        "soma_nucleus", METAMODEL, FINE, "subclass",
        link={"only-column": "Inside", "only-depth": ["200", "450"]},
        filters={
            "inside the V1 column": inside,
            "depth 200–450 µm": lambda rows: rows["depth_um"].between(200, 450),
        },
    ),
    Case(
        "nuclei", DETECTIONS, SVM, "neuron", METAMODEL,
        link={"only-root": "No segment (root 0)", "only-column": "Outside"},
        filters={
            "outside the V1 column": lambda rows: ~inside(rows),
            "no segment (root 0)": lambda rows: rows["root_id"] == 0,
        },
    ),
    Case(
        "m_types", PREDICTED, NEURONS, "subclass",
        link={"only-Predicted M-types": ["L2a", "L5NP"], "only-volume": ["0", "260"]},
        filters={
            "label L2a or L5NP": lambda rows: rows["word"].isin(["L2a", "L5NP"]),
            "nucleus volume at most 260 µm³": lambda rows: rows["volume_um3"] <= 260,
        },
    ),
    Case(
        "manual_types", NEURONS, METAMODEL, "subclass", level="subclass",
        link={"level": "Subclass", "layers": "Ding 2025", "only-layer": "L5",
              "only-Manual neurons": ["MC", UNMAPPED]},
        filters={
            "label MC or unmapped": lambda rows: rows["word"].isin(["MC", UNMAPPED]),
            "layer L5": lambda rows: layer(rows, preset=2) == "L5",
        },
    ),
    Case(
        "coregistration", AUTOMATED, FINE, "subclass", METAMODEL,
        link={"only-class": ["inhibitory", "non-neuronal"], "only-residual": ["0", "50"],
              "only-score": ["2", "50"]},
        filters={
            "class inhibitory or non-neuronal": lambda rows: rows["nucleus_id"]
            .map(said(METAMODEL, "class")).isin(["inhibitory", "non-neuronal"]),
            "score at least 2 µm": lambda rows: rows["score_um"] >= 2,
        },
    ),
]  # fmt: skip
CASES = [*WHOLE, *COARSER, *FILTERED]


@cache
def page(case: Case) -> AppTest:
    """Open the page of a case, once for all tests."""
    return opened(f"{case.page}.py", **{case.page: case.title, **case.link})


@cache
def pictures(case: Case) -> dict[str, Figure]:
    """All figures of the page, by their keys."""
    return figures(page(case))


def case_of(name: str) -> Case:
    """A table's page as it opens."""
    return next(case for case in WHOLE if case.name == name)


def figure(case: Case, what: str) -> Figure:
    return pictures(case)[f"{what}-{case.name}"]
