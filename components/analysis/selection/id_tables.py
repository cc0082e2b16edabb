"""Text as a table: named columns of words, in any layout that people paste or upload.

It reads CSV (comma, semicolon, tab, pipe, Excel's `sep=`), JSON and Python literals (records, lines,
columns), Markdown and other drawn tables, and what pandas, numpy and R print. A mere list is one column
without a name.
"""

import ast
import csv
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from components.analysis.labels.typed import ungrouped, words_in
from data.errors import DataError

REMEDY = "Nothing was changed. Give a text of nucleus IDs or root IDs, or a CSV with a column nucleus_id."
LARGEST_FILE = 20_000_000
"""Bytes: several times what every root ID of the release takes."""
FIRST_BYTES = 400
"""Bytes from which an encoding without a mark is told."""
LONGEST_HEAD = 10_000
"""Characters of a first line that may name columns; a longer one is a list."""
MOST_CHARACTERS = 50_000_000
"""Of an aligned table, blanks included."""
FIRST_LINES = 200
"""Lines from which the separator is told."""
EXACT_NAMES = {
    "nucleusid": 0,
    "targetid": 1,
    "rootid": 2,
    "ptrootid": 2,
    "segid": 3,
    "segmentid": 3,
    "id": 4,
    "idref": 4,
}
PARTS_OF_NAMES = {"nucleusid": 1, "rootid": 2}
NO_ID_WORD = re.compile("n|num|number|counts?|n?unique|total|sum|mean|min|max|is|has|ok|valid|flag")
"""In a name such as `nucleus_id_count` or `has_root_id`, such a word tells of counts or flags."""
SUMMARY = re.compile("count|mean|std|var|min|25%|50%|75%|median|max|n?unique|top|freq|sum")
"""The label of a row in a summary of columns."""
BARE_ID = 4
"""Rank of `id` and `id_ref`, which are nuclei in one kind of table and rows or annotations in another."""

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_DOTS = frozenset({"..", "...", "…", "⋮"})
_NAME = re.compile(r"[^\W\d][\w .]*")
NO_NAMES = frozenset({"nan", "none", "null", "na"})
_NUMBER = re.compile(r"[-+]?[.,]?\d[\d.,]*(?:[eE][-+]?\d+)?L?")
_PROMPT = re.compile(r"^(?:Out ?\[\d+\]:|>>>|In ?\[\d+\]:.*)[ \t]*", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*```\w*[ \t]*$", re.MULTILINE)
_JSON_START = re.compile(r"\[?\s*\{\s*[\"']?[A-Za-z_][^:]{0,60}:")
_ASSIGNED = re.compile(  # ids = [11, 12], ids <- c(11L, 12L), id IN (11, 12), [11 12]
    r"\s*(?:(?:where\s+)?(?P<name>[\w.]+)\s*(?:=|<-|:|\bin\b)\s*[\w.]*)?"
    r"[\[({]{1,2}(?P<body>[\s\d,;'\"Ln]*)[\])}]{1,2}[\s;]*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"\s*[-*•]\s+(?=[\d'\"`\u201c\u2018*\[])")
_COMMENT = re.compile(r"([\s\d,;'\"]*\d[\s,;'\"]*)(?<=[\s,;])(?:#|//)(?:\s.*)?")
_NUMBERS_ONLY = re.compile(r"[\s\d,;'\"]*")
_DECORATION = re.compile(  # **11**, `11`, [11](address), 11L, curly quotes
    r"\[(\d+)\]\([^)\s]*\)|(?<=\d)[Ln]\b|(?<!\d)[\u201c-\u201e\u2018\u2019`*]+|[\u201c-\u201e\u2018\u2019`*]+(?!\d)"
)
_TOKEN = re.compile(r'"[^"]*"|\'[^\']*\'|\[[^\]]*\]|\([^)]*\)|\S+')
_R_PREFIX = re.compile(r"\s*\[\d+\]\s+(?=\S)")
_CALL = re.compile(
    r"\b[A-Za-z_][\w.]{0,60}\(((?:[^(),]++|,(?!\s*(?:dtype|length|name|tzinfo|tz)=))*+)(?:,[^()]*+)?\)"
)
_SHAPE = re.compile(r",\s*shape=\([\d, ]*\)")
_FOOTER = re.compile(
    r"\s*(?:\[?\(?\d+ rows?(?: x \d+ columns)?[\])]?|<\w+Array>|shape: \(.*\)|(?:<\w+>\s*)+"
    r"|(?:Name: (?P<name>.*?), )?(?:Length: \d+, )?(?:dtype: .*|Length: \d+.*))\s*"
)
_AROUND = " \t,;'\"[](){}`*\u201c\u201d\u201e\u2018\u2019"
_RULE = re.compile("[\\s|+:=\u2500-\u257f-]*")
_BLANKS = str.maketrans("[],", "   ")
_BARS = str.maketrans(dict.fromkeys("│┆║", "|"))

Line = tuple[int, str]
"""A line, or a word of it, with the line's number from 1; of JSON, the place in the list."""
Row = tuple[int, list[str]]


class TextColumn(NamedTuple):
    """A column: its name, "" where it has none, and its words with their lines."""

    name: str
    words: Sequence[Line]


class TextTable(NamedTuple):
    """What a text holds: its columns, one without a name for a mere list.

    `cut`: its print left some out. `unsure`: the text has no plain layout, so that the reader has to choose.
    """

    columns: tuple[TextColumn, ...]
    cut: bool = False
    unsure: bool = False


def bare_name(name: str) -> str:
    """The letters and digits of a column's name, in small letters and in the singular."""
    return re.sub(r"[\W_]+", "", name).casefold().removesuffix("s")


def is_counted(name: str) -> bool:
    """Whether a column's name is that of counts or flags."""
    return any(map(NO_ID_WORD.fullmatch, re.findall(r"[^\W\d_]+", _CAMEL.sub(" ", name).casefold())))


@lru_cache(maxsize=4096)
def id_rank(name: str) -> int | None:
    """Rank the name of a column of IDs, the surest 0; None where the name is no such name.

    Case, spaces, underscores and quotes do not matter. Names of counts and flags are none.
    """
    if is_counted(name):
        return None
    bare = bare_name(name)
    ranks = (rank for part, rank in PARTS_OF_NAMES.items() if part in bare)
    return EXACT_NAMES.get(bare, next(ranks, None))


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
        text = content.decode("latin-1") if encoding == "utf-8-sig" else "\0"
    if "\0" in text:
        raise DataError(f"The file “{name[:80]}” is no text.", REMEDY)
    return text


def _has_id_name(names: Iterable[str]) -> bool:
    return any(id_rank(name) is not None for name in names)


def read_table(text: str) -> TextTable:
    """Read a text as columns.

    Raises
    ------
    DataError
        If the text is a file of named sets, a CSV that breaks off inside a cell, or two tables in one.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = _FENCE.sub("", _PROMPT.sub("", _SHAPE.sub("", text)))
    if _CALL.match(text.lstrip()):  # array([11, 12], dtype=int64)
        text = _CALL.sub(r"\1", text)
    if text.lstrip()[:1] in {"[", "{", "("}:
        value = _parsed(text)
        if table := _object_table(value):
            return table
        if value is None and _JSON_START.match(text.lstrip()):
            _raise_broken_json(text)
    lines, cut, footer_name = _content(text)
    for read in (_vector, _assigned, _separated, _printed, _rightmost):
        if table := read(lines):
            break
    else:
        table = _list(lines)
    if footer_name and len(table.columns) == 1 and any(len(line.split()) > 1 for _, line in lines):
        above = (0, "_".rjust(max(len(line.rstrip()) for _, line in lines)))
        table = _rightmost([above, *lines]) or table._replace(unsure=True)  # a series with several indices
    if footer_name and table.columns[-1].name in {"", "_"}:  # pandas names a series below it
        named = TextColumn(footer_name, table.columns[-1].words)
        table = table._replace(columns=(*table.columns[:-1], named))
    if footer_name == "" and all(name and len(words) == 1 for name, words in table.columns):
        table = table._replace(unsure=True)  # df.count(); a row of a frame has its label below
    return table._replace(cut=cut or table.cut, unsure=table.unsure or _is_summary(table))


def _is_summary(table: TextTable) -> bool:
    """Whether the rows are no rows of a table, but its counts, means and extremes."""
    labels = [{word.casefold().rstrip(":") for _, word in words} for _, words in table.columns]
    return any(len(words) > 1 and all(map(SUMMARY.fullmatch, words)) for words in labels)


def _content(text: str) -> tuple[list[Line], bool, str | None]:
    """The lines with content; whether a line says that rows are left out; the name that pandas puts below.

    The name is "" where pandas gives a type alone, and None where there is no such line.
    """
    lines: list[Line] = []
    cut = False
    name: str | None = None
    for number, line in enumerate(text.translate(_BARS).split("\n"), 1):
        if footer := _FOOTER.fullmatch(line):
            name = footer["name"] or name or ("" if "dtype:" in line else None)
        elif (words := {*line[:LONGEST_HEAD].split()} - {"|"}) and words <= _DOTS:
            cut = True
        elif not line.isspace() and not _RULE.fullmatch(line[:LONGEST_HEAD]):
            commented = _COMMENT.fullmatch(line) if "#" in line or "//" in line else None
            lines.append((number, _BULLET.sub("", commented[1] if commented else line, count=1)))
    n_comments = next((n for n, (_, line) in enumerate(lines) if not line.startswith("#")), len(lines))
    comments = [(number, line.strip("# ")) for number, line in lines[:n_comments]]
    heads = [
        line for line in comments if _has_id_name(re.split(r"[\s,;|]+", line[1]))
    ]  # numpy's `# nucleus_id`
    rows = [line for line in lines[n_comments:] if not line[1].startswith("# ")]
    return _without_last_separators([*heads[-1:], *rows]), cut, name


def _without_last_separators(lines: list[Line]) -> list[Line]:
    """Lines without the comma or semicolon that ends each; the last of a list has none."""
    ends = [line.rstrip()[-1:] for _, line in lines]
    listed = all(_NUMBERS_ONLY.fullmatch(line) for _, line in lines)
    if len({*(ends[:-1] if listed else ends)}) == 1 and ends[0] in {",", ";"}:
        return [(number, line.rstrip().removesuffix(ends[0])) for number, line in lines]
    return lines


# Objects: JSON, JSON lines, Python literals


def _parsed(text: str) -> object:
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
        literal = _CALL.sub(r"(\1)", literal)
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
        return _named([(place, [*map(_word, part)]) for place, part in enumerate(value, 1)])
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
    if _has_id_name(value.keys() - lists.keys() - inner.keys()):  # one record
        table = _object_table([value])
    elif isinstance(names, list) and isinstance(rows, list):  # orient="split"
        table = _object_table([names, *rows])
    elif records:  # below a name, such as in orient="table"
        table = _records_table(records)
    elif lists:
        table = _columns(lists.items())
    elif inner and _has_id_name(map(str, next(iter(inner.values())))):  # orient="index"
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
    with_ids = [table for table in tables.values() if _has_id_name(name for name, _ in table.columns)]
    if len(tables) == 1 or len(with_ids) == 1:
        return (with_ids or [*tables.values()])[0]
    return TextTable(
        tuple(
            TextColumn(f"{title}: {column.name}", column.words)
            for title, table in tables.items()
            for column in table.columns
        ),
        unsure=True,
    )


def _columns(columns: Iterable[tuple[str, Sequence[object]]]) -> TextTable:
    return TextTable(tuple(TextColumn(name, [*enumerate(map(_word, values), 1)]) for name, values in columns))


def _word(value: object) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value, default=str)[:40]


# Lines: what separates their cells, and which of them names the columns


def _vector(lines: list[Line]) -> TextTable | None:
    """What R prints of a vector: `[1] 11 12`."""
    if lines and all(_R_PREFIX.match(line) for _, line in lines):
        return _list([(number, _R_PREFIX.sub("", line)) for number, line in lines])
    return None


def _assigned(lines: list[Line]) -> TextTable | None:
    """One list in brackets, in any number of lines, with or without a name before it."""
    text = "\n".join(line for _, line in lines)
    if not (listed := _ASSIGNED.fullmatch(text)):
        return None
    first = text.count("\n", 0, listed.start("body"))
    body = zip((number for number, _ in lines[first:]), listed["body"].split("\n"), strict=False)
    words = [(number, word) for number, part in body for word in re.findall(r"[0-9]+", part)]
    return TextTable((TextColumn(listed["name"] or "", words),))


def _separated(lines: list[Line]) -> TextTable | None:
    """A table whose cells are parted by a character, quoted where they hold it."""
    declared = re.fullmatch(r"\"?sep=(.)\"?", lines[0][1].strip()) if lines else None
    lines = lines[1:] if declared else lines
    if not lines or len(lines[0][1]) > LONGEST_HEAD:
        return None
    best, separator = (0.0, 0), ""
    for mark in [declared[1]] if declared else ",;\t|":
        rows = _cells(lines[:FIRST_LINES], mark)
        width = len(rows[0][1]) if rows else 0
        fitting = sum(len(cells) in {width, width + 1} for _, cells in rows) / max(len(rows), 1)
        named = any(_has_id_name(cells) for _, cells in rows[:10] if len(cells) > 1)
        if (width > 1 and len(rows) > 1 and fitting > 0.9) or (named and _header_place(rows) is not None):
            best, separator = max((best, separator), ((fitting + named, width), mark))
    if not separator and len(lines) > 1 and all(lines[0][1].split(" ")):
        widths = [len(cells) for _, cells in _cells(lines[:FIRST_LINES], " ")]
        separator = " " if widths[0] > 1 and {*widths} <= {widths[0], max(widths[:2])} else ""
    return _named(_cells(lines, separator, whole=True)) if separator else None


def _cells(lines: list[Line], separator: str, *, whole: bool = False) -> list[Row]:
    """The rows of a CSV, cells without spaces around them; `whole`: it may not end inside a quoted cell."""
    rows: list[Row] = []
    reader = csv.reader(
        (f"{line}\n" for _, line in lines), delimiter=separator, skipinitialspace=separator not in "\t ",
        strict=whole,
    )  # fmt: skip
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if separator == "|" and len(stripped) > 2 and not stripped[0] and not stripped[-1]:
                stripped = stripped[1:-1]
            rows.append((lines[reader.line_num - 1][0], stripped))
    except csv.Error as error:
        if "expected after" in str(error):  # quotes inside a quoted cell, which R writes as \"
            return _cells(lines, separator)
        line = lines[min(reader.line_num, len(lines)) - 1][0]
        raise DataError(f"The table cannot be read: {error}, line {line}.", REMEDY) from error
    return rows


def _printed(lines: list[Line]) -> TextTable | None:
    """A table whose columns are parted by spaces: aligned, as pandas and R print it, or not."""
    printed = len(lines) > 1 and any(" " in line.strip() for _, line in lines)
    if not printed or any(len(line) > LONGEST_HEAD for _, line in lines):
        return None
    if all(line.lstrip().startswith("[") for _, line in lines):  # a numpy array of rows
        lines = [(number, line.translate(_BLANKS).rstrip()) for number, line in lines]
    if lines[0][1].endswith("\\"):
        return _wrapped(lines)
    tokens = [(number, [word.strip("\"'") for word in _TOKEN.findall(line)]) for number, line in lines]
    width = len(tokens[0][1])
    widths = {len(cells) for _, cells in tokens[1:]}
    regular = len(widths) == 1 and widths <= {width, width + 1} and max(widths) > 1
    if regular and (_justified(lines) or _evenly_parted(lines) or not _names(tokens[0][1])):
        table = _named(tokens)
        lone_name = width == 1 and lines[0][1][0] not in " \"'" and not _justified(lines)
        return table._replace(unsure=lone_name) if table else None
    if width == 1 and regular and lines[0][1][0] not in " \"'" and all("  " in line for _, line in lines[1:]):
        return _named([(tokens[0][0], [*tokens[0][1], ""]), *tokens[1:]])  # a series below its index's name
    return _named(_aligned(lines))


def _rightmost(lines: list[Line]) -> TextTable | None:
    """A column below its name, right of row labels of any number of words, as pandas prints it."""
    head = lines[0][1].rstrip() if lines else ""
    if len(lines) < 2 or len(head.split()) != 1 or any(len(line) > LONGEST_HEAD for _, line in lines):
        return None
    rows = [
        (number, line.rstrip()[: len(head)].rpartition(" "), len(line.rstrip())) for number, line in lines[1:]
    ]
    index_names = rows[0][2] < len(head)  # in a line of their own
    body = rows[index_names:]
    if not body or any(end != len(head) for *_, end in body) or not any(label for _, (label, *_), _ in body):
        return None
    labels = TextColumn("", [(number, label.strip()) for number, (label, *_), _ in body])
    values = TextColumn(head.strip(), [(number, value) for number, (*_, value), _ in body])
    named = index_names and _has_id_name(lines[1][1].split())
    return TextTable((labels, values), unsure=named)


def _wrapped(lines: list[Line]) -> TextTable | None:
    """A frame that pandas prints in blocks of columns, one below the other."""
    starts = [place for place, (_, line) in enumerate(lines) if line.endswith("\\")]
    height = starts[1] if len(starts) > 1 else len(lines) // 2
    blocks = [lines[place : place + height] for place in range(0, len(lines), height)]
    tables = [_printed([(number, line.rstrip("\\ ")) for number, line in block]) for block in blocks]
    columns = [column for table in tables if table for column in table.columns]
    index, *_ = columns or [TextColumn("", [])]
    named = [column for column in columns if column.name]
    return TextTable((index, *named)) if named and all(tables) else None


def _evenly_parted(lines: list[Line]) -> bool:
    """Whether as many spaces stand between any two words."""
    return any(all(gap.join(_TOKEN.findall(line)) == line for _, line in lines) for gap in (" ", "  ", "   "))


def _justified(lines: list[Line]) -> bool:
    """Whether the words of every column begin, or end, at one place."""
    spans = [[match.span() for match in _TOKEN.finditer(line)] for _, line in lines]
    columns = zip(*(row[-len(spans[0]) :] for row in spans), strict=True)
    return all(
        len({start for start, _ in column}) == 1 or len({end for _, end in column}) == 1 for column in columns
    )


def _aligned(lines: list[Line]) -> list[Row]:
    """Rows of cells between the places where every line is blank; [] where these make no columns.

    A cell may hold spaces: what no name stands above belongs to the name to its right, but for the index.
    """
    length = max(len(line) for _, line in lines)
    if length * len(lines) > MOST_CHARACTERS:
        return []
    characters = np.array([line.ljust(length) for _, line in lines]).view("U1").reshape(-1, length)
    used = np.flatnonzero(np.any(characters != " ", axis=0))
    runs = np.split(used, np.flatnonzero(np.diff(used) > 1) + 1)
    spans: list[tuple[int, int]] = []
    begin: int | None = None
    for first, last in ((int(run[0]), int(run[-1])) for run in runs):
        begin = first if begin is None else begin
        if not spans or lines[0][1][first : last + 1].strip():
            spans.append((begin, last + 1))
            begin = None
    rows = [(number, [line[a:b].strip() for a, b in spans]) for number, line in lines]
    justified = all(
        all(line[a:b][:1] != " " for _, line in lines[1:] if line[a:b].strip())
        or all(line[a:b].ljust(b - a)[-1:] != " " for _, line in lines[1:] if line[a:b].strip())
        for a, b in spans
    )
    single = not any("  " in cell for _, cells in rows for cell in cells)
    headed = _names(rows[0][1]) or all(all(cells) for _, cells in rows) or _record(rows)
    return rows if len(spans) > 1 and justified and single and headed and begin is None else []


def _list(lines: list[Line]) -> TextTable:
    """A list of words, below a name or without one."""
    name = ""
    head = lines[0][1].strip(" \t,;:'\"") if lines else ""
    if (
        len(lines) > 1
        and len(head) <= LONGEST_HEAD
        and _NAME.fullmatch(head)
        and (" " not in head or not any(id_rank(name) not in {None, BARE_ID} for name in head.split()))
        and head.lower() not in NO_NAMES
    ):
        name, lines = head, lines[1:]
    words: list[Line] = []
    cut = False
    unsure = False
    for number, line in ((number, _R_PREFIX.sub("", line)) for number, line in lines):
        cell = line.strip(" \t,;'\"") if name else ""
        written = (
            [cell]
            if ungrouped(cell.replace(" ", "_"))
            else words_in(_DECORATION.sub(r" \1 ", _CALL.sub(r"(\1)", line)))
        )
        words += ((number, word) for word in written if word not in _DOTS)
        cut |= not _DOTS.isdisjoint(written)
        several = len(written) > 1 and re.search(r"[\s,;|]", line.strip(_AROUND))
        unsure |= bool(name) and bool(several or _has_id_name(written))
    return TextTable((TextColumn(name, words),), cut, unsure)


def _header_place(rows: list[Row]) -> int | None:
    """Which of the first rows names the columns: one with a name of IDs, else the first."""
    heads = [place for place, (_, cells) in enumerate(rows[:10]) if _names(cells)]
    named = [place for place in heads if _has_id_name(rows[place][1])]
    return next(iter(named), 0 if 0 in heads else None)


def _names_again(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row below the names names columns once more."""
    if any(map(str.isdecimal, cells)) or not _names(cells):
        return False
    return _has_id_name(cells) or any(cell in names for cell in cells if cell)


def _names(cells: Sequence[str]) -> bool:
    """Whether a row names columns: no number among its cells but those of columns that are counted."""
    filled = [bare for cell in cells if (bare := cell.strip(_AROUND))]
    numbers = [cell for cell in filled if _NUMBER.fullmatch(cell)]
    counted = [[str(place) for place in range(first, first + len(numbers))] for first in (0, 1)]
    return bool(filled) and (not numbers or (numbers in counted and len(numbers) < len(cells)))


def _named(rows: list[Row]) -> TextTable | None:
    """Columns of rows: their names, an index before them that has none, and cells that are too many."""
    if not rows:
        return None
    if all(len(cells) == 2 for _, cells in rows) and _record(rows):
        return TextTable(
            tuple(TextColumn(cells[0].rstrip(":"), [(number, cells[1])]) for number, cells in rows)
        )
    head = _header_place(rows)
    names = list(rows[head][1]) if head is not None else [""] * len(rows[0][1])
    body = rows[head + 1 :] if head is not None else rows
    longer = [cells for _, cells in body if len(cells) > len(names)]
    if head is not None and body and len(longer) > 0.9 * len(body) and any(cells[-1] for cells in longer):
        names = ["", *names]
    if body and not names[0] and id_rank(body[0][1][0]) is not None and not any(body[0][1][1:]):
        names[0], body = body[0][1][0], body[1:]  # pandas names an index in a line of its own
    table: list[list[Line]] = [[] for _ in names]
    for row, (number, cells) in enumerate(body):
        if not any(cells):
            continue
        if row and head is not None and cells != names and _names_again(cells, names):
            problem = f"There are two tables: line {number} names other columns, {', '.join(cells)[:80]}."
            raise DataError(problem, "Nothing was changed. Give one table at a time.")
        extra = any(cells[len(names) :])
        for place, words in enumerate(table):
            word = cells[place] if place < len(cells) else ""
            words.append((number, f"{len(cells)} cells in {len(names)} columns" if extra else word))
    columns = [TextColumn(name, words) for name, words in zip(names, table, strict=True)]
    return TextTable(
        tuple(column for column in columns if column.name not in _DOTS), not _DOTS.isdisjoint(names)
    )


def _record(rows: list[Row]) -> bool:
    """Whether rows of two are names and what they name, as pandas prints one row of a frame."""
    names = [cells[0] for _, cells in rows]
    is_record = not any(map(_NUMBER.fullmatch, names)) and _has_id_name(name.rstrip(":") for name in names)
    return is_record and not _names(rows[0][1])
