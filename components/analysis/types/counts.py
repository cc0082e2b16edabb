"""How many nuclei each table gives a type, under which spellings, and what other tables call these nuclei."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from components.analysis.labels.levels import nucleus_labels, read_once
from data.catalog import CATALOG
from data.labels.crosswalk import find_label, is_ambiguous
from data.labels.entry import CellType, Level
from data.loader import LabelTable


@dataclass(frozen=True)
class TypeName:
    """A type, as labels name it.

    Attributes
    ----------
    label : str
        Its canonical spelling; of a label that the crosswalk does not know, as its table spells it.
    level : Level
        The level at which tables speak of it: BC is a subclass, an M-type or an unknown label only itself.
    """

    label: str
    level: Level

    @property
    def entry(self) -> CellType | None:
        """What is known about the label; None of an unknown one."""
        return find_label(self.label)

    @property
    def counts_as(self) -> tuple[str, Level] | None:
        """The subclass, class or call that tables of other vocabularies share with it; None without any."""
        entry = self.entry
        if entry is None:
            return None
        coarser: list[tuple[str | None, Level]] = [
            (entry.subclass, "subclass"),
            (entry.cell_class, "class"),
            (entry.neuron, "neuron"),
        ]
        return next(((label, level) for label, level in coarser if label), None)


def type_named(label: str) -> TypeName:
    """The type of a label, at the level whose value it is."""
    entry = find_label(label)
    if entry is None:
        return TypeName(label.strip(), "type")
    values: dict[Level, str | None] = {
        "subclass": entry.subclass,
        "class": entry.cell_class,
        "neuron": entry.neuron,
    }
    level: Level = next((level for level, value in values.items() if value == entry.label), "type")
    return TypeName(entry.label, level)


def counts_by_table(named: TypeName, tables: Mapping[str, LabelTable]) -> pd.DataFrame:
    """Count the nuclei to which each table gives this label.

    Parameters
    ----------
    named : TypeName
    tables : mapping of str to LabelTable
        By name; those without labels are passed over.

    Returns
    -------
    DataFrame
        A row per table that gives a nucleus this label, the most nuclei first: `table` (its name), `nuclei`,
        `of` (nuclei that the table labels, conflicting ones among them), `spelled` (the table's own words,
        each with its nuclei where there are several), `ambiguous` (nuclei whose word is known to mean several
        kinds at the level).
    """
    rows = []
    for name, loaded in tables.items():
        if loaded.table.kind != "labels" or "cell_type" not in loaded.frame:
            continue
        reading = read_once(loaded.frame)
        found = reading.at(named.level)
        called = np.asarray(found.labels == named.label)
        if called.any():
            words = pd.Series([reading.words[code] or "" for code in reading.codes[called]]).value_counts()
            spelled = [str(word) for word in words.index]
            if len(spelled) > 1:
                spelled = [f"{word} {n:,}" for word, n in zip(spelled, words, strict=True)]
            ambiguous = sum(int(n) for word, n in words.items() if is_ambiguous(str(word), named.level))
            rows.append((name, int(called.sum()), found.count, ", ".join(spelled), ambiguous))
    found_rows = pd.DataFrame(rows, columns=["table", "nuclei", "of", "spelled", "ambiguous"])
    return found_rows.sort_values("nuclei", ascending=False, kind="stable", ignore_index=True)


@dataclass(frozen=True, eq=False)
class OtherNames:
    """What one table calls the nuclei that other tables give a type, and the reverse.

    Attributes
    ----------
    by_others : DataFrame
        Of the nuclei that the table gives the type: index `label`, a column per other table; counts.
    of_others : DataFrame
        Of the nuclei that each other table gives it, what the table calls them; in the same form.
    labels_by_others, labels_of_others : mapping of str to Series
        By other table, the labels that are counted; index `nucleus_id`.
    """

    by_others: pd.DataFrame
    of_others: pd.DataFrame
    labels_by_others: Mapping[str, pd.Series]
    labels_of_others: Mapping[str, pd.Series]


def other_names(named: TypeName, table: str, tables: Mapping[str, LabelTable]) -> OtherNames:
    """Compare a table's nuclei of a type with every table of another lineage, at the type's level.

    Views are left out, since they repeat other tables, and so are nuclei without a label at the level, or
    with two, in either table.
    """
    own = nucleus_labels(tables[table].frame, named.level).labels.dropna()
    lineage = CATALOG.lineage(tables[table].table)
    by_others, of_others = {}, {}
    for name, loaded in tables.items():
        entry = loaded.table
        if entry.kind != "labels" or entry.view or CATALOG.lineage(entry) == lineage:
            continue
        other = nucleus_labels(loaded.frame, named.level).labels.dropna()
        both = own.index.intersection(other.index)
        ours, theirs = own.loc[both].astype(str), other.loc[both].astype(str)
        by_others[name] = theirs[ours == named.label]
        of_others[name] = ours[theirs == named.label]
    counts = [_side_by_side(labels, named.label) for labels in (by_others, of_others)]
    return OtherNames(counts[0], counts[1], by_others, of_others)


def _side_by_side(labels: Mapping[str, pd.Series], first: str) -> pd.DataFrame:
    """Counts by label and table: the type itself, then the other labels, the most frequent first."""
    held = {name: found.value_counts() for name, found in labels.items() if len(found)}
    if not held:
        return pd.DataFrame()
    frame = pd.DataFrame(held).fillna(0).astype(np.int64).rename_axis("label")
    totals = frame.sum(axis=1)
    order = sorted(frame.index, key=lambda label: (label != first, -totals[label], label))
    columns = sorted(frame.columns, key=lambda name: -int(frame[name].sum()))
    return frame.loc[order, columns]
