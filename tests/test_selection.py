"""Selections: recipes that mean the same nuclei every time, and texts that mean the same recipe."""

import base64
import zlib
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import CONFLICTING, NO_LABEL
from components.analysis.labels.ranges import MEASURES, Range
from components.analysis.selection.kinds import RESULTS, TRAITS, AgreeOrDiffer, Covered, Filtered, MatrixCell
from components.analysis.selection.listed import Listed, lasso, listed
from components.analysis.selection.selection import DEEPEST, LONGEST_TEXT, Combined
from components.analysis.selection.text import from_text, to_text
from data.errors import DataError
from data.labels.crosswalk import LEVELS
from data.labels.entry import Level

MANUAL, FINE, COREG = (
    "allen_v1_column_types_slanted_ref",
    "baylor_gnn_cell_type_fine_model_v2",
    "coregistration_manual_v3",
)


def labelled(rows: dict[int, str | None], depth: list[float], **more: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            **more,
            "nucleus_id": np.array(list(rows), dtype=np.int64),
            "cell_type": pd.Categorical(list(rows.values())),
            "depth_um": np.array(depth, dtype=np.float32),
        }
    )


FRAMES = {
    MANUAL: labelled(
        {11: "23P", 12: "23P", 13: "5P-PT", 14: "BC"},
        [100, 200, 500, np.nan],
        x_um=[650, 900, 1170, 900],
        z_um=[850, 850, 600, 850],
        root_id=[1, 0, 2, 3],
    ),
    FINE: labelled({11: "23P", 12: "4P", 13: "5P-PT", 99: "BC"}, [100, 200, 500, 300]),
}


def ids(selection) -> list[int]:
    return selection.nuclei(FRAMES).tolist()


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
        (Filtered(MANUAL, traits=(("V1", "RL"),)), [11, 12, 14]),
        (Filtered(MANUAL, traits=(("column", "LM"),)), [11, 13]),
        (Filtered(MANUAL, traits=(("off-column",),)), [12, 13]),  # one at no known place is not outside
        (Filtered(MANUAL, ("23P",), traits=(("V1",), ("rootless",))), [12]),
        (Filtered(MANUAL, traits=(("root",),)), [11, 13, 14]),
        (AgreeOrDiffer(MANUAL, FINE, "subclass", "agree"), [11, 13]),
        (AgreeOrDiffer(MANUAL, FINE, "subclass", "differ"), [12]),
        (AgreeOrDiffer(MANUAL, FINE, "class", "differ"), []),
        (AgreeOrDiffer(MANUAL, FINE, "subclass", "differ") & Filtered(MANUAL, ("BC",)), []),
        (Covered((MANUAL,)), [11, 12, 13, 14]),
        (Covered((MANUAL, FINE)), [11, 12, 13]),
        (Covered((MANUAL,), (FINE,)), [14]),
        (Covered((FINE,), (MANUAL,)), [99]),
        (Covered((FINE,), (MANUAL, FINE)), []),
        (Covered((MANUAL, FINE)) - listed([12]), [11, 13]),
        (lasso([30, 10, 20, 10]), [10, 20, 30]),
        (listed([]), []),
        (Filtered(MANUAL, ("23P",)) | listed([99, 12]), [11, 12, 99]),
        (Filtered(MANUAL) - Filtered(FINE), [14]),
        (Filtered(MANUAL) - Filtered(FINE) | listed([11]), [11, 14]),
        (Filtered(MANUAL) & Filtered(FINE), [11, 12, 13]),
        ((listed([14, 99]) | Filtered(MANUAL, ("23P",))) & Filtered(FINE), [11, 12, 99]),
        (listed([1, 2]) & listed([2, 3]) | listed([1]), [1, 2]),  # from left to right
        (Filtered(MANUAL) - (Filtered(MANUAL) - Filtered(FINE)), [11, 12, 13]),
        (Filtered(MANUAL) & (listed([14, 11]) | Filtered(FINE) & listed([12, 99])), [11, 12, 14]),
    ],
)
def test_a_recipe_means_these_nuclei(selection, expected):
    assert ids(selection) == expected


def test_a_nucleus_with_conflicting_labels_has_no_label():
    twice = pd.concat([FRAMES[MANUAL], labelled({11: "4P", 12: "23P"}, [100, 200])], ignore_index=True)
    twice["cell_type"] = twice["cell_type"].astype("category")
    assert Filtered(MANUAL, ("23P", "4P")).nuclei({MANUAL: twice}).tolist() == [12]
    assert Filtered(MANUAL).nuclei({MANUAL: twice}).tolist() == [11, 12, 13, 14]


def test_words_that_stand_for_no_label_are_selected_by_too():
    odd = labelled({11: "23P", 12: "Martian", 13: "BC", 14: "BC"}, [1, 2, 3, 4])
    more = labelled({13: "4P", 15: None}, [3, 5])
    odd = pd.concat([odd, more], ignore_index=True)
    odd["cell_type"] = odd["cell_type"].astype("category")

    def found(*labels: str, level: Level = "type") -> list[int]:
        return Filtered(MANUAL, labels, level=level).nuclei({MANUAL: odd}).tolist()

    assert found(NO_LABEL) == [15]
    assert found(UNMAPPED, level="subclass") == [12, 15]
    assert found("BC", UNMAPPED, level="subclass") == [12, 14, 15]
    assert found(CONFLICTING) == [13]
    assert found("23P", CONFLICTING) == [11, 13]


def test_a_selection_says_which_tables_it_needs():
    selection = Filtered(MANUAL) - MatrixCell(MANUAL, FINE, "subclass", "BC", "BC") | lasso([1])
    assert selection.tables() == {MANUAL, FINE}
    assert lasso([1]).tables() == set()
    assert Covered((MANUAL,), (FINE, COREG)).tables() == {MANUAL, FINE, COREG}


def test_a_combination_counts_a_nucleus_once_however_many_units_it_has():
    units = pd.DataFrame({"nucleus_id": np.array([12, 11, 12, 12], dtype=np.int64)})
    assert Covered((COREG,)).nuclei({COREG: units}).tolist() == [11, 12]
    assert Covered((MANUAL,), (COREG,)).nuclei({**FRAMES, COREG: units}).tolist() == [13, 14]


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
several = st.lists(names, min_size=1, max_size=3).map(tuple)
nucleus_ids = st.lists(st.integers(0, 2**63 - 1) | st.integers(0, 900_000), max_size=60)
ranges = st.builds(Range, st.sampled_from([*MEASURES]), *[st.floats(allow_nan=False)] * 2)
groups = st.lists(st.sampled_from([*TRAITS]), min_size=1, max_size=3).map(tuple)
filters = st.builds(
    Filtered,
    names,
    st.lists(names, max_size=4).map(tuple),
    st.lists(ranges, max_size=2).map(tuple),
    st.sampled_from(LEVELS),
    st.lists(groups, max_size=2).map(tuple),
)
squares = st.builds(MatrixCell, names, names, st.sampled_from(LEVELS), names, names)
comparisons = st.builds(AgreeOrDiffer, names, names, st.sampled_from(LEVELS), st.sampled_from(RESULTS))
combinations = st.builds(Covered, several, st.just(()) | several)
kinds = filters | squares | comparisons | combinations | nucleus_ids.map(lasso) | nucleus_ids.map(listed)
HOWS = ["plus", "minus", "and"]


def joins(first, parts):
    steps = st.lists(st.tuples(st.sampled_from(HOWS), parts), min_size=1, max_size=3)
    return st.builds(Combined, first, steps.map(tuple))


selections = st.recursive(kinds, lambda parts: joins(kinds, parts), max_leaves=6)


@given(selections)
def test_every_selection_comes_back_from_its_text(selection):
    assert from_text(to_text(selection)) == selection


few = st.lists(st.integers(0, 12), max_size=8).map(listed)
algebra = st.recursive(few, lambda parts: joins(few, parts), max_leaves=6)
BY_SETS: dict[str, Callable[[set[int], set[int]], set[int]]] = {
    "plus": set.union,
    "minus": set.difference,
    "and": set.intersection,
}


def as_set(selection) -> set[int]:
    """What a selection of listed IDs means, by Python's own sets."""
    if isinstance(selection, Listed):
        return set(selection.nucleus_ids)
    meant = as_set(selection.first)
    for how, part in selection.steps:
        meant = BY_SETS[how](meant, as_set(part))
    return meant


@given(algebra)
def test_steps_do_what_sets_do_one_after_the_other(selection):
    assert ids(selection) == sorted(as_set(selection))


@given(algebra, st.sampled_from(HOWS), algebra)
def test_any_two_selections_join_as_sets_do_and_have_a_text(before, how, now):
    joined = before.join(how, now)
    assert ids(joined) == sorted(BY_SETS[how](as_set(before), as_set(now)))
    assert from_text(to_text(joined)) == joined


A, B, C, D = (listed([n]) for n in range(1, 5))


@pytest.mark.parametrize(
    ("selection", "text"),
    [
        (A | (B | C), "ids:1 plus ids:2 plus ids:3"),
        (A - (B | C), "ids:1 minus ids:2 minus ids:3"),
        (A & (B - C), "ids:1 and ids:2 minus ids:3"),
        (A | (B - C), "ids:2 minus ids:3 plus ids:1"),  # the order of the two does not matter
        (A & (B | C), "ids:2 plus ids:3 and ids:1"),
        (A - (B - C), "ids:1 minus (ids:2 minus ids:3)"),
        ((A | B) & (C | D), "ids:1 plus ids:2 and (ids:3 plus ids:4)"),
        (A - (B - (C - D)), "ids:1 minus (ids:2 minus (ids:3 minus ids:4))"),
    ],
)
def test_brackets_stand_only_where_steps_from_left_to_right_say_something_else(selection, text):
    assert to_text(selection) == text
    assert from_text(text) == selection


def test_needless_brackets_are_read_and_not_written_again():
    text = "((ids:1) plus ids:2) minus ((ids:3))"
    assert to_text(from_text(text)) == "ids:1 plus ids:2 minus ids:3"


def test_brackets_are_nested_only_so_deep():
    def nested(depth: int) -> str:
        return f"{'ids:1 minus (' * depth}ids:1 plus ids:2{')' * depth}"

    deepest = from_text(nested(DEEPEST))
    assert deepest.depth == DEEPEST
    with pytest.raises(DataError, match="nested more than 20 deep"):
        from_text(nested(DEEPEST + 1))
    with pytest.raises(DataError, match="nested more than 20 deep"):
        listed([1]) - deepest


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (Filtered(FINE, ("23P", "4P")), "23P, 4P in Baylor fine"),
        (Filtered(FINE), "all labels in Baylor fine"),
        (Filtered(FINE, (), (Range("depth_um", 100, 250.5),)), "depth 100–250.5 µm in Baylor fine"),
        (
            (listed([5]) | lasso([1, 2])) & MatrixCell(MANUAL, FINE, "subclass", "BC", "MC"),
            "nucleus 5 plus a lasso of 2 nuclei; of these only BC in Manual neurons and MC in Baylor fine",
        ),
        (
            AgreeOrDiffer(MANUAL, FINE, "subclass", "differ"),
            "nuclei on whose subclass Manual neurons and Baylor fine differ",
        ),
        (
            listed([5]) - (lasso([1, 2]) - listed([2])),
            "nucleus 5 minus (a lasso of 2 nuclei minus nucleus 2)",
        ),
        (
            Filtered(FINE, ("4P",), (Range("depth_um", 1, 2),), traits=(("LM", "column"), ("root",))),
            "4P, depth 1–2 µm, area LM (approximate) or inside the V1 column, with a segment in Baylor fine",
        ),
    ],
)
def test_a_selection_is_said_in_words(selection, said):
    assert selection.words() == said


@pytest.mark.parametrize(
    ("selection", "text"),
    [
        (Filtered(FINE, ("23P", "Unsure I")), f"filter:{FINE}:labels=23P,Unsure%20I"),
        (
            Filtered(FINE, (), (Range("depth_um", 100, 250.5),), "class"),
            f"filter:{FINE}:class:depth_um=100.0..250.5",
        ),
        (
            Filtered(FINE, ("4P",), traits=(("V1", "LM"), ("root",))),
            f"filter:{FINE}:labels=4P:where=V1,LM:where=root",
        ),
        (MatrixCell(MANUAL, FINE, "subclass", "23P", "4P"), f"square:{MANUAL}:{FINE}:subclass:23P:4P"),
        (AgreeOrDiffer(MANUAL, FINE, "class", "differ"), f"compared:{MANUAL}:{FINE}:class:differ"),
        (Covered((MANUAL, FINE)), f"covered:inside={MANUAL},{FINE}"),
        (Covered((FINE,), (MANUAL, COREG)), f"covered:inside={FINE}:outside={MANUAL},{COREG}"),
        (listed([582276, 260620]), "ids:260620,582276"),
        (lasso([3, 1]) - listed([3]), "lasso:1,3 minus ids:3"),
        ((lasso([3]) | listed([4])) & listed([3]), "lasso:3 plus ids:4 and ids:3"),
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
    assert from_text(text) == lasso(ids_inside)
    with pytest.raises(DataError):
        to_text(lasso(rng.choice(release, 5_200, replace=False)))


def test_a_file_takes_lists_that_a_link_does_not():
    many = lasso(np.random.default_rng(0).choice(805_752, 144_120, replace=False))
    text = to_text(many, longest=None)
    with pytest.raises(DataError, match="at most 8,000"):
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
        "compared:a:b:subclass:quarrel",
        "compared:a:b:species:agree",
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
        "(ids:1",
        "ids:1)",
        "()",
        ")ids:1(",
        "(ids:1 plus) ids:2",
        "ids:1 (plus ids:2)",
        "ids:1 plus (",
        "ids:1 (ids:2)",
        "filter:a:where=b",
        "filter:a:where=",
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
    assert from_text("lasso:1") == lasso((1,))
    assert from_text("ids:1") == listed((1,))
