"""Lines of text as a table: what separates their cells, and which of them names the columns.

It reads CSV (comma, semicolon, tab, pipe, Excel's `sep=`), Markdown and other drawn tables, and what pandas,
NumPy and R print. A mere list is one column without a name.
"""

import csv
import itertools
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from data.errors import DataError
from data.number_words import plural
from data.tables.typed import BARE_ID, has_id_name, id_rank, ungrouped, words_in
from data.tables.values import MISSING_WORDS, NUMBER

REMEDY = "Nothing was changed. Give a list of nucleus IDs or root IDs, or a table with a column nucleus_id."
LONGEST_HEAD = 10_000
"""Characters of a first line that may name columns; a longer one is a list."""
MOST_CHARACTERS = 50_000_000
"""Of an aligned table, blanks included."""
FIRST_LINES = 200
"""Lines from which the separator is recognised."""
_DOTS = frozenset({"..", "...", "…", "⋮"})
_NAME = re.compile(r"[^\W\d][\w .]*")
NO_NAMES = frozenset(MISSING_WORDS.to_pylist())
_NUMBER = re.compile(f"{NUMBER}L?")  # R marks integers so
_ASSIGNED = re.compile(  # ids = [11, 12], ids <- c(11L, 12L), id IN (11, 12), [11 12]
    r"\s*(?:(?:where\s+)?[\"']?(?P<name>[\w.]+)[\"']?\s*(?:=|<-|:|\bin\b)\s*[\w.]*)?"
    r"[\[({]{1,2}(?P<body>[\s\d,;'\"Ln]*)[\])}]{1,2}[\s;]*",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\s*[\"']?(?P<name>[A-Za-z][\w ]{0,40}?)[\"']?\s*[:=,;\s]\s*(?=[\"'\d])"
)  # root_id: 11, 12
_BULLET = re.compile(r"\A\s*[-*•]\s+(?=[\d'\"`\u201c\u2018*\[])")
_COMMENT = re.compile(r"([\s\d,;'\"]*\d[\s,;'\"]*)(?<=[\s,;])(?:#|//)(?:\s.*)?")
_NUMBERS_ONLY = re.compile(r"[\s\d,;'\"]*")
_DECORATION = re.compile(  # **11**, `11`, [11](address), 11L, ="11", curly quotes
    r"\[(\d+)\]\([^)\s]*\)|(?<=\d)[Ln]\b|=(?=[\"'])|(?<!\d)[\u201c-\u201e\u2018\u2019`*]+|[\u201c-\u201e\u2018\u2019`*]+(?!\d)"
)
_TOKEN = re.compile(r'"[^"]*"|\'[^\']*\'|\[[^\]]*\]|\([^)]*\)|\S+')
_CLOSE = re.compile(r"-|\d{4}-\d\d-")
"""A number with a minus or a date, beside which pandas puts one blank, not two."""
_R_PREFIX = re.compile(r"\s*\[\d+\]\s+(?=\S)")
CALL = re.compile(
    r"\b[A-Za-z_][\w.]{0,60}\(((?:[^(),]++|,(?!\s*(?:dtype|length|name|tzinfo|tz)=))*+)(?:,[^()]*+)?\)"
)
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


def content_lines(text: str) -> tuple[list[Line], bool, str | None]:
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
        line for line in comments if has_id_name(re.split(r"[\s,;|]+", line[1]))
    ]  # numpy's `# nucleus_id`
    rows = [line for line in lines[n_comments:] if not line[1].startswith("# ")]
    return _without_last_separators([*heads[-1:], *rows]), cut, name


def line_table(lines: list[Line]) -> TextTable:
    """Read lines as columns, in the first layout that they fit; else as a list."""
    for read in (_vector, _assigned, _separated, _printed, rightmost_table):
        if table := read(lines):
            return table
    return _list(lines)


def _without_last_separators(lines: list[Line]) -> list[Line]:
    """Lines without the comma or semicolon that ends each; the last of a list has none."""
    ends = [line.rstrip()[-1:] for _, line in lines]
    listed = all(_NUMBERS_ONLY.fullmatch(line) for _, line in lines)
    if len({*(ends[:-1] if listed else ends)}) == 1 and ends[0] in {",", ";"}:
        return [(number, line.rstrip().removesuffix(ends[0])) for number, line in lines]
    return lines


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
        named = any(has_id_name(cells) for _, cells in rows[:10] if len(cells) > 1)
        if (width > 1 and len(rows) > 1 and fitting > 0.9) or (named and _header_place(rows) is not None):
            best, separator = max((best, separator), ((fitting + named, width), mark))
    if not separator and len(lines) > 1 and all(lines[0][1].split(" ")):
        widths = [len(cells) for _, cells in _cells(lines[:FIRST_LINES], " ")]
        separator = " " if widths[0] > 1 and {*widths} <= {widths[0], widths[0] + 1} else ""
    return table_of_rows(_cells(lines, separator, whole=True)) if separator else None


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
    justified = regular and _justified(lines) and (widths == {width} or _indexed(lines))
    lone_name = regular and width == 1 and lines[0][1][0] not in " \"'"
    if justified or (regular and (_evenly_parted(lines) or not _names(tokens[0][1]))):
        table = table_of_rows(tokens)
        return table._replace(unsure=lone_name and not justified) if table else None
    if lone_name and all("  " in line.strip() for _, line in lines[1:]):
        # A series below its index's name.
        return table_of_rows([(tokens[0][0], [*tokens[0][1], ""]), *tokens[1:]])
    return table_of_rows(_aligned(lines))


def rightmost_table(lines: list[Line]) -> TextTable | None:
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
    named = index_names and has_id_name(lines[1][1].split())
    return TextTable((labels, values), unsure=named)


def _wrapped(lines: list[Line]) -> TextTable | None:
    """A frame that pandas prints in blocks of columns, one below the other.

    None where a block lacks lines: rows of blanks without an index, and which of them is lost.
    """
    starts = [place for place, (_, line) in enumerate(lines) if line.endswith("\\")]
    height = starts[1] if len(starts) > 1 else len(lines) // 2
    blocks = [lines[place : place + height] for place in range(0, len(lines), height)]
    if len({tuple(number - block[0][0] for number, _ in block) for block in blocks}) > 1:
        return None
    blocks = [[(number, line.rstrip("\\ ")) for number, line in block] for block in blocks]
    tables = [_printed(block) for block in blocks]
    indexes = [table.columns[0] for table in tables if table and not table.columns[0].name]
    labels = [word for _, word in indexes[0].words] if indexes else []
    tables = [  # a block of blank columns holds the index alone
        table
        for table, block in zip(tables, blocks, strict=True)
        if [line.strip() for _, line in block[1:]] != labels
    ]
    columns = [column for table in tables if table for column in table.columns]
    index, *_ = columns or [TextColumn("", [])]
    named = [column for column in columns if column.name]
    return TextTable((index, *named)) if named and all(tables) else None


def _evenly_parted(lines: list[Line]) -> bool:
    """Whether the same number of spaces separates any two words."""
    return any(all(gap.join(_TOKEN.findall(line)) == line for _, line in lines) for gap in (" ", "  ", "   "))


def _indexed(lines: list[Line]) -> bool:
    """Whether the first words of the rows are an index, and not the first of the words in a cell.

    An index stands left of every name. pandas puts two blanks beside most; R may put one, and its row names
    differ.
    """
    rows = [[*itertools.islice(_TOKEN.finditer(line), 2)] for _, line in lines[1:] if line]
    words = [row[0][0] for row in rows]
    apart = all(row[1].start() - row[0].end() > 1 or _CLOSE.match(row[1][0]) for row in rows if len(row) > 1)
    head = len(lines[0][1]) - len(lines[0][1].lstrip())
    unique = len({*words}) == len(words) or all(map(str.isdecimal, words))
    return all(row[0].end() < head for row in rows) and (apart or unique)


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
    whole = [_TOKEN.sub(lambda word: word[0].replace(" ", "_"), line) for _, line in lines]
    characters = np.array([line.ljust(length) for line in whole]).view("U1").reshape(-1, length)
    used = np.flatnonzero(np.any(characters != " ", axis=0))
    runs = np.split(used, np.flatnonzero(np.diff(used) > 1) + 1)
    spans: list[tuple[int, int]] = []
    indexed = _indexed(lines)
    begin: int | None = None
    for first, last in ((int(run[0]), int(run[-1])) for run in runs):
        begin = first if begin is None else begin
        if (indexed and not spans) or lines[0][1][first : last + 1].strip():
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
    elif lines and (lead := _LEAD.match(lines[0][1])) and id_rank(lead["name"]) is not None:
        lines = [(lines[0][0], lines[0][1][lead.end() :]), *lines[1:]]
    words: list[Line] = []
    cut = False
    unsure = False
    for number, line in ((number, _R_PREFIX.sub("", line)) for number, line in lines):
        cell = line.strip(" \t,;'\"") if name else ""
        written = words_in(_DECORATION.sub(r" \1 ", CALL.sub(r"(\1)", line)))
        if ungrouped(cell.replace(" ", "_")):
            written = [cell]
        words += ((number, word) for word in written if word not in _DOTS)
        cut |= not _DOTS.isdisjoint(written)
        several = len(written) > 1 and re.search(r"[\s,;|]", line.strip(_AROUND))
        unsure |= bool(name) and bool(several or has_id_name(written))
    return TextTable((TextColumn(name, words),), cut, unsure)


def _header_place(rows: list[Row]) -> int | None:
    """Which of the first rows names the columns: one with a name of IDs, else the first."""
    heads = [place for place, (_, cells) in enumerate(rows[:10]) if _names(cells)]
    named = [place for place in heads if has_id_name(rows[place][1])]
    return next(iter(named), 0 if 0 in heads else None)


def _names_again(cells: Sequence[str], names: Sequence[str]) -> bool:
    """Whether a row below the names names columns once more."""
    if any(map(str.isdecimal, cells)) or not _names(cells):
        return False
    return has_id_name(cells) or any(cell in names for cell in cells if cell)


def _names(cells: Sequence[str]) -> bool:
    """Whether a row names columns: no number among its cells but those of columns that are counted."""
    filled = [bare for cell in cells if (bare := cell.strip(_AROUND))]
    numbers = [cell for cell in filled if _NUMBER.fullmatch(cell)]
    counted = [[str(place) for place in range(first, first + len(numbers))] for first in (0, 1)]
    return bool(filled) and (not numbers or (numbers in counted and len(numbers) < len(cells)))


def table_of_rows(rows: list[Row]) -> TextTable | None:
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
            too_many = f"{plural(len(cells), 'cell')} in {plural(len(names), 'column')}"
            words.append((number, too_many if extra else word))
    columns = [TextColumn(name, words) for name, words in zip(names, table, strict=True)]
    return TextTable(
        tuple(column for column in columns if column.name not in _DOTS), not _DOTS.isdisjoint(names)
    )


def _record(rows: list[Row]) -> bool:
    """Whether rows of two are names and what they name, as pandas prints one row of a frame."""
    names = [cells[0] for _, cells in rows]
    is_record = not any(map(_NUMBER.fullmatch, names)) and has_id_name(name.rstrip(":") for name in names)
    return is_record and not _names(rows[0][1])
