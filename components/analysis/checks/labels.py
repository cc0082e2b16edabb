"""Whether labels are of the table's vocabulary, and go with the system that stands beside them."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from components.analysis.checks.entry import Finding, Inspected, NotRun, Outcome, Severity, nuclei_finding
from components.analysis.labels.ids import each_once
from components.analysis.labels.number_words import plural
from data.catalog.entry import Table
from data.labels.crosswalk import at_level, class_of_system, find_label
from data.loader import LabelTable

MOST_NAMED = 8


def no_label(release: Inspected) -> Iterator[Outcome]:
    """Rows of a table of labels that hold none."""
    for one in release.of_kind("labels"):
        missing = one.frame["cell_type"].isna().to_numpy()
        if missing.any():
            yield _finding(
                one, "no-label", "error", missing,
                f"{plural(int(missing.sum()), 'row has', 'rows have')} no label.",
                "None. A row of this table is a label. Such rows are shown as having none.",
            )  # fmt: skip


def unknown_label(release: Inspected) -> Iterator[Outcome]:
    """Labels that stand in no crosswalk; groups without a published vocabulary are not asked about."""
    yield from _unpublished(release, "unknown-label")

    def is_unknown(word: str, table: Table) -> bool:
        return bool(table.vocabulary) and find_label(word) is None

    for one, words, rows in _spelled(release, is_unknown):
        yield _finding(
            one, "unknown-label", "error", rows,
            f"No crosswalk knows {_named(words)}.",
            f"Labels such as {_named(list(one.table.vocabulary[:5]))}. An unknown one is shown as it is "
            "and counts as unmapped above the level of types.",
        )  # fmt: skip


def outside_vocabulary(release: Inspected) -> Iterator[Outcome]:
    """Labels that are known, but not of this table."""
    yield from _unpublished(release, "outside-vocabulary")

    def is_outside(word: str, table: Table) -> bool:
        listed = {_folded(label) for label in table.vocabulary}
        return bool(listed) and find_label(word) is not None and _folded(word) not in listed

    for one, words, rows in _spelled(release, is_outside):
        yield _finding(
            one, "outside-vocabulary", "warning", rows,
            f"{_named(words)} {'is' if len(words) == 1 else 'are'} known, but not as a label of this table.",
            f"Its {len(one.table.vocabulary)} labels: {', '.join(one.table.vocabulary)} (the catalogue).",
        )  # fmt: skip


def odd_system(release: Inspected) -> Iterator[Outcome]:
    """Values of `classification_system` that the table does not take."""
    for one in release.of_kind("labels"):
        unasked = "" if one.table.systems else "Documents disagree on what classification_system says."
        if "classification_system" not in one.frame:
            unasked = "The rows hold no classification_system."
        if unasked:
            yield NotRun(check="odd-system", table=one.table.name, reason=unasked)
            continue
        column = one.frame["classification_system"]
        said = [str(word) for word in column.cat.categories]
        odd = [word for word in said if _folded(word) not in {_folded(known) for known in one.table.systems}]
        rows = (column.isna() | column.isin(odd)).to_numpy()
        words = [word for word in odd if (column == word).any()]
        if rows.any():
            yield _finding(
                one, "odd-system", "error", rows,
                f"classification_system says {_named(words)}." if words else
                f"{plural(int(rows.sum()), 'row has', 'rows have')} no classification_system.",
                f"{' or '.join(one.table.systems)}. {one.table.classification}",
            )  # fmt: skip


def system_contradicts_label(release: Inspected) -> Iterator[Outcome]:
    """Rows whose system states another class than their label."""
    for one in release.of_kind("labels"):
        if "classification_system" not in one.frame:
            reason = "The rows hold no classification_system."
            yield NotRun(check="system-contradicts-label", table=one.table.name, reason=reason)
            continue
        system, label = (one.frame[name] for name in ("classification_system", "cell_type"))
        stated = _mapped(system, class_of_system)
        meant = _mapped(label, lambda word: at_level(word, "class"))
        rows = (stated != meant) & (stated != "") & (meant != "")
        if rows.any():
            pairs = one.frame.loc[rows, ["cell_type", "classification_system"]].drop_duplicates()
            said = [f"{row.cell_type} under {row.classification_system}" for row in pairs.itertuples()]
            yield _finding(
                one, "system-contradicts-label", "error", rows,
                f"The system states another class than the label: {_named(said)}.",
                f"Both of one class. {one.table.classification}",
            )  # fmt: skip


def _unpublished(release: Inspected, check: str) -> Iterator[NotRun]:
    for one in release.of_kind("labels"):
        if not one.table.vocabulary:
            yield NotRun(check=check, table=one.table.name, reason="Its labels are published nowhere.")


def _spelled(
    release: Inspected, is_meant: Callable[[str, Table], bool]
) -> Iterator[tuple[LabelTable, list[str], np.ndarray]]:
    """The tables with labels that are meant, these labels, and which rows hold them."""
    for one in release.of_kind("labels"):
        column = one.frame["cell_type"]
        meant = [str(word) for word in column.cat.categories if is_meant(str(word), one.table)]
        rows = column.isin(meant).to_numpy() if meant else np.zeros(len(column), dtype=bool)
        if rows.any():
            yield one, [word for word in meant if (column == word).any()], rows


def _finding(
    one: LabelTable, check: str, severity: Severity, rows: np.ndarray, message: str, expected: str
) -> Finding:
    nuclei = each_once(one.frame["nucleus_id"].to_numpy()[rows])
    return nuclei_finding(check, severity, one.table.name, nuclei, message, expected)


def _mapped(column: pd.Series, meaning: Callable[[str], str | None]) -> np.ndarray:
    """What each word of a categorical column means; "" where it means nothing, or is missing."""
    words = np.array([*(meaning(str(word)) or "" for word in column.cat.categories), ""])
    return words[column.cat.codes.to_numpy()]


def _named(words: list[str]) -> str:
    said = ", ".join(f"“{word}”" for word in words[:MOST_NAMED])
    return said + (f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else "")


def _folded(word: str) -> str:
    return "".join(word.split()).casefold()
