"""Text as a table: named columns of words, in any layout that people paste or upload, JSON among them."""

import ast
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from data.errors import DataError
from data.tables.encodings import as_text
from data.tables.line_tables import (
    CALL,
    REMEDY,
    TextColumn,
    TextTable,
    content_lines,
    line_table,
    rightmost_table,
    table_of_rows,
)
from data.tables.typed import has_id_name

LARGEST_FILE = 20_000_000
FILE_TYPES = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "md"]
"""Endings of the files that can be read."""
"""Bytes: several times what every root ID of the release takes."""
FIRST_BYTES = 400
"""Bytes from which an encoding without a mark is recognised."""
SUMMARY = re.compile("count|mean|std|var|min|25%|50%|75%|median|max|n?unique|top|freq|sum")
"""The label of a row in a summary of columns."""
_PROMPT = re.compile(r"^(?:Out ?\[\d+\]:|>>>|In ?\[\d+\]:.*)[ \t]*", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*```\w*[ \t]*$", re.MULTILINE)
_SHAPE = re.compile(r",\s*shape=\([\d, ]*\)")
_JSON_START = re.compile(r"\[?\s*\{\s*[\"']?[A-Za-z_][^:]{0,60}:")


def file_text(content: bytes, name: str) -> str:
    """Read an uploaded file as text.

    Raises
    ------
    DataError
        If it is too large, or no text.
    """
    if len(content) > LARGEST_FILE:
        size = f"{len(content) / 1e6:,.0f} MB, more than {LARGEST_FILE / 1e6:.0f}"
        raise DataError(f"The file “{name[:80]}” is too large: {size}.", REMEDY)
    encoding = "utf-8-sig"
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):  # as spreadsheets save “Unicode text”
        encoding = "utf-16"
    elif len(content) > 1 and not len(content) % 2 and not any(content[1:FIRST_BYTES:2]):
        encoding = "utf-16-le"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        # Older spreadsheets write µ and ü in one byte; digits are the same in every such encoding.
        text = as_text(content, name)[0] if encoding == "utf-8-sig" else "\0"
    if "\0" in text:
        raise DataError(f"The file “{name[:80]}” is not text.", REMEDY)
    return text


def read_table(text: str) -> TextTable:
    """Read a text as columns.

    Raises
    ------
    DataError
        If the text is a file of named sets, two tables in one, a CSV that breaks off inside a cell, or JSON
        that breaks off, is nested too deep or gives a name twice.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = _FENCE.sub("", _PROMPT.sub("", _SHAPE.sub("", text)))
    if CALL.match(text.lstrip()):  # array([11, 12], dtype=int64)
        text = CALL.sub(r"\1", text)
    if text.lstrip()[:1] in {"[", "{", "("}:
        value = _parsed_object(text)
        if table := _object_table(value):
            return table
        if value is None and _JSON_START.match(text.lstrip()):
            _raise_broken_json(text)
    lines, cut, footer_name = content_lines(text)
    table = line_table(lines)
    if footer_name and len(table.columns) == 1 and any(len(line.split()) > 1 for _, line in lines):
        above = (0, "_".rjust(max(len(line.rstrip()) for _, line in lines)))
        # A series with several indices.
        table = rightmost_table([above, *lines]) or table._replace(unsure=True)
    if footer_name and table.columns[-1].name in {"", "_"}:  # pandas names a series below it
        named = TextColumn(footer_name, table.columns[-1].words)
        table = table._replace(columns=(*table.columns[:-1], named))
    if footer_name == "" and all(name and len(words) == 1 for name, words in table.columns):
        table = table._replace(unsure=True)  # df.count(); a row of a frame has its label below
    return table._replace(cut=cut or table.cut, unsure=table.unsure or _is_summary(table))


def _is_summary(table: TextTable) -> bool:
    """Whether the rows are not those of a table, but its counts, means and extremes."""
    labels = [{word.casefold().rstrip(":") for _, word in words} for _, words in table.columns]
    return any(len(words) > 1 and all(map(SUMMARY.fullmatch, words)) for words in labels)


def _parsed_object(text: str) -> object:
    """The object that a text spells, its numbers as they are written; None where it spells none."""
    decoder = json.JSONDecoder(
        parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_without_repeats
    )
    read_json: Callable[[str], object] = decoder.decode
    lines = [line for line in text.split("\n") if line.strip()]
    try:
        return read_json(text)
    except (ValueError, RecursionError):
        pass
    try:
        if text.lstrip().startswith("{"):
            return _objects(text.strip(), decoder)
        return [read_json(line) for line in lines]
    except (ValueError, RecursionError):
        pass
    if not re.search(r"[{\[(].*[{\[(:]", text, re.DOTALL):
        return None
    literal = re.sub(r"\b(?:nan|NaN|NaT|null)\b|<NA>", "None", text.strip())
    for _ in range(2):  # np.int64(11), array([11, 12], dtype=int64), Timestamp('2020-11-12')
        literal = CALL.sub(r"(\1)", literal)
    try:
        literal_object: object = ast.literal_eval(literal)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return None
    return literal_object


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object; raises `DataError` where it gives a name twice, of which the last would win."""
    read = dict(pairs)
    if len(read) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise DataError(f"A JSON object gives “{twice[:80]}” twice.", "Give each name once in an object.")
    return read


def _objects(text: str, decoder: json.JSONDecoder) -> list[object]:
    """JSON objects one after the other, in lines of their own or not."""
    objects: list[object] = []
    place = 0
    while place < len(text):
        value, place = decoder.raw_decode(text, place)
        objects.append(value)
        while text[place : place + 1] in {",", " ", "\n", "\t"}:
            place += 1
    return objects


def _raise_broken_json(text: str) -> None:
    """Raise a `DataError` with the line at which a text stops being JSON."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"This JSON cannot be read: {error.msg[:1].lower()}{error.msg[1:]}, line {error.lineno}."
        raise DataError(problem, REMEDY) from error
    except RecursionError as error:
        raise DataError("This JSON cannot be read: it is nested too deep.", REMEDY) from error


def _object_table(value: object) -> TextTable | None:
    """Columns of an object; None where it is none, or a mixture."""
    if isinstance(value, Mapping):
        return _mapping_table({str(name): part for name, part in value.items()})
    if not isinstance(value, list | tuple):
        return None
    if ... in value and (table := _object_table([part for part in value if part is not ...])):
        return table._replace(cut=True)
    if value and all(isinstance(part, Mapping) for part in value):
        records = [{str(name): part for name, part in record.items()} for record in value]
        names = dict.fromkeys(name for record in records for name in record)
        return _columns((name, [record.get(name, "") for record in records]) for name in names)
    if (
        value
        and all(part and isinstance(part, list | tuple) for part in value)
        and len({*map(len, value)}) == 1
    ):
        return table_of_rows([(place, [*map(_word, part)]) for place, part in enumerate(value, 1)])
    return _columns([("", value)])


def _mapping_table(value: dict[str, object]) -> TextTable | None:
    """Columns of a JSON object, in any `orient` of pandas."""
    if "sets" in value:
        raise DataError("This is a file of named sets.", "Import it under “Named sets”.")
    names, rows = value.get("columns"), value.get("data")
    lists = {name: part for name, part in value.items() if isinstance(part, list | tuple)}
    records = {
        name: part for name, part in lists.items() if part and all(isinstance(row, Mapping) for row in part)
    }
    inner = {name: part for name, part in value.items() if isinstance(part, Mapping)}
    if has_id_name(value.keys() - lists.keys() - inner.keys()):  # one record
        table = _object_table([value])
    elif isinstance(names, list) and isinstance(rows, list):  # orient="split"
        table = _object_table([names, *rows])
    elif records:  # below a name, such as in orient="table"
        table = _records_table(records)
    elif lists:
        table = _columns(lists.items())
    elif inner and has_id_name(map(str, next(iter(inner.values())))):  # orient="index"
        table = _object_table([{"": key, **part} for key, part in inner.items()])
    elif inner:
        index = [*next(iter(inner.values()))]
        table = _columns([("", index), *((name, [*part.values()]) for name, part in inner.items())])
    else:
        table = _columns([("", [*value]), ("", [*value.values()])])
    return table


def _records_table(records: Mapping[str, Sequence[object]]) -> TextTable | None:
    """The columns of the only records with a name of IDs; of several, all columns with the records' names."""
    tables = {name: table for name, part in records.items() if (table := _object_table(part))}
    with_ids = [table for table in tables.values() if has_id_name(name for name, _ in table.columns)]
    if len(tables) == 1 or len(with_ids) == 1:
        return (with_ids or [*tables.values()])[0]
    titled = [(title, column) for title, table in tables.items() for column in table.columns]
    columns = (TextColumn(f"{title}: {column.name}", column.words) for title, column in titled)
    return TextTable(tuple(columns), unsure=True)


def _columns(columns: Iterable[tuple[str, Sequence[object]]]) -> TextTable:
    return TextTable(tuple(TextColumn(name, [*enumerate(map(_word, values), 1)]) for name, values in columns))


def _word(value: object) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value, default=str)[:40]
