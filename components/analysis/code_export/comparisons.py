"""Two tables as code: both read again, one label per nucleus, joined and counted; or two releases of one."""

from dataclasses import replace

from components.analysis.code_export.recipes import ShownRows, write_coregistered, write_rows
from components.analysis.code_export.script import Origin, Script, later_reading
from components.analysis.code_export.text import Snippet, literal
from components.analysis.comparison.agreement import Pairs
from components.analysis.comparison.axes import NOT_COREGISTERED, AxisTable
from components.analysis.labels.nucleus_table import COREGISTERED
from data.catalog.entry import Table

_ROOTS = """
roots = {}
for when, rows in {"earlier": earlier, "later": later}.items():
    once = rows.drop_duplicates(["nucleus_id", "root_id"])
    once = once.drop_duplicates("nucleus_id", keep=False)
    roots[when] = once.set_index("nucleus_id")["root_id"]
roots = pd.concat(roots, axis=1, join="inner").sort_index()
moved = roots[roots["earlier"] != roots["later"]]
print(f"{len(moved):,} of them with another root ID")""".splitlines()


def matrix_snippet(
    origin: Origin,
    pairs: Pairs,
    axes: tuple[AxisTable, AxisTable],
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
    axes : tuple of axis table
        Rows and columns, as they were paired.
    shown : ShownRows, optional
        Whose nuclei alone are compared.
    denominator : tuple of Table
        As in `ShownRows`, for a table of units; asked for only where both axis tables are of units.
    """
    script = Script(origin)
    if shown is not None:
        script.add("# the rows that pass the filters")
        write_rows(script, shown)
        script.add("")
    lines = _label_lines(script, pairs, axes, denominator)
    _write_matrix(script, pairs, axes, lines, filtered=shown is not None)
    return script.snippet()


def changes_snippet(
    origins: tuple[Origin, Origin],
    tables: tuple[Table, Table],
    labels: tuple[Pairs, tuple[AxisTable, AxisTable]] | None,
    *,
    has_roots: bool = True,
) -> Snippet:
    """Write the code that compares a table of one release with one of a later release.

    Parameters
    ----------
    origins : tuple of Origin
        To the earlier and to the later release.
    tables : tuple of Table
    labels : (Pairs, axis tables) or None
        The labels that are compared.
    has_roots : bool
        Whether both hold root IDs.

    Returns
    -------
    Snippet
        Its code makes `kept`, `added`, `gone` (nucleus IDs), `moved` (nuclei whose root ID is another one)
        and, of labels, `pairs` and `matrix`.
    """
    if len({origin.name for origin in origins}) == 1:  # then one way of reading does for both
        origins = replace(origins[0], either_form=True), replace(origins[1], either_form=True)
    script = Script(origins[0])
    script.add(f"earlier = {script.reading(tables[0])}", "")
    script.add(*later_reading(origins, tables), f"later = read_table({literal(tables[1].name)})", "")
    script.add(
        'kept = np.intersect1d(earlier["nucleus_id"], later["nucleus_id"])',
        'added = np.setdiff1d(later["nucleus_id"], earlier["nucleus_id"])',
        'gone = np.setdiff1d(earlier["nucleus_id"], later["nucleus_id"])',
        'print(f"{len(kept):,} nuclei in both, {len(added):,} added, {len(gone):,} gone")',
        "",
    )
    if has_roots:
        script.add(*_ROOTS)
    if labels is not None:
        pairs, (first, second) = labels
        lines = [
            f"row_labels = {script.words.nuclei('earlier', first, pairs.level)}",
            f"column_labels = {script.words.nuclei('later', second, pairs.level)}",
        ]
        _write_matrix(script, pairs, (first, second), lines)
    statuses = [origin.status([table]) for origin, table in zip(origins, tables, strict=True)]
    title = f"{origins[0].title} and {origins[1].title}"
    return script.snippet(title, " ".join(dict.fromkeys(statuses)))


def _label_lines(
    script: Script, pairs: Pairs, axes: tuple[AxisTable, AxisTable], denominator: tuple[Table, ...]
) -> list[str]:
    """Read both tables; gives the lines that make labels of them."""
    # Where ambiguous labels are left out and none is, both ways give the same.
    sure = pairs.left_out["ambiguous"] > 0
    both_units = _of_units(axes)
    lines, last_lines = [], []
    names = ("row_labels", "column_labels")
    for name, other, axis_table in zip(names, reversed(names), axes, strict=True):
        table, _ = axis_table
        if both_units:
            rows = write_coregistered(script, table, denominator, placed=False)
            lines.append(f"{name} = {script.words.nuclei(rows, axis_table, 'type')}")
        elif table.kind == "units":
            # A nucleus of the other table is coregistered or not: so only those of that table are asked.
            last_lines = [
                f'has_unit = {other}.index.isin({script.read(table)}["nucleus_id"])',
                f"words = np.where(has_unit, {literal(COREGISTERED)}, {literal(NOT_COREGISTERED)})",
                f"{name} = pd.Series(words, index={other}.index)",
            ]
        else:
            rows = script.read(table)
            lines.append(f"{name} = {script.words.nuclei(rows, axis_table, pairs.level, sure=sure)}")
    return lines + last_lines


def _write_matrix(
    script: Script,
    pairs: Pairs,
    axes: tuple[AxisTable, AxisTable],
    label_lines: list[str],
    *,
    filtered: bool = False,
) -> None:
    """Write lines that end in `pairs` and `matrix`; `filtered`: only the nuclei of `rows` are compared."""
    script.add(
        "",
        "# one label per nucleus and table, joined on the nucleus ID",
        *label_lines,
        'both = {"row_label": row_labels, "column_label": column_labels}',
        'pairs = pd.concat(both, axis=1, join="inner").dropna().sort_index()',
    )
    if filtered:
        script.add('pairs = pairs[pairs.index.isin(rows["nucleus_id"])]')
    script.add("", 'matrix = pd.crosstab(pairs["row_label"], pairs["column_label"])')
    if pairs.square:
        script.add(
            "order = in_order({*matrix.index, *matrix.columns})  # the same on both axes",
            "matrix = matrix.reindex(index=order, columns=order, fill_value=0)",
        )
    else:
        script.add("matrix = matrix.loc[in_order(matrix.index), in_order(matrix.columns)]")
    script.add(
        f"matrix.index.name = {literal(pairs.rows.title)}",
        f"matrix.columns.name = {literal(pairs.columns.title)}",
        "print(matrix.to_string())",
    )
    script.sort(axes, "type" if _of_units(axes) else pairs.level)


def _of_units(axes: tuple[AxisTable, AxisTable]) -> bool:
    return all(table.kind == "units" for table, _ in axes)
