"""What labels count as at a level, printed into a snippet: a dict of those that occur, and no more."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from components.analysis.code_export.text import mapped
from components.analysis.comparison.axes import AxisTable
from data.labels.crosswalk import at_level, is_ambiguous, ordered
from data.labels.entry import Level

SYNONYMS = "SYNONYMS"
Pair = tuple[str, str]
"""A label after synonyms, and the row's `classification_system` ("" where there is none)."""

_BY_LABEL = '''\
def labels_at(rows, called):
    """Say each row's label at a level; missing where it has no counterpart there."""
    return {types}.map(called)
'''
_BY_PAIR = '''\
def labels_at(rows, called):
    """Say each row's label at a level; some mean what their row's system says."""
    systems = rows["classification_system"].str.strip().fillna("")
    pairs = zip({types}, systems, strict=True)
    said = [called.get(pair) for pair in pairs]  # missing: no counterpart there
    return pd.Series(said, index=rows.index, dtype="object")
'''
_LABEL_NUCLEI = '''\
def label_nuclei(rows{argument}):
    """Give each nucleus its one label; a nucleus with two of them gets none."""
    rows = rows.assign(type={types})
    rows = rows.drop_duplicates(["nucleus_id", "type"])  # the same one twice
    rows = rows.drop_duplicates("nucleus_id", keep=False)
    {returned}
'''
_RETURNS = {
    "type": ("", 'return rows.set_index("nucleus_id")["type"]'),
    "level": (", called", 'return labels_at(rows.set_index("nucleus_id"), called)'),
    "both": (
        ", called=None",
        """rows = rows.set_index("nucleus_id")
    return rows["type"] if called is None else labels_at(rows, called)""",
    ),
}
"""Argument and last lines of `label_nuclei`, by the levels that it is called for."""


@dataclass
class Words:
    """The labels that a snippet speaks of, as they are collected.

    Attributes
    ----------
    synthetic : bool
        Whether the rows at hand are made up: then all labels of the catalogue are printed.
    """

    synthetic: bool = False
    _sides: dict[tuple[Level, bool], dict[Pair, str]] = field(default_factory=dict)
    _spellings: dict[str, str] = field(default_factory=dict)
    _more: dict[str, None] = field(default_factory=dict)
    _per_nucleus: set[bool] = field(default_factory=set)

    def called(self, side: AxisTable, level: Level, *, sure: bool = False) -> str:
        """Name the dict of a level, and put a table's labels into it; "" where labels stay as they are.

        Parameters
        ----------
        side : axis table
            The table and its tidy frame.
        level : Level
        sure : bool
            Leave out the labels whose mapping to the level is ambiguous.
        """
        pairs = self._pairs(side)
        for word in [*(word for word, _ in pairs), *self._unseen(side)]:
            self._spellings[word] = at_level(word, "type") or word
        if level == "type":
            return ""
        known = self._sides.setdefault((level, sure), {})
        for word, system in pairs:
            said = at_level(word, level, system or None)
            left_out = sure and is_ambiguous(word, level)
            known[self._spellings[word], system] = "" if left_out else said or ""
        self._more |= dict.fromkeys(self._unseen(side))
        return _name(level, sure=sure)

    def nuclei(self, rows: str, side: AxisTable, level: Level, *, sure: bool = False) -> str:
        """Write the call that gives each nucleus of a table its label."""
        called = self.called(side, level, sure=sure)
        self._per_nucleus.add(bool(called))
        return f"label_nuclei({rows}{called and f', {called}'})"

    def order(self, sides: Iterable[AxisTable], level: Level) -> list[str]:
        """List what the tables' labels are at a level, in the order of display."""
        found = set()
        for side in sides:
            found |= {at_level(word, level, system or None) for word, system in self._pairs(side)}
            found |= {at_level(word, level) for word in self._unseen(side)}
        return ordered({word for word in found if word})

    def constants(self) -> list[str]:
        """Write the dicts."""
        written = []
        synonyms = {word: said for word, said in self._spellings.items() if word != said}
        if synonyms:
            written.append(f"{SYNONYMS} = {mapped(_sorted(synonyms), len(SYNONYMS) + 3)}")
        for (level, sure), known in self._sides.items():
            name = _name(level, sure=sure)
            note = "  # without the labels that are of more than one kind here" if sure else ""
            if self._go_by_system():
                literals = mapped({pair: word for pair, word in known.items() if word}, len(name) + 3)
            else:
                literals = mapped(self._by_label(level, known, sure=sure), len(name) + 3)
            written.append(f"{name} = {literals}{note}")
        return written

    def _by_label(self, level: Level, known: dict[Pair, str], *, sure: bool) -> dict[str, str]:
        said = {label: word for (label, _), word in known.items()}
        for word in self._more:
            left_out = sure and is_ambiguous(word, level)
            said.setdefault(self._spellings[word], "" if left_out else at_level(word, level) or "")
        return _sorted({label: word for label, word in said.items() if word})

    def functions(self) -> list[str]:
        """Write the functions that use them, those that are called."""
        types = f'rows["cell_type"]{f".replace({SYNONYMS})" if self._has_synonyms() else ""}'
        written = []
        if self._sides:
            written.append((_BY_PAIR if self._go_by_system() else _BY_LABEL).format(types=types))
        if self._per_nucleus:
            which = "both" if len(self._per_nucleus) > 1 else "level" if True in self._per_nucleus else "type"
            argument, returned = _RETURNS[which]
            written.append(_LABEL_NUCLEI.format(types=types, argument=argument, returned=returned))
        return written

    def _has_synonyms(self) -> bool:
        return any(word != said for word, said in self._spellings.items())

    def _go_by_system(self) -> bool:
        """Whether a label counts as different things, depending on its row's `classification_system`."""
        for known in self._sides.values():
            said: dict[str, str] = {}
            if any(said.setdefault(label, word) != word for (label, _), word in known.items()):
                return True
        return False

    def _unseen(self, side: AxisTable) -> list[str]:
        """What the real rows may say beside the made-up ones: the labels of the catalogue."""
        table, _ = side
        return list(table.vocabulary) if self.synthetic and table.kind == "labels" else []

    @staticmethod
    def _pairs(side: AxisTable) -> list[Pair]:
        """The distinct labels of a table, each with its system; those of a row without a label left out."""
        _, frame = side
        names = [name for name in ("cell_type", "classification_system") if name in frame]
        distinct = frame[names].drop_duplicates().astype("object")
        distinct = distinct[distinct["cell_type"].notna()].reindex(
            columns=["cell_type", "classification_system"]
        )
        return [(str(word), "" if pd.isna(system) else str(system)) for word, system in distinct.to_numpy()]


def _name(level: Level, *, sure: bool) -> str:
    return f"SURE_{level.upper()}" if sure else level.upper()


def _sorted(labels: dict[str, str]) -> dict[str, str]:
    """In the order of display."""
    return {label: labels[label] for label in ordered(labels)}
