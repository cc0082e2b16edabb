"""A reader's own file as columns: text in any layout, Parquet or Feather, with its limits."""

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet

from data.catalog.entry import Table
from data.errors import BadTable, DataError
from data.number_words import plural
from data.sources.delimited import PROBED_BYTES, has_row_names, parse_as, rows_misfit, without_lines
from data.sources.exports import unlike
from data.sources.layout import file_digest, header_beside, read_header
from data.sources.statement import Statement, read_statement
from data.sources.text import (
    GZIP_MAGIC,
    REMEDY,
    SEPARATORS,
    check_quotes,
    first_rows,
    read_text,
    text_encoding,
    without_lines_above,
)
from data.tables.columns import clean_name
from data.tables.encodings import NAMES, as_text, encoding_of
from data.tables.id_tables import LARGEST_FILE, file_text, read_table
from data.tables.values import NUMBER, decoded

CsvOption = str | int | tuple[str, ...] | None
CsvOptions = tuple[tuple[str, CsvOption], ...]
MOST_ROWS = 200_000
MOST_BYTES = 50_000_000
MOST_PACKED = 1_032
"""How many times smaller gzip can make a text."""
MOST_HEAD = 4_096
"""Bytes by which an encoding or a layout is recognised."""
PASTED = (".json", ".jsonl", ".ndjson", ".txt")
ENDINGS = (".csv.gz", ".tsv.gz", ".csv", ".tsv", *PASTED, ".parquet", ".feather")
SMALLER = (
    f"Give at most {MOST_ROWS:,} rows and {MOST_BYTES / 1e6:.0f} MB: leave out columns, or split the file."
)
UNNAMED = ["", "0"]
"""How pandas names the index and the values of a series without a name."""
FORMATS = "Give a table as CSV, TSV, JSON, Parquet or Feather."
SAVE_AGAIN = "Correct the file, or save its table again as CSV, TSV, JSON, Parquet or Feather."


@dataclass(frozen=True, kw_only=True, eq=False)
class OwnFile:
    """The columns of a reader's own file.

    Attributes
    ----------
    path : Path
    stem : str
        Its name without endings, which names its table.
    rows : pyarrow.Table
        All columns, with the names of the file; columns of a text file are text.
    sha256 : str
    statement : Statement
        What the file states about itself.
    notes : tuple of str
        What was assumed of it.
    options : tuple of (str, value)
        With which `pandas.read_csv` reads a text file; empty for others.
    is_plain : bool
        Whether pandas reads the same rows by the file's ending and the options.
    text : str
        All of it, where the reader has no such file: it was pasted, or made by the app.
    """

    path: Path
    stem: str
    rows: pa.Table
    sha256: str
    statement: Statement
    notes: tuple[str, ...] = ()
    options: CsvOptions = ()
    is_plain: bool = True
    text: str = ""


def stem_of(path: Path) -> str:
    """A file's name without its endings."""
    ending = next((ending for ending in ENDINGS if path.name.lower().endswith(ending)), path.suffix)
    return path.name[: len(path.name) - len(ending)].strip() if ending else path.name


def read_own_file(path: Path) -> OwnFile:
    """Read a file of at most `MOST_ROWS` rows and `MOST_BYTES`.

    Raises
    ------
    DataError
        If there is no such file, it is too large (with its size), no table, or a column occurs twice or holds
        IDs that are too large.
    """
    try:
        return _whole_file(path)
    except BadTable as error:
        if error.remedy != REMEDY:
            raise
        raise BadTable(error.problem, SAVE_AGAIN) from error  # a reader's file is never fetched again


def _whole_file(path: Path) -> OwnFile:
    ending = next((ending for ending in ENDINGS if path.name.lower().endswith(ending)), "")
    if not ending:
        raise DataError(f"{path.name} is not a file of a known format.", FORMATS)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DataError(f"{path.name} has {size / 1e6:,.1f} MB.", SMALLER)
        entry = _named_in_errors(path)
        notes: tuple[str, ...] = ()
        options: CsvOptions = ()
        if ending in (".parquet", ".feather"):
            rows = _arrow_rows(path, entry, ending)
        elif ending in PASTED:
            rows, notes, options = _pasted_rows(path, ending)
        else:
            rows, notes, options = _text_rows(path, entry)
        digest = file_digest(path)
    except OSError as error:
        raise DataError(
            f"{path.name} cannot be read: {error.strerror or error}.", "Name a file that is there."
        ) from error
    _check_rows(rows.num_rows, path)
    # Its own name need not be the table's that it was exported from.
    statement = replace(read_statement(path), tables=())
    return OwnFile(
        path=path,
        stem=stem_of(path),
        rows=_checked(rows, path),
        sha256=digest,
        statement=statement,
        notes=notes,
        options=options,
        is_plain=_is_plain(path, ending, rows),
    )


def _is_plain(path: Path, ending: str, rows: pa.Table) -> bool:
    """Whether pandas reads the file as columns: no print, no index in Parquet, and of JSON only records."""
    if ending in PASTED:
        return ending == ".json" and bool(re.match(rb"\s*\[\s*\{", path.read_bytes()[:MOST_HEAD]))
    try:
        index = (rows.schema.pandas_metadata or {}).get("index_columns", ())
        return not any(isinstance(name, str) for name in index)
    except (ValueError, TypeError, AttributeError):  # what pandas noted there is damaged
        return False


def _named_in_errors(path: Path) -> Table:
    """An entry with the file's name, which the readers of text name in their errors."""
    return Table(
        name=path.name, title=path.name, family="", kind="labels", method="classifier", level="class",
        classification="", vocabulary=(), expected_rows=None, releases=(), labels_what="", about="",
        citations=(),
    )  # fmt: skip


def _check_rows(n: int, path: Path) -> None:
    if n > MOST_ROWS:
        raise DataError(f"{path.name} has {plural(n, 'row')}.", SMALLER)
    if n == 0:
        raise DataError(f"{path.name} has no rows.", FORMATS)


def _checked(rows: pa.Table, path: Path) -> pa.Table:
    """The rows with clean column names; raises where one occurs twice or holds numbers too large for IDs."""
    names = _clean_names(rows.column_names)
    if twice := [name for name, n in Counter(names).items() if n > 1]:
        raise BadTable(f"{path.name}: the column {twice[0]} occurs twice.", "Leave one of the two out.")
    for name, column in zip(names, rows.columns, strict=True):
        if pa.types.is_uint64(column.type):
            try:
                column.cast(pa.int64())
            except pa.ArrowInvalid as error:
                problem = f"{path.name}: the column {name} has an ID that is too large (IDs are below 2^63)."
                raise BadTable(problem, "Export the table again, or leave the column out.") from error
    return rows.rename_columns(names)


def _clean_names(names: Sequence[str]) -> list[str]:
    return [clean_name(name) or f"Unnamed: {place}" for place, name in enumerate(names)]


def _arrow_rows(path: Path, entry: Table, ending: str) -> pa.Table:
    kind = ending[1:].title()
    try:
        if kind == "Parquet":
            _check_rows(parquet.read_metadata(path).num_rows, path)
            # A column that occurs twice cannot be read by name; the schema tells.
            _checked(parquet.read_schema(path).empty_table(), path)
            return parquet.read_table(path, partitioning=None)
        rows = feather.read_table(path)
        rows.validate(full=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise unlike(path, kind, error, entry) from error
    return rows


def _pasted_rows(path: Path, ending: str) -> tuple[pa.Table, tuple[str, ...], CsvOptions]:
    """The rows of a text in any layout that people paste: prints, Markdown, JSON."""
    content = path.read_bytes()[: LARGEST_FILE + 1]
    table = read_table(file_text(content, path.name))
    is_wide = b"\0" in content  # UTF-16
    _, note = ("", "") if is_wide else as_text(content, path.name)
    options = () if is_wide or ending != ".json" else _encoding_options(content)
    if table.unsure or table.cut:
        raise DataError(f"{path.name} is a print or a summary of a table, not the whole of it.", FORMATS)
    columns = [pa.array([word for _, word in words], pa.string()) for _, words in table.columns]
    if len({*map(len, columns)}) > 1:
        raise DataError(f"{path.name}: its columns differ in length.", FORMATS)
    rows = pa.Table.from_arrays(columns, names=[name for name, _ in table.columns])
    return rows, (note,) if note else (), options


def _text_rows(path: Path, entry: Table) -> tuple[pa.Table, tuple[str, ...], CsvOptions]:
    written = _unpacked_text(path, entry)
    as_read, note = as_text(written, path.name)
    whole = as_read.encode() if note else written
    text = without_lines_above(whole, entry)
    separator = max(SEPARATORS, key=lambda mark: _fit(row for _, row in first_rows(text, mark)))
    rows, notes = first_rows(text, separator), [note] if note else list[str]()
    if not rows:
        raise DataError(f"{path.name} has no rows.", FORMATS)
    is_list = Counter(len(row) for _, row in rows).most_common(1)[0][0] == 1
    title = next((place for place, (_, row) in enumerate(rows) if _may_be_header(row) or is_list), 0)
    if title:
        words = " ".join(" ".join(row) for _, row in rows[:title]).strip()
        notes.append(f"The text above the header of {path.name} was skipped: “{words[:60]}”.")
        text = without_lines(text, rows[title][0])
        rows = first_rows(text, separator)
    has_header = rows[0][1] == UNNAMED or not any(re.fullmatch(NUMBER, cell) for cell in rows[0][1])
    names = _named_columns(path, entry, rows[0][1], has_header=has_header)
    if not has_header:
        notes.append(f"{path.name} has no header row: check that its columns were recognised.")
    elif has_row_names(text, rows[1:], len(names)):
        names = ["", *names]
    skipped = (rows[1][0] if len(rows) > 1 else 1) if has_header else 0
    parsed = _parsed_text(text, names, separator, entry, skipped)
    above = whole[: len(whole) - len(text)].count(b"\n")
    options = _csv_options(path, text, separator, names, above=above, has_header=has_header)
    return parsed, tuple(notes), (*options, *_encoding_options(written))


def _csv_options(
    path: Path, text: bytes, separator: str, names: list[str], *, above: int, has_header: bool
) -> CsvOptions:
    """With what `pandas.read_csv` reads the text as it is read here."""
    options: dict[str, CsvOption] = {"sep": separator, "dtype": "string"}
    with path.open("rb") as file:
        head = file.read(MOST_HEAD)
    if (is_packed := head.startswith(GZIP_MAGIC)) != path.name.endswith(".gz"):
        options["compression"] = "gzip" if is_packed else None
    if is_packed:
        with gzip.open(path) as file:
            head = file.read(MOST_HEAD)
    if (encoding := text_encoding(head)) not in (None, "utf-8", "utf-8-sig"):
        options["encoding"] = encoding
    if above:
        options["skiprows"] = above
    lines = io.StringIO(text[:PROBED_BYTES].decode(errors="replace"), newline="")
    as_written = next(csv.reader(lines, delimiter=separator))
    if not has_header:
        options |= {"header": None, "names": tuple(names)}
    elif [*filter(None, names)] != [*filter(None, as_written)]:
        options |= {"header": 0, "names": tuple(_clean_names(names))}
    if odd := tuple(word for word in (r"\N", "NaT") if word.encode() in text):
        options["na_values"] = odd
    return tuple(options.items())


def _encoding_options(content: bytes) -> CsvOptions:
    """How pandas decodes a text as `as_text` does; empty for UTF-8."""
    encoding = encoding_of(content)
    if encoding in NAMES:
        return (("encoding", encoding),)
    return (("encoding_errors", "replace"),) if "\ufffd" in content.decode("utf-8", "replace") else ()


def _unpacked_text(path: Path, entry: Table) -> bytes:
    with path.open("rb") as file:
        is_packed = file.read(2) == GZIP_MAGIC
        packed = file.seek(-min(4, path.stat().st_size), 2)
        size = int.from_bytes(file.read(), "little")  # gzip states it at its end, if that is not cut off
    if is_packed and 4 * MOST_BYTES < size < MOST_PACKED * packed:
        raise DataError(f"{path.name} unpacks to {size / 1e6:,.0f} MB.", SMALLER)
    return read_text(path, entry)


def _named_columns(path: Path, entry: Table, first_row: list[str], *, has_header: bool) -> list[str]:
    """The names of the first row, of a header file beside, or numbers."""
    if has_header:
        return list(first_row)
    if (beside := header_beside(path)).is_file():
        return read_header(beside, entry)
    return [f"column {place}" for place in range(1, len(first_row) + 1)]


def _parsed_text(text: bytes, names: list[str], separator: str, entry: Table, skipped: int) -> pa.Table:
    # Arrow reads columns by name, so that each needs one of its own until they are checked.
    places = [str(place) for place in range(len(names))]
    check_quotes(text, separator, len(names), entry, skipped=int(skipped > 0))
    try:
        parsed = parse_as(text, places, separator, places, dict.fromkeys(places, pa.string()), skipped)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        if "Empty CSV" in str(error):
            raise DataError(f"{entry.name} has no rows.", FORMATS) from error
        raise rows_misfit(str(error), names, entry, skipped) from error
    return parsed.rename_columns(names)


def _may_be_header(row: list[str]) -> bool:
    """Whether a row names columns: several, or one beside an index, as pandas writes a series."""
    return sum(map(bool, row)) > 1 or (len(row) == 2 and not row[0] and bool(row[1]))


def _fit(rows: Iterable[list[str]]) -> tuple[float, int]:
    """How well rows fit a separator: the share of one width, if there are several columns, and the width."""
    widths = Counter(map(len, rows))
    width, n = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return (n / widths.total() if width > 1 else 0.0, width)


def text_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column's values as text; lists, structs and maps too."""
    values = decoded(column)
    if pa.types.is_binary(values.type):
        values = pa.array([word and word.decode(errors="replace") for word in values.to_pylist()])
    if pa.types.is_string(values.type) or pa.types.is_integer(values.type):
        return values.cast(pa.string())
    words = [None if value is None else re.sub(r"\s+", " ", str(value)) for value in values.to_pylist()]
    return pa.array(words, pa.string())
