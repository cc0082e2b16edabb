"""Whether labels are in the table's vocabulary, and consistent with their system and the wider table."""

from collections import Counter
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from components.analysis.checks.entry import (
    Finding,
    Inspected,
    Severity,
    TableOutcome,
    marked_finding,
    nuclei_finding,
    share,
)
from components.analysis.checks.limits import (
    FEWEST_RELABELLED,
    MOST_CONTRADICTING,
    MOST_RELABELLED,
    MOST_UNDOCUMENTED,
    WHOLE,
    exceeds_chance,
)
from components.analysis.comparison.agreement import pair_labels
from components.analysis.comparison.differences import contradicted
from data.catalog import CATALOG
from data.catalog.entry import Table
from data.catalog.facts import Contradictions
from data.labels.crosswalk import at_level, class_of_system, find_label, folded
from data.loader import LabelTable
from data.number_words import first_of, plural
from data.tables.columns import rows_lack
from data.volume import VOLUME

MOST_NAMED = 8
MANY_CONTRADICTING = 0.02
"""Twice the share of Baylor fine that Baylor coarse contradicts at 661."""
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
    own = {*map(folded, vocabulary)}
    words, rows = _spelled(loaded, lambda word: find_label(word) is not None and folded(word) not in own)
    return marked_finding(
        "warning", loaded, rows,
        f"{_named(words)} {'is' if len(words) == 1 else 'are'} known, but not as a label of this table.",
        f"Its {plural(len(vocabulary), 'label')}: {', '.join(vocabulary)} (the catalogue).",
    )  # fmt: skip


def odd_system(_: Inspected, loaded: LabelTable) -> TableOutcome:
    """Unexpected values of `classification_system`."""
    if "classification_system" not in loaded.frame:
        return rows_lack("classification_system")
    if not loaded.table.systems:
        return "Documents disagree on what classification_system says."
    column = loaded.frame["classification_system"]
    known = {*map(folded, loaded.table.systems)}
    odd = [str(word) for word in column.cat.categories if folded(str(word)) not in known]
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
        return rows_lack("classification_system")
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
    n, compared = len(nuclei), len(pairs.frame)
    far = contradictions_are_far(known_contradictions(loaded.table, wider.table), n, compared)
    if not (n or far):
        return None
    many: Severity = "warning" if n > MANY_CONTRADICTING * compared else "info"
    return nuclei_finding(
        "error" if far else many, nuclei if n else pairs.frame.index,
        f"{plural(n, 'nucleus is', 'nuclei are')} of another class in {wider.table.title}, of "
        f"{compared:,} compared ({share(n, compared)}).",
        "Few: one of the tables was made from the nuclei of the other.",
    )  # fmt: skip


def known_contradictions(rows: Table, columns: Table) -> Contradictions | None:
    """The documented contradictions of two tables, in either order."""
    names = rows.catalog_name, columns.catalog_name
    return CATALOG.contradictions.get(names) or CATALOG.contradictions.get(names[::-1])


def contradictions_are_far(known: Contradictions | None, n: int, compared: int) -> bool:
    """Whether the share of contradicted classes of two tables is far from the documented one.

    Where as many nuclei are compared as in whole tables, both more and fewer than by chance count as far; a
    part may lie where the tables contradict each other more or less.
    """
    if known and abs(compared - known.compared) <= WHOLE * known.compared:
        return exceeds_chance(n, compared, known.n / known.compared)
    most = MOST_CONTRADICTING if known else MOST_UNDOCUMENTED
    return n > most * compared and exceeds_chance(n, compared, most)


def label_count(release: Inspected, loaded: LabelTable) -> TableOutcome:
    """Labels with far more or fewer rows than documented."""
    if not release.is_catalogued:
        return f"Label counts are documented only for release {VOLUME.release}."
    known = CATALOG.label_counts[loaded.table.name]
    documented = _by_meaning(known.counts)
    spelled = loaded.frame["cell_type"].value_counts()
    found = dict.fromkeys(documented, 0) | _by_meaning({str(word): int(n) for word, n in spelled.items()})
    rows = sum(found.values())
    difference = {word: n - documented.get(word, 0) for word, n in found.items()}
    relabelled = (sum(map(abs, difference.values())) - abs(sum(difference.values()))) // 2
    # Labels that are not documented are reported by other checks.
    odd = [word for word, n in documented.items() if exceeds_chance(found[word], rows, n / known.rows)]
    whole = abs(rows - known.rows) <= WHOLE * known.rows
    if not odd and not (whole and relabelled > max(FEWEST_RELABELLED, MOST_RELABELLED * known.rows)):
        return None
    expected = {word: round(n * (1 if whole else rows / known.rows)) for word, n in documented.items()}
    farthest = sorted(documented, key=lambda word: -abs(found[word] - expected[word]))[:MOST_NAMED]
    spelled_as = {meaning: word for word in known.counts for meaning in _by_meaning({word: 1})}
    counts = ", ".join(
        f"“{spelled_as[word]}” {found[word]:,} instead of {expected[word]:,}" for word in farthest
    )
    return Finding(
        severity="error" if whole else "warning", n=max(map(abs, difference.values())), of="rows",
        message=f"Of {plural(rows, 'row')}: {counts}.",
        expected=(
            f"{', '.join(f'{word} {n:,}' for word, n in known.counts.items())}, of "
            f"{plural(known.rows, 'row')} ({known.source}). {'' if whole else 'Chosen rows may differ. '}"
            "See whether labels were exchanged, renamed or lost; the archive's file has them as released."
        ),
    )  # fmt: skip


def _by_meaning(counts: Mapping[str, int]) -> Counter[str]:
    """Counts by subclass, by the label itself where it has none: a synonym counts as what it means."""
    meant: Counter[str] = Counter()
    for word, n in counts.items():
        meant[at_level(word, "subclass") or at_level(word, "type") or word] += n
    return meant


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
    return first_of((f"“{word}”" for word in words), MOST_NAMED)
