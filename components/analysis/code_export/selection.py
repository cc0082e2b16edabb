"""A selection as code that ends in `nucleus_ids`: its recipe followed again, step by step."""

from collections.abc import Mapping

import pandas as pd

from components.analysis.code_export.origins import Origin
from components.analysis.code_export.rows import range_lines
from components.analysis.code_export.script import Script, placing_call
from components.analysis.code_export.text import Snippet, literal, literal_list, snippet_of
from components.analysis.selection.kinds import (
    Combined,
    Covered,
    Filtered,
    Lasso,
    Listed,
    MatrixCell,
    Recipe,
    Selection,
)
from data.catalog import EVERY_TABLE
from data.errors import DataError
from data.labels.crosswalk import at_level

MOST_IDS = 2_000
"""IDs that are written out; of more the file is read."""
STEPS = {"plus": "np.union1d", "minus": "np.setdiff1d", "and": "np.intersect1d"}
PLACED = ("x_um", "depth_um", "z_um")


def selection_snippet(
    origin: Origin, selection: Selection, frames: Mapping[str, pd.DataFrame], *, file: str
) -> Snippet:
    """Write the code that gives a selection's nuclei as `nucleus_ids`: int64, sorted, each once.

    Parameters
    ----------
    origin : Origin
    selection : Selection
    frames : mapping of table name to tidy DataFrame
        Those that `tables_of(selection)` names.
    file : str
        Name of the selection's CSV: it is read where a recipe lists more than `MOST_IDS` nuclei.

    Raises
    ------
    DataError
        If a table it speaks of is not at hand.
    """
    longest = max(
        (len(r.nucleus_ids) for r in _recipes(selection) if isinstance(r, Lasso | Listed)), default=0
    )
    if longest > MOST_IDS:
        return _from_file(longest, file)
    script = Script(origin)
    if not isinstance(selection, Combined):
        script.add(f"nucleus_ids = {_nuclei(script, selection, frames)}")
    else:
        script.add(f"nucleus_ids = {_nuclei(script, selection.first, frames)}")
        for how, recipe in selection.steps:
            script.add("", f"# {_STEP_WORDS[how]}")
            script.add(f"others = {_nuclei(script, recipe, frames)}")
            script.add(f"nucleus_ids = {STEPS[how]}(nucleus_ids, others)")
    script.add("", 'print(f"{len(nucleus_ids):,} nuclei")')
    return script.snippet()


_STEP_WORDS = {"plus": "add", "minus": "take away", "and": "keep only what is also among"}


def lists_ids(selection: Selection) -> bool:
    """Whether a selection names nuclei by their IDs."""
    return any(isinstance(recipe, Lasso | Listed) for recipe in _recipes(selection))


def _recipes(selection: Selection) -> list[Recipe]:
    if isinstance(selection, Combined):
        return [selection.first, *(recipe for _, recipe in selection.steps)]
    return [selection]


def _from_file(n: int, file: str) -> Snippet:
    code = f"""\
import numpy as np
import pandas as pd

# Download the selected nuclei as CSV first: {n:,} of them were picked one by one.
nucleus_ids = np.unique(pd.read_csv({literal(file)})["nucleus_id"])

print(f"{{len(nucleus_ids):,}} nuclei")
"""
    return snippet_of("IDs", "Runs beside the file of the selection: nothing is fetched.", code)


def _nuclei(script: Script, recipe: Recipe, frames: Mapping[str, pd.DataFrame]) -> str:
    """Write the lines of a recipe; gives the expression that ends them."""
    if isinstance(recipe, Lasso | Listed):
        return f'np.array({literal_list(recipe.nucleus_ids, 40)}, dtype="int64")'
    if isinstance(recipe, MatrixCell):
        return _matrix_cell(script, recipe, frames)
    if isinstance(recipe, Covered):
        return _covered(script, recipe, frames)
    return _filtered(script, recipe, _frame(frames, recipe.table))


def _frame(frames: Mapping[str, pd.DataFrame], table: str) -> pd.DataFrame:
    if table not in frames or table not in EVERY_TABLE:
        raise DataError(f"The selection speaks of the table “{table}”, which is not loaded.", "Clear it.")
    return frames[table]


def _filtered(script: Script, recipe: Filtered, frame: pd.DataFrame) -> str:
    table = EVERY_TABLE[recipe.table]
    name = script.read(table)
    found = f'np.unique({name}["nucleus_id"])'
    if recipe.ranges:
        placed = any(limits.column in PLACED for limits in recipe.ranges)
        script.add(f"rows = {placing_call(name, table) if placed else name}")
        for limits in recipe.ranges:
            script.add(*range_lines(limits))
        found = 'np.unique(rows["nucleus_id"])'
    if not recipe.labels:
        return found
    wanted = recipe.labels
    if recipe.level == "type":
        wanted = tuple(at_level(label, "type") or label for label in wanted)
    script.add(f"labels = {script.words.nuclei(name, (table, frame), recipe.level)}")
    script.add(f"labels = labels[labels.isin({literal_list(wanted, 30)})]")
    if not recipe.ranges:
        return "np.unique(labels.index)"
    return f"np.intersect1d({found}, labels.index)"


def _matrix_cell(script: Script, recipe: MatrixCell, frames: Mapping[str, pd.DataFrame]) -> str:
    for which, name in (("row_labels", recipe.rows), ("column_labels", recipe.columns)):
        frame = _frame(frames, name)
        table = EVERY_TABLE[name]
        rows = script.read(table)
        script.add(f"{which} = {script.words.nuclei(rows, (table, frame), recipe.level)}")
    script.add(
        f"row_labels = row_labels[row_labels.isin([{literal(recipe.row)}])]",
        f"column_labels = column_labels[column_labels.isin([{literal(recipe.column)}])]",
    )
    return "np.intersect1d(row_labels.index, column_labels.index)"


def _covered(script: Script, recipe: Covered, frames: Mapping[str, pd.DataFrame]) -> str:
    def held(name: str) -> str:
        _frame(frames, name)
        return f'{script.read(EVERY_TABLE[name])}["nucleus_id"]'

    script.add(f"held = np.unique({held(recipe.inside[0])})")
    for name in recipe.inside[1:]:
        script.add(f"held = np.intersect1d(held, {held(name)})")
    for name in recipe.outside:
        script.add(f"held = np.setdiff1d(held, {held(name)})")
    return "held"
