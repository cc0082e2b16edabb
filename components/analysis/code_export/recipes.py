"""What is shown and selected, as code: a page's rows by its filters, a selection by its recipe."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf
from typing import Any

import pandas as pd

from components.analysis.code_export.script import Origin, Script, placing_call
from components.analysis.code_export.text import Snippet, literal, literal_list
from components.analysis.comparison.axes import NOT_COREGISTERED, AxisTable
from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.depth_ranges import FEWEST_MANUAL, TAILS, WIDENED_UM
from components.analysis.labels.levels import CONFLICTING, NO_LABEL, NOT_IN_TABLE
from components.analysis.labels.nucleus_table import COREGISTERED
from components.analysis.labels.ranges import Range, measured_column
from components.analysis.selection.filter_rows import FILTERS, Called, Either, Filter, Several, Span
from components.analysis.selection.filters import Filters
from components.analysis.selection.kinds import (
    NAMELESS,
    TRAITS,
    AgreeOrDiffer,
    Covered,
    Filtered,
    MatrixCell,
    OfPairs,
)
from components.analysis.selection.listed import Lasso, Listed
from components.analysis.selection.misplaced import Misplaced
from components.analysis.selection.selection import Combined, Frames, How, Selection, loaded_table
from data.catalog.entry import Table
from data.labels.entry import Level
from data.tables.schema import POSITION
from data.volume.space import layers_of
from data.volume.volume import LayerPreset

MOST_IDS = 2_000
"""IDs that are written out; of more the file is read."""
SETS: dict[How, str] = {"plus": "union1d", "minus": "setdiff1d", "and": "intersect1d"}
"""numpy's own functions of sets, which a reader knows."""
STEPS: dict[How, str] = {"plus": "add", "minus": "take away", "and": "keep only what is also among"}
"""What each step is called."""


@dataclass(frozen=True)
class ShownRows:
    """What a page shows of a table.

    Attributes
    ----------
    table : Table
    frame : DataFrame
        All of its rows, tidy.
    filters : Filters
        What the reader sees of them.
    preset : LayerPreset
        Whose layers.
    level : Level
        At which labels are meant.
    label_source : axis table or None
        The table whose labels the rows carry: this one, another, or none.
    denominator : tuple of Table
        Where the table stands for whether a nucleus is coregistered: the tables, in their order, whose
        nuclei are asked, each placed by the first that holds it.
    """

    table: Table
    frame: pd.DataFrame
    filters: Filters
    preset: LayerPreset
    level: Level
    label_source: AxisTable | None
    denominator: tuple[Table, ...] = ()

    @property
    def own(self) -> bool:
        """Whether its labels are the table's own."""
        return self.label_source is not None and self.label_source[0].name == self.table.name


def rows_snippet(origin: Origin, shown: ShownRows) -> Snippet:
    """Write the code that gives the rows shown, as `rows`, every column of the raw table included.

    They come in the order of the table, with `nucleus_id` and `root_id` beside its own columns.
    """
    script = Script(origin)
    write_rows(script, shown, alone=True)
    script.add("", """print(f"{len(rows):,} rows of {rows['nucleus_id'].nunique():,} nuclei")""")
    return script.snippet()


def write_rows(script: Script, shown: ShownRows, *, alone: bool = False) -> None:
    """Write lines that end in `rows`: those shown; `alone`: the table is asked for nothing else."""
    placed = any({*POSITION} & {*FILTERS[key].columns} for key in shown.filters)
    if shown.denominator:
        rows = write_coregistered(script, shown.table, shown.denominator, placed=placed)
    else:
        rows = script.reading(shown.table) if alone else script.read(shown.table)
        rows = placing_call(rows, shown.table) if placed else rows
    script.add(f"rows = {rows}")
    for key, chosen in shown.filters.items():
        row = FILTERS[key]
        for line in FILTER_WRITERS[type(row)](script, shown, row, chosen):
            script.add(line)


def range_lines(limits: Range) -> list[str]:
    """Write the filter of a range, both ends included."""
    name = limits.column.removesuffix("_um").removesuffix("_um3")
    raw = measured_column(limits.column).raw
    # In single precision, as numbers are compared here; places are so already.
    number = f'rows["{raw}"].astype("float32")' if raw else f'rows["{limits.column}"]'
    low, high = literal(limits.low), literal(limits.high)
    passing = f"{name}.between({low}, {high})"
    if limits.low == -inf:
        passing = f"{name}.notna()" if limits.high == inf else f"{name} <= {high}"
    elif limits.high == inf:
        passing = f"{name} >= {low}"
    return [f"{name} = {number}", f"rows = rows[{passing}]"]


def label_test(labels: str, words: Sequence[str], *, missing: bool, before: int) -> str:
    """Write which labels pass: those among `words`, and `missing` ones; "" where none does."""
    tests = [f"{labels}.isin({literal_list(words, before)})"] if words else []
    return " | ".join([*tests, f"{labels}.isna()"] if missing else tests)


def any_lines(tests: Sequence[str]) -> list[str]:
    """Write lines that keep the rows for which one of these is true."""
    first, *others = tests
    return [f"passing = {first}", *(f"passing |= {code}" for code in others), "rows = rows[passing]"]


def write_coregistered(script: Script, units: Table, denominator: tuple[Table, ...], *, placed: bool) -> str:
    """Write lines that say for every nucleus at hand whether it is coregistered; gives their name."""
    at_hand = [script.read(table) for table in denominator]
    if placed:
        at_hand = [placing_call(rows, table) for rows, table in zip(at_hand, denominator, strict=True)]
    rows = at_hand[0] if len(at_hand) == 1 else f"pd.concat([{', '.join(at_hand)}])"
    unit_rows = script.read(units)
    script.add(
        f'nuclei = {rows}.drop_duplicates("nucleus_id")',
        f'has_unit = nuclei["nucleus_id"].isin({unit_rows}["nucleus_id"])',
        f"words = np.where(has_unit, {literal(COREGISTERED)}, {literal(NOT_COREGISTERED)})",
        f"by_{unit_rows} = nuclei.assign(cell_type=words)",
    )
    return f"by_{unit_rows}"


def _several_lines(_script: Script, shown: ShownRows, row: Several, chosen: tuple[str, ...]) -> list[str]:
    literals = {
        "chosen": literal_list(chosen, 34),
        "layers": literal_list(layers_of(shown.preset)),
        "bounds": literal_list(shown.preset.drawn, 20),
    }
    return [row.code.format(preset=shown.preset, **literals)]


def _called_lines(script: Script, shown: ShownRows, row: Called, chosen: tuple[str, ...]) -> Iterable[str]:
    """Lines that keep the rows with these labels, special words among them."""
    level = row.level or shown.level
    if shown.own:
        return _own_lines(script, shown, level, chosen)
    if shown.label_source is not None:
        return _label_source_lines(script, shown.label_source, level, chosen)
    return [] if UNMAPPED in chosen else ["rows = rows.iloc[:0]"]  # no table labels these rows


def _own_lines(script: Script, shown: ShownRows, level: Level, chosen: tuple[str, ...]) -> Iterator[str]:
    if level == "type":  # a row without a label has a word of its own there
        labels, missing = script.words.types((shown.table, shown.frame)), NO_LABEL
        if "replace" in labels:
            yield f"labels = {labels}"
            labels = "labels"
    else:
        called = script.words.called((shown.table, shown.frame), level)
        yield f"labels = labels_at(rows, {called})"
        labels, missing = "labels", UNMAPPED
    words = [word for word in chosen if word not in {missing, UNMAPPED}]
    test = label_test(labels, words, missing=missing in chosen, before=60)
    yield f"rows = rows[{test}]" if test else "rows = rows.iloc[:0]"


def _label_source_lines(
    script: Script, label_source: AxisTable, level: Level, chosen: tuple[str, ...]
) -> Iterator[str]:
    """Nuclei named by another table: one label each, or why there is none."""
    table = script.read(label_source[0])
    yield f"labels = {script.words.nuclei(table, label_source, level)}"
    words = [word for word in chosen if word not in {UNMAPPED, CONFLICTING, NOT_IN_TABLE}]
    named = f"labels.isin({literal_list(words, 50)})" if words else ""
    passing = {
        f"nuclei.isin(labels.index[{named}])": bool(words),
        "nuclei.isin(labels.index[labels.isna()])  # unmapped": UNMAPPED in chosen,
        "in_table & ~nuclei.isin(labels.index)  # conflicting labels": CONFLICTING in chosen,
        "~in_table  # not in that table": NOT_IN_TABLE in chosen,
    }
    yield 'nuclei = rows["nucleus_id"]'
    if CONFLICTING in chosen or NOT_IN_TABLE in chosen:
        yield f'in_table = nuclei.isin({table}["nucleus_id"])'
    yield from any_lines([code for code, is_chosen in passing.items() if is_chosen])


FILTER_WRITERS: dict[type[Filter[Any]], Callable[[Script, ShownRows, Any, Any], Iterable[str]]] = {
    Called: _called_lines,
    Several: _several_lines,
    Either: lambda _script, _shown, row, kind: [f"rows = rows[{row.kinds[kind].code}]"],
    Span: lambda _script, _shown, _row, limits: range_lines(limits),
}
"""For each kind of filter the function that writes its lines."""


def selection_snippet(origin: Origin, selection: Selection, frames: Frames, *, file: str) -> Snippet:
    """Write the code that gives a selection's nuclei as `nucleus_ids`: int64, sorted, each once.

    Parameters
    ----------
    origin : Origin
    selection : Selection
    frames : mapping of table name to tidy DataFrame
        Those that `selection.tables()` names.
    file : str
        Name of the selection's CSV: it is read where a recipe lists more than `MOST_IDS` nuclei.

    Raises
    ------
    DataError
        If a table that it names is not at hand.
    """
    script, status = Script(origin), ""
    if selection.most_listed > MOST_IDS:
        status = "Runs beside the file of the selection: nothing is fetched."
        script.add(
            f"# Download the selected nuclei as CSV first: {selection.most_listed:,} of them were picked one "
            "by one.",
            f'nucleus_ids = np.unique(pd.read_csv({literal(file)})["nucleus_id"])',
        )
    else:
        _assign(script, "nucleus_ids", selection, frames)
    script.add("", 'print(f"{len(nucleus_ids):,} nuclei")')
    return script.snippet(status=status)


def _assign(script: Script, name: str, selection: Selection, frames: Frames, depth: int = 0) -> None:
    """Write lines that give a selection's nuclei a name; those of a step have one for each depth."""
    if not isinstance(selection, Combined):
        script.add(f"{name} = {SELECTION_WRITERS[type(selection)](script, selection, frames)}")
        return
    _assign(script, name, selection.first, frames)
    others = f"others_{depth + 1}" if depth else "others"
    for how, part in selection.steps:
        script.add("", f"# {STEPS[how]}" + (f" (in {name})" if depth else ""))
        _assign(script, others, part, frames, depth + 1)
        script.add(f"{name} = np.{SETS[how]}({name}, {others})")


def _filtered(script: Script, kind: Filtered, frames: Frames) -> str:
    table, frame = loaded_table(frames, kind.table)
    name = rows = script.read(table)
    if kind.ranges or kind.traits:
        rows = "rows"
        traits = (TRAITS[trait].columns for trait in chain(*kind.traits))
        placed = {*POSITION} & {*(limits.column for limits in kind.ranges), *chain(*traits)}
        script.add(f"rows = {placing_call(name, table) if placed else name}")
        for limits in kind.ranges:
            script.add(*range_lines(limits))
        for group in kind.traits:
            script.add(*any_lines([TRAITS[trait].code for trait in group]))
    ids = f'np.unique({rows}["nucleus_id"])'
    if not kind.labels:
        return ids
    script.add(f"labels = {script.words.nuclei(name, (table, frame), kind.level)}")
    if CONFLICTING in kind.labels:
        script.add(f'nuclei = np.unique({name}["nucleus_id"])')
        script.add(f"labels = labels.reindex(nuclei, fill_value={literal(CONFLICTING)})")
    labels = [label for label in kind.spelled if label not in NAMELESS]
    missing = bool(NAMELESS & {*kind.labels})
    script.add(f"labels = labels[{label_test('labels', labels, missing=missing, before=30)}]")
    return "np.unique(labels.index)" if rows == name else f"np.intersect1d({ids}, labels.index)"


def _read_pairs(script: Script, kind: OfPairs, frames: Frames) -> None:
    """Write lines that end in `row_labels` and `column_labels`: the label of each table's nuclei."""
    for which, name in (("row_labels", kind.rows), ("column_labels", kind.columns)):
        table, frame = loaded_table(frames, name)
        rows = script.read(table)
        script.add(f"{which} = {script.words.nuclei(rows, (table, frame), kind.level)}")


def _matrix_cell(script: Script, kind: MatrixCell, frames: Frames) -> str:
    _read_pairs(script, kind, frames)
    script.add(
        f"row_labels = row_labels[row_labels.isin([{literal(kind.row)}])]",
        f"column_labels = column_labels[column_labels.isin([{literal(kind.column)}])]",
    )
    return "np.intersect1d(row_labels.index, column_labels.index)"


def _compared(script: Script, kind: AgreeOrDiffer, frames: Frames) -> str:
    _read_pairs(script, kind, frames)
    script.add(
        "row_labels, column_labels = row_labels.dropna(), column_labels.dropna()",
        "both = np.intersect1d(row_labels.index, column_labels.index)",
        "alike = row_labels.loc[both].to_numpy() == column_labels.loc[both].to_numpy()",
    )
    return f"both[{'' if kind.result == 'agree' else '~'}alike]"


def _covered(script: Script, kind: Covered, frames: Frames) -> str:
    def nuclei(name: str) -> str:
        table, _ = loaded_table(frames, name)
        return f'{script.read(table)}["nucleus_id"]'

    script.add(f"covered = np.unique({nuclei(kind.inside[0])})")
    for name in kind.inside[1:]:
        script.add(f"covered = np.intersect1d(covered, {nuclei(name)})")
    for name in kind.outside:
        script.add(f"covered = np.setdiff1d(covered, {nuclei(name)})")
    return "covered"


def _misplaced(script: Script, kind: Misplaced, frames: Frames) -> str:
    script.add("by_hand = []")
    for place, name in enumerate((*kind.manual, kind.table)):
        table, frame = loaded_table(frames, name)
        rows = script.read(table)
        script.add(
            f"depths = {placing_call(rows, table)}",
            'depths = depths.drop_duplicates("nucleus_id").set_index("nucleus_id")',
            f"labels = {script.words.nuclei(rows, (table, frame), 'subclass')}",
            'placed = depths.assign(label=labels)[["label", "depth_um"]].dropna()',
            'placed["depth_um"] = placed["depth_um"].astype(float)',
            *(["by_hand.append(placed)"] if place < len(kind.manual) else []),
        )
    script.add(
        "by_hand = pd.concat(by_hand)",
        "by_hand = by_hand[~by_hand.index.duplicated()]",
        'depths = by_hand.groupby("label")["depth_um"]',
        f"many = depths.size() >= {FEWEST_MANUAL}",
        f"low = np.floor(depths.quantile({TAILS[0]}) - {WIDENED_UM})[many]",
        f"high = np.ceil(depths.quantile({TAILS[1]}) + {WIDENED_UM})[many]",
        'shallow = placed["depth_um"] < placed["label"].map(low)',
        'deep = placed["depth_um"] > placed["label"].map(high)',
    )
    return "np.unique(placed.index[shallow | deep])"


def _listed(_script: Script, kind: Listed, _frames: Frames) -> str:
    return f'np.array({literal_list(kind.nucleus_ids.tolist(), 40)}, dtype="int64")'


SELECTION_WRITERS: dict[type[Selection], Callable[[Script, Any, Frames], str]] = {
    Filtered: _filtered,
    MatrixCell: _matrix_cell,
    AgreeOrDiffer: _compared,
    Covered: _covered,
    Misplaced: _misplaced,
    Lasso: _listed,
    Listed: _listed,
}
"""For each kind the function that writes its lines, and gives the expression that ends them."""
