"""A selection as code that ends in `nucleus_ids`: its recipe followed again, step by step."""

from collections.abc import Callable
from itertools import chain
from typing import Any

from components.analysis.code_export.rows import any_lines, label_test, range_lines
from components.analysis.code_export.script import Origin, Script, placing_call
from components.analysis.code_export.text import Snippet, literal, literal_list
from components.analysis.labels.levels import CONFLICTING
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
from components.analysis.selection.selection import Combined, Frames, How, Selection, loaded_frame
from data.catalog import EVERY_TABLE
from data.tables.schema import POSITION

MOST_IDS = 2_000
"""IDs that are written out; of more the file is read."""
STEPS: dict[How, tuple[str, str]] = {
    "plus": ("add", "np.union1d"),
    "minus": ("take away", "np.setdiff1d"),
    "and": ("keep only what is also among", "np.intersect1d"),
}
"""What each step is called, and the function that does it."""


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
        script.add(f"{name} = {WRITERS[type(selection)](script, selection, frames)}")
        return
    _assign(script, name, selection.first, frames)
    others = f"others_{depth + 1}" if depth else "others"
    for how, part in selection.steps:
        words, function = STEPS[how]
        script.add("", f"# {words}" + (f" (in {name})" if depth else ""))
        _assign(script, others, part, frames, depth + 1)
        script.add(f"{name} = {function}({name}, {others})")


def _filtered(script: Script, kind: Filtered, frames: Frames) -> str:
    frame = loaded_frame(frames, kind.table)
    table = EVERY_TABLE[kind.table]
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
        frame = loaded_frame(frames, name)
        rows = script.read(EVERY_TABLE[name])
        script.add(f"{which} = {script.words.nuclei(rows, (EVERY_TABLE[name], frame), kind.level)}")


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
        loaded_frame(frames, name)
        return f'{script.read(EVERY_TABLE[name])}["nucleus_id"]'

    script.add(f"covered = np.unique({nuclei(kind.inside[0])})")
    for name in kind.inside[1:]:
        script.add(f"covered = np.intersect1d(covered, {nuclei(name)})")
    for name in kind.outside:
        script.add(f"covered = np.setdiff1d(covered, {nuclei(name)})")
    return "covered"


def _listed(_script: Script, kind: Listed, _frames: Frames) -> str:
    return f'np.array({literal_list(kind.nucleus_ids, 40)}, dtype="int64")'


WRITERS: dict[type[Selection], Callable[[Script, Any, Frames], str]] = {
    Filtered: _filtered,
    MatrixCell: _matrix_cell,
    AgreeOrDiffer: _compared,
    Covered: _covered,
    Lasso: _listed,
    Listed: _listed,
}
"""For each kind the function that writes its lines, and gives the expression that ends them."""
