"""Whether one of two tables was made by hand, and whether one was trained on the other."""

from collections.abc import Mapping

from data.catalog.entry import Table


def made_by_hand(rows: Table, columns: Table) -> Table | None:
    """The only table of the two labelled by hand, against which the other has an accuracy; else None.

    Manual coregistration does not count: nobody judged the nuclei that it lacks.
    """
    manual = [table for table in (rows, columns) if table.method == "manual" and table.kind == "labels"]
    return manual[0] if len(manual) == 1 else None


def learned(rows: Table, columns: Table) -> bool:
    """Whether one table's model was trained on the other's labels."""
    return rows.name in columns.trained_on or columns.name in rows.trained_on


def training_words(rows: Table, columns: Table, tables: Mapping[str, Table]) -> str:
    """Why the agreement of two tables is optimistic; "" where training gives no reason.

    The reason is that one was trained on the other's labels, or both on the same manual labels; `tables`
    names those.
    """
    if learned(rows, columns):
        model, teacher = (rows, columns) if columns.name in rows.trained_on else (columns, rows)
        return f"{model.title} was trained on the labels of {teacher.title}: their agreement is optimistic."
    shared = [tables[name] for name in rows.trained_on if name in columns.trained_on]
    teachers = " and ".join(table.title for table in shared if table.method == "manual")
    if not teachers:
        return ""
    return (
        f"{rows.title} and {columns.title} were both trained on the labels of {teachers}, made in the V1 "
        "column: there their agreement is optimistic."
    )
