"""Rows as text: encoding, separator, header and decimal mark are found from the file itself."""

import re
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from data.catalog.entry import Table
from data.errors import BadTable
from data.number_words import plural
from data.sources.headerless import name_columns
from data.sources.text import REMEDY, SEPARATORS, check_quotes, first_rows, read_text, without_lines_above
from data.tables.columns import (
    COUNTERS,
    IDS,
    WORDS,
    cave_names,
    known_columns,
    other_spellings,
    wanted_columns,
)
from data.tables.values import MISSING, NUMBER

ONE_BLOCK = 1 << 30
"""A row may be longer than Arrow's blocks of 1 MB, and may not straddle two of them."""
PROBED_BYTES = 1 << 16
# Only of the comma it is not known what it marks.
DECIMAL_COMMA = r"^\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*$"
THOUSANDS = r"^\s*[+-]?[1-9]\d{0,2}(?:,\d{3})+\s*$"


@dataclass(frozen=True, kw_only=True)
class FileRows:
    """The rows of a file.

    Attributes
    ----------
    rows : pyarrow.Table
        The wanted columns only, with their names as CAVE spells them.
    names : tuple of str
        All columns of the file.
    assumptions : tuple of str
        What was assumed of a file that does not say how it is to be read.
    """

    rows: pa.Table
    names: tuple[str, ...]
    assumptions: tuple[str, ...] = ()


def read_delimited(path: Path, names: list[str] | None, table: Table) -> FileRows:
    """Read a text file, gzipped or plain.

    Parameters
    ----------
    path : Path
        The file. Its content decides whether it is gzipped: a server may have unpacked it on the way.
    names : list of str or None
        Its columns, where a header file names them. Names in the file itself come first.
    table : Table
        Named in errors.

    Returns
    -------
    FileRows
        IDs exact as int64, labels as dictionaries, where the values allow; else all columns as text.

    Raises
    ------
    BadTable
        If the file is cut short or a web page, its rows do not fit the columns, or it has no header and its
        columns cannot be told apart.
    """
    text = without_lines_above(read_text(path, table), table)
    separator = _separator(text, names, table)
    rows = first_rows(text, separator)
    title = _rows_of_title([row for _, row in rows], table)
    assumptions: tuple[str, ...] = ()
    if title:
        words = " ".join(" ".join(row) for _, row in rows[:title]).strip()
        assumptions = (f"The text above the header of {path.name} was skipped: “{words[:60]}”.",)
        text = without_lines(text, rows[title][0])
        rows = first_rows(text, separator)
    first_row = rows[0][1] if rows else []
    header = cave_names(first_row, table)
    has_header = bool(known_columns(header, table))
    if has_header and any(re.fullmatch("'.*'", name) for name in first_row):
        problem = f"{table.name}: the text of {path.name} is enclosed in apostrophes."
        raise BadTable(problem, 'Write the file again with double quotes ("), or with none.')
    if has_header and not re.search(rb"[\r\n]", text):
        raise BadTable(f"{table.name} has no rows: its file is a header and nothing else.", REMEDY)
    if not has_header and names is None:
        if any(re.fullmatch(NUMBER, field) for field in first_row):
            check_quotes(text, separator, len(first_row), table, skipped=0)
            return _headerless(text, separator, path, table)
        has_header = True  # of unknown names, which the error lists
    beside = cave_names(names or [], table)
    if has_header and names and beside != header:
        own = "its own header row was read, which names other columns or another order"
        assumptions += (f"Of {path.name} and the header file beside it {own}.",)
    assumptions += other_spellings(first_row if has_header else beside, table)
    if has_header and has_row_names(text, rows[1:], len(header)):
        header = ["", *header]  # R does not name its row names
    columns = header if has_header else beside
    check_quotes(text, separator, len(columns), table, skipped=int(has_header))
    # A name in the header may hold a line break.
    above = rows[1][0] if len(rows) > 1 else 1
    parsed = _parsed(text, columns, separator, table, skipped=above if has_header else 0)
    return FileRows(
        rows=_decimal_points(parsed, separator, table), names=tuple(columns), assumptions=assumptions
    )


def has_row_names(text: bytes, rows: list[tuple[int, list[str]]], columns: int) -> bool:
    """Whether all rows begin with a row name of R, which the header leaves out.

    R counts the rows or quotes their names, and it never quotes numbers. Other rows that are longer than the
    header have a field too many at their end.
    """
    if not rows or any(len(row) != columns + 1 or not row[-1] for _, row in rows):
        return False
    if [row[0] for _, row in rows] in [[str(k + start) for k in range(len(rows))] for start in (0, 1)]:
        return True
    lines = text[:PROBED_BYTES].splitlines()
    starts = [lines[above] for above, _ in rows if above < len(lines)]
    return all(line.startswith(b'"') and line.count(b'"') < 2 * (columns + 1) for line in starts)


def _rows_of_title(rows: list[list[str]], table: Table) -> int:
    """How many rows are above the header; 0 where the first row may be one, or rows of a table."""
    known = [len(known_columns(cave_names(row, table), table)) for row in rows]
    header = next((place for place, count in enumerate(known) if count > 1), 0)
    filled = [sum(map(bool, row)) for row in rows[:header]]
    return header if not any(known[:header]) and all(count < known[header] for count in filled) else 0


def without_lines(text: bytes, lines: int) -> bytes:
    """The text without its first lines."""
    ends = islice(re.finditer(rb"\r\n|\r|\n", text), lines - 1, None)
    return text[next(ends).end() :]


def _separator(text: bytes, names: list[str] | None, table: Table) -> str:
    """The separator by which a row has the known names, or else all rows have the most columns."""

    def fit(separator: str) -> tuple[int, int]:
        rows = [row for _, row in first_rows(text, separator)]
        widths = {len(row) for row in rows}
        whole = widths == {len(names)} if names else len(widths) == 1
        known = (len(known_columns(cave_names(row, table), table)) for row in rows)
        return max(known, default=0), min(widths) if whole else 0

    return max(SEPARATORS, key=fit)


def _parsed(text: bytes, names: list[str], separator: str, table: Table, *, skipped: int) -> pa.Table:
    wanted = wanted_columns(names, table)
    typed = {name: kind for name in wanted if (kind := _type(name))}
    try:
        return parse_as(text, names, separator, wanted, typed, skipped)
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        # One value that does not fit its column's type: as text, each is read by what it says.
        as_text = dict.fromkeys(wanted, pa.string())
    try:
        return parse_as(text, names, separator, wanted, as_text, skipped)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        if "Empty CSV" in str(error):
            raise BadTable(f"{table.name} has no rows.", REMEDY) from error
        raise rows_misfit(str(error), names, table, skipped) from error


def parse_as(
    text: bytes,
    names: list[str],
    separator: str,
    wanted: list[str],
    types: dict[str, pa.DataType],
    skipped: int,
) -> pa.Table:
    """Parse a text with Arrow: the wanted columns, of the types given or else inferred."""
    return pacsv.read_csv(
        pa.py_buffer(text),
        read_options=pacsv.ReadOptions(
            column_names=names, skip_rows=skipped, use_threads=False, block_size=ONE_BLOCK
        ),
        parse_options=pacsv.ParseOptions(delimiter=separator, newlines_in_values=b'"' in text),
        convert_options=pacsv.ConvertOptions(
            column_types=types, include_columns=wanted, strings_can_be_null=True, null_values=MISSING
        ),
    )


def rows_misfit(reason: str, names: list[str], table: Table, skipped: int) -> BadTable:
    """The error for Arrow's reason why rows cannot be parsed."""
    if "UTF8" in reason:
        column = re.search(r"CSV column #(\d+)", reason)
        where = f"the column {names[int(column[1])]}" if column else "the file"
        problem = f"{table.name}: {where} is not UTF-8; it may be Latin-1 (Windows-1252)."
        return BadTable(problem, 'Save the file as UTF-8: with the encoding="utf-8" of pandas\' to_csv.')
    reason = re.sub(r"CSV column #(\d+)", lambda match: f"column {names[int(match[1])]}", reason)
    reason = re.sub(r"Row #(\d+)", lambda match: f"row {int(match[1]) - skipped}", reason, count=1)
    columns = plural(len(names), "column")
    return BadTable(f"The rows of {table.name} do not fit their {columns}: {reason}.", REMEDY)


def _type(name: str) -> pa.DataType | None:
    """The type to read a column as; None to infer it from the values."""
    if name in IDS:
        return pa.int64()
    if name in WORDS:
        return pa.dictionary(pa.int32(), pa.string())
    if name in COUNTERS:
        return pa.float64()  # caveclient writes optional counters as 3.0; the tidy frame has integers
    return None


def _decimal_points(rows: pa.Table, separator: str, table: Table) -> pa.Table:
    """Numbers with decimal commas as numbers with points, where no comma separates columns."""
    if separator == ",":
        return rows
    for place, name in enumerate(rows.column_names):
        column = rows[name]
        if name in WORDS or not pa.types.is_string(column.type):
            continue
        commas = pc.match_substring_regex(column, DECIMAL_COMMA).fill_null(False)
        if not pc.any(commas).as_py():
            continue
        written = column.filter(commas)
        if pc.all(pc.match_substring_regex(written, THOUSANDS)).as_py():
            raise BadTable(
                f"{table.name}: the comma in numbers such as {written[0]} of the column {name} may mark "
                "thousands or decimals.",
                "Export the table again without marks for thousands, and with decimal points.",
            )
        rows = rows.set_column(place, name, pc.replace_substring(column, ",", "."))
    return rows


def _headerless(text: bytes, separator: str, path: Path, table: Table) -> FileRows:
    """Rows without a header, whose columns are identified by their values."""
    try:
        rows = pacsv.read_csv(
            pa.py_buffer(text),
            read_options=pacsv.ReadOptions(autogenerate_column_names=True, block_size=ONE_BLOCK),
            parse_options=pacsv.ParseOptions(delimiter=separator, newlines_in_values=b'"' in text),
            convert_options=pacsv.ConvertOptions(strings_can_be_null=True, null_values=MISSING),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise BadTable(f"{table.name} has no header, and its rows do not fit: {error}.", REMEDY) from error
    names = name_columns(rows, path, table)
    named = {name: rows[place] for name, place in names.items()}
    where = ", ".join(
        f"{name} (column {place + 1})" for name, place in sorted(names.items(), key=itemgetter(1))
    )
    note = f"{path.name} has no header: its columns were identified by their values, as {where}."
    return FileRows(rows=pa.table(named), names=tuple(names), assumptions=(note,))
