"""Named sets: kept under names, written to a file whole, and read back or refused with the place."""

import json
from dataclasses import replace
from operator import and_, sub

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.analysis.labels.ranges import Range
from components.analysis.selection.kinds import Filtered
from components.analysis.selection.listed import lasso, listed
from components.analysis.selection.named_sets import (
    LONGEST_NAME,
    MOST_SETS,
    NamedSet,
    SetsFile,
    checked_name,
    merged,
    read_sets,
    renamed,
    sets_text,
    with_set,
)
from data.catalog import TABLES
from data.errors import DataError

FINE = "baylor_gnn_cell_type_fine_model_v2"
UPPER = NamedSet("upper 23P", Filtered(FINE, ("23P",), (Range("depth_um", 100, 250.5),)), (11, 12))
BOTH = (listed([5]) | lasso([1, 2, 7])) & listed([5, 7])
PICKED = NamedSet("picked", BOTH, (5, 7))
FILE = SetsFile(661, "archive", False, (UPPER, PICKED))


def test_a_set_is_added_under_its_name_and_a_taken_name_is_refused():
    sets = with_set([UPPER], replace(PICKED, name="  picked "))
    assert sets == [UPPER, PICKED]
    with pytest.raises(DataError, match="There is a set “picked” already") as refused:
        with_set(sets, replace(UPPER, name="picked"))
    assert "Choose another name" in refused.value.remedy


@pytest.mark.parametrize("name", ["", "   ", "x" * (LONGEST_NAME + 1), "a\nb", "a\0b", "\u202eab"])
def test_a_name_is_short_and_can_be_printed(name):
    with pytest.raises(DataError, match="1 to 80 characters"):
        checked_name(name)


def test_a_set_is_renamed_in_its_place_and_not_over_another():
    assert [one.name for one in renamed([UPPER, PICKED], "upper 23P", " new ")] == ["new", "picked"]
    assert renamed([UPPER, PICKED], "picked", "picked") == [UPPER, PICKED]
    with pytest.raises(DataError, match="“picked” already"):
        renamed([UPPER, PICKED], "upper 23P", "picked")


def test_there_is_a_most_of_sets():
    full = [replace(UPPER, name=str(place)) for place in range(MOST_SETS)]
    with pytest.raises(DataError, match="the most that are kept"):
        with_set(full, PICKED)


def test_sets_of_a_file_come_in_and_none_is_lost_or_replaced():
    other = replace(PICKED, selection=listed([9]), nucleus_ids=(9,))
    together, said = merged([UPPER, PICKED], [UPPER, other, replace(other, name="new")])
    assert [one.name for one in together] == ["upper 23P", "picked", "picked (2)", "new"]
    assert together[:2] == [UPPER, PICKED]
    assert said == ["“upper 23P” is here already", "“picked” is taken and came in as “picked (2)”"]


def test_a_number_after_a_long_name_stays_within_the_length():
    long = replace(PICKED, name="x" * LONGEST_NAME)
    together, _ = merged([long], [replace(long, nucleus_ids=(5,))])
    assert together[1].name == "x" * (LONGEST_NAME - 4) + " (2)"


names = st.text(min_size=1, max_size=30).filter(lambda name: name.isprintable() and name.strip() == name)
id_lists = st.lists(st.integers(0, 2**63 - 1), max_size=40)
selections = st.one_of(
    id_lists.map(listed),
    st.builds(sub, id_lists.map(lasso), id_lists.map(listed)),
    st.builds(
        and_,
        st.builds(Filtered, st.just(FINE), st.lists(st.text(min_size=1), max_size=3).map(tuple)),
        id_lists.map(lasso),
    ),
)
sets = st.builds(NamedSet, names, selections, id_lists.map(lambda ids: tuple(sorted({*ids}))))
files = st.builds(
    SetsFile, st.integers(1, 3000), st.sampled_from(["archive", "folder", "sample"]), st.booleans(),
    st.lists(sets, max_size=4, unique_by=lambda one: one.name).map(tuple),
)  # fmt: skip


@given(files)
def test_every_file_comes_back_as_it_was(file):
    assert read_sets(sets_text(file).encode(), TABLES) == file


def test_the_file_can_be_read_by_other_programs_and_holds_long_lists_whole():
    many = lasso(np.random.default_rng(0).choice(800_000, 100_000, replace=False))
    text = sets_text(
        SetsFile(661, "sample", True, (UPPER, NamedSet("many", many, tuple(many.nucleus_ids.tolist()))))
    )
    held = json.loads(text)
    assert {name: held[name] for name in ("release", "source", "synthetic")} == {
        "release": 661,
        "source": "sample",
        "synthetic": True,
    }
    first, second = held["sets"]
    assert first == {
        "name": "upper 23P",
        "recipe": f"filter:{FINE}:labels=23P:depth_um=100.0..250.5",
        "nuclei": 2,
        "nucleus_ids": [11, 12],
    }
    assert (second["nuclei"], second["nucleus_ids"]) == (100_000, list(many.nucleus_ids))
    assert read_sets(text.encode(), TABLES).sets[1].selection == many


def spoilt(**changes: object) -> bytes:
    """A good file with another value at the top, or in its second set where the name says so."""
    held = json.loads(sets_text(FILE))
    for name, value in changes.items():
        place, key = (held["sets"][1], name.removeprefix("set_")) if name.startswith("set_") else (held, name)
        if value is ...:
            del place[key]
        else:
            place[key] = value
    return json.dumps(held).encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not JSON"),
        (b"nucleus_id\n11", "not JSON"),
        (b"\x89PNG\x00\xff", "not UTF-8 text"),
        (b"[" * 100_000, "not JSON"),
        (b"1" * 100_000, "not JSON"),
        (b"NaN", "NaN is not a number"),
        (b'{"format": 1, "format": 2}', "occurs twice"),
        (b"[]", "does not say “format”"),
        (b"{}", "does not say “format”"),
        (spoilt(format="something else"), "does not say “format”"),
        (spoilt(version=2), "its version is 2"),
        (spoilt(version=True), "its version is True"),
        (spoilt(release=...), "the file lacks “release”"),
        (spoilt(colour="red"), "the file holds an unknown “colour”"),
        (spoilt(release="661"), "“release” is a whole number"),
        (spoilt(release=661.0), "“release” is a whole number"),
        (spoilt(source=None), "“source” a short text"),
        (spoilt(synthetic=0), "“synthetic” is true or false"),
        (spoilt(sets={}), "“sets” is a list"),
        (spoilt(sets=[1]), "set 1 is not an object"),
        (spoilt(set_name=...), "set 2 lacks “name”"),
        (spoilt(set_code="import os"), "set 2 holds an unknown “code”"),
        (spoilt(set_name=5), "set 2: “name” and “recipe” are texts"),
        (spoilt(set_name=" "), "set 2: A set's name has"),
        (spoilt(set_name="upper 23P"), "set 2: There is a set “upper 23P” already"),
        (spoilt(set_recipe="__import__('os')"), "set 2: The selection cannot be read"),
        (spoilt(set_recipe="filter:no_such_table"), "set 2 names a table “no_such_table”"),
        (spoilt(set_nucleus_ids="5,7"), "set 2: “nucleus_ids” is a list of whole numbers"),
        (spoilt(set_nucleus_ids=[5.0, 7]), "set 2: “nucleus_ids” is a list of whole numbers"),
        (spoilt(set_nucleus_ids=[5, 2**63]), "set 2: “nucleus_ids” is a list of whole numbers"),
        (spoilt(set_nucleus_ids=[-5, 7]), "set 2: “nucleus_ids” is a list of whole numbers"),
        (spoilt(set_nucleus_ids=[True, 7]), "set 2: “nucleus_ids” is a list of whole numbers"),
        (spoilt(set_nucleus_ids=[7, 5]), "set 2: “nucleus_ids” are not in order"),
        (spoilt(set_nucleus_ids=[5, 5]), "set 2: “nucleus_ids” are not in order"),
        (spoilt(set_nuclei=3), "set 2: “nuclei” is not the number of its nucleus IDs, 2"),
        (spoilt(set_nuclei=None), "set 2: “nuclei” is not the number"),
    ],
)
def test_a_file_that_is_not_quite_one_is_refused_with_the_place(content, why):
    with pytest.raises(DataError) as refused:
        read_sets(content, TABLES)
    assert why in refused.value.problem
    assert "Nothing was imported" in refused.value.remedy


@given(st.binary(max_size=200))
def test_any_other_bytes_are_refused(content):
    with pytest.raises(DataError):
        read_sets(content, TABLES)
