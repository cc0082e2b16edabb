"""Rows as a page lists them: exact IDs as text, labels that a server can sort, a mark where there is one."""

import numpy as np
import pandas as pd
import pyarrow.compute as compute
import pytest
from streamlit.dataframe.lazy_df_source import InMemoryDataframeSource, SortSpec

from components.analysis.output.files import id_columns, text_rows, with_formula, without_formulas

LONG = 864_691_135_000_000_001  # beyond 2^53: a browser's number would end in …000


def rows() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "nucleus_id": [3, 1, 2],
            "root_id": pd.array([LONG, 0, None], "Int64"),
            "unit_id": [7, 8, 9],
            "cell_type": pd.Categorical(["4P", "23P", None], ["23P", "4P", "BC"]),
            "depth_um": np.array([1.5, np.nan, 2.0], np.float32),
        },
        index=[5, 3, 4],
    )


def test_ids_are_text_and_all_else_is_as_it_was() -> None:
    assert text_rows(rows()).to_pydict() == {
        "nucleus_id": ["3", "1", "2"],
        "root_id": [str(LONG), "0", None],
        "unit_id": [7, 8, 9],
        "cell_type": ["4P", "23P", None],
        "depth_um": [1.5, None, 2.0],
    }


def test_a_mark_stands_in_every_row() -> None:
    marked = text_rows(rows(), "synthetic")
    assert marked.column_names == [*rows().columns, "synthetic"]
    assert marked["synthetic"].to_pylist() == [True, True, True]
    assert text_rows(rows()[:0], "synthetic").num_rows == 0


def test_rows_are_kept_by_a_mask() -> None:
    assert text_rows(rows()).filter(np.array([False, True, True]))["nucleus_id"].to_pylist() == ["1", "2"]


@pytest.mark.parametrize("column", list(rows().columns))
def test_a_server_can_sort_by_every_column(column: str) -> None:
    """Streamlit sorts a long list itself; categories it could not."""
    source = InMemoryDataframeSource(text_rows(rows()))
    shown = source.load_rows(0, 3, sort=SortSpec(column, descending=False))[column].drop_null()
    assert compute.all(compute.less_equal(shown[:-1], shown[1:])).as_py()
    assert len(shown) == rows()[column].notna().sum()


def test_ids_are_those_of_nuclei_and_roots() -> None:
    assert id_columns(rows()) == ["nucleus_id", "root_id"]


@pytest.mark.parametrize("kind", ["category", object, "string"])
def test_no_text_is_a_formula_to_a_spreadsheet(kind: str) -> None:
    words = ["=1+2", "+cmd|' /C calc'!A0", "-x", "@x", "\tx", " =x", "-7", "+1.5", "BC", "5P-IT", None]
    safe = ["'=1+2", "'+cmd|' /C calc'!A0", "'-x", "'@x", "'\tx", "' =x", *words[6:]]
    frame = pd.DataFrame({"=head": pd.Series(words, dtype=kind), "n": -1})
    written = without_formulas(frame)
    assert [None if pd.isna(word) else word for word in written["'=head"]] == safe
    assert written["n"].equals(frame["n"])
    assert frame.columns[0] == "=head"


def test_no_two_labels_become_one_on_the_way_through_a_file() -> None:
    words = ["=x", "'=x", "''=x", "'tis", " =x", "-5", "-abc", "BC"]
    for column in (pd.Series(words, dtype=object), pd.Series(pd.Categorical(words))):
        written = without_formulas(pd.DataFrame({"label": column}))["label"].astype(object)
        assert written.tolist() == ["'=x", "''=x", "'''=x", "'tis", "' =x", "-5", "'-abc", "BC"]
        assert [with_formula(word) for word in written] == words


def test_columns_of_one_name_stay_two() -> None:
    twice = pd.DataFrame([["=1+1", 2]], columns=["n", "n"])
    assert without_formulas(twice).to_numpy().tolist() == [["'=1+1", 2]]
