"""Whether labels are in the table's vocabulary, and consistent with their system and the wider table."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from components.analysis.checks.entry import Inspected, TableOutcome, marked_finding, nuclei_finding
from components.analysis.comparison.agreement import pair_labels
from components.analysis.comparison.differences import contradicted
from data.labels.crosswalk import at_level, class_of_system, find_label
from data.loader import LabelTable
from data.number_words import plural

MOST_NAMED = 8
MOST_CONTRADICTING = 0.02
"""Twice the share of Baylor fine that Baylor coarse contradicts at 661."""
NO_SYSTEM = "The rows hold no classification_system."
UNPUBLISHED = "Its labels are published nowhere."


def no_label(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Rows of a label table without a label."""
    missing = loaded.frame["cell_type"].isna().to_numpy()
    return marked_finding(
        "error", loaded, missing,
        f"{plural(int(missing.sum()), 'row has', 'rows have')} no label, of {len(missing):,}.",
        "None. A row of this table is a label. Such rows are shown as having none.",
    )  # fmt: skip


def unknown_label(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Labels in no crosswalk; tables without a published vocabulary are not checked."""
    if not loaded.table.vocabulary:
        return UNPUBLISHED
    words, rows = _spelled(loaded, lambda word: find_label(word) is None)
    return marked_finding(
        "error", loaded, rows,
        f"No crosswalk knows {_named(words)}.",
        f"Labels such as {_named([*loaded.table.vocabulary[:5]])}. An unknown one is shown as it is "
        "and counts as unmapped above the level of types.",
    )  # fmt: skip


def outside_vocabulary(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Known labels outside the table's vocabulary."""
    vocabulary = loaded.table.vocabulary
    if not vocabulary:
        return UNPUBLISHED
    own = {*map(_folded, vocabulary)}
    words, rows = _spelled(loaded, lambda word: find_label(word) is not None and _folded(word) not in own)
    return marked_finding(
        "warning", loaded, rows,
        f"{_named(words)} {'is' if len(words) == 1 else 'are'} known, but not as a label of this table.",
        f"Its {len(vocabulary)} labels: {', '.join(vocabulary)} (the catalogue).",
    )  # fmt: skip


def odd_system(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Unexpected values of `classification_system`."""
    if "classification_system" not in loaded.frame:
        return NO_SYSTEM
    if not loaded.table.systems:
        return "Documents disagree on what classification_system says."
    column = loaded.frame["classification_system"]
    known = {*map(_folded, loaded.table.systems)}
    odd = [str(word) for word in column.cat.categories if _folded(str(word)) not in known]
    rows = (column.isna() | column.isin(odd)).to_numpy()
    words = [word for word in odd if (column == word).any()]
    return marked_finding(
        "error", loaded, rows,
        f"classification_system says {_named(words)}." if words else
        f"{plural(int(rows.sum()), 'row has', 'rows have')} no classification_system.",
        f"{' or '.join(loaded.table.systems)}. {loaded.table.classification}",
    )  # fmt: skip


def system_contradicts_label(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Rows whose system and label are of different classes."""
    if "classification_system" not in loaded.frame:
        return NO_SYSTEM
    stated = _mapped(loaded.frame["classification_system"], class_of_system)
    meant = _mapped(loaded.frame["cell_type"], lambda word: at_level(word, "class"))
    rows = (stated != meant) & (stated != "") & (meant != "")
    pairs = loaded.frame.loc[rows, ["cell_type", "classification_system"]].drop_duplicates()
    contradictions = [f"{row.cell_type} under {row.classification_system}" for row in pairs.itertuples()]
    return marked_finding(
        "error", loaded, rows,
        f"The system states another class than the label: {_named(contradictions)}.",
        f"Both of one class. {loaded.table.classification}",
    )  # fmt: skip


def class_contradicted(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Nuclei whose fine and coarse labels are of different classes."""
    if fault := release.wider_fault(loaded):
        return fault
    wider = release.loaded[str(loaded.table.within)]
    pairs = pair_labels(loaded.as_axis, wider.as_axis, "class")
    nuclei = contradicted(pairs).index.to_numpy(dtype=np.int64)
    many = len(nuclei) > MOST_CONTRADICTING * len(pairs.frame)
    return nuclei_finding(
        "warning" if many else "info", nuclei,
        f"{plural(len(nuclei), 'nucleus is', 'nuclei are')} of another class in {wider.table.title}, of "
        f"{len(pairs.frame):,} compared.",
        "Few: one of the tables was made from the nuclei of the other.",
    )  # fmt: skip


def _spelled(loaded: LabelTable, is_meant: Callable[[str], bool]) -> tuple[list[str], np.ndarray]:
    """The labels of a table that meet a condition, and which rows hold them."""
    column = loaded.frame["cell_type"]
    meant = [str(word) for word in column.cat.categories if is_meant(str(word))]
    return [word for word in meant if (column == word).any()], column.isin(meant).to_numpy()


def _mapped(column: pd.Series, meaning: Callable[[str], str | None]) -> np.ndarray:
    """The meaning of each word of a categorical column; "" where it has none or is missing."""
    words = np.array([*(meaning(str(word)) or "" for word in column.cat.categories), ""])
    return words[column.cat.codes.to_numpy()]


def _named(words: list[str]) -> str:
    names = ", ".join(f"“{word}”" for word in words[:MOST_NAMED])
    return names + (f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else "")


def _folded(word: str) -> str:
    return "".join(word.split()).casefold()
