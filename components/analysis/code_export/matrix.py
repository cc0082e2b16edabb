"""The matrix of two tables as code: both read again, one label per nucleus, joined and counted."""

from components.analysis.code_export.origins import Origin
from components.analysis.code_export.rows import ShownRows, write_coregistered, write_rows
from components.analysis.code_export.script import Script
from components.analysis.code_export.text import Snippet, literal
from components.analysis.comparison.agreement import Pairs
from components.analysis.comparison.axes import NOT_COREGISTERED, AxisTable
from components.analysis.labels.nucleus_table import COREGISTERED
from data.catalog.entry import Table
from data.labels.entry import Level


def matrix_snippet(
    origin: Origin,
    pairs: Pairs,
    sides: tuple[AxisTable, AxisTable],
    *,
    shown: ShownRows | None = None,
    denominator: tuple[Table, ...] = (),
) -> Snippet:
    """Write the code that gives the compared nuclei as `pairs` and their matrix as `matrix`.

    Parameters
    ----------
    origin : Origin
    pairs : Pairs
        What is compared.
    sides : tuple of axis table
        Rows and columns, as they were paired.
    shown : ShownRows, optional
        Whose nuclei alone are compared.
    denominator : tuple of Table
        As in `ShownRows`, for a table of units; asked for only where both sides are such tables.
    """
    script = Script(origin)
    # Where ambiguous labels are left out and none is, both ways give the same.
    sure = pairs.left_out["ambiguous"] > 0
    if shown is not None:
        script.add("# the rows that pass the filters")
        write_rows(script, shown)
        script.add("")
    lines = _label_lines(script, sides, pairs.level, denominator, sure=sure)
    write_matrix(script, pairs, sides, lines, filtered=shown is not None)
    return script.snippet()


def write_matrix(
    script: Script,
    pairs: Pairs,
    sides: tuple[AxisTable, AxisTable],
    lines: list[str],
    *,
    filtered: bool = False,
) -> None:
    """Write lines that end in `pairs` and `matrix`.

    Parameters
    ----------
    script : Script
    pairs, sides
        As in `matrix_snippet`.
    lines : list of str
        What makes `row_labels` and `column_labels`.
    filtered : bool
        Whether only the nuclei of `rows` are compared.
    """
    script.add("", "# one label per nucleus and table, joined on the nucleus ID", *lines)
    script.add(
        'both = {"row_label": row_labels, "column_label": column_labels}',
        'pairs = pd.concat(both, axis=1, join="inner").dropna().sort_index()',
    )
    if filtered:
        script.add('pairs = pairs[pairs.index.isin(rows["nucleus_id"])]')
    _count(script, pairs)
    level: Level = "type" if {"units"} == {table.kind for table, _ in sides} else pairs.level
    script.sort(sides, level)


def _label_lines(
    script: Script,
    sides: tuple[AxisTable, AxisTable],
    level: Level,
    denominator: tuple[Table, ...],
    *,
    sure: bool,
) -> list[str]:
    """Read both tables; gives the lines that make labels of them."""
    units = [table.kind == "units" for table, _ in sides]
    names = [
        write_coregistered(script, table, denominator, placed=False) if all(units) else script.read(table)
        for table, _ in sides
    ]
    lines = {}
    for which, name, side, held in zip(("row_labels", "column_labels"), names, sides, units, strict=True):
        if all(units):
            lines[which] = f"{which} = {script.words.nuclei(name, side, 'type')}"
        elif not held:
            lines[which] = f"{which} = {script.words.nuclei(name, side, level, sure=sure)}"
    # A nucleus of the other table is coregistered or not: so only those of that table are asked.
    for which, name, other in (
        ("row_labels", names[0], "column_labels"),
        ("column_labels", names[1], "row_labels"),
    ):
        if which not in lines:
            words = f"{literal(COREGISTERED)}, {literal(NOT_COREGISTERED)}"
            lines[which] = (
                f'held = {other}.index.isin({name}["nucleus_id"])\n'
                f"words = np.where(held, {words})\n"
                f"{which} = pd.Series(words, index={other}.index)"
            )
    return list(lines.values())


def _count(script: Script, pairs: Pairs) -> None:
    names = literal(pairs.rows.title), literal(pairs.columns.title)
    script.add(
        "",
        'matrix = pd.crosstab(pairs["row_label"], pairs["column_label"])',
    )
    if pairs.square:
        script.add(
            "order = in_order({*matrix.index, *matrix.columns})  # the same on both axes",
            "matrix = matrix.reindex(index=order, columns=order, fill_value=0)",
        )
    else:
        script.add("matrix = matrix.loc[in_order(matrix.index), in_order(matrix.columns)]")
    script.add(f"matrix.index.name = {names[0]}", f"matrix.columns.name = {names[1]}")
    script.add("print(matrix.to_string())")
