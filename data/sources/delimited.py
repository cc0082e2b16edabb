"""Rows as text: encoding, separator, header and decimal mark are found from the file itself."""

import codecs
import csv
import re
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
from isal import igzip, isal_zlib

from data.catalog.entry import Table
from data.errors import BadTable
from data.sources.headerless import name_columns
from data.tables.columns import COUNTERS, IDS, WORDS, clean_name, known_columns, wanted_columns

GZIP_MAGIC = b"\x1f\x8b"
REMEDY = "Fetch the table again, or put a whole file into the folder; nothing of this one was kept."
SEPARATORS = ",;\t|"
ENCODINGS = {
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",  # begins as UTF-16 does, so it comes first
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}  # fmt: skip
PROBED_LINES = 20
FOR_EXCEL = re.compile(rb'"?sep=."?\r?\n')
"""The line by which Excel is told the separator."""
NUMBER = re.compile(r"[+-]?\d[\d.,]*(?:[eE][+-]?\d+)?")
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
    text = _unpacked(path, table)
    if line := FOR_EXCEL.match(text):
        text = text[line.end() :]
    lines = _first_lines(text)
    separator = _separator(lines, names, table)
    first_row = _fields(lines[0], separator) if lines else []
    header = [clean_name(name) for name in first_row]
    has_header = bool(known_columns(header, table))
    if not has_header and names is None:
        if any(NUMBER.fullmatch(field) for field in first_row):
            return _headerless(text, separator, path, table)
        has_header = True  # of names that nobody knows, which the error lists
    second_row = _fields(lines[1], separator) if len(lines) > 1 else []
    if len(second_row) == len(header) + 1 and second_row[-1]:
        header = ["", *header]  # R does not name its row names
    columns = header if has_header else names or []
    rows = _parsed(text, columns, separator, table, skipped=int(has_header))
    return FileRows(rows=_decimal_points(rows, separator, table), names=tuple(columns))


def _unpacked(path: Path, table: Table) -> bytes:
    """The file's text as UTF-8 without a byte-order mark; raises on anything but gzip and text."""
    packed = path.read_bytes()
    if packed.startswith(GZIP_MAGIC):
        try:
            # In one piece, which takes half the time of reading an open file.
            packed = igzip.decompress(packed)  # type: ignore[no-untyped-call]  # no stub for it
        except (OSError, EOFError, isal_zlib.IsalError) as error:  # type: ignore[misc]  # likewise
            problem = f"The file of {table.name} is cut short or damaged: {error}."
            raise BadTable(problem, REMEDY) from error
    if packed[:4096].lstrip()[:1] == b"<":
        raise BadTable(f"Instead of the rows of {table.name} came a web page.", REMEDY)
    encoding = _encoding(packed[:4096])
    if encoding is None:
        raise BadTable(f"The file of {table.name} is neither gzip nor CSV text.", REMEDY)
    if encoding == "utf-8":
        return packed
    try:
        return packed.decode(encoding).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError as error:
        problem = f"The file of {table.name} is cut short or damaged: it is not {encoding.upper()} ({error})."
        raise BadTable(problem, REMEDY) from error


def _encoding(head: bytes) -> str | None:
    """The encoding of a text by its byte-order mark, else by where its zeros are; None for no text."""
    marked = next((name for mark, name in ENCODINGS.items() if head.startswith(mark)), None)
    if marked or b"\0" not in head:
        return marked or "utf-8"
    # A table is mostly ASCII, of which UTF-16 has every other byte zero.
    if not any(head[::2]) or not any(head[1::2]):
        return "utf-16-be" if not any(head[::2]) else "utf-16-le"
    return None


def _first_lines(text: bytes) -> list[str]:
    head = text[: 1 << 16].decode("utf-8", "replace")
    lines = [line for line in re.split(r"\r\n|\r|\n", head) if line]
    return lines[:PROBED_LINES]


def _fields(line: str, separator: str) -> list[str]:
    try:
        return [field.strip() for field in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:  # a field of more than 128 kB
        return []


def _separator(lines: list[str], names: list[str] | None, table: Table) -> str:
    """The separator by which the first line has the known names, or else all lines have the most columns."""

    def fit(separator: str) -> tuple[int, int]:
        rows = [_fields(line, separator) for line in lines]
        widths = {len(row) for row in rows}
        whole = widths == {len(names)} if names else len(widths) == 1
        return len(known_columns(list(map(clean_name, rows[0])), table)), min(widths) if whole else 0

    return max(SEPARATORS, key=fit) if lines else ","


def _parsed(text: bytes, names: list[str], separator: str, table: Table, *, skipped: int) -> pa.Table:
    wanted = wanted_columns(names, table)
    typed = {name: kind for name in wanted if (kind := _type(name))}
    try:
        return _parsed_as(text, names, separator, wanted, typed, skipped)
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        # One value that does not fit its column's type: as text, each is read by what it says.
        as_text = dict.fromkeys(wanted, pa.string())
    try:
        return _parsed_as(text, names, separator, wanted, as_text, skipped)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        if "Empty CSV" in str(error):
            raise BadTable(f"{table.name} has no rows.", REMEDY) from error
        raise _misfit(str(error), names, table, skipped) from error


def _parsed_as(
    text: bytes,
    names: list[str],
    separator: str,
    wanted: list[str],
    types: dict[str, pa.DataType],
    skipped: int,
) -> pa.Table:
    return pacsv.read_csv(
        pa.py_buffer(text),
        read_options=pacsv.ReadOptions(column_names=names, skip_rows=skipped, use_threads=False),
        parse_options=pacsv.ParseOptions(delimiter=separator, newlines_in_values=b'"' in text),
        convert_options=pacsv.ConvertOptions(
            column_types=types, include_columns=wanted, strings_can_be_null=True
        ),
    )


def _misfit(reason: str, names: list[str], table: Table, skipped: int) -> BadTable:
    reason = re.sub(r"CSV column #(\d+)", lambda match: f"column {names[int(match[1])]}", reason)
    reason = re.sub(r"Row #(\d+)", lambda match: f"row {int(match[1]) - skipped}", reason, count=1)
    return BadTable(f"The rows of {table.name} do not fit their {len(names)} columns: {reason}.", REMEDY)


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
            read_options=pacsv.ReadOptions(autogenerate_column_names=True, block_size=1 << 30),
            parse_options=pacsv.ParseOptions(delimiter=separator, newlines_in_values=b'"' in text),
            convert_options=pacsv.ConvertOptions(strings_can_be_null=True),
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
