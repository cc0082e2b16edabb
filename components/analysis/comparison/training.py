"""What the catalogue says of two tables: whether one was made by hand, and who learned from whom."""

from collections.abc import Mapping

from data.catalog.entry import Table


def made_by_hand(rows: Table, columns: Table) -> Table | None:
    """Give the one table of two that was labelled by hand, against which the other has an accuracy.

    None where both were or neither. Manual coregistration does not count: a nucleus that it does not hold
    was not judged.
    """
    manual = [table for table in (rows, columns) if table.method == "manual" and table.kind == "labels"]
    return manual[0] if len(manual) == 1 else None


def learned(rows: Table, columns: Table) -> bool:
    """Whether the model of one table was trained on the other's labels."""
    return rows.name in columns.trained_on or columns.name in rows.trained_on


def training_words(rows: Table, columns: Table, tables: Mapping[str, Table]) -> str:
    """Say why the agreement of two tables is optimistic; "" where no training makes it so.

    It is where one learned from the other's labels, or both from the same labels made by hand; `tables` names
    these.
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
