"""The raw columns that the tidy frame needs, and what to say where one is missing."""

import re
import unicodedata
from collections.abc import Sequence

from data.catalog.entry import Table
from data.errors import BadTable
from data.number_words import first_of
from data.tables.values import REMEDY
from data.volume import VOLUME

IDS = ("id", "target_id", "pt_root_id", "orig_root_id", "pt_root_id_ref")
TRUTHS = ("valid", "valid_ref")
"""Whether a row is valid, and, as caveclient merges it in, whether its nucleus is."""
WORDS = ("classification_system", "cell_type", *TRUTHS)
COUNTERS = ("session", "scan_idx", "unit_id", "field")
MEASURES = ("volume", "residual", "score")
POSITION_STEMS = ("pt_position", "pt_position_ref", "pt_position_lookup")
SPLIT = tuple(f"pt_position_{axis}" for axis in "xyz")
WIDE_TABLE = ("broad_type", "broad_type_source", "cell_type_source", "mtype", "mtype_source")
"""Columns of aibs_cell_info, and of tables made like it, with one column for each typing."""
NUMERIC_NAME = re.compile(r"[\[(+-]*\.?\d")
LIKE_POSITION = re.compile(
    r"(?!bb_).*(?:position|coord|centroid|center).*|(?:(?:ctr|pos|soma|nucleus)_)?[xyz](?:_(?:nm|[uµ]m|vx))?",
    re.IGNORECASE,
)
"""Names of columns that may hold positions; those that begin with bb_ hold boxes."""
MOST_NAMED = 12
LONGEST_NAME = 30
SYNONYMS = {"isvalid": "valid", "validx": "valid", "validy": "valid_ref"}
"""Other names of a column, as `_letters` writes them; pandas adds _x and _y to what both tables hold."""


def clean_name(name: str) -> str:
    """A column's name without white space and byte-order marks, also one that was read as Latin-1."""
    return name.strip().removeprefix("\ufeff").removeprefix("ï»¿").strip(' \t"')


def _spelling(table: Table) -> dict[str, str]:
    """CAVE's spelling of the columns that a table needs, by their letters and digits."""
    renamed = {_letters(raw): common for raw, common in table.renamed}
    return {_letters(name): name for name in _needed(table)} | SYNONYMS | renamed


def _letters(name: str) -> str:
    """A name's letters and digits: what is left of ``Target ID``, ``target.id`` and ``target_id``."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).casefold()


def cave_names(names: Sequence[str], table: Table) -> list[str]:
    """The names as CAVE spells them, where they differ in case, white space or punctuation only.

    Where a column has CAVE's own spelling, others that resemble it keep theirs.
    """
    clean = [clean_name(name) for name in names]
    spelling = _spelling(table)
    right = [spelling.get(_letters(name), name) for name in clean]
    return [own if new in clean else new for own, new in zip(clean, right, strict=True)]


def other_spellings(names: Sequence[str], table: Table) -> tuple[str, ...]:
    """Notes on columns that are not read because another has CAVE's own spelling of their name."""
    spelling = _spelling(table)
    rivals = {name: spelling.get(_letters(name), name) for name in cave_names(names, table)}
    return tuple(
        f"The column {name} is not read: {rival} is." for name, rival in rivals.items() if name != rival
    )


def known_columns(names: Sequence[str], table: Table) -> set[str]:
    """The names that are columns of the table or of its kind."""
    return _known(table) & set(names)


def _known(table: Table) -> set[str]:
    stems = {f"{stem}{suffix}" for stem in POSITION_STEMS for suffix in ("", "_x", "_y", "_z")}
    own = (name for name, _ in table.own_columns)
    return {*IDS, *WORDS, *COUNTERS, *MEASURES, *stems, *own, table.id_column}


def _needed(table: Table) -> set[str]:
    """The columns of the table's kind that the tidy frame needs."""
    needed = _known(table) - ({"id"} - {table.id_column})
    others = set() if table.kind == "units" else {*COUNTERS, "residual", "score"}
    return needed - (others - {name for name, _ in table.own_columns})


def wanted_columns(names: Sequence[str], table: Table) -> list[str]:
    """The raw columns among `names` that the tidy frame needs.

    Raises
    ------
    BadTable
        If one of them occurs twice.
    """
    needed = _needed(table)
    wanted = [name for name in names if name in needed]
    twice = sorted({name for name in wanted if wanted.count(name) > 1})
    if twice:
        problem = f"{table.name}: the column {twice[0]} occurs twice in the file, or in two spellings."
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
    if table.kind == "attributes":
        needed += [name for name, _ in table.own_columns[:1]]
    if table.by_point and "id" in needed:  # the loader names the nuclei
        needed.remove("id")
    missing = [name for name in needed if name not in names]
    return missing if has_position(names, "pt_position") else [*missing, "pt_position"]


def rows_lack(what: str, title: str = "") -> str:
    """Say that the rows, or those at hand of a table or release, lack a column, which `what` names."""
    return f"The rows{f' of {title} at hand' if title else ''} hold no {what}."


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
    named = first_of((name[:LONGEST_NAME] or "a unnamed one" for name in names), MOST_NAMED)
    what = "has no positions (pt_position)" if missing == ["pt_position"] else f"has no column {missing[0]}"
    cause, remedy = _likely_cause(missing, names, table)
    return BadTable(f"{table.name} {what}. Its columns are {named}.{cause}", remedy)


def _likely_cause(missing: list[str], names: Sequence[str], table: Table) -> tuple[str, str]:
    """What probably went wrong, after a space ("" where that is unclear), and the remedy."""
    if any(NUMERIC_NAME.match(name) for name in names):
        cause = " The first row seems to have been taken for a header."
        return cause, "Read the file with header=None and the columns' names, and write it again."
    if len(names) == 1:
        cause = " They seem to be separated by something other than a comma, semicolon, tab or |."
        return cause, "Write the file again with commas between columns."
    if set(WIDE_TABLE) & set(names):
        cause = " It looks like a wide table such as aibs_cell_info, with a column for each typing."
        return cause, f"Export {table.name} itself with caveclient's query_table."
    if "session" in names and table.kind != "units":
        cause = " They are those of functional units (coregistration)."
        return cause, f"Name the file after its own table, or export {table.name}."
    if missing == ["pt_position"]:
        return _cause_without_positions(names, table)
    return "", REMEDY


def _cause_without_positions(names: Sequence[str], table: Table) -> tuple[str, str]:
    alike = [name for name in names if LIKE_POSITION.fullmatch(name)]
    lacking = [name for name in SPLIT if name not in names]
    rename = f"Name the columns {', '.join(SPLIT)}, with positions in voxels of the volume."
    if len(lacking) < len(SPLIT):
        return f" Of {', '.join(SPLIT)} it lacks {' and '.join(lacking)}.", rename
    if alike:
        return f" They may be in {', '.join(alike[:MOST_NAMED])}, which are not CAVE's names.", rename
    if table.reference:
        again = "Query the table with merge_reference=True"
        beside = f"put {VOLUME.detections} of the same release beside it, from which positions are then taken"
        return " The nuclei were not merged in (merge_reference=False).", f"{again}, or {beside}."
    return "", REMEDY
