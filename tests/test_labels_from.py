"""Rows without labels carry another table's word for their nucleus."""

import numpy as np
import pandas as pd

from components.analysis.labels.levels import CONFLICTING, NOT_IN_TABLE, labels_from, own_labels


def labelled(rows: list[tuple[int, str]]) -> pd.DataFrame:
    ids, labels = zip(*rows, strict=True)
    return pd.DataFrame({"nucleus_id": np.array(ids, np.int64), "cell_type": pd.Categorical(labels)})


FRAME = labelled([(5, "23P"), (3, "BC"), (9, "WM-P"), (7, "4P"), (7, "BC")])


def test_each_row_gets_the_word_of_its_nucleus() -> None:
    words = labels_from(np.array([3, 5, 5, 4, 7, 9]), FRAME, "type")
    assert [*words] == ["BC", "23P", "23P", NOT_IN_TABLE, CONFLICTING, "WM-P"]
    assert [*words.categories][-2:] == [CONFLICTING, NOT_IN_TABLE]


def test_a_label_without_a_counterpart_is_missing_and_not_absent() -> None:
    words = labels_from(np.array([9, 1]), FRAME, "subclass")
    assert [*words.isna()] == [True, False]
    assert words[1] == NOT_IN_TABLE


def test_words_that_do_not_occur_are_no_categories() -> None:
    assert NOT_IN_TABLE not in labels_from(np.array([3, 5]), FRAME, "class").categories
    assert [*labels_from(np.array([], np.int64), FRAME, "class")] == []


def test_words_stay_in_the_order_of_display_where_others_are_absent() -> None:
    assert [*labels_from(np.array([3, 5, 9]), FRAME, "type").categories] == ["23P", "4P", "WM-P", "BC"]


def test_a_table_speaks_for_itself_with_one_spelling_for_each_label() -> None:
    frame = labelled([(1, "5P-PT"), (2, "BC")])
    assert [*own_labels(frame, "type")] == ["5P-ET", "BC"]
    assert [*own_labels(frame, "subclass")] == ["5P-ET", "BC"]
