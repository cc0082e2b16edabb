"""Each picture of the family pages equals its numbers, counted again by pandas alone from the tidy frames."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from streamlit.testing.v1 import AppTest

from data.labels.crosswalk import at_level, ordered
from data.volume import VOLUME
from tests.family_pages import CASES, WHOLE, Case, case_of, figure, page, pictures
from tests.page_reader import TIMEOUT, Figure, caption, figures, metrics, opened, words
from tests.release_by_pandas import (
    AUTOMATED,
    COARSE,
    DETECTIONS,
    FINE,
    GROUPS,
    LAYERS,
    LOOKUP,
    MANUAL,
    METAMODEL,
    MTYPES,
    NEURONS,
    ODD,
    OTHERS,
    POINTS,
    PREDICTED,
    SVM,
    UNIT,
    area,
    both_say,
    comparable,
    crossed,
    frame,
    inside,
    layer,
    said,
)

COREGISTRATION = [case for case in CASES if case.page == "coregistration"]
Counts = dict[tuple[object, object], int]

every_case = pytest.mark.parametrize("case", CASES, ids=str)


pytestmark = pytest.mark.usefixtures("sample")


def lengths(made: Figure) -> dict[str, int]:
    """The bars of a figure that has one kind of them, and perhaps unseen ones that take clicks."""
    (bars,) = [one for one in made["data"] if one.get("name") != "reach"]
    return dict(zip(bars["y"], bars["x"], strict=True))


def pieces(made: Figure) -> Counts:
    """Counts in the bars that are parted by label; the last trace holds their totals."""
    return {
        (bar["name"], place): n
        for bar in made["data"][:-1]
        for place, (n, *_) in zip(bar["y"], bar["customdata"], strict=True)
        if n
    }


def matrix_cells(heat: dict[str, Any]) -> Counts:
    """Counts in the cells of a matrix that are not empty."""
    return {
        (row, column): n
        for row, line in zip(heat["y"], heat["customdata"], strict=True)
        for column, (n, _) in zip(heat["x"], line, strict=True)
        if n
    }


# What every family page shows


def test_every_table_of_the_release_has_its_pictures() -> None:
    families = {case.name for case in WHOLE}
    tables = {FINE, COARSE, METAMODEL, MTYPES, PREDICTED, GROUPS, NEURONS, OTHERS, MANUAL, AUTOMATED}
    assert families == tables | {SVM, DETECTIONS, POINTS, LOOKUP}
    for case in WHOLE:
        assert {f"{what}-{case.name}" for what in ("counts", "depth", "layer", "area")} <= set(pictures(case))


@every_case
def test_counts_and_shares(case: Case) -> None:
    counts = case.nuclei["word"].value_counts()
    made = figure(case, "counts")
    assert lengths(made) == counts.to_dict()
    labels = made["data"][0]["y"]
    assert labels == ordered(set(counts.index) - {*ODD}) + [word for word in labels if word in ODD]
    n = len(case.nuclei)
    assert made["data"][0]["text"] == [f"{k:,} · {k / n:.1%}" for k in counts[labels]]
    assert f"n = {n:,} nuclei" in caption(made)


@every_case
def test_shares_name_what_they_are_of(case: Case) -> None:
    n, held = len(case.nuclei), frame(case.name)["nucleus_id"].nunique()
    detected = frame(DETECTIONS)["nucleus_id"].nunique()
    shown = f"{n:,} nuclei" if n == held else f"{n:,} of the table's {held:,} nuclei pass the filters"
    assert (
        f"{shown}; the table holds {held / detected:.1%} of {detected:,} detected nuclei. "
        f"Shares are of the {n:,}."
    ) in words(page(case)).splitlines()


@every_case
def test_depth_in_slices_of_25_um(case: Case) -> None:
    edges = list(range(-500, 2000, 25))
    slices = pd.cut(case.nuclei["depth_um"], edges, right=False, labels=[edge + 12.5 for edge in edges[:-1]])
    drawn = {
        (line["name"], middle): n
        for line in figure(case, "depth")["data"]
        for middle, n in zip(line["y"], line["x"], strict=True)
        if n
    }
    assert drawn == crossed(case.nuclei["word"], slices.astype(float))


@every_case
@pytest.mark.parametrize("what", ["layer", "area"])
def test_what_each_place_is_made_of(case: Case, what: str) -> None:
    preset = 2 if "layers" in case.link else 0
    places = area(case.nuclei) if what == "area" else layer(case.nuclei, preset).astype(str)
    made = figure(case, what)
    assert pieces(made) == crossed(case.nuclei["word"], places)
    names = [*(VOLUME.areas if what == "area" else LAYERS)]
    of_place = places.value_counts().reindex(names, fill_value=0)
    *bars, totals = made["data"]
    assert totals["text"] == [f" n = {n:,}" for n in of_place]
    for bar in bars:
        assert bar["y"] == names
        assert bar["x"] == pytest.approx(
            [k[0] / max(n, 1) for k, n in zip(bar["customdata"], of_place, strict=True)]
        )


@pytest.mark.parametrize("case", [case for case in CASES if case.page != "coregistration"], ids=str)
def test_quantiles_of_volume(case: Case) -> None:
    known = case.nuclei.dropna(subset=["volume_um3"]).astype({"volume_um3": float})
    quantiles = known.groupby("word")["volume_um3"].quantile(np.array([0.05, 0.25, 0.5, 0.75, 0.95]))
    made = figure(case, "volumes")
    *boxes, written = made["data"]
    assert {box["name"] for box in boxes} == set(known["word"])
    for box in boxes:
        ends = [box[end][0] for end in ("lowerfence", "q1", "median", "q3", "upperfence")]
        assert ends == pytest.approx(quantiles[box["name"]].tolist())
    counts = known["word"].value_counts()
    assert [text.split("n = ")[1] for text in written["text"]] == [
        f"{counts[word]:,}" for word in written["y"]
    ]
    assert f"n = {len(known):,} nuclei with a volume" in caption(made)


@every_case
def test_the_matrix_its_shares_and_its_agreement(case: Case) -> None:
    label_source = case.label_source or case.name
    pairs = both_say(said(label_source, case.at), said(case.against, case.at))
    compared = comparable(pairs[pairs.index.isin(case.shown["nucleus_id"])])
    counts = crossed(compared["row"], compared["column"])
    made = pictures(case)[f"matrix-{label_source}-{case.against}"]
    heat, targets = made["data"]
    assert matrix_cells(heat) == counts
    assert (heat["y"], heat["x"]) == (ordered({*compared["row"]}), ordered({*compared["column"]}))
    of_row = compared["row"].value_counts()
    for row, line in zip(heat["y"], heat["customdata"], strict=True):
        assert [share for _, share in line] == pytest.approx([n / of_row.get(row, 1) for n, _ in line])
    clicked = zip(targets["y"], targets["x"], targets["customdata"], strict=True)
    assert {(row, column): n for row, column, (n, _) in clicked if n} == counts
    assert f"n = {len(compared):,} nuclei compared, {case.at}" in caption(made)
    assert f", {case.at} · v" not in caption(made)  # the level is said once
    assert f", {len(pairs):,} in both, {len(compared):,} compared at the level of {case.at};" in words(
        page(case)
    )
    assert metrics(page(case))["n"] == f"{len(compared):,}"
    agree = (compared["row"] == compared["column"]).mean()
    assert metrics(page(case))["Agreement"] == f"{agree:.1%}"


def test_a_selection_against_everything_shown() -> None:
    app = opened("soma_nucleus.py", select=f"filter:{FINE}:labels=BC,MC")
    everything = case_of(METAMODEL).nuclei
    fine = said(FINE, "type")
    chosen = everything[everything["nucleus_id"].isin(fine.index[fine.isin(["BC", "MC"])])]
    made = figures(app)[f"selection-{METAMODEL}"]
    for bars, nuclei in zip(made["data"], (chosen, everything), strict=False):
        counts = nuclei["word"].value_counts()
        assert bars["customdata"] == counts.reindex(bars["y"], fill_value=0).tolist()
        assert bars["x"] == pytest.approx([n / len(nuclei) for n in bars["customdata"]])
    assert f"n = {len(chosen):,} nuclei selected, against {len(everything):,} shown" in caption(made)


# What one family has beyond that


def test_both_manual_tables_together() -> None:
    both = pd.concat([frame(NEURONS), frame(OTHERS)], ignore_index=True).astype({"cell_type": str})
    both = both.replace({"cell_type": {"5P-PT": "5P-ET"}})
    made = pictures(case_of(NEURONS))
    assert lengths(made["together"]) == both["cell_type"].value_counts().to_dict()
    assert pieces(made["together-layers"]) == crossed(both["cell_type"], layer(both).astype(str))


def test_members_of_the_column() -> None:
    named = {*frame(NEURONS)["nucleus_id"], *frame(OTHERS)["nucleus_id"]}
    within = frame(DETECTIONS)["nucleus_id"][inside(frame(DETECTIONS))]
    assert metrics(page(case_of(NEURONS)))["Named in these rows"] == f"{len(named):,}"
    assert metrics(page(case_of(NEURONS)))["Detected in the prism"] == f"{len(within):,}"
    inside_and_named = (
        f"Of the {len(within):,} nuclei detected inside it {within.isin(named).sum():,} are named"
    )
    assert inside_and_named in words(page(case_of(NEURONS)))


def test_inhibitory_m_types_against_connectivity_groups() -> None:
    pairs = both_say(said(MTYPES, "type"), said(GROUPS, "type"))
    pairs = pairs[[at_level(label, "class") == "inhibitory" for label in pairs["row"]]]
    made = pictures(case_of(MTYPES))["groups"]
    assert matrix_cells(made["data"][0]) == crossed(pairs["row"], pairs["column"])
    assert f"n = {len(pairs):,} nuclei compared" in caption(made)


def test_the_names_that_m_types_speak() -> None:
    (lines,) = (one.value for one in page(case_of(PREDICTED)).dataframe if "Vocabulary" in one.value)
    whole = case_of(PREDICTED)
    counts = whole.nuclei["word"].value_counts()
    assert dict(zip(lines["Label"], lines["Nuclei"], strict=True)) == counts.to_dict()


def test_systems_and_labels_of_the_metamodel() -> None:
    shown = [
        one.value.drop(columns="synthetic", errors="ignore") for one in page(case_of(METAMODEL)).dataframe
    ]
    (lines,) = (one for one in shown if one.columns[0] == "classification_system")
    by_system = lines.set_index("classification_system").to_dict("index")
    counts = {(system, label): n for system, line in by_system.items() for label, n in line.items() if n}
    rows = frame(METAMODEL)
    assert counts == crossed(rows["classification_system"], rows["cell_type"])


def test_coarse_and_fine_contradict_each_other() -> None:
    pairs = comparable(both_say(said(COARSE, "class"), said(FINE, "class")))
    differ = pairs[pairs["row"] != pairs["column"]]
    made = pictures(case_of(FINE))["contradictions"]
    assert lengths(made) == said(FINE, "type")[differ.index].value_counts().to_dict()
    assert f"n = {len(differ):,} nuclei" in caption(made)
    of_type = said(FINE, "type")[pairs.index].value_counts()
    for label, n, text in zip(
        *(made["data"][0][part] for part in "yx"), made["data"][0]["text"], strict=True
    ):
        assert text == f"{n:,} · {n / of_type[label]:.1%}"
    buttons = {button.label for button in page(case_of(FINE)).button}
    for (coarse, fine), n in crossed(differ["row"], differ["column"]).items():
        assert f"Select {n:,} {fine} by fine, {coarse} by coarse" in buttons
    assert f"Select all {len(differ):,}" in buttons


CONTRADICTIONS = """
from types import SimpleNamespace
from components.ui.family.baylor import show_class_contradictions
from components.ui.session.release import load_labels

show_class_contradictions(SimpleNamespace(load=load_labels))
"""


def test_a_button_selects_the_contradictions_of_its_way() -> None:
    pairs = comparable(both_say(said(COARSE, "class"), said(FINE, "class")))
    differ = pairs[pairs["row"] != pairs["column"]]
    ways = {
        f"Select {len(one):,} {fine} by fine, {coarse} by coarse": {*one.index}
        for (coarse, fine), one in differ.groupby(["row", "column"])
    }
    expected = {**ways, f"Select all {len(differ):,}": {*differ.index}}
    app = AppTest.from_string(CONTRADICTIONS, default_timeout=TIMEOUT).run()
    found = {}
    for label in [button.label for button in app.button]:
        next(button for button in app.button if button.label == label).click().run()
        recipe = app.session_state["selection"]
        found[label] = {*recipe.nuclei({name: frame(name) for name in (COARSE, FINE)}).tolist()}
    assert not app.exception
    assert found == expected


@pytest.mark.parametrize("case", COREGISTRATION, ids=str)
def test_units_of_nuclei_fields_and_scans(case: Case) -> None:
    rows = case.shown
    several = rows[["nucleus_id", *UNIT]].drop_duplicates()["nucleus_id"].value_counts().value_counts()
    drawn = lengths(figure(case, "units"))
    assert {int(name.split()[0]): n for name, n in drawn.items() if n} == several.to_dict()
    by_field = rows.groupby("field")["nucleus_id"].agg(["size", "nunique"])
    made = figure(case, "fields")
    assert lengths(made) == {f"field {field}": n for field, n in by_field["size"].items()}
    assert made["data"][0]["text"] == [f"{n:,} · {k:,} nuclei" for n, k in by_field.to_numpy()]
    by_scan = rows.groupby(["session", "scan_idx"])["nucleus_id"].agg(["size", "nunique"])
    (heat,) = figure(case, "scans")["data"]
    drawn_scans = {
        (int(row.split()[1]), int(column.split()[1])): (n, nuclei)
        for row, *line in zip(heat["y"], heat["z"], heat["customdata"], strict=True)
        for column, n, nuclei in zip(heat["x"], *line, strict=True)
        if not np.isnan(n)  # no such scan
    }
    assert drawn_scans == {scan: tuple(counts) for scan, counts in by_scan.T.items()}
    numbers = metrics(page(case))
    n_several = int(several[several.index > 1].sum())
    assert n_several
    assert [numbers[name] for name in ("Units", "Nuclei", "Nuclei with several units", "Scans")] == [
        f"{n:,}" for n in (len(rows), rows["nucleus_id"].nunique(), n_several, len(by_scan))
    ]


@pytest.mark.parametrize("case", COREGISTRATION, ids=str)
def test_residual_against_score_and_what_the_cut_removes(case: Case) -> None:
    cuts = {words: keeps for words, keeps in case.filters.items() if words.startswith(("residual", "score"))}
    rows = case.rows
    for name, keeps in case.filters.items():
        rows = rows if name in cuts else rows[keeps(rows)]
    (heat,) = figure(case, "quality")["data"]
    near = {}
    for name, middles in (("score_um", heat["y"]), ("residual_um", heat["x"])):
        step = (middles[-1] - middles[0]) / (len(middles) - 1)
        near[name] = (
            np.rint((rows[name].astype(float) - middles[0]) / step).clip(0, len(middles) - 1).astype(int)
        )
    counts = np.array(heat["customdata"])
    found = np.zeros_like(counts)
    np.add.at(found, (near["score_um"], near["residual_um"]), 1)
    assert np.array_equal(counts, found)
    removed = len(rows) - len(case.shown)
    assert f"removes **{removed:,} of {len(rows):,} matches** ({removed / len(rows):.1%})" in words(
        page(case)
    )


def test_manual_against_automated_by_score() -> None:
    both = frame(MANUAL).merge(frame(AUTOMATED), on=UNIT, suffixes=("", "_automated"), validate="one_to_one")
    both = both.sort_values(UNIT)
    both["same"] = both["nucleus_id"] == both["nucleus_id_automated"]
    edges = [-np.inf, *range(-4, 13, 2), np.inf]
    bins = both.groupby(pd.cut(both["score_um_automated"], edges, right=False), observed=True)["same"]
    made = pictures(case_of(MANUAL))["same-by-score"]
    (line,) = made["data"]
    assert [name.split("n = ")[1] for name in line["x"]] == [f"{n:,}" for n in bins.size()]
    assert line["y"] == pytest.approx(bins.mean().tolist())
    for same, n, low, high in line["customdata"]:
        interval = binomtest(int(same), int(n)).proportion_ci(0.95, method="wilson")
        assert (low, high) == pytest.approx((interval.low, interval.high), abs=1e-9)
    best = both.sort_values("score_um_automated", kind="stable")[round(0.3 * len(both)) :]
    numbers = metrics(page(case_of(MANUAL)))
    assert numbers["Units compared"] == f"{len(both):,}"
    assert numbers["The same nucleus"] == f"{both['same'].mean():.1%}"
    assert numbers["Without the lowest 30%"] == f"{best['same'].mean():.1%}"
    types = said(METAMODEL, "subclass")
    labelled = both_say(both["nucleus_id"].map(types), both["nucleus_id_automated"].map(types))
    labelled = comparable(labelled)
    matrix = pictures(case_of(MANUAL))["unit-matrix"]
    assert matrix_cells(matrix["data"][0]) == crossed(labelled["row"], labelled["column"])
    assert f"n = {len(labelled):,} units" in caption(matrix)


@pytest.mark.parametrize("case", COREGISTRATION, ids=str)
def test_classes_that_were_not_to_be_expected(case: Case) -> None:
    classes = pd.Series(case.shown["nucleus_id"].unique()).map(said(METAMODEL, "class")).value_counts()
    counts = {name: int(classes.get(name, 0)) for name in ("excitatory", "inhibitory", "non-neuronal")}
    listed = ", ".join(f"{n:,} {name}" for name, n in counts.items())
    assert (
        f"{sum(counts.values()):,} of the {len(case.nuclei):,} nuclei shown a class: **{listed}**"
        in words(page(case))
    )


def test_displacements_and_the_root_they_change() -> None:
    rows = frame(POINTS).merge(
        frame(DETECTIONS)[["nucleus_id", "root_id"]], on="nucleus_id", suffixes=("", "_at")
    )
    moved = {axis: rows[f"{axis}_alt_um"].astype(float) - rows[f"{axis}_um"] for axis in ("x", "depth", "z")}
    length = pd.DataFrame(moved).pow(2).sum(axis="columns").pow(0.5).round(3)
    change = pd.Series("finds another root", index=rows.index)
    change[rows["root_id"] == rows["root_id_at"]] = "same root"
    change[(rows["root_id_at"] == 0) & (rows["root_id"] != 0)] = "finds a root"
    assert not (rows["root_id"] == 0).any()
    drawn = {
        (bar["name"], middle): n
        for bar in pictures(case_of(SVM))["displacements"]["data"]
        for middle, n in zip(bar["x"], bar["y"], strict=True)
        if n
    }
    assert drawn == crossed(change, np.floor(length.clip(upper=6) / 0.25) * 0.25 + 0.125)
    assert f"The median displacement is {length.median():.2f} µm, the longest {length.max():.2f} µm" in words(
        page(case_of(SVM))
    )


@pytest.mark.parametrize("case", [case for case in CASES if case.page == "nuclei"], ids=str)
def test_nuclei_and_their_roots(case: Case) -> None:
    roots = case.nuclei["root_id"]
    on_root = roots[roots != 0].value_counts()
    shared = on_root[on_root > 1]
    numbers = metrics(page(case))
    n = len(roots)
    assert numbers["Nuclei shown"] == f"{n:,}"
    assert numbers[f"Root ID 0 ({(roots == 0).mean():.1%})"] == f"{(roots == 0).sum():,}"
    assert numbers["Roots"] == f"{len(on_root):,}"
    assert numbers[f"Shared root ({shared.sum() / n:.1%})"] == f"{shared.sum():,}"
    assert numbers["Median volume"] == f"{case.nuclei['volume_um3'].median():,.0f} µm³"


def test_the_lookup_view_changes_roots() -> None:
    rows = frame(LOOKUP).merge(
        frame(DETECTIONS)[["nucleus_id", "root_id"]], on="nucleus_id", suffixes=("", "_at")
    )
    differ = rows["root_id"] != rows["root_id_at"]
    numbers = metrics(page(case_of(LOOKUP)))
    assert numbers[f"Another root in the view ({differ.mean():.1%})"] == f"{differ.sum():,}"
    before, after = (int((rows[name] == 0).sum()) for name in ("root_id_at", "root_id"))
    assert numbers["Without a root"] == f"{before:,} → {after:,}"
    places = zip(("x_um", "depth_um", "z_um"), ("x_alt_um", "depth_alt_um", "z_alt_um"), strict=True)
    moved = np.any([rows[centre] != rows[point] for centre, point in places], axis=0)
    assert numbers["Looked up elsewhere"] == f"{moved.sum():,}"
