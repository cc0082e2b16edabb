"""The raw columns that the tidy frame needs, and what to say where one is missing."""

import re
from collections.abc import Sequence

from data.catalog.entry import Table
from data.errors import BadTable
from data.tables.values import REMEDY
from data.volume import VOLUME

IDS = ("id", "target_id", "pt_root_id", "orig_root_id", "pt_root_id_ref")
WORDS = ("classification_system", "cell_type", "valid")
COUNTERS = ("session", "scan_idx", "unit_id", "field")
MEASURES = ("volume", "residual", "score")
POSITION_STEMS = ("pt_position", "pt_position_ref", "pt_position_lookup")
WIDE_TABLE = ("broad_type", "broad_type_source", "cell_type_source", "mtype", "mtype_source")
"""Columns of aibs_cell_info, and of tables made like it, with one column for each typing."""
NUMERIC_NAME = re.compile(r"[\[(+-]*\.?\d")
MOST_NAMED = 12
LONGEST_NAME = 30


def clean_name(name: str) -> str:
    """A column's name without white space and byte-order marks, also one that was read as Latin-1."""
    return name.strip().removeprefix("\ufeff").removeprefix("ï»¿").strip(' \t"')


def known_columns(names: Sequence[str], table: Table) -> set[str]:
    """The names that are columns of the table or of its kind."""
    stems = {f"{stem}{suffix}" for stem in POSITION_STEMS for suffix in ("", "_x", "_y", "_z")}
    return {*IDS, *WORDS, *COUNTERS, *MEASURES, *stems, table.id_column} & set(names)


def wanted_columns(names: Sequence[str], table: Table) -> list[str]:
    """The raw columns among `names` that the tidy frame needs.

    Raises
    ------
    BadTable
        If one of them stands twice.
    """
    needed = known_columns(names, table) - ({"id"} - {table.id_column})
    if table.kind != "units":
        needed -= {*COUNTERS, "residual", "score"}
    wanted = [name for name in names if name in needed]
    twice = sorted({name for name in wanted if wanted.count(name) > 1})
    if twice:
        problem = f"{table.name}: the column {twice[0]} stands twice in the file."
        raise BadTable(problem, "Leave one of the two out, or export the table again.")
    return wanted


def has_position(names: Sequence[str], stem: str) -> bool:
    """Whether there is a position of this name, in one column or in three."""
    return stem in names or all(f"{stem}_{axis}" in names for axis in "xyz")


def missing_columns(names: Sequence[str], table: Table) -> list[str]:
    """The columns without which a table cannot be read and which `names` lack; the position comes last."""
    needed = [table.id_column]
    if table.level is not None:
        needed.append("cell_type")
    if table.kind == "units":
        needed += ["session", "scan_idx", "unit_id"]
    missing = [name for name in needed if name not in names]
    return missing if has_position(names, "pt_position") else [*missing, "pt_position"]


def explain_missing(missing: list[str], names: Sequence[str], table: Table) -> BadTable:
    """The error for missing columns: names the columns found and the likely cause.

    Parameters
    ----------
    missing : list of str
        From `missing_columns`, at least one.
    names : sequence of str
        All columns of the file.
    table : Table
        Named in the error.
    """
    named = ", ".join(name[:LONGEST_NAME] or "a nameless one" for name in names[:MOST_NAMED])
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    what = "has no positions (pt_position)" if missing == ["pt_position"] else f"has no column {missing[0]}"
    cause, remedy = _likely_cause(missing, names, table)
    return BadTable(f"{table.name} {what}. Its columns are {named}{more}.{cause}", remedy)


def _likely_cause(missing: list[str], names: Sequence[str], table: Table) -> tuple[str, str]:
    """What probably went wrong, after a space ("" where nobody can tell), and the remedy."""
    if any(NUMERIC_NAME.match(name) for name in names):
        cause = " The first row seems to have been taken for a header."
        return cause, "Read the file with header=None and the columns' names, and write it again."
    if len(names) == 1:
        cause = " Something other than a comma, semicolon, tab or | seems to stand between them."
        return cause, "Write the file again with commas between columns."
    if set(WIDE_TABLE) & set(names):
        cause = " It looks like a wide table such as aibs_cell_info, with a column for each typing."
        return cause, f"Export {table.name} itself with caveclient's query_table."
    if missing == ["pt_position"] and table.reference:
        again = "Query the table with merge_reference=True"
        beside = f"put {VOLUME.detections} of the same release beside it, from which positions are then taken"
        return " The nuclei were not merged in (merge_reference=False).", f"{again}, or {beside}."
    return "", REMEDY
