"""Whether labels are in the table's vocabulary and consistent with their classification_system."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from components.analysis.checks.entry import Inspected, NotRun, Outcome, marked_finding
from components.analysis.labels.number_words import plural
from data.catalog.entry import Table
from data.labels.crosswalk import at_level, class_of_system, find_label
from data.loader import LabelTable

MOST_NAMED = 8
NO_SYSTEM = "The rows hold no classification_system."


def no_label(release: Inspected) -> Iterator[Outcome]:
    """Rows of a label table without a label."""
    for loaded in release.of_kind("labels"):
        missing = loaded.frame["cell_type"].isna().to_numpy()
        if missing.any():
            yield marked_finding(
                "error", loaded, missing,
                f"{plural(int(missing.sum()), 'row has', 'rows have')} no label, of {len(missing):,}.",
                "None. A row of this table is a label. Such rows are shown as having none.",
            )  # fmt: skip


def unknown_label(release: Inspected) -> Iterator[Outcome]:
    """Labels in no crosswalk; tables without a published vocabulary are not checked."""
    yield from _unpublished(release)

    def is_unknown(word: str, table: Table) -> bool:
        return bool(table.vocabulary) and find_label(word) is None

    for loaded, words, rows in _spelled(release, is_unknown):
        yield marked_finding(
            "error", loaded, rows,
            f"No crosswalk knows {_named(words)}.",
            f"Labels such as {_named(list(loaded.table.vocabulary[:5]))}. An unknown one is shown as it is "
            "and counts as unmapped above the level of types.",
        )  # fmt: skip


def outside_vocabulary(release: Inspected) -> Iterator[Outcome]:
    """Known labels outside the table's vocabulary."""
    yield from _unpublished(release)

    def is_outside(word: str, table: Table) -> bool:
        listed = {_folded(label) for label in table.vocabulary}
        return bool(listed) and find_label(word) is not None and _folded(word) not in listed

    for loaded, words, rows in _spelled(release, is_outside):
        yield marked_finding(
            "warning", loaded, rows,
            f"{_named(words)} {'is' if len(words) == 1 else 'are'} known, but not as a label of this table.",
            f"Its {len(loaded.table.vocabulary)} labels: "
            f"{', '.join(loaded.table.vocabulary)} (the catalogue).",
        )  # fmt: skip


def odd_system(release: Inspected) -> Iterator[Outcome]:
    """Unexpected values of `classification_system`."""
    for loaded in release.of_kind("labels"):
        reason = "" if loaded.table.systems else "Documents disagree on what classification_system says."
        if "classification_system" not in loaded.frame:
            reason = NO_SYSTEM
        if reason:
            yield NotRun(table=loaded.table.name, reason=reason)
            continue
        column = loaded.frame["classification_system"]
        known = {_folded(system) for system in loaded.table.systems}
        odd = [str(word) for word in column.cat.categories if _folded(str(word)) not in known]
        rows = (column.isna() | column.isin(odd)).to_numpy()
        words = [word for word in odd if (column == word).any()]
        if rows.any():
            yield marked_finding(
                "error", loaded, rows,
                f"classification_system says {_named(words)}." if words else
                f"{plural(int(rows.sum()), 'row has', 'rows have')} no classification_system.",
                f"{' or '.join(loaded.table.systems)}. {loaded.table.classification}",
            )  # fmt: skip


def system_contradicts_label(release: Inspected) -> Iterator[Outcome]:
    """Rows whose system and label are of different classes."""
    for loaded in release.of_kind("labels"):
        if "classification_system" not in loaded.frame:
            yield NotRun(table=loaded.table.name, reason=NO_SYSTEM)
            continue
        system, label = (loaded.frame[name] for name in ("classification_system", "cell_type"))
        stated = _mapped(system, class_of_system)
        meant = _mapped(label, lambda word: at_level(word, "class"))
        rows = (stated != meant) & (stated != "") & (meant != "")
        if rows.any():
            pairs = loaded.frame.loc[rows, ["cell_type", "classification_system"]].drop_duplicates()
            said = [f"{row.cell_type} under {row.classification_system}" for row in pairs.itertuples()]
            yield marked_finding(
                "error", loaded, rows,
                f"The system states another class than the label: {_named(said)}.",
                f"Both of one class. {loaded.table.classification}",
            )  # fmt: skip


def _unpublished(release: Inspected) -> Iterator[NotRun]:
    for loaded in release.of_kind("labels"):
        if not loaded.table.vocabulary:
            yield NotRun(table=loaded.table.name, reason="Its labels are published nowhere.")


def _spelled(
    release: Inspected, is_meant: Callable[[str, Table], bool]
) -> Iterator[tuple[LabelTable, list[str], np.ndarray]]:
    """The tables with labels that meet a condition, these labels, and which rows hold them."""
    for loaded in release.of_kind("labels"):
        column = loaded.frame["cell_type"]
        meant = [str(word) for word in column.cat.categories if is_meant(str(word), loaded.table)]
        rows = column.isin(meant).to_numpy() if meant else np.zeros(len(column), dtype=bool)
        if rows.any():
            yield loaded, [word for word in meant if (column == word).any()], rows


def _mapped(column: pd.Series, meaning: Callable[[str], str | None]) -> np.ndarray:
    """The meaning of each word of a categorical column; "" where it has none or is missing."""
    words = np.array([*(meaning(str(word)) or "" for word in column.cat.categories), ""])
    return words[column.cat.codes.to_numpy()]


def _named(words: list[str]) -> str:
    names = ", ".join(f"“{word}”" for word in words[:MOST_NAMED])
    return names + (f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else "")


def _folded(word: str) -> str:
    return "".join(word.split()).casefold()
