"""What labels count as at a level, printed into a snippet: a dict of those that occur, and no more."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from components.analysis.code_export.text import mapped
from components.analysis.comparison.axes import AxisTable
from data.labels.crosswalk import at_level, is_ambiguous, ordered
from data.labels.entry import Level

SYNONYMS = "SYNONYMS"
Pair = tuple[str, str]
"""A label and the row's `classification_system` ("" where there is none)."""

_BY_LABEL = '''\
def labels_at(rows, called):
    """Give each row's label at a level; missing where it has no counterpart there."""
    return {types}.map(called)
'''
_BY_PAIR = '''\
def labels_at(rows, called):
    """Give each row's label at a level; some mean what their row's system says."""
    systems = rows["classification_system"].str.strip().fillna("")
    pairs = zip({types}, systems, strict=True)
    labels = [called.get(pair) for pair in pairs]  # missing: no counterpart there
    return pd.Series(labels, index=rows.index, dtype="object")
'''
_LABEL_NUCLEI = '''\
def label_nuclei(rows):
    """Keep one row per nucleus; leave out a nucleus with two labels."""
    rows = rows.assign(type={types})
    rows = rows.drop_duplicates(["nucleus_id", "type"])  # the same one twice
    rows = rows.drop_duplicates("nucleus_id", keep=False)
    return rows.set_index("nucleus_id")
'''


@dataclass
class Words:
    """The labels that a snippet prints, as they are collected.

    Attributes
    ----------
    synthetic : bool
        Whether the rows at hand are made up: then all labels of the catalogue are printed.
    """

    synthetic: bool = False
    _axes: dict[tuple[Level, bool], list[AxisTable]] = field(default_factory=dict)
    _spellings: dict[str, str] = field(default_factory=dict)
    _labels_nuclei: bool = False

    def called(self, axis_table: AxisTable, level: Level, *, sure: bool = False) -> str:
        """Name the dict of a level, and put a table's labels into it; "" where labels stay as they are.

        Parameters
        ----------
        axis_table : axis table
            The table and its tidy frame.
        level : Level
        sure : bool
            Leave out the labels whose mapping to the level is ambiguous.
        """
        for label, _ in [*_pairs(axis_table), *self._unseen(axis_table)]:
            self._spellings[label] = at_level(label, "type") or label
        if level == "type":
            return ""
        self._axes.setdefault((level, sure), []).append(axis_table)
        return _name(level, sure=sure)

    def nuclei(self, rows: str, axis_table: AxisTable, level: Level, *, sure: bool = False) -> str:
        """Write the call that gives each nucleus of a table its label."""
        self._labels_nuclei = True
        called = self.called(axis_table, level, sure=sure)
        return f"labels_at(label_nuclei({rows}), {called})" if called else f'label_nuclei({rows})["type"]'

    def types(self, axis_table: AxisTable) -> str:
        """Write the labels of a table's rows, after synonyms."""
        self.called(axis_table, "type")
        return f'rows["cell_type"]{f".replace({SYNONYMS})" if self._synonyms() else ""}'

    def order(self, axes: Iterable[AxisTable], level: Level) -> list[str]:
        """List what the tables' labels are at a level, in the order of display."""
        pairs = [pair for axis_table in axes for pair in [*_pairs(axis_table), *self._unseen(axis_table)]]
        found = {at_level(label, level, system or None) for label, system in pairs}
        return ordered(word for word in found if word)

    def constants(self) -> list[str]:
        """Write the dicts."""
        written = []
        if synonyms := self._synonyms():
            written.append(f"{SYNONYMS} = {mapped(_sorted(synonyms), len(SYNONYMS) + 3)}")
        by_system = self._go_by_system()
        for (level, sure), axes in self._axes.items():
            name = _name(level, sure=sure)
            note = "  # without the labels that are of more than one kind here" if sure else ""
            meanings = {pair: word for pair, word in self._meanings(axes, level, sure=sure).items() if word}
            by_label = _sorted({label: word for (label, _), word in meanings.items()})
            literals = mapped(meanings if by_system else by_label, len(name) + 3)
            written.append(f"{name} = {literals}{note}")
        return written

    def functions(self) -> list[str]:
        """Write the functions that use them, those that are called."""
        types = f'rows["cell_type"]{f".replace({SYNONYMS})" if self._synonyms() else ""}'
        written = [_BY_PAIR if self._go_by_system() else _BY_LABEL] if self._axes else []
        written += [_LABEL_NUCLEI] if self._labels_nuclei else []
        return [function.format(types=types) for function in written]

    def _synonyms(self) -> dict[str, str]:
        return {label: spelled for label, spelled in self._spellings.items() if label != spelled}

    def _meanings(self, axes: list[AxisTable], level: Level, *, sure: bool) -> dict[Pair, str]:
        """What each label after synonyms, with its row's system, counts as; "" for nothing."""
        meanings: dict[Pair, str] = {}
        at_hand = [pair for axis_table in axes for pair in _pairs(axis_table)]
        spelled = {self._spellings[label] for label, _ in at_hand}
        unseen = [pair for axis_table in axes for pair in self._unseen(axis_table)]
        for label, system in [
            *at_hand,
            *(pair for pair in unseen if self._spellings[pair[0]] not in spelled),
        ]:
            left_out = sure and is_ambiguous(label, level)
            word = None if left_out else at_level(label, level, system or None)
            meanings[self._spellings[label], system] = word or ""
        return meanings

    def _go_by_system(self) -> bool:
        """Whether a label counts as different things, depending on its row's `classification_system`."""
        for (level, sure), axes in self._axes.items():
            meanings = self._meanings(axes, level, sure=sure)
            words = {(label, word) for (label, _), word in meanings.items()}
            if len(words) > len({label for label, _ in words}):
                return True
        return False

    def _unseen(self, axis_table: AxisTable) -> list[Pair]:
        """What the real rows may hold beside the made-up ones: the labels of the catalogue."""
        table, _ = axis_table
        return [(label, "") for label in table.vocabulary if self.synthetic and table.kind == "labels"]


def _pairs(axis_table: AxisTable) -> list[Pair]:
    """The distinct labels of a table, each with its system; rows without a label left out."""
    pairs = axis_table[1].reindex(columns=["cell_type", "classification_system"]).drop_duplicates()
    pairs = pairs.astype("object").dropna(subset="cell_type").fillna("")
    return [(str(label), str(system)) for label, system in pairs.to_numpy()]


def _name(level: Level, *, sure: bool) -> str:
    return f"SURE_{level.upper()}" if sure else level.upper()


def _sorted(labels: dict[str, str]) -> dict[str, str]:
    """In the order of display."""
    return {label: labels[label] for label in ordered(labels)}
