"""The text of a file: unpacked, decoded, and cleared of what is above its header."""

import codecs
import csv
import io
import re
from itertools import islice
from pathlib import Path

from isal import igzip, isal_zlib

from data.catalog.entry import Table
from data.errors import BadTable
from data.tables.columns import cave_names, known_columns
from data.tables.odd_rows import COUNTED

GZIP_MAGIC = b"\x1f\x8b"
REMEDY = "Fetch the table again, or put a whole file into the folder; nothing of this one was kept."
SEPARATORS = ",;\t|"
SYNTHETIC_MARK = "SYNTHETIC ROWS"
"""Prefix of text and CSV output from synthetic rows; JSON has the field `synthetic` instead."""
ENCODINGS = {
    codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",  # begins as UTF-16 does, so it comes first
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}  # fmt: skip
OTHER_KINDS = {b"PAR1": "Parquet", b"ARROW1": "Feather", b"PK\3\4": "zip"}
"""The first bytes of files that people name .csv, and their kinds."""
PROBED_ROWS = 20
LINE_ENDS = re.compile(rb"[\r\n]+")
LINE_ABOVE = re.compile(rb'([,;|\s]*?|#[^\r\n]*|"?sep=."?)(\r\n|\r|\n)', re.IGNORECASE)
"""A blank line, a comment, or the line that tells Excel the separator."""


def read_text(path: Path, table: Table) -> bytes:
    """The file's text as UTF-8 without a byte-order mark; raises on anything but gzip and text."""
    packed = unpacked(path, table)
    named = path.name if path.name == table.name else f"{path.name} of {table.name}"
    if packed[:4096].lstrip()[:1] == b"<":
        raise BadTable(f"Instead of {named} came a web page.", REMEDY)
    kind = next((kind for magic, kind in OTHER_KINDS.items() if packed.startswith(magic)), None)
    if kind:
        rename = f"rename it to {table.name.removesuffix('.csv')}.{kind.lower()}"
        raise BadTable(
            f"{named} is a {kind} file with the name of a text file.",
            f"Unpack it, or {rename}." if kind == "zip" else f"{rename[0].upper()}{rename[1:]}.",
        )
    encoding = text_encoding(packed[:4096])
    if encoding is None:
        raise BadTable(f"The file of {table.name} is neither gzip nor CSV text.", REMEDY)
    if encoding == "utf-8":
        return packed
    try:
        return packed.decode(encoding).removeprefix("\ufeff").encode("utf-8")
    except UnicodeError as error:
        problem = f"The file of {table.name} is cut short or damaged: it is not {encoding.upper()} ({error})."
        raise BadTable(problem, REMEDY) from error


def unpacked(path: Path, table: Table) -> bytes:
    """The file's bytes, unpacked where they are gzipped; raises if they are damaged."""
    packed = path.read_bytes()
    if not packed.startswith(GZIP_MAGIC):
        return packed
    try:
        # In one piece, which takes half the time of reading an open file.
        return igzip.decompress(packed)  # type: ignore[no-untyped-call]  # no stub for it
    except (OSError, EOFError, isal_zlib.IsalError) as error:  # type: ignore[misc]  # likewise
        problem = f"The file of {table.name} is cut short or damaged: {error}."
        raise BadTable(problem, REMEDY) from error


def text_encoding(head: bytes) -> str | None:
    """The encoding of a text by its byte-order mark, else by where its zeros are; None for no text."""
    marked = next((name for mark, name in ENCODINGS.items() if head.startswith(mark)), None)
    if marked or b"\0" not in head:
        return marked or "utf-8"
    # A table is mostly ASCII, of which UTF-16 has every other byte zero.
    if not any(head[::2]) or not any(head[1::2]):
        return "utf-16-be" if not any(head[::2]) else "utf-16-le"
    return None


def without_lines_above(text: bytes, table: Table) -> bytes:
    """The text without blank lines and comments on top; a header written as a comment stays."""
    start = 0
    while line := LINE_ABOVE.match(text, start):
        words = re.split(r"[,;\t|]", line[1].decode("utf-8", "replace").lstrip("# "))
        if len(known_columns(cave_names(words, table), table)) > 1:
            return text[start:].lstrip(b"# ")
        start = line.end()
    return text[start:] if start else text


def first_rows(text: bytes, separator: str) -> list[tuple[int, list[str]]]:
    """The first rows that are not blank, each with the number of lines above it."""
    # Lines are decoded one by one: a header may be long, and a large file need not be decoded whole.
    lines = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", errors="replace", newline="")
    reader = csv.reader(lines, delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    above = 0
    try:
        for row in islice(reader, 2 * PROBED_ROWS):
            if row:
                rows.append((above, [field.strip() for field in row]))
            above = reader.line_num
    except csv.Error:  # a field of more than 128 kB
        pass
    return rows[:PROBED_ROWS]


def check_quotes(text: bytes, separator: str, width: int, table: Table, *, skipped: int) -> None:
    """Raise if a quote that is never closed takes the rows after it for its field's text.

    Parameters
    ----------
    text : bytes
        The text.
    separator : str
        Between its columns.
    width : int
        Their number.
    table : Table
        Named in the error.
    skipped : int
        How many rows of the text are not rows of the table.

    Raises
    ------
    BadTable
        If a field is open at the end of the text, or spans lines and text follows its last quote, or spans
        lines that are whole rows.
    """
    if b'"' not in text:
        return
    mark = separator.encode()
    field = re.compile(rb'(?:\A|(?<=[\r\n%s]))"[^"]*+(?:""[^"]*+)*+("|\Z)' % re.escape(mark))
    field_end = re.compile(rb" *(?:[\r\n%s]|\Z)" % re.escape(mark))
    breaks_within = 0
    for match in field.finditer(text):
        lines = LINE_ENDS.split(match[0])
        if len(lines) == 1 and match[1]:
            continue
        first, *middle, last = [line.count(mark) for line in [*lines, b""]][: max(len(lines), 2)]
        holds_rows = first + last == width - 1 and set(middle) <= {width - 1}
        if not match[1] or not field_end.match(text, match.end()) or holds_rows:
            row = len(LINE_ENDS.findall(text, 0, match.start())) - breaks_within + 1 - skipped
            where = f"row {row}" if row > 0 else "the header"
            raise BadTable(
                f"{table.name}: a quote opened in {where} is never closed, or only rows later.",
                f"Delete that quote, or quote the whole text and double each quote in it. {COUNTED}",
            )
        breaks_within += len(lines) - 1
