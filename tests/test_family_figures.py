"""Each picture of the family pages equals its numbers, counted here by pandas alone from the tidy frames.

What a label means (`data.cell_types`) and where a place is (`data.space`) is taken from where it is stated;
every count, share and quantile is made again, without `components.analysis`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data.catalog import TABLES
from data.cell_types import Level, at_level, ordered
from data.loader import open_release
from data.settings import read_settings
from data.space import AREAS, LAYER_PRESETS, area_of
from data.v1_column import in_column
from tests.page_reader import Figure, caption, figures, opened, words

NEURONS, OTHERS = "allen_v1_column_types_slanted_ref", "aibs_column_nonneuronal_ref"
PREDICTED, MTYPES = "aibs_soma_nuc_exc_mtype_preds_v117", "allen_column_mtypes_v1"
GROUPS, METAMODEL = "connectivity_groups_v507", "aibs_soma_nuc_metamodel_preds_v117"
COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
MANUAL, AUTOMATED = "coregistration_manual_v3", "apl_functional_coreg_forward_v5"
SVM, DETECTIONS = "nucleus_ref_neuron_svm", "nucleus_detection_v0"
POINTS, LOOKUP = "nucleus_alternative_points", "nucleus_detection_lookup_v1"

CONFLICTING, UNMAPPED, ABSENT = "conflicting labels", "unmapped", "not in table"
LAYERS = ["L1", "L2/3", "L4", "L5", "L6", "WM"]
UNIT = ["session", "scan_idx", "unit_id"]

Rows = pd.DataFrame
Passes = Callable[[Rows], pd.Series]


def published_cut(rows: Rows) -> pd.Series:
    """The filters that the coregistration page begins with."""
    return (rows["residual_um"] <= 20) & (rows["score_um"] >= -10)


@dataclass(frozen=True)
class Case:
    """A page with a choice of table and filters, and what its pictures are then of.

    `passes` says which rows the filters keep; `speaker` names the types where the table does not; `at` is
    the level of the matrix, whose columns are the table `against`.
    """

    page: str
    name: str
    against: str
    at: Level
    speaker: str = ""
    level: Level = "type"
    link: dict[str, Any] = field(default_factory=dict)
    passes: Passes | None = None

    def __str__(self) -> str:
        return " ".join([self.name, *(f"{name}={value}" for name, value in self.link.items())])

    @property
    def key(self) -> str:
        return f"{self.page} {self}"


PLAIN = [
    Case("manual_types", NEURONS, METAMODEL, "subclass"),
    Case("manual_types", OTHERS, METAMODEL, "subclass"),
    Case("m_types", PREDICTED, NEURONS, "subclass"),
    Case("m_types", MTYPES, NEURONS, "subclass"),
    Case("m_types", GROUPS, NEURONS, "class"),
    Case("soma_nucleus", METAMODEL, FINE, "subclass"),
    Case("baylor", FINE, COARSE, "class"),
    Case("baylor", COARSE, FINE, "class"),
    Case("coregistration", MANUAL, FINE, "subclass", METAMODEL, passes=published_cut),
    Case("coregistration", AUTOMATED, FINE, "subclass", METAMODEL, passes=published_cut),
    Case("nuclei", SVM, METAMODEL, "neuron"),
    Case("nuclei", DETECTIONS, SVM, "neuron", METAMODEL),
    Case("nuclei", POINTS, SVM, "neuron", METAMODEL),
    Case("nuclei", LOOKUP, SVM, "neuron", METAMODEL),
]
COARSER = [
    Case("m_types", PREDICTED, NEURONS, "subclass", level="subclass", link={"level": "Subclass"}),
    Case("manual_types", NEURONS, METAMODEL, "class", level="class", link={"level": "Class"}),
    Case("soma_nucleus", METAMODEL, FINE, "neuron", level="neuron", link={"level": "Neuron"}),
    Case("nuclei", DETECTIONS, SVM, "neuron", METAMODEL, "subclass", link={"level": "Subclass"}),
    Case("nuclei", LOOKUP, NEURONS, "neuron", SVM, link={"types-from": TABLES[SVM].title}),
]
FILTERED = [
    Case(
        "baylor", FINE, COARSE, "class",
        link={"only-layer": ["L4", "L5"], "only-area": ["RL", "AL"]},
        passes=lambda rows: layer(rows).isin(["L4", "L5"]) & area(rows).isin(["RL", "AL"]),
    ),
    Case(
        "soma_nucleus", METAMODEL, FINE, "subclass",
        link={"only-column": "Inside", "only-depth": ["200", "450"]},
        passes=lambda rows: inside(rows) & rows["depth_um"].between(200, 450),
    ),
    Case(
        "nuclei", DETECTIONS, SVM, "neuron", METAMODEL,
        link={"only-root": "No segment (root 0)", "only-column": "Outside"},
        passes=lambda rows: rows["root_id"].eq(0) & ~inside(rows),
    ),
    Case(
        "m_types", PREDICTED, NEURONS, "subclass",
        link={"only-Predicted M-types": ["L2a", "L5NP"], "only-volume": ["0", "260"]},
        passes=lambda rows: rows["word"].isin(["L2a", "L5NP"]) & rows["volume_um3"].le(260),
    ),
    Case(
        "manual_types", NEURONS, METAMODEL, "subclass", level="subclass",
        link={"level": "Subclass", "only-Manual neurons": ["MC", "unmapped"], "layers": "Ding 2025",
              "only-layer": "L5"},
        passes=lambda rows: rows["word"].isin(["MC", UNMAPPED]) & rows["depth_um"].between(371, 573.9999),
    ),
    Case(
        "coregistration", AUTOMATED, FINE, "subclass", METAMODEL,
        link={"only-class": ["inhibitory", "unmapped"], "only-residual": ["0", "50"], "only-score": ["2", "50"]},
        passes=lambda rows: rows["score_um"].ge(2)
        & rows["nucleus_id"].map(said(METAMODEL, "class")).isin(["inhibitory", UNMAPPED]),
    ),
]  # fmt: skip
CASES = [*PLAIN, *COARSER, *FILTERED]


@pytest.fixture(scope="session")
def sample_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("figures")


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch, sample_cache: Path) -> None:
    monkeypatch.setenv("CELL_TYPES_SOURCE", "sample")
    monkeypatch.setenv("CELL_TYPES_CACHE", str(sample_cache))


@cache
def frame(name: str) -> Rows:
    return open_release(read_settings({}), sample_when_offline=False).load_labels(name).frame


_open: dict[str, AppTest] = {}


def page(case: Case) -> AppTest:
    """Open the page of a case, once for all tests."""
    if case.key not in _open:
        link = {case.page: TABLES[case.name].title, **case.link}
        _open[case.key] = opened(f"{case.page}.py", **link)
    return _open[case.key]


def plain_page(name: str) -> AppTest:
    return page(next(case for case in PLAIN if case.name == name))


def figure(case: Case, what: str) -> Figure:
    return figures(page(case))[f"{what}-{case.name}"]


# The same numbers by pandas


def layer(rows: Rows) -> pd.Series:
    return pd.cut(rows["depth_um"], [-np.inf, *LAYER_PRESETS[0].boundaries, np.inf], labels=LAYERS, right=False)


def area(rows: Rows) -> pd.Series:
    return pd.Series(area_of(rows["x_um"], rows["z_um"]), index=rows.index)


def inside(rows: Rows) -> pd.Series:
    return pd.Series(in_column(rows["x_um"], rows["depth_um"], rows["z_um"]), index=rows.index)


def row_words(rows: Rows, level: Level) -> pd.Series:
    """What each row says at a level."""
    systems = rows.get("classification_system", pd.Series(None, index=rows.index)).astype(object)
    pairs = pd.DataFrame({"label": rows["cell_type"].astype(object), "system": systems})
    kinds = {
        pair: at_level(pair[0], level, pair[1]) or UNMAPPED for pair in set(pairs.itertuples(index=False, name=None))
    }
    return pd.Series([kinds[pair] for pair in pairs.itertuples(index=False, name=None)], index=rows.index)


@cache
def said(name: str, level: Level) -> pd.Series:
    """What a table says of each nucleus, as another table's rows or the other axis hear it."""
    rows = frame(name)
    types = row_words(rows, "type").groupby(rows["nucleus_id"]).nunique()
    first = row_words(rows, level)[~rows["nucleus_id"].duplicated()]
    first.index = pd.Index(rows["nucleus_id"].drop_duplicates(), name="nucleus_id")
    return first.where(types.reindex(first.index) == 1, CONFLICTING)


@cache
def _shown(key: str) -> Rows:
    case = next(case for case in CASES if case.key == key)
    rows = frame(case.name)
    if case.speaker:
        word = rows["nucleus_id"].map(said(case.speaker, case.level)).fillna(ABSENT)
    else:
        word = rows["cell_type"].astype(str) if case.level == "type" else row_words(rows, case.level)
    rows = rows.assign(word=word)
    return rows if case.passes is None else rows[case.passes(rows)]


def shown(case: Case) -> Rows:
    """The rows that pass, each with its word."""
    return _shown(case.key)


def each_once(case: Case) -> Rows:
    """The nuclei that pass; one with two words is conflicting."""
    rows = shown(case)
    several = rows.groupby("nucleus_id")["word"].transform("nunique") > 1
    return rows.assign(word=rows["word"].mask(several, CONFLICTING)).drop_duplicates("nucleus_id")


def crossed(rows: pd.Series, columns: pd.Series) -> dict[tuple[str, str], int]:
    """Counts of the pairs that occur."""
    return {pair: int(n) for pair, n in pd.crosstab(rows, columns).stack().items() if n}  # noqa: PD013


def drawn(heat: dict[str, Any]) -> dict[tuple[str, str], int]:
    """Counts of a matrix's squares that are not empty."""
    return dict(squares(heat))


def squares(heat: dict[str, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    for row, line in zip(heat["y"], heat["customdata"], strict=True):
        for column, (n, _) in zip(heat["x"], line, strict=True):
            if n:
                yield (row, column), n


# What every family page shows


@pytest.mark.parametrize("case", CASES, ids=str)
def test_counts_and_shares(case: Case) -> None:
    nuclei = each_once(case)
    counts = nuclei["word"].value_counts()
    made = figure(case, "counts")
    (bars,) = made["data"]
    assert bars["y"] == [*ordered(set(bars["y"]) - {CONFLICTING, UNMAPPED, ABSENT}), *odd(bars["y"])]
    assert dict(zip(bars["y"], bars["x"], strict=True)) == counts.to_dict()
    assert bars["text"] == [f"{n:,} · {n / len(nuclei):.1%}" for n in counts[bars["y"]]]
    assert f"n = {len(nuclei):,} nuclei" in caption(made)
    held = frame(case.name)["nucleus_id"].nunique()
    shares = f"the table holds {held / 144_120:.1%} of 144,120 detected nuclei"
    some = f"{len(nuclei):,} nuclei" if held == len(nuclei) else f"{len(nuclei):,} of the table's {held:,} nuclei"
    assert any(said.value.startswith(some) and shares in said.value for said in page(case).caption)


def odd(labels: list[str]) -> list[str]:
    """What is no label, in the order in which it stands after the labels."""
    return [word for word in labels if word in {CONFLICTING, UNMAPPED, ABSENT}]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_depth_in_slices_of_25_um(case: Case) -> None:
    nuclei = each_once(case)
    middles = pd.cut(nuclei["depth_um"], np.arange(-500, 2000, 25), right=False).map(lambda part: part.mid)
    lines = {
        (line["name"], middle): n
        for line in figure(case, "depth")["data"]
        for middle, n in zip(line["y"], line["x"], strict=True)
        if n
    }
    assert lines == crossed(nuclei["word"], middles.astype(float))


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("what", ["layer", "area"])
def test_what_each_place_is_made_of(case: Case, what: str) -> None:
    nuclei = each_once(case)
    place = area(nuclei) if what == "area" else layer(nuclei)
    if case.link.get("layers") and what == "layer":
        place = pd.Series("L5", index=nuclei.index)  # that of the preset which the case filters by
    *pieces, totals = figure(case, what)["data"]
    counts = {
        (piece["name"], name): n
        for piece in pieces
        for name, (n, _, _) in zip(piece["y"], piece["customdata"], strict=True)
        if n
    }
    assert counts == crossed(nuclei["word"], place)
    assert pieces[0]["y"] == (list(AREAS) if what == "area" else LAYERS)
    of_place = place.value_counts().reindex(pieces[0]["y"], fill_value=0)
    assert totals["text"] == [f"n = {n:,}" for n in of_place]
    for piece in pieces:
        lengths = [n / max(of, 1) for (n, *_), of in zip(piece["customdata"], of_place, strict=True)]
        assert piece["x"] == pytest.approx(lengths)


@pytest.mark.parametrize("case", [case for case in CASES if case.page != "coregistration"], ids=str)
def test_quantiles_of_volume(case: Case) -> None:
    known = each_once(case).dropna(subset=["volume_um3"]).astype({"volume_um3": float})
    quantiles = known.groupby("word")["volume_um3"].quantile([0.05, 0.25, 0.5, 0.75, 0.95])
    made = figure(case, "volumes")
    *boxes, written = made["data"]
    assert {box["name"] for box in boxes} == set(known["word"])
    for box in boxes:
        ends = [box[end][0] for end in ("lowerfence", "q1", "median", "q3", "upperfence")]
        assert ends == pytest.approx(quantiles[box["name"]].tolist())
    counts = known["word"].value_counts()
    assert [text.split("n = ")[1] for text in written["text"]] == [f"{counts[word]:,}" for word in written["y"]]
    assert f"n = {len(known):,} nuclei with a volume" in caption(made)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_matrix_and_its_agreement(case: Case) -> None:
    speaker = case.speaker or case.name
    both = pd.concat({"row": said(speaker, case.at), "column": said(case.against, case.at)}, axis=1).dropna()
    compared = both[both.index.isin(shown(case)["nucleus_id"])]
    compared = compared[~compared.isin([CONFLICTING, UNMAPPED]).any(axis=1)]
    made = figures(page(case))[f"matrix-{speaker}-{case.against}"]
    heat, targets = made["data"]
    counts = crossed(compared["row"], compared["column"])
    assert drawn(heat) == counts
    assert heat["x"] == heat["y"] == ordered({*compared["row"], *compared["column"]})
    shares = compared.groupby("row")["column"].value_counts(normalize=True)
    for row, line in zip(heat["y"], heat["customdata"], strict=True):
        for column, (n, share) in zip(heat["x"], line, strict=True):
            assert share == pytest.approx(shares.get((row, column), 0) if n else 0)
    clickable = zip(targets["y"], targets["x"], targets["customdata"], strict=True)
    assert {(row, column): n for row, column, (n, _) in clickable if n} == counts
    assert f"n = {len(compared):,} nuclei compared, {case.at}" in caption(made)
    numbers = {metric.label: metric.value for metric in page(case).metric}
    assert numbers["Nuclei in both tables"] == f"{len(both):,}"
    assert numbers["Agreement"] == f"{(compared['row'] == compared['column']).mean():.1%}"


# What one family has beyond that


def test_manual_tables_together() -> None:
    both = pd.concat([frame(NEURONS), frame(OTHERS)], ignore_index=True).astype({"cell_type": str})
    assert not both["nucleus_id"].duplicated().any()
    made = figures(plain_page(NEURONS))
    (bars,) = made["together"]["data"]
    assert dict(zip(bars["y"], bars["x"], strict=True)) == both["cell_type"].value_counts().to_dict()
    *pieces, _ = made["together-layers"]["data"]
    counts = {
        (piece["name"], name): n
        for piece in pieces
        for name, (n, _, _) in zip(piece["y"], piece["customdata"], strict=True)
        if n
    }
    assert counts == crossed(both["cell_type"], layer(both))


def test_members_of_the_column() -> None:
    named = {*frame(NEURONS)["nucleus_id"], *frame(OTHERS)["nucleus_id"]}
    within = frame(DETECTIONS)[inside(frame(DETECTIONS))]["nucleus_id"]
    numbers = {metric.label: metric for metric in plain_page(NEURONS).metric}
    assert numbers["Named in these rows"].value == f"{len(named):,}"
    assert numbers["Detected in the prism"].value == f"{within.nunique():,}"
    assert numbers["Detected in the prism"].help == f"Of these {within.isin(named).sum():,} are named by hand."


def test_inhibitory_m_types_against_groups() -> None:
    both = pd.concat({"m": said(MTYPES, "type"), "group": said(GROUPS, "type")}, axis=1).dropna()
    both = both[both["m"].map(lambda label: at_level(label, "class")) == "inhibitory"]
    made = figures(plain_page(MTYPES))["groups"]
    assert drawn(made["data"][0]) == crossed(both["m"], both["group"])
    assert f"n = {len(both):,} nuclei compared" in caption(made)


def test_classes_of_the_metamodel_by_system() -> None:
    rows = frame(METAMODEL)
    shown = next(one.value for one in plain_page(METAMODEL).dataframe if "classification_system" in one.value)
    counts = pd.crosstab(rows["classification_system"].astype(str), rows["cell_type"].astype(str))
    shown = shown.drop(columns="synthetic").set_index("classification_system")
    pd.testing.assert_frame_equal(shown[list(counts)], counts, check_names=False)


def contradicting(coarse: pd.Series, fine: pd.Series, types: pd.Series) -> Rows:
    both = pd.concat({"coarse": coarse, "fine": fine, "type": types}, axis=1).dropna()
    known = both[both[["coarse", "fine"]].isin(["excitatory", "inhibitory"]).all(axis=1)]
    return known[known["coarse"] != known["fine"]]


def test_coarse_and_fine_contradict_each_other() -> None:
    differ = contradicting(said(COARSE, "class"), said(FINE, "class"), said(FINE, "type"))
    made = figures(plain_page(FINE))["contradictions"]
    (bars,) = made["data"]
    assert dict(zip(bars["y"], bars["x"], strict=True)) == differ["type"].value_counts().to_dict()
    assert f"n = {len(differ):,} nuclei" in caption(made)
    labels = {button.label for button in plain_page(FINE).button}
    for (fine, coarse), n in differ.groupby(["fine", "coarse"]).size().items():
        assert f"Select {n:,} {fine} by fine, {coarse} by coarse" in labels
