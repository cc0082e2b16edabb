"""How a snippet is written: its status as a comment, its values as literals that nothing breaks out of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import wrap

COMMENT_WIDTH = 86
WIDTH = 88
"""Characters of a line, as formatters of code have it."""


@dataclass(frozen=True)
class Snippet:
    """A piece of Python to take away.

    Attributes
    ----------
    title : str
        Where it asks.
    status : str
        Whether it runs, and for which release.
    text : str
        The code; its first comment is the status.
    """

    title: str
    status: str
    text: str


def snippet_of(title: str, status: str, code: str) -> Snippet:
    """Put the status over the code."""
    comment = "".join(f"# {line}\n" for line in wrap(status, COMMENT_WIDTH, break_long_words=False))
    return Snippet(title, status, comment + code)


def literal(value: object) -> str:
    """Write a text, a number, or a tuple of them; whatever a text holds, it stays one literal.

    A number without a fraction is written as a whole one.
    """
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    if not isinstance(value, str):
        return repr(value)
    if '"' in value:
        return repr(value)
    # With a single quotation mark in it, Python chooses double ones; the mark is taken away again.
    return repr(value + "'")[:-2] + '"'


def literal_list(values: Iterable[object], before: int = 0) -> str:
    """Write a list, on one line where it fits behind `before` characters, else in filled lines."""
    return _filled([literal(value) for value in values], "[", "]", before)


def mapped(values: Mapping[str, str] | Mapping[tuple[str, str], str], before: int = 0) -> str:
    """Write a dict, likewise."""
    return _filled([f"{literal(key)}: {literal(value)}" for key, value in values.items()], "{", "}", before)


def variable(title: str) -> str:
    """Make a name of a table's title: `baylor_fine`."""
    return "_".join("".join(c if c.isalnum() and c.isascii() else " " for c in title.lower()).split())


def _filled(parts: list[str], left: str, right: str, before: int) -> str:
    line = ", ".join(parts)
    if before + len(line) + 2 <= WIDTH:
        return f"{left}{line}{right}"
    lines, current = [], ""
    for part in parts:
        if current and len(current) + len(part) + 6 > WIDTH:
            lines.append(current)
            current = ""
        current += f"{' ' if current else ''}{part},"
    return "\n".join([left, *(f"    {line}" for line in [*lines, current]), right])
