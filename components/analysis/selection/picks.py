"""What is picked in a picture, as a selection: a matrix cell, a margin, a bar, an entry of a legend.

The page's filters are not part of it: the caller compares the nuclei.
"""

from components.analysis.comparison.agreement import Pairs
from components.analysis.labels.levels import NOT_IN_TABLE
from components.analysis.labels.nucleus_table import COREGISTERED
from components.analysis.selection.kinds import RESULTS, AgreeOrDiffer, Covered, Filtered, MatrixCell
from components.analysis.selection.selection import Selection
from data.catalog import known_title
from data.labels.entry import Level
from data.volume import VOLUME


def cell_recipe(pairs: Pairs, row: str, column: str) -> Selection:
    """Select a matrix cell by its tables and labels.

    A table of units has no labels of its own: a cell of it is what the other table calls so, less what is
    not (or is) coregistered; of two such tables, what the one holds and the other does not, or does.
    """
    axes = ((pairs.rows, row), (pairs.columns, column))
    units = [(table.name, label) for table, label in axes if table.kind == "units"]
    called = [
        Filtered(table.name, (label,), level=pairs.level) for table, label in axes if table.kind != "units"
    ]
    if not units:
        return MatrixCell(pairs.rows.name, pairs.columns.name, pairs.level, row, column)
    if not called:
        inside = tuple(name for name, label in units if label == COREGISTERED)
        return Covered(
            inside or (VOLUME.detections,), tuple(name for name, label in units if label != COREGISTERED)
        )
    (named,), ((name, label),) = called, units
    if label == COREGISTERED:
        return named - Covered(inside=(named.table,), outside=(name,))
    return named - Filtered(name)


def compared_recipe(pairs: Pairs) -> Selection:
    """Select the nuclei that two tables compare: both give each of them one label at the level."""
    same, other = (AgreeOrDiffer(pairs.rows.name, pairs.columns.name, pairs.level, r) for r in RESULTS)
    return same | other


def margin_recipe(pairs: Pairs, label: str, *, of_rows: bool) -> Selection:
    """Select what one of two tables of labels calls `label` and the other does not hold."""
    table, other = (pairs.rows, pairs.columns) if of_rows else (pairs.columns, pairs.rows)
    return Filtered(table.name, (label,), level=pairs.level) - Filtered(other.name)


def agreement_titles(rows: str, columns: str) -> dict[str, str]:
    """Title the entries of a legend of whether two tables agree."""
    row_title, column_title = map(known_title, (rows, columns))
    titles = {"agree": "agree", "differ": "differ"}
    return {**titles, "rows": f"only in {row_title}", "columns": f"only in {column_title}"}


def agreement_recipe(rows: str, columns: str, level: Level, title: str) -> Selection:
    """Select the nuclei of an entry of such a legend, by its title."""
    if title in RESULTS:
        return AgreeOrDiffer(rows, columns, level, title)
    inside, outside = (rows, columns) if title == agreement_titles(rows, columns)["rows"] else (columns, rows)
    return Covered((inside,), (outside,))


def label_recipe(rows: str, label_source: str | None, label: str, level: Level) -> Selection:
    """Select the nuclei of a table that carry a label, or the word shown where there is none.

    Parameters
    ----------
    rows : str
        The table whose nuclei are asked for.
    label_source : str or None
        The table whose labels they carry: this one or another. None: no table labels them.
    label : str
        At `level`; also unmapped, no label, conflicting, not in the table, coregistered.
    level : Level
    """
    if label_source is None:
        return Filtered(rows)
    if label == NOT_IN_TABLE:
        return Covered((rows,), (label_source,))
    called: Selection = Filtered(label_source, (label,), level=level)
    if label == COREGISTERED:
        called = Covered((label_source,))
    return called if label_source == rows else called & Filtered(rows)
