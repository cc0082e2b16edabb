"""Tables that people paste or upload under “Select by ID”: the column that is read, or those asked for."""

import itertools
from contextlib import suppress

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.analysis.selection.id_lists import EVERY_COLUMN, IdText, read_ids
from data.errors import DataError
from data.tables.id_tables import file_text, read_table

A, B, C = 200101, 200102, 200103
RA, RB, RC = 864691130000000011, 864691130000000022, 864691130000000033
NUCLEI = np.array([A, B, C, 11, 12], dtype=np.int64)
ROOTS = np.array([RA, RB, RC, 0, 0], dtype=np.int64)
CELLS = pd.DataFrame(
    {
        "nucleus_id": [A, B, C],
        "pt_root_id": [RA, RB, RC],
        "cell_type": ["23P", "", "L2a, b c"],
        "pt_position": [[180000, 210000, 21000], [1, 22, 333], [11, 12, 13]],
        "depth_um": [310.5, 1e7, np.nan],
    }
)
"""Rows that look like those of CAVE: a blank cell, one with comma and spaces, lists, decimals."""
ROWS = CELLS[["nucleus_id", "cell_type"]]
NAMED = CELLS.set_index("nucleus_id")
TWO = pd.MultiIndex.from_arrays([[4, 4, 5], [11, 12, 11]], names=["scan", "unit"])
LONG = pd.concat([CELLS] * 40, ignore_index=True)


def read(text: str) -> IdText:
    return read_ids(text, NUCLEI, ROOTS)


def column_read(text: str) -> tuple[str, list[int]]:
    column = read(text).read
    assert column, [one.written.column for one in read(text).columns]
    return column.written.column, list(column.written.ids)


READ = {
    # by its name, in any spelling
    "nucleus before root": (f"pt_root_id,nucleus_id\n{RA},{A}\n", "nucleus_id", [A]),
    "id before nucleus_id": (f"id,nucleus_id\n11,{A}\n12,{B}\n", "nucleus_id", [A, B]),
    "root before id": (f"id,pt_root_id,cell_type\n11,{RA},23P\n12,{RB},4P\n", "pt_root_id", [RA, RB]),
    "target before root": (f"id,target_id,pt_root_id\n1,{A},{RB}\n", "target_id", [A]),
    "spaces and capitals": (f'"Nucleus ID";"x"\n{A};1\n', "Nucleus ID", [A]),
    "camel case and BOM": (f"\ufeffrow,nucleusId\n1,{A}\n", "nucleusId", [A]),
    "dots, as R writes names": (f'"","pt.root.id"\n"1",{RA}\n', "pt.root.id", [RA]),
    "segment": (f"x,seg_id\n11,{RA}\n", "seg_id", [RA]),
    "segment in words": (f"x,Segment ID\n11,{RA}\n", "Segment ID", [RA]),
    "one nucleus of several names": (f"type,soma_nucleus_id\nBC,{A}\n", "soma_nucleus_id", [A]),
    "two columns of the same": (f"root_id,pt_root_id\n{RA},{RA}\n{RB},{RB}\n", "root_id", [RA, RB]),
    "id that are nuclei": (f"id,valid,x\n{A},t,11\n{B},t,12\n", "id", [A, B]),
    "id_ref that are nuclei beside id that are not": (f"id,id_ref\n1,{A}\n2,{B}\n", "id_ref", [A, B]),
    "an index with a name": (NAMED.to_csv(), "nucleus_id", [A, B, C]),
    # CSV
    "comma": (CELLS.to_csv(), "nucleus_id", [A, B, C]),
    "semicolon": (CELLS.to_csv(sep=";", decimal=","), "nucleus_id", [A, B, C]),
    "tab, CRLF": (CELLS.to_csv(sep="\t", lineterminator="\r\n"), "nucleus_id", [A, B, C]),
    "pipe": (CELLS.to_csv(sep="|", index=False), "nucleus_id", [A, B, C]),
    "spaces": (CELLS.to_csv(sep=" ", index=False), "nucleus_id", [A, B, C]),
    "Excel's separator": (f"sep=;\nnucleus_id;note\n{A};a,b\n", "nucleus_id", [A]),
    "Excel's thousands": ('type,nucleus_id\nBC,"200,101"\n4P,"200,102"\n', "nucleus_id", [A, B]),
    "thousands parted by spaces": ("nucleus_id;type\n200 101;BC\n200\u00a0102;4P\n", "nucleus_id", [A, B]),
    "Excel's numbers as text": (f'pt_root_id,t\n"=""{RA}""",a\n\'{RB},b\n', "pt_root_id", [RA, RB]),
    "nucleus IDs that were floats": ("nucleus_id,t\n200101.0,a\n200102.0,b\n", "nucleus_id", [A, B]),
    "a newline in a cell": (f'note,nucleus_id\n"two\nlines",{A}\nb,{B}\n', "nucleus_id", [A, B]),
    "a title above": (f"Basket cells\n\nnucleus_id;x\n{A};5\n{B};6\n", "nucleus_id", [A, B]),
    "numpy's savetxt": (f"# nucleus_id,x\n{A},5\n{B},6\n", "nucleus_id", [A, B]),
    "R's write.csv": (f'"","nucleus_id","t"\n"1",{A},"23P"\n"2",{B},"4P"\n', "nucleus_id", [A, B]),
    "R's write.table": (f'"nucleus_id" "t"\n"1" {A} "L2 a"\n"2" {B} "4P"\n', "nucleus_id", [A, B]),
    # JSON and Python
    "records": (CELLS.to_json(orient="records"), "nucleus_id", [A, B, C]),
    "lines": (CELLS.to_json(orient="records", lines=True), "nucleus_id", [A, B, C]),
    "JSON columns": (CELLS.to_json(), "nucleus_id", [A, B, C]),
    "JSON index": (CELLS.to_json(orient="index"), "nucleus_id", [A, B, C]),
    "JSON split": (CELLS.to_json(orient="split"), "nucleus_id", [A, B, C]),
    "JSON table": (ROWS.to_json(orient="table"), "nucleus_id", [A, B, C]),
    "JSON of lists": (f'{{"name": "mine", "nucleus_ids": [{A}, {B}]}}', "nucleus_ids", [A, B]),
    "a record": (f'{{"nucleus_id": {A}, "pt_root_id": {RA}}}', "nucleus_id", [A]),
    "Python records": (repr(ROWS.to_dict("records")), "nucleus_id", [A, B, C]),
    "Python columns": (repr(CELLS.to_dict("list")), "nucleus_id", [A, B, C]),
    "numpy scalars and times": (
        f"[{{'nucleus_id': np.int64({A}), 't': Timestamp('2020-11-12 00:00', tz='UTC'), 'x': nan}}]",
        "nucleus_id",
        [A],
    ),
    # prints
    "pandas": (CELLS.to_string(), "nucleus_id", [A, B, C]),
    "pandas without index": (CELLS.to_string(index=False), "nucleus_id", [A, B, C]),
    "pandas in blocks": (CELLS.to_string(line_width=60), "nucleus_id", [A, B, C]),
    "pandas with a named index": (NAMED.to_string(), "nucleus_id", [A, B, C]),
    "a row of pandas": (repr(CELLS.iloc[1]), "nucleus_id", [B]),
    "a series": (repr(CELLS["pt_root_id"]), "pt_root_id", [RA, RB, RC]),
    "a series by nucleus": (repr(NAMED["pt_root_id"]), "nucleus_id", [A, B, C]),
    "R's data.frame": (f"  nucleus_id   t\n1     {A} 23P\n2     {B}  4P\n", "nucleus_id", [A, B]),
    "a tibble": (
        f"# A tibble: 2 × 2\n  nucleus_id t    \n       <dbl> <chr>\n1     {A} 23P  \n2     {B} 4P   \n",
        "nucleus_id",
        [A, B],
    ),
    "Markdown": (f"|    | nucleus_id | t   |\n|---:|:----|---|\n| 0 | {A} | a b |\n", "nucleus_id", [A]),
    "psql": (f" nucleus_id | t\n------------+----\n {A} | BC\n(1 row)\n", "nucleus_id", [A]),
    "pandas with an index of several words": (
        pd.DataFrame({"nucleus_id": [A, B]}, index=["a b", "c d 5"]).to_string(), "nucleus_id", [A, B],
    ),
    "pandas with an index of two": (repr(CELLS.set_index(TWO)[["nucleus_id"]]), "nucleus_id", [A, B, C]),
    "pandas with an index of two, roots": (
        repr(CELLS.set_index(TWO)[["pt_root_id"]]), "pt_root_id", [RA, RB, RC],
    ),
    "a series with an index of two": (
        repr(CELLS.set_index(TWO)["nucleus_id"]), "nucleus_id", [A, B, C],
    ),
    "a count beside the IDs": (f"root_id,n_root_ids\n{RA},11\n{RB},12\n", "root_id", [RA, RB]),
    "a flag beside the IDs": (f"nucleus_id_ok,nucleus_id_count,target_id\ntrue,11,{A}\n", "target_id", [A]),
    "a second column of the same IDs": (f"nucleus_id,nucleus_id_x\n{A},{A}\n", "nucleus_id", [A]),
    "records beside a note": (
        f'{{"meta": [{{"v": 661}}], "cells": [{{"nucleus_id": {A}}}]}}', "nucleus_id", [A],
    ),
    "a name in YAML": (f"nucleus_ids:\n  - {A}\n  - {B}\n", "nucleus_ids", [A, B]),
    "a name in Python": (f"nucleus_ids = [{A}, {B}]", "nucleus_ids", [A, B]),
    "a name in Python, remarks": (f"ids = np.array([\n  {A},  # BC 5\n  {B},\n])", "ids", [A, B]),
    "a name in R": (f"nucleus_id <- c({A}L, {B}L)", "nucleus_id", [A, B]),
    "a name in SQL": (f"WHERE nucleus_id IN ('{A}', '{B}');", "nucleus_id", [A, B]),
    "JSON in Markdown": (f'```json\n[{{"nucleus_id": {A}, "k": 5}}]\n```', "nucleus_id", [A]),
    "JSON objects one by one": (
        f'{{\n"nucleus_id": {A},\n"k": 5}},\n{{"nucleus_id": {B}}},', "nucleus_id", [A, B],
    ),
    "Markdown's ornaments": (
        f"| nucleus_id | t |\n|---|---|\n| **{A}** | a |\n| [{B}](https://x/5) | b |\n| `{C}` | c |\n",
        "nucleus_id",
        [A, B, C],
    ),
    "a column without IDs": (f"nucleus_id,target_id\n-,{A}\n-,{B}\n", "target_id", [A, B]),
    # lists: no column to choose
    "numpy's lines": (f"[{RA} {RB}\n {RC}]", "", [RA, RB, RC]),
    "numpy's lines of one length": (f"[{RA} {RB}\n {RC} 999]", "", [RA, RB, RC, 999]),
    "lines of one length": (f"{A}, {B},\n{C}, 11", EVERY_COLUMN, [A, B, C, 11]),
    "quoted lines of one length": (f"'{A}', '{B}',\n'{C}', '11',", EVERY_COLUMN, [A, B, C, 11]),
    "quoted, commas": (f"'{A}',\n'{B}',\n", "", [A, B]),
    "commas": (f"{A},\n{B},\n", "", [A, B]),
    "semicolons below a name": (f"nucleus_id;\n{A};\n{B};\n", "nucleus_id", [A, B]),
    "bullets": (f"- {A}\n- {B}\n* {C}\n", "", [A, B, C]),
    "remarks": (f"{A} # BC 11\n{B}, // 4P\n{C}\n", "", [A, B, C]),
    "curly quotes and backticks": (f"\u201c{A}\u201d, \u2018{B}\u2019, `{C}`", "", [A, B, C]),
    "literals of other languages": (f"{A}L, {B}n, [{C}](https://x/11)", "", [A, B, C]),
    "an output of IPython": (f"In [4]: ids\nOut[5]: [{A}, {B}]", "", [A, B]),
    "R's vector": (f"[1] {A} {B}\n[3] {C}", "", [A, B, C]),
    "numpy's array": (repr(np.array([A, B, C])), "", [A, B, C]),
    "a list of numpy's": (f"[np.int64({A}), np.int64({B})]", "", [A, B]),
    "an index": (repr(pd.Index([A, B], name="nucleus_id")), "", [A, B]),
    "lines of several": (f"{A}, {B}\n{C}\n", "", [A, B, C]),
    "one name, known IDs": (f"my favourites\n{A}\n{RB}\n", "my favourites", [A, RB]),
    "one column id of roots": (f"id\n{RA}\n{RB}\n", "id", [RA, RB]),
    "quotes as R escapes them": (f'"nucleus_id","t"\n{A},"a \\"b\\" c"\n{B},"d"\n', "nucleus_id", [A, B]),
    "rows of known IDs": (f"{A} {B}\n{C} 11\n", EVERY_COLUMN, [A, B, C, 11]),
    "records of the shared cases": (
        f'[{{"target_id":{A},"pt_root_id":{RA}}},{{"target_id":{B},"pt_root_id":{RB}}}]', "target_id", [A, B],
    ),
    "series of the shared cases": (
        f"17816    {RA}\n28785    {RB}\nName: pt_root_id, dtype: int64\n", "pt_root_id", [RA, RB],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "column", "ids"), READ.values(), ids=READ)
def test_one_column_is_read_and_said(text, column, ids):
    assert column_read(text) == (column, ids)
    assert column_read(file_text(text.encode("utf-16"), "ids.csv")) == (column, ids)


ASKED = {
    "both sides of synapses": (
        f"id,pre_pt_root_id,post_pt_root_id\n11,{RA},{RB}\n12,{RB},{RC}\n",
        {"id": 2, "pre_pt_root_id": 2, "post_pt_root_id": 2},
    ),
    "two nuclei": (f"pre_nucleus_id,target_id\n{A},{B}\n{B},{C}\n", {"pre_nucleus_id": 2, "target_id": 2}),
    "positions beside a type": (f"x_nm,y_nm,type\n{A},11,BC\n5,12,BC\n", {"x_nm": 1, "y_nm": 2}),
    "id that are rows": (f"id,type\n1,BC\n2,BC\n{A},4P\n", {"id": 1}),
    "two of id": (f"id,id_ref\n11,{A}\n12,{B}\n", {"id": 2, "id_ref": 2}),
    "an index without a name": (f",cell_type\n{A},BC\n{B},4P\n", {"no. 1 (unnamed)": 2}),
    "positions without names": (
        f"{A} 5 11\n6 7 12\n",
        {"no. 1 (unnamed)": 1, "no. 2 (unnamed)": 0, "no. 3 (unnamed)": 2, EVERY_COLUMN: 3},
    ),
    "an array of positions": (
        repr(np.array([[A, 5], [6, 7]])), {"no. 1 (unnamed)": 1, "no. 2 (unnamed)": 0, EVERY_COLUMN: 1},
    ),
    "a long array of positions": (
        repr(np.repeat([[A, 5, 6]], 2_000, axis=0)),
        {"no. 1 (unnamed)": 1, "no. 2 (unnamed)": 0, "no. 3 (unnamed)": 0, EVERY_COLUMN: 1},
    ),
    "positions, unevenly spaced": (
        f"{A}  5\n6 7\n{B}   8\n", {"no. 1 (unnamed)": 2, "no. 2 (unnamed)": 0, EVERY_COLUMN: 2},
    ),
    "nucleus and root without names": (
        f"{A},{RB}\n{B},{RA}\n", {"no. 1 (unnamed)": 2, "no. 2 (unnamed)": 2, EVERY_COLUMN: 2},
    ),
    "rows numbered by hand": (
        f"1 {A}\n2 {B}\n3 {C}\n", {"no. 1 (unnamed)": 0, "no. 2 (unnamed)": 3, EVERY_COLUMN: 3},
    ),
    "types with their nuclei": (f'{{"BC": [{A}, {B}], "4P": [{C}]}}', {"BC": 2, "4P": 1}),
    "a dict of types": (f"{{{A}: 'BC', {B}: '4P'}}", {"no. 1 (unnamed)": 2}),
    "one column of numbers": (f"x_nm\n{A}\n5\n6\n", {"x_nm": 1}),
    "words below a name": (f"nucleus_id\n{A},{B}\n11,{C}\n", {"nucleus_id": 4}),
    "a sentence below a name": (f"nucleus_id\n{A} at 11 nm\n", {"nucleus_id": 2}),
    "numbers below one name": (f"nucleus_id\n{A} 11\n{B} 12\n", {"nucleus_id": 2, "no. 1 (unnamed)": 2}),
    "a series with an index of nuclei": (
        repr(CELLS.set_index([TWO.get_level_values(0), "nucleus_id"])["pt_root_id"]),
        {"pt_root_id": 3, "no. 1 (unnamed)": 1},
    ),
    "two lists": (f"nucleus_id\n{A}\nroot_id\n{RB}\n", {"nucleus_id": 2}),
    "describe": (f"       target_id\ncount         12\nmin       {A}\nmax       {B}\n", {"target_id": 3}),
    "describe, from a series": (repr(CELLS["nucleus_id"].describe().astype(int)), {"nucleus_id": 3}),
    "agg": (repr(CELLS.iloc[:, :2].agg(["min", "max"])), {"nucleus_id": 2, "pt_root_id": 2}),
    "counts of every column": (
        "target_id        11\npt_root_id       12\ncell_type     49050\ndtype: int64",
        {"target_id": 1, "pt_root_id": 1, "cell_type": 0},
    ),
    "a column of counts": (f"cell_type,nucleus_id_count\nBC,11\n4P,{A}\n", {"nucleus_id_count": 2}),
    "counts in words": ("scan,number of nucleus IDs\n4,11\n5,12\n", {"scan": 0, "number of nucleus IDs": 2}),
    "a similar name": ("nucleus_id_depth\n7\n8\n11\n", {"nucleus_id_depth": 1}),
    "a second column of other IDs": (
        f"nucleus_id,nucleus_id.1\n{A},{B}\n", {"nucleus_id": 1, "nucleus_id.1": 1},
    ),
    "nuclei of both sides": (
        f"nucleus_id,nucleus_id_post\n{A},{B}\n", {"nucleus_id": 1, "nucleus_id_post": 1},
    ),
    "two lists of records": (
        f'{{"a": [{{"nucleus_id": {A}}}], "b": [{{"nucleus_id": {B}}}]}}',
        {"a: nucleus_id": 1, "b: nucleus_id": 1},
    ),
    "a sentence with more numbers than words": (f"Nuclei {A}, {B}, {C} and 12 at depth 11 nm.", {"": 5}),
    "a list with a remark": (f"{A}, {B} (volume 11)", {"": 3}),
    "pairs": (f"{A}: 11, {B}: 12", {"": 2}),
    "lists of R": (f"$BC\n[1] {A} {B}\n\n$`23P`\n[1] {C}\n", {"": 3}),
    "prose": (f"In 2021 we found {A} and 12 more in mouse 3", {"": 2}),
}  # fmt: skip


@pytest.mark.parametrize(("text", "columns"), ASKED.values(), ids=ASKED)
def test_where_names_do_not_tell_the_columns_are_offered_with_their_nuclei(text, columns):
    ids = read(text)
    assert ids.read is None
    assert {one.written.column: len(one.found.nucleus_ids) for one in ids.columns} == columns


REFUSED = {
    "short": ("pt_root_id,t\n8.64e17,a\n8.6469113e+17,b\n", "written short"),
    "decimals": (f"pt_root_id,t\n{RA}.0,a\n{RB}.0,b\n", "a decimal"),
    "rounded": ("root_id,t\n" + "".join(f"{RA // 128 * 128 + 128 * n},a\n" for n in range(5)), "rounded"),
    "cut by a spreadsheet": (
        "Root ID\tt\n" + "".join(f"8646911300000{n}000\ta\n" for n in range(11, 15)),
        "Excel keeps 15",
    ),
    "as pandas prints floats": ("   pt_root_id\n0  8.646911e+17\n1  8.646911e+17\n", "written short"),
    "JSON": (f'[{{"root_id": {RA}.0}}, {{"root_id": 8.6e17}}]', "a decimal"),
    "rows of other widths": ("root_id,nucleus_id\n1,234,5\n6,7\n8,9\n6,7\n8,9\n", "not a whole number"),
}


@pytest.mark.parametrize(("text", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_exact_id_is_refused_with_the_reason(text, why):
    column = read(text).read
    assert column
    assert why in column.written.refused[0].why
    assert not column.found.roots


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (repr(LONG), True),
        (repr(LONG["pt_root_id"]), True),
        (repr(np.arange(5_000)), True),
        (f"nucleus_id ... t\n{A} ... a\n", True),
        (repr(ROWS), False),
        (LONG.to_csv(), False),
    ],
)
def test_a_print_that_leaves_rows_out_says_so(text, cut):
    assert read(text).cut == cut


@pytest.mark.parametrize(
    "text", [f'nucleus_id,note\n{A},"a\n{B},b\n', 'nucleus_id,x\n"' + "1" * 200_000 + '"']
)
def test_a_cell_that_never_ends_is_an_error_and_hides_no_rows(text):
    with pytest.raises(DataError, match="cannot be read"):
        read(text)


def test_a_name_twice_in_a_json_object_is_an_error_and_hides_no_id():
    with pytest.raises(DataError, match="gives “nucleus_id” twice"):
        read(f'[{{"nucleus_id": {A}, "nucleus_id": {B}}}]')


@pytest.mark.parametrize(
    ("text", "line"),
    [(f'[{{"nucleus_id": {A}}},\n{{"nucleus_id": ', 2), (f"[{{nucleus_id: {A}, x: 5}}]", 1)],
)
def test_broken_json_is_an_error_with_its_line(text, line):
    with pytest.raises(DataError, match=f"JSON cannot be read: .*line {line}"):
        read(text)


@pytest.mark.parametrize(
    "text", [f"nucleus_id,x\n{A},5\n{B},6\nx,nucleus_id\n7,{C}\n", f"nucleus_id,t\n{A},a\n\npost,t\n{B},b\n"]
)
def test_two_tables_one_below_the_other_are_refused_with_the_line(text):
    with pytest.raises(DataError, match="two tables: line 4 names"):
        read(text)


@pytest.mark.parametrize(
    "part", ["[ ", '[{"a":', "1 # ", "a.", "f(, dtype=", "1", "(1,", "{1:", '"', "a b\n", "| ", "[1] 2\n"]
)
def test_a_text_made_to_be_slow_is_read_or_refused(part):
    with suppress(DataError):
        assert len(read(part * 20_000).columns) <= 20_000


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(1, 6))

    def column(values: st.SearchStrategy) -> st.SearchStrategy:
        return st.lists(values, min_size=n, max_size=n)

    others = {
        "cell_type": column(st.sampled_from(["23P", "L2 a", "a, b", "", "4P;x", "5"])),
        "x nm": column(st.floats(-1e9, 1e9) | st.just(np.nan)),
        "n_spines": column(st.integers(0, 10**6)),
        "pt_position": column(st.lists(st.integers(0, 400_000), min_size=3, max_size=3)),
        "valid": column(st.booleans()),
    }
    names = draw(st.permutations(["nucleus_id", *draw(st.sets(st.sampled_from([*others])))]))
    ids = draw(column(st.integers(1, 800_000)))
    return pd.DataFrame({name: ids if name == "nucleus_id" else draw(others[name]) for name in names})


WRITERS = {
    "comma": lambda frame: frame.to_csv(),
    "semicolon": lambda frame: frame.to_csv(sep=";", decimal=",", index=False),
    "tab": lambda frame: frame.to_csv(sep="\t"),
    "quoted": lambda frame: frame.to_csv(quoting=1),
    "records": lambda frame: frame.to_json(orient="records"),
    "lines": lambda frame: frame.to_json(orient="records", lines=True),
    "printed": lambda frame: frame.to_string(),
    "printed without index": lambda frame: frame.to_string(index=False),
    "printed narrowly": lambda frame: frame.to_string(line_width=40),
    "Python": lambda frame: repr(frame.to_dict("records")),
    "Markdown": lambda frame: "\n".join(
        f"| {' | '.join(map(str, row))} |"
        for row in [frame.columns, ["---"] * frame.shape[1], *frame.astype(str).to_numpy()]
    ),
}


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("blank", [["a_cell_type_of_many_letters"], ["first_blank", "other blank"]])
def test_a_block_of_blank_columns_hides_no_other(blank, place, n):
    filled = {"nucleus_id": [7, 8, 9][:n], "n_spines": [5] * n, "pt_position": [[0, 100, 1_000]] * n}
    parts = [*filled.items()]
    place *= len(blank) == 1 or place == len(parts)  # between the others, two would stand beside one
    frame = pd.DataFrame(dict([*parts[:place], *((name, [""] * n) for name in blank), *parts[place:]]))
    assert words_of(frame.to_string(line_width=30)) == {
        name: [str(value) for value in frame[name]] for name in filled
    }


def words_of(text):
    return {name: [word for _, word in lines] for name, lines in read_table(text).columns if name}


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("name", ["label", "a_long_name"])
@pytest.mark.parametrize(
    "values",
    [
        ["L2 a"],
        ["L2 a"] * 3,
        ["L2 basket"] * 3,
        ["L5 ET", "L2 IT", "L5 ET"],
        ["5", "a b c", ""],
        [[0, 100, 1_000]],
    ],
)
def test_a_cell_of_several_words_is_printed_in_one_column(values, name, index):
    frame = pd.DataFrame({name: values, "nucleus_id": [7, 8, 9][: len(values)], "blank": ""})
    expected = {column: [str(value) for value in frame[column]] for column in frame}
    for columns in (*itertools.permutations(frame), *itertools.permutations([name, "nucleus_id"])):
        words = words_of(frame[[*columns]].to_string(index=index))
        assert words == {column: expected[column] for column in columns}


@pytest.mark.parametrize("index", [["a", "b", "c"], ["a", "a", "a"], [11, 7, 7]])
def test_a_date_or_a_minus_beside_an_index_hides_no_index(index):
    frame = pd.DataFrame(
        {"seen": pd.Timestamp("2024-01-02"), "change": -1, "nucleus_id": [7, 8, 9]}, index=index
    )
    for columns in itertools.permutations(frame):
        assert words_of(frame[[*columns]].to_string())["nucleus_id"] == ["7", "8", "9"]


@pytest.mark.parametrize("n", range(1, 6))
def test_printed_blocks_that_lack_lines_are_not_read_in_part(n):
    filled = {"nucleus_id": [*range(11, 11 + n)], "n_spines": [5] * n, "pt_position": [[0, 100, 1_000]] * n}
    frame = pd.DataFrame(filled | {"a_cell_type_of_many_letters": [""] * n})
    expected = {column: [str(value) for value in frame[column]] for column in frame}
    for columns, width in itertools.product(itertools.permutations(frame, 3), (30, 40)):
        words = words_of(frame[[*columns]].to_string(index=False, line_width=width))
        assert words.items() <= expected.items(), (columns, width)


@settings(max_examples=40)
@given(frames())
def test_any_frame_in_any_layout_gives_exactly_its_nucleus_ids(frame):
    for layout, write in WRITERS.items():
        if layout == "Markdown" and "pt_position" in frame and frame.shape[1] == 1:
            continue
        column, ids = column_read(write(frame))
        assert (layout, column, ids) == (layout, "nucleus_id", frame["nucleus_id"].tolist())
