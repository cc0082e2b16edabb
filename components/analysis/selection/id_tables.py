"""Text as a table: named columns of words, in any layout that people paste or upload."""

import re

from components.analysis.selection.line_tables import (
    CALL,
    REMEDY,
    TextColumn,
    TextTable,
    content_lines,
    line_table,
    rightmost_table,
)
from components.analysis.selection.object_tables import (
    JSON_START,
    object_table,
    parsed_object,
    raise_broken_json,
)
from data.errors import DataError

LARGEST_FILE = 20_000_000
"""Bytes: several times what every root ID of the release takes."""
FIRST_BYTES = 400
"""Bytes from which an encoding without a mark is told."""
SUMMARY = re.compile("count|mean|std|var|min|25%|50%|75%|median|max|n?unique|top|freq|sum")
"""The label of a row in a summary of columns."""
_PROMPT = re.compile(r"^(?:Out ?\[\d+\]:|>>>|In ?\[\d+\]:.*)[ \t]*", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*```\w*[ \t]*$", re.MULTILINE)
_SHAPE = re.compile(r",\s*shape=\([\d, ]*\)")


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
        value = parsed_object(text)
        if table := object_table(value):
            return table
        if value is None and JSON_START.match(text.lstrip()):
            raise_broken_json(text)
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
    """Whether the rows are no rows of a table, but its counts, means and extremes."""
    labels = [{word.casefold().rstrip(":") for _, word in words} for _, words in table.columns]
    return any(len(words) > 1 and all(map(SUMMARY.fullmatch, words)) for words in labels)
