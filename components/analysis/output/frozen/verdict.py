"""Whether a frozen answer still holds: it is answered again, and every difference is named.

Counts are compared exactly, metrics and the ends of their intervals to 1e-12.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from components.analysis.output.frozen.answer import (
    CHECKSUMS,
    COMPARED,
    Loaded,
    answer_record,
    section_sha256,
)
from components.analysis.output.frozen.question import Question
from components.analysis.output.frozen.rows import Sketch, SketchedRow, differing_rows, label_number

TOLERANCE = 1e-12
OF_ROWS = ("sha256", "columns", "sketch")
"""The parts of a table's record that the rows that differ explain."""
OF_LINK, IN_FILE_ALONE = "link", ("columns", "labels", "sketch")
"""The section that marks an answer of a link, and what of a table's record that lacks."""

Path = tuple[str, ...]


@dataclass(frozen=True)
class ChangedRow:
    """A nucleus whose row in a table is another one now, with both labels, which may be the same."""

    nucleus_id: int
    was: str | None
    now: str | None


@dataclass(frozen=True)
class ChangedTable:
    """How the rows of a table differ from those that were answered from.

    Attributes
    ----------
    name, title : str
    changed : tuple of ChangedRow
    gone, new : tuple of int
        Nuclei of rows that are there no longer, or only now.
    columns : tuple of str
        The columns that differ.
    told : bool
        Whether all rows that differ are named: too many are not.
    """

    name: str
    title: str
    changed: tuple[ChangedRow, ...]
    gone: tuple[int, ...]
    new: tuple[int, ...]
    columns: tuple[str, ...]
    told: bool


@dataclass(frozen=True)
class ChangedNumber:
    """A value that is another one now; None where there is none."""

    path: Path
    in_file: object
    now: object


@dataclass(frozen=True)
class AnswerVerdict:
    """What verifying an answer found.

    Attributes
    ----------
    release : int
    saved_at : str
    synthetic : bool
    tables : tuple of ChangedTable
    numbers : tuple of ChangedNumber
    sections : tuple of str
        Sections of the file that were changed after it was written.
    verified : dict of str to int
        How much was compared, by what it is.
    """

    release: int
    saved_at: str
    synthetic: bool
    tables: tuple[ChangedTable, ...]
    numbers: tuple[ChangedNumber, ...]
    sections: tuple[str, ...]
    verified: dict[str, int]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.tables or self.numbers or self.sections)


def verify_answer(
    record: Mapping[str, Any], question: Question, known_as: Mapping[str, str], loaded: Loaded
) -> AnswerVerdict:
    """Answer a question again and compare.

    Parameters
    ----------
    record : mapping
        As `read_answer` gives it.
    question, known_as
        As `asked_in` gives them.
    loaded : Loaded
        The question's tables.
    """
    now = answer_record(question, loaded)
    names = {here: there for there, here in known_as.items()}
    saved = {table.get("name"): table for table in record["tables"]}
    for table in now["tables"]:
        if table["name"] in names:  # a file of the reader's own may be called otherwise here
            there = saved[names[table["name"]]]
            table |= {"name": there["name"], "title": there.get("title")}
            table["own"] |= {"file": there["own"].get("file")}
    if now["comparison"]:
        for axis in ("rows", "columns"):
            now["comparison"][axis] = names.get(now["comparison"][axis], now["comparison"][axis])
    if record.get(OF_LINK):
        now["tables"] = tables_in_link(now["tables"])
    tables, numbers = _changed_tables(record["tables"], now["tables"]), list[ChangedNumber]()
    for section in COMPARED:
        before, after = dict(_leaves(section, record[section])), dict(_leaves(section, now[section]))
        numbers += [
            ChangedNumber(path, before.get(path), after.get(path))
            for path in dict.fromkeys([*before, *after])
            if not _alike(before.get(path), after.get(path)) and not _told(path, tables)
        ]
    checksums = record[CHECKSUMS] if isinstance(record[CHECKSUMS], dict) else {}
    odd = record.keys() - {CHECKSUMS} ^ checksums.keys()
    sections = [
        section
        for section, content in record.items()
        if section != CHECKSUMS and section not in odd and section_sha256(content) != checksums[section]
    ]
    return AnswerVerdict(
        release=record["release"],
        saved_at=str(record["saved"].get("at")),
        synthetic=record["synthetic"],
        tables=tables,
        numbers=tuple(numbers),
        sections=(*sections, *sorted(odd)),
        verified={
            "tables": len(now["tables"]),
            "rows": sum(table["rows"] for table in now["tables"]),
            "values": sum(1 for section in COMPARED for _ in _leaves(section, now[section])),
        },
    )


def _changed_tables(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> tuple[ChangedTable, ...]:
    known = {str(table.get("name")): table for table in before}
    found = []
    for table in after:
        earlier = known.get(table["name"], {})
        if any(earlier.get(key) != table.get(key) for key in ("sha256", "columns")):
            found.append(_changed_table(earlier, table))
    return tuple(found)


def _changed_table(earlier: Mapping[str, Any], table: Mapping[str, Any]) -> ChangedTable:
    columns = [record if isinstance(record := one.get("columns"), dict) else {} for one in (earlier, table)]
    differing = [
        name
        for name in dict.fromkeys([*columns[0], *columns[1]])
        if columns[0].get(name) != columns[1].get(name)
    ]
    before, after = (Sketch.read(one.get("sketch")) for one in (earlier, table))
    rows = differing_rows(before, after) if before and after else None
    gone, new = rows or ([], [])
    words = {
        label_number(str(label)): str(label)
        for one in (earlier, table)
        for label in (one.get("labels") if isinstance(one.get("labels"), dict) else {}) or {}
    }
    nuclei = sorted({row.nucleus_id for row in gone} & {row.nucleus_id for row in new})
    changed = [
        ChangedRow(nucleus, words.get(_label_of(nucleus, gone)), words.get(_label_of(nucleus, new)))
        for nucleus in nuclei
    ]
    return ChangedTable(
        name=str(table["name"]),
        title=str(table["title"]),
        changed=tuple(changed),
        gone=tuple(_more_often(gone, new)),
        new=tuple(_more_often(new, gone)),
        columns=tuple(map(str, differing)),
        told=rows is not None,
    )


def _label_of(nucleus: int, rows: list[SketchedRow]) -> int:
    return next(row.label for row in rows if row.nucleus_id == nucleus)


def _more_often(rows: list[SketchedRow], others: list[SketchedRow]) -> list[int]:
    """Nuclei with more rows among these than among the others, once for each row more."""
    more = Counter(row.nucleus_id for row in rows) - Counter(row.nucleus_id for row in others)
    return sorted(more.elements())


def _leaves(section: str, content: object) -> Iterator[tuple[Path, object]]:
    """Every value of a section under a path of words: a matrix by its labels, tables by their names."""
    if section == "comparison" and isinstance(content, dict):
        labels = [content.get("row_labels"), content.get("column_labels")]
        yield from _walk((section,), {key: value for key, value in content.items() if key != "matrix"})
        yield from _walk((section, "matrix"), _by_label(content.get("matrix"), labels))
    elif section == "tables" and isinstance(content, list):
        for place, table in enumerate(content):
            yield from _walk((section, str(table.get("name", place))), table)
    else:
        yield from _walk((section,), content)


def _by_label(matrix: object, labels: list[object]) -> object:
    """A matrix as counts by row and column label, zeros left out; as it is where it has another shape."""
    rows, columns = labels
    if not (isinstance(matrix, list) and isinstance(rows, list) and isinstance(columns, list)):
        return matrix
    if len(matrix) != len(rows) or not all(
        isinstance(row, list) and len(row) == len(columns) for row in matrix
    ):
        return matrix
    return {
        str(label): {str(other): n for other, n in zip(columns, row, strict=True) if n != 0}
        for label, row in zip(rows, matrix, strict=True)
    }


def _walk(path: Path, content: object) -> Iterator[tuple[Path, object]]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _walk((*path, str(key)), value)
    elif isinstance(content, list):
        for place, value in enumerate(content):
            yield from _walk((*path, str(place)), value)
    else:
        yield path, content


def _alike(before: object, after: object) -> bool:
    if isinstance(before, bool) or isinstance(after, bool):
        return before is after
    if isinstance(before, float) or isinstance(after, float):
        numbers = isinstance(before, int | float) and isinstance(after, int | float)
        return numbers and abs(before - after) <= TOLERANCE  # type: ignore[operator]  # both are numbers
    return before == after


def tables_in_link(tables: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a link says about an answer's tables."""
    return [{name: value for name, value in table.items() if name not in IN_FILE_ALONE} for table in tables]


def _told(path: Path, tables: tuple[ChangedTable, ...]) -> bool:
    """Whether the rows of a table that differ explain a value; checksums explain a sketch."""
    if path[0] != "tables" or len(path) < 3:
        return False
    return path[2] == "sketch" or (path[2] in OF_ROWS and any(table.name == path[1] for table in tables))
