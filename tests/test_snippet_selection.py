"""The code of a selection: run against the archive's stand-in, it ends in the app's nuclei, exactly."""

import ast
from inspect import isabstract
from itertools import chain
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from components.analysis.code_export.recipes import MOST_IDS, SELECTION_WRITERS, STEPS, selection_snippet
from components.analysis.code_export.text import literal, mapped
from components.analysis.code_export.text import literal_list as written
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import CONFLICTING
from components.analysis.labels.ranges import Range
from components.analysis.selection.kinds import RESULTS, TRAITS, AgreeOrDiffer, Covered, Filtered, MatrixCell
from components.analysis.selection.listed import lasso, listed
from components.analysis.selection.selection import JOINS, Combined, How, Selection, SelectionKind
from components.analysis.selection.text import KINDS
from data.errors import DataError
from data.labels.crosswalk import LEVELS
from tests.made_release import (
    COARSE,
    DETECTIONS,
    FINE,
    GROUPS,
    MANUAL,
    METAMODEL,
    NEURONS,
    POINTS,
    WORDS,
    MadeRelease,
    run,
)

CSV = "v661-selection.csv"


def check(made: MadeRelease, selection: Selection) -> np.ndarray:
    wanted = selection.nuclei(made.frames)
    got = run(selection_snippet(made.origin, selection, made.frames, file=CSV))["nucleus_ids"]
    assert isinstance(got, np.ndarray)
    assert got.dtype == np.int64
    assert got.tolist() == wanted.tolist()
    return wanted


LISTED = listed([707, 714, 999_999, 721])
INHIBITORY = Filtered(FINE, ("inhibitory",), level="class")
PLACED = Filtered(METAMODEL, ("23P", "BC"), (Range("depth_um", 100, 500), Range("volume_um3", 60.25, 400)))


@pytest.mark.parametrize(
    "selection",
    [
        Filtered(FINE),
        Filtered(FINE, ("5P-PT",)),  # also what the table spells 5P-ET
        Filtered(FINE, ("Martian", "BC")),
        INHIBITORY,
        Filtered(NEURONS, ("inhibitory",), level="class"),  # some by their system
        Filtered(GROUPS, ("1", "BC")),
        Filtered(GROUPS, ("inhibitory",), level="class"),
        PLACED,
        Filtered(POINTS, (), (Range("depth_um", 300, 800),)),
        Filtered(FINE, ("23P",), traits=(("V1", "RL"), ("off-column",), ("root",))),
        Filtered(METAMODEL, traits=(("column", "AL"),)),
        Filtered(FINE, ("unmapped", "BC"), level="subclass"),
        Filtered(FINE, ("conflicting labels", "23P"), (Range("depth_um", 100, 500),)),
        Filtered(METAMODEL, ("conflicting labels",)),
        Filtered(MANUAL, (), (Range("score_um", -10, np.inf), Range("residual_um", -np.inf, 12.5))),
        MatrixCell(FINE, METAMODEL, "subclass", "4P", "23P"),
        MatrixCell(FINE, COARSE, "class", "excitatory", "inhibitory"),
        MatrixCell(NEURONS, COARSE, "class", "inhibitory", "excitatory"),
        MatrixCell(FINE, METAMODEL, "type", "Martian", "4P"),
        AgreeOrDiffer(FINE, METAMODEL, "subclass", "differ"),
        AgreeOrDiffer(NEURONS, COARSE, "class", "agree"),
        Covered((FINE,)),
        Covered((DETECTIONS, FINE, METAMODEL), (COARSE, MANUAL)),
        lasso([707, 714]),
        LISTED,
        INHIBITORY | LISTED,
        Covered((FINE,)) - INHIBITORY,
        Combined(
            Filtered(FINE), (("and", Filtered(METAMODEL, ("BC",))), ("plus", LISTED), ("minus", PLACED))
        ),
        Combined(MatrixCell(FINE, METAMODEL, "subclass", "4P", "23P"), (("plus", INHIBITORY),)),
        Filtered(FINE) - (INHIBITORY - (LISTED - Filtered(METAMODEL, ("BC",)))),
    ],
    ids=lambda selection: str(selection)[:70],
)
def test_the_code_ends_in_the_selections_nuclei(made: MadeRelease, selection: Selection) -> None:
    assert len(check(made, selection))


@pytest.mark.parametrize(
    "selection",
    [
        Filtered(FINE, ("no such label",)),
        Filtered(FINE, ("23P",), (Range("depth_um", 5000, 6000),)),
        MatrixCell(FINE, METAMODEL, "subclass", "23P", "no such label"),
        listed([]),
        LISTED - LISTED,
    ],
)
def test_none_are_none(made: MadeRelease, selection: Selection) -> None:
    assert not len(check(made, selection))


def every_kind(base: type[SelectionKind] = SelectionKind) -> set[type[SelectionKind]]:
    below = base.__subclasses__()
    return {kind for kind in {*below, *chain(*map(every_kind, below))} if not isabstract(kind)}


def test_no_kind_lacks_a_writer_or_a_word() -> None:
    assert set(SELECTION_WRITERS) == set(KINDS.values()) == every_kind()
    assert set(STEPS) == set(JOINS) == set(get_args(How))


def test_a_table_that_is_not_at_hand_cannot_be_written(made: MadeRelease) -> None:
    with pytest.raises(DataError, match="not loaded"):
        selection_snippet(made.origin, Filtered("no_such_table"), made.frames, file=CSV)
    with pytest.raises(DataError, match="not loaded"):
        selection_snippet(
            made.origin, Covered((FINE,), ("no_such_table",)), {FINE: made.frames[FINE]}, file=CSV
        )


# Any selection at all

NAMES = st.sampled_from([FINE, METAMODEL, COARSE, NEURONS, GROUPS])
LEVEL = st.sampled_from(LEVELS)
SAID = st.sampled_from(
    sorted(
        {*chain(*WORDS.values()), "excitatory", "inhibitory", "neuron", "5P-ET", UNMAPPED, CONFLICTING} - {""}
    )
)
ENDS = st.tuples(st.floats(0, 900), st.floats(0, 900)).map(sorted)
RANGES = st.builds(
    lambda column, ends: Range(column, *ends), st.sampled_from(["depth_um", "x_um", "volume_um3"]), ENDS
)
TRAIT_GROUPS = st.lists(st.sampled_from([*TRAITS]), min_size=1, max_size=3, unique=True).map(tuple)
RECIPES = st.one_of(
    st.builds(
        Filtered,
        NAMES,
        st.lists(SAID, max_size=3, unique=True).map(tuple),
        st.lists(RANGES, max_size=2).map(tuple),
        LEVEL,
        st.lists(TRAIT_GROUPS, max_size=2).map(tuple),
    ),
    st.builds(MatrixCell, NAMES, NAMES, LEVEL, SAID, SAID),
    st.builds(AgreeOrDiffer, NAMES, NAMES, LEVEL, st.sampled_from(RESULTS)),
    st.builds(
        lambda inside, outside: Covered(tuple(inside), tuple(outside)),
        st.lists(NAMES, min_size=1, max_size=3, unique=True),
        st.lists(NAMES, max_size=2, unique=True),
    ),
    st.builds(listed, st.lists(st.integers(1, 10**6), max_size=30)),
)
STEPPED = st.recursive(
    RECIPES,
    lambda parts: st.builds(
        Combined,
        RECIPES,
        st.lists(st.tuples(st.sampled_from(get_args(How)), parts), min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=5,
)


@settings(max_examples=settings().max_examples // 2)
@given(selection=STEPPED)
def test_any_selection(made: MadeRelease, selection: Selection) -> None:
    check(made, selection)


# Long lists


def test_many_ids_are_read_from_the_file_that_the_reader_downloads(
    made: MadeRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = lasso(np.arange(MOST_IDS + 1) * 3 + 5)
    selection = Filtered(FINE) | many
    wanted = selection.nuclei(made.frames)
    monkeypatch.chdir(tmp_path)
    pd.DataFrame({"nucleus_id": [*reversed(wanted)], "Baylor fine": "23P"}).to_csv(CSV, index=False)
    snippet = selection_snippet(made.origin, selection, made.frames, file=CSV)
    assert run(snippet)["nucleus_ids"].tolist() == wanted.tolist()
    assert len(snippet.text) < 1000
    assert snippet.status == "Runs beside the file of the selection: nothing is fetched."


def test_the_most_that_is_written_out_fits_lines(made: MadeRelease) -> None:
    text = selection_snippet(made.origin, lasso(range(10**6, 10**6 + MOST_IDS)), {}, file=CSV).text
    assert len(run(text)["nucleus_ids"]) == MOST_IDS
    assert max(map(len, text.splitlines())) <= 110
    assert "read_table" not in text


# Whatever a link says stays a text

HOSTILE = [
    '"""',
    "'''",
    '"); print("out',
    "a\\",
    "\n",
    "\\n",
    "{BASE}",
    "{0}",
    "%s",
    "\u2028",
    "\u202e",
    "\x00",
    "\U0001d4e7",
    "",
]


@given(st.text() | st.sampled_from(HOSTILE) | st.lists(st.sampled_from(HOSTILE)).map("".join))
def test_a_literal_is_one_literal(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    assert ast.literal_eval(written([text, text])) == [text, text]
    assert ast.literal_eval(mapped({text: text})) == {text: text}
    assert literal(text).isprintable()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("minnie_ds.")  # what code that places nuclei needs
@example("with_places(")
@given(label=st.text(min_size=1, max_size=40) | st.sampled_from(HOSTILE[:-1]))
def test_a_label_out_of_a_link_breaks_out_of_nothing(made: MadeRelease, label: str) -> None:
    for selection in (Filtered(FINE, (label,)), MatrixCell(FINE, METAMODEL, "type", label, label)):
        harmless = type(selection)(**{**vars(selection), **hostile(selection, "x")})
        one, other = (
            ast.parse(selection_snippet(made.origin, s, made.frames, file=CSV).text)
            for s in (selection, harmless)
        )
        texts = {node.value for node in ast.walk(one) if isinstance(node, ast.Constant)}
        assert label in texts or isinstance(selection, Filtered)  # there a known one is told as it is spelled
        assert shape(one) == shape(other)  # only the text of the literal differs


def hostile(selection: Filtered | MatrixCell, label: str) -> dict[str, object]:
    return {"labels": (label,)} if isinstance(selection, Filtered) else {"row": label, "column": label}


def shape(tree: ast.AST) -> str:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)
