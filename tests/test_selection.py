"""Selections: recipes that mean the same nuclei every time, and texts that mean the same recipe."""

import base64
import zlib
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.analysis.labels.ranges import Range
from components.analysis.selection.kinds import (
    RANGED,
    Combined,
    Covered,
    Filtered,
    Lasso,
    Listed,
    MatrixCell,
    combine,
    intersect,
    lasso,
    listed,
    nuclei,
    subtract,
    tables_needed,
    union,
)
from components.analysis.selection.text import LONGEST_TEXT, from_text, to_text
from components.analysis.selection.words import described
from data.errors import DataError
from data.labels.crosswalk import LEVELS

MANUAL, FINE, COREG = (
    "allen_v1_column_types_slanted_ref",
    "baylor_gnn_cell_type_fine_model_v2",
    "coregistration_manual_v3",
)


def labelled(rows: dict[int, str], depth: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "nucleus_id": np.array(list(rows), dtype=np.int64),
            "cell_type": pd.Categorical(list(rows.values())),
            "depth_um": np.array(depth, dtype=np.float32),
        }
    )


FRAMES = {
    MANUAL: labelled({11: "23P", 12: "23P", 13: "5P-PT", 14: "BC"}, [100, 200, 500, np.nan]),
    FINE: labelled({11: "23P", 12: "4P", 13: "5P-PT", 99: "BC"}, [100, 200, 500, 300]),
}


def ids(selection) -> list[int]:
    return nuclei(selection, FRAMES).tolist()


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Filtered(MANUAL), [11, 12, 13, 14]),
        (Filtered(MANUAL, ("23P",)), [11, 12]),
        (Filtered(MANUAL, ("23P", "BC")), [11, 12, 14]),
        (Filtered(MANUAL, ("5P-ET",)), [13]),  # the table says 5P-PT, its synonym
        (Filtered(MANUAL, ("excitatory",), level="class"), [11, 12, 13]),
        (Filtered(MANUAL, (), (Range("depth_um", 100, 200),)), [11, 12]),  # both ends count, NaN never
        (Filtered(MANUAL, ("23P",), (Range("depth_um", 150, 900),)), [12]),
        (Filtered(MANUAL, ("no such label",)), []),
        (MatrixCell(MANUAL, FINE, "subclass", "23P", "4P"), [12]),
        (MatrixCell(MANUAL, FINE, "class", "excitatory", "excitatory"), [11, 12, 13]),
        (Covered((MANUAL,)), [11, 12, 13, 14]),
        (Covered((MANUAL, FINE)), [11, 12, 13]),
        (Covered((MANUAL,), (FINE,)), [14]),
        (Covered((FINE,), (MANUAL,)), [99]),
        (Covered((FINE,), (MANUAL, FINE)), []),
        (subtract(Covered((MANUAL, FINE)), listed([12])), [11, 13]),
        (lasso([30, 10, 20, 10]), [10, 20, 30]),
        (listed([]), []),
        (union(None, listed([5])), [5]),
        (union(Filtered(MANUAL, ("23P",)), listed([99, 12])), [11, 12, 99]),
        (subtract(Filtered(MANUAL), Filtered(FINE)), [14]),
        (union(subtract(Filtered(MANUAL), Filtered(FINE)), listed([11])), [11, 14]),
        (intersect(Filtered(MANUAL), Filtered(FINE)), [11, 12, 13]),
        (intersect(union(listed([14, 99]), Filtered(MANUAL, ("23P",))), Filtered(FINE)), [11, 12, 99]),
        (union(intersect(listed([1, 2]), listed([2, 3])), listed([1])), [1, 2]),  # from left to right
    ],
)
def test_a_recipe_means_these_nuclei(selection, expected):
    assert ids(selection) == expected


def test_a_nucleus_with_conflicting_labels_has_no_label():
    twice = pd.concat([FRAMES[MANUAL], labelled({11: "4P", 12: "23P"}, [100, 200])], ignore_index=True)
    twice["cell_type"] = twice["cell_type"].astype("category")
    assert nuclei(Filtered(MANUAL, ("23P", "4P")), {MANUAL: twice}).tolist() == [12]
    assert nuclei(Filtered(MANUAL), {MANUAL: twice}).tolist() == [11, 12, 13, 14]


def test_from_nothing_nothing_can_be_taken():
    assert subtract(None, listed([1])) is None
    assert intersect(None, listed([1])) is None


def test_a_selection_says_which_tables_it_needs():
    selection = union(
        subtract(Filtered(MANUAL), MatrixCell(MANUAL, FINE, "subclass", "BC", "BC")), lasso([1])
    )
    assert tables_needed(selection) == {MANUAL, FINE}
    assert tables_needed(lasso([1])) == set()
    assert tables_needed(Covered((MANUAL,), (FINE, COREG))) == {MANUAL, FINE, COREG}


def test_a_combination_counts_a_nucleus_once_however_many_units_it_has():
    units = pd.DataFrame({"nucleus_id": np.array([12, 11, 12, 12], dtype=np.int64)})
    assert nuclei(Covered((COREG,)), {COREG: units}).tolist() == [11, 12]
    assert nuclei(Covered((MANUAL,), (COREG,)), {**FRAMES, COREG: units}).tolist() == [13, 14]


@pytest.mark.parametrize(
    ("selection", "problem"),
    [
        (Filtered(COREG), f"“{COREG}”, which is not loaded"),
        (Covered((FINE,), (COREG,)), f"“{COREG}”, which is not loaded"),
        (Filtered("no_such_table"), "“no_such_table”, which is not loaded"),
        (Filtered(MANUAL, (), (Range("score_um", 0, 1),)), "has no column score_um"),
    ],
)
def test_a_recipe_that_these_frames_cannot_follow_says_so(selection, problem):
    with pytest.raises(DataError, match=problem):
        ids(selection)


names = st.text(min_size=1, max_size=12)
nucleus_ids = st.lists(st.integers(0, 2**63 - 1) | st.integers(0, 900_000), max_size=60)
ranges = st.builds(Range, st.sampled_from(RANGED), *[st.floats(allow_nan=False)] * 2)
filters = st.builds(
    Filtered,
    names,
    st.lists(names, max_size=4).map(tuple),
    st.lists(ranges, max_size=2).map(tuple),
    st.sampled_from(LEVELS),
)
squares = st.builds(MatrixCell, names, names, st.sampled_from(LEVELS), names, names)
several = st.lists(names, min_size=1, max_size=3).map(tuple)
combinations = st.builds(Covered, several, st.just(()) | several)
recipes = filters | squares | combinations | nucleus_ids.map(lasso) | nucleus_ids.map(listed)
HOWS = ["plus", "minus", "and"]
steps = st.lists(st.tuples(st.sampled_from(HOWS), recipes), min_size=1, max_size=3)
selections = recipes | st.builds(Combined, recipes, steps.map(tuple))


@given(selections)
def test_every_selection_comes_back_from_its_text(selection):
    assert from_text(to_text(selection)) == selection


few = st.lists(st.integers(0, 12), max_size=8).map(listed)
few_steps = st.lists(st.tuples(st.sampled_from(HOWS), few), min_size=1, max_size=4).map(tuple)
algebra = few | st.builds(Combined, few, few_steps)
BY_SETS: dict[str, Callable[[set[int], set[int]], set[int]]] = {
    "plus": set.union,
    "minus": set.difference,
    "and": set.intersection,
}


def as_set(selection) -> set[int]:
    """What a selection of listed IDs means, by Python's own sets."""
    if isinstance(selection, Listed):
        return set(selection.nucleus_ids)
    meant = set(selection.first.nucleus_ids)
    for how, recipe in selection.steps:
        meant = BY_SETS[how](meant, set(recipe.nucleus_ids))
    return meant


@given(algebra)
def test_steps_do_what_sets_do_one_after_the_other(selection):
    assert ids(selection) == sorted(as_set(selection))


@given(algebra, st.sampled_from(HOWS), algebra)
def test_two_selections_join_as_sets_do_or_have_no_words(before, how, now):
    joined = combine(before, how, now)
    if joined is None:
        assert isinstance(now, Combined)  # one recipe can always be joined
        return
    assert ids(joined) == sorted(BY_SETS[how](as_set(before), as_set(now)))
    assert from_text(to_text(joined)) == joined


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("plus", "ids:3 minus ids:4 plus ids:1"),
        ("minus", None),  # 1 less (3 less 4) needs brackets
        ("and", "ids:1 and ids:3 minus ids:4"),
    ],
)
def test_what_is_itself_a_difference_is_joined_where_words_allow(how, words):
    difference = subtract(listed([3]), listed([4]))
    assert difference is not None
    joined = combine(listed([1]), how, difference)
    assert (joined and to_text(joined)) == words


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Filtered(FINE, ("23P", "4P")), "23P, 4P in Baylor fine"),
        (Filtered(FINE), "all labels in Baylor fine"),
        (Filtered(FINE, (), (Range("depth_um", 100, 250.5),)), "depth 100–250.5 µm in Baylor fine"),
        (
            intersect(union(listed([5]), lasso([1, 2])), MatrixCell(MANUAL, FINE, "subclass", "BC", "MC")),
            "nucleus 5 plus a lasso of 2 nuclei; of these only BC in Manual neurons and MC in Baylor fine",
        ),
    ],
)
def test_a_selection_is_said_in_words(selection, said):
    assert described(selection) == said


@pytest.mark.parametrize(
    ("selection", "text"),
    [
        (Filtered(FINE, ("23P", "Unsure I")), f"filter:{FINE}:labels=23P,Unsure%20I"),
        (
            Filtered(FINE, (), (Range("depth_um", 100, 250.5),), "class"),
            f"filter:{FINE}:class:depth_um=100.0..250.5",
        ),
        (MatrixCell(MANUAL, FINE, "subclass", "23P", "4P"), f"square:{MANUAL}:{FINE}:subclass:23P:4P"),
        (Covered((MANUAL, FINE)), f"covered:inside={MANUAL},{FINE}"),
        (Covered((FINE,), (MANUAL, COREG)), f"covered:inside={FINE}:outside={MANUAL},{COREG}"),
        (listed([582276, 260620]), "ids:260620,582276"),
        (subtract(lasso([3, 1]), listed([3])), "lasso:1,3 minus ids:3"),
        (intersect(union(lasso([3]), listed([4])), listed([3])), "lasso:3 plus ids:4 and ids:3"),
    ],
)
def test_the_text_can_be_read(selection, text):
    assert to_text(selection) == text


def test_a_lasso_of_4700_nuclei_fits_into_a_link_and_one_of_5200_does_not():
    rng = np.random.default_rng(0)
    release = rng.choice(805_752, 144_120, replace=False)
    ids_inside = np.sort(rng.choice(release, 4_700, replace=False))
    text = to_text(lasso(ids_inside))
    assert len(text) <= LONGEST_TEXT
    assert from_text(text) == Lasso(tuple(ids_inside.tolist()))
    with pytest.raises(DataError):
        to_text(lasso(rng.choice(release, 5_200, replace=False)))


def test_a_file_takes_lists_that_a_link_does_not():
    many = lasso(np.random.default_rng(0).choice(805_752, 144_120, replace=False))
    text = to_text(many, longest=None)
    with pytest.raises(DataError, match="the most"):
        from_text(text)
    assert from_text(text, longest=len(text)) == many


def test_a_selection_too_long_for_a_link_says_what_to_do_instead():
    many = np.random.default_rng(0).choice(10**12, 10_000, replace=False)
    with pytest.raises(DataError, match="a link holds 8,000") as refused:
        to_text(lasso(many))
    assert "export it as a named set" in refused.value.remedy


def packed(content: bytes) -> str:
    return "~" + base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "everything",
        "filter",
        "filter:a:b",
        "filter:a:subclass:c",
        "filter:a:mood=1..2",
        "filter:a:depth_um=1",
        "filter:a:depth_um=1..2..3",
        "filter:a:depth_um=nan..2",
        "filter:a:depth_um=__import__('os')..2",
        "square:a:b:subclass:c",
        "square:a:b:species:c:d",
        "covered",
        "covered:inside=",
        "covered:outside=a",
        "covered:outside=a:inside=b",
        "covered:inside=a,:outside=b",
        "covered:inside=a:outside=b:outside=c",
        "ids:1,",
        "ids:-1",
        "ids:٣",
        "ids:3,2",
        "ids:2,2",
        f"ids:{2**63}",
        "ids:1 plus",
        "ids:1 or ids:2",
        "ids:1 and",
        "and ids:1",
        "ids:1  plus ids:2",
        "lasso:~",
        "lasso:~!!!!",
        f"lasso:{packed(b'not compressed')}",
        f"lasso:{packed(zlib.compress(b'1234567'))}",
        f"lasso:{packed(zlib.compress(bytes(8)) + b'more')}",
        f"lasso:{packed(zlib.compress(bytes(16)))}",  # the same ID twice
        f"lasso:{packed(zlib.compress(bytes([255] * 16)))}",  # IDs below zero
        f"lasso:{packed(zlib.compress(bytes(4_000_000)))}",  # small to send, large to unpack
        "ids:" + "1" * LONGEST_TEXT,
    ],
)
def test_a_text_that_is_no_selection_is_refused(text):
    with pytest.raises(DataError, match="cannot be read") as refused:
        from_text(text)
    assert refused.value.remedy


@given(st.text(max_size=80))
def test_any_other_text_is_either_read_or_refused(text):
    try:
        selection = from_text(text)
    except DataError:
        return
    assert from_text(to_text(selection)) == selection


def test_lasso_and_list_are_told_apart():
    assert from_text("lasso:1") == Lasso((1,))
    assert from_text("ids:1") == Listed((1,))
