"""IDs as readers paste and upload them: what is read, what is refused and why, and which nuclei are meant."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.analysis.selection import id_lists
from components.analysis.selection.id_lists import IdColumn, WrittenIds, find_ids, ids_left_out, read_ids
from components.ui.selection.id_lists import found_words
from data.errors import DataError
from data.tables import id_tables
from data.tables.id_tables import file_text

ROOT, TWIN, NEXT = 864691135396522409, 864691135396522410, 864691135396522411
"""Root IDs that one decimal number of a computer cannot tell apart."""
NUCLEI = np.array([11, 12, 13, 14, 15], dtype=np.int64)
ROOTS = np.array([ROOT, TWIN, TWIN, 0, 0], dtype=np.int64)


def read_column(text: str) -> WrittenIds:
    column = read_ids(text, NUCLEI, ROOTS).read
    assert column
    return column.written


def read(text: str) -> list[int]:
    written = read_column(text)
    assert not written.refused
    return list(written.ids)


@pytest.mark.parametrize(
    "text",
    [
        f"11 {ROOT}",
        f"11,{ROOT}",
        f"11 * {ROOT}",
        f"11;{ROOT};",
        f"11\t{ROOT}\r\n",
        f"11\n\n{ROOT}\n",
        f"\ufeff11 | {ROOT}",
        f"11\r{ROOT}",
        f"\n\n11 {ROOT}",
        f"[11, {ROOT}]",
        f'["11", "{ROOT}"]',
        f"{{11, {ROOT}}}",
        f"([11, {ROOT}])",
        f"'11', \"{ROOT}\"",
        f"nucleus_id\n11\n{ROOT}",
        f"my favourites\n11\n{ROOT}",
        f'"nucleus_id","cell_type"\n"11","a, b 5"\n"{ROOT}","c"',
        f"x_um;Root_ID\n1,5;11\n7;{ROOT}\n",
        f"cell_type\tpt_root_id\n23P\t11\n4P\t{ROOT}",
        f'{{"name": "mine", "nucleus_ids": [11, {ROOT}]}}',
        f'{{"root_ids": ["11", {ROOT}]}}',
    ],
)
def test_whatever_stands_between_the_ids_they_are_read_digit_by_digit(text):
    assert read(text) == [11, ROOT]


def test_of_a_table_the_column_of_nuclei_is_read_before_that_of_roots():
    written = read_column(f"root_id,volume_um3,nucleus_id\n{ROOT},310.5,11\n0,8e2,12\n")
    assert (written.ids, written.refused, written.column) == ((11, 12), (), "nucleus_id")


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("8.64e17", "written short"),
        ("8.64691135396522E+17", "written short"),
        ("8E17", "written short"),
        (f"{ROOT}.0", "a decimal"),
        ("11.", "a decimal"),
        ("-5", "below zero"),
        (f"{2**63}", "too large"),
        ("9" * 5_000, "too large"),
        ("0", "no segment"),
        ("11.5", "not a whole number"),
        ("0x1F", "not a whole number"),
        ("1_000", "not a whole number"),
        ("١٢", "not a whole number"),
        ("²", "not a whole number"),
        ("NaN", "not a whole number"),
        ("=11", "not a whole number"),
        ("<script>", "not a whole number"),
    ],
)
def test_what_is_no_id_is_refused_with_why_and_the_rest_is_read(word, why):
    written = read_column(f"11\n12 {word} 13")
    assert written.ids == (11, 12, 13)
    (refused,) = written.refused
    assert (refused.line, refused.word) == (2, word[:40])
    assert why in refused.why


def test_json_numbers_never_go_through_a_decimal_number():
    ids = read_ids(f"[{ROOT}, 8.64e17, {ROOT}.0, -1, true, null, [11], NaN]", NUCLEI, ROOTS)
    assert ids.read is None, "most of it is no ID"
    written = ids.columns[0].written
    assert written.ids == (ROOT,)
    assert [one.line for one in written.refused] == [2, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    "text", ["", " \n\n", "nucleus_id\n", "nucleus_id,root_id\n\n", "[]", '{"nucleus_ids": []}']
)
def test_nothing_written_is_nothing_read(text):
    for column in read_ids(text, NUCLEI, ROOTS).columns:
        assert column.written.ids == ()
        assert [one.word for one in column.written.refused] in ([], ["nucleus_id"], ["nucleus_id", "root_id"])


def test_a_row_too_short_for_the_column_is_said():
    written = read_column("cell_type,nucleus_id\n23P,11\n4P\n,\n")
    assert written.ids == (11,)
    assert [(one.line, one.word) for one in written.refused] == [(3, "(nothing)")]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"sets": []}', "named sets"),
        ("nucleus_id,x\n" + '"' + "1" * 200_000 + '"', "cannot be read"),
    ],
)
def test_what_holds_no_list_says_so(text, problem):
    with pytest.raises(DataError, match=problem) as refused:
        read_ids(text, NUCLEI, ROOTS)
    assert refused.value.remedy


def test_json_nested_without_end_is_no_crash():
    assert read_column("[" * 100_000).ids == ()


def test_more_ids_than_a_release_could_hold_are_refused(monkeypatch):
    monkeypatch.setattr(id_lists, "MOST_WRITTEN", 10)
    assert len(read_column("1 2 3 4 5 6 7 8 9 10").ids) == 10
    with pytest.raises(DataError, match="More than 10 IDs"):
        read_ids("1 2 3 4 5 6 7 8 9 10 x", NUCLEI, ROOTS)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"11,12", "11,12"),
        (b"\xef\xbb\xbf11", "11"),
        ("11\t12".encode("utf-16"), "11\t12"),
        ("11\t12".encode("utf-16-le"), "11\t12"),
        ("x_µm;11".encode("cp1252"), "x_µm;11"),
    ],
)
def test_a_file_is_read_in_the_encodings_of_spreadsheets(content, text):
    assert file_text(content, "ids.csv") == text


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"PK\x03\x04\xff\xfe\x00",
        b"11\x0012",
        b"\xff\xfe\x00",
        bytes(range(256)),
    ],
)
def test_a_file_that_is_no_text_is_refused(content):
    with pytest.raises(DataError, match=r"“ids\.xlsx” is not text"):
        file_text(content, "ids.xlsx")


def test_a_file_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(id_tables, "LARGEST_FILE", 2_000_000)
    with pytest.raises(DataError, match="3 MB, more than 2"):
        file_text(b"1" * 3_000_000, "ids.txt")


@given(
    st.lists(st.integers(0, 2**62 - 1).map(lambda n: 2 * n + 1)),
    st.sampled_from([" ", ",", ";", "\n", "\t", " | "]),
)
def test_every_list_of_ids_comes_back_whole_in_its_order(ids, between):
    assert read(between.join(map(str, ids))) == ids
    assert read(json.dumps(ids)) == ids
    assert not ids or read("nucleus_id\n" + "\n".join(map(str, ids))) == ids


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else(text):
    try:
        columns = read_ids(text, NUCLEI, ROOTS).columns
    except DataError:
        return
    for written in (column.written for column in columns):
        assert all(0 < one < 2**63 for one in written.ids)
        assert all(one.why for one in written.refused)
        assert all(one.line <= len(re.split("\r\n|\r|\n", text)) for one in written.refused)


# Which nuclei are meant


def found(*ids: int):
    return find_ids(WrittenIds(ids), NUCLEI, ROOTS)


def test_a_shared_root_gives_all_its_nuclei_and_its_neighbour_in_number_none():
    meant = found(TWIN)
    assert (meant.nucleus_ids.tolist(), meant.roots) == ([12, 13], {TWIN: 2})
    assert found(NEXT).unknown == (NEXT,)


def test_everything_is_counted():
    meant = found(11, 11, TWIN, ROOT, 12, 77, 78, 77)
    assert meant.nucleus_ids.tolist() == [11, 12, 13]
    assert meant.nucleus_ids.dtype == np.int64
    assert (meant.written, meant.distinct, meant.repeats, meant.as_nuclei) == (8, 6, 2, 2)
    assert meant.roots == {ROOT: 1, TWIN: 2}
    assert meant.unknown == (77, 78)


@given(st.lists(st.sampled_from([11, 12, 13, 14, 15, 16, ROOT, TWIN, NEXT])))
def test_what_is_found_is_what_a_search_one_by_one_finds(ids):
    meant = found(*ids)
    pairs = list(zip(NUCLEI.tolist(), ROOTS.tolist(), strict=True))
    assert meant.nucleus_ids.tolist() == sorted({n for n, root in pairs if n in ids or root in ids})
    assert meant.distinct == meant.as_nuclei + len(meant.roots) + len(meant.unknown)


def test_the_account_says_what_was_read_found_and_left_out():
    column = read_ids(f"nucleus_id\n11\n11\n{TWIN}\n77\n8.6e17\n[x](y)", NUCLEI, ROOTS).read
    assert column
    said = found_words(column)
    assert said.startswith("**4 IDs read** in the column nucleus\\_id · 3 nuclei found · ")
    assert "1 by nucleus ID and 2 on 1 root, of which 1 carries several" in said
    assert "1 repeated" in said
    assert "1 unknown in this release: 77." in said
    assert "3 words are not IDs, left out: “8.6e17” in line 6" in said
    assert "[x]" not in said
    left_out = ids_left_out(column)
    assert left_out["id"].tolist() == ["77", "8.6e17", "x", "y"]
    assert left_out["reason"].tolist()[:2] == [
        "unknown in this release: neither a nucleus nor its root",
        "written short: its last digits are lost (line 6)",
    ]


def test_of_many_unknown_the_first_few_are_named():
    written = WrittenIds(tuple(range(100, 120)))
    said = found_words(IdColumn(written, find_ids(written, NUCLEI, ROOTS)))
    assert "20 unknown in this release: 100, 101, 102, 103, 104 and 15 more" in said
