"""A selection as text, for links and files.

The texts are words, so that a link can be read:

    filter:TABLE:LEVEL:labels=23P,4P:depth_um=100.0..250.0:where=V1,LM:where=root
    square:TABLE:TABLE:subclass:23P:4P
    compared:TABLE:TABLE:subclass:differ
    covered:inside=TABLE,TABLE:outside=TABLE
    misplaced:TABLE:TABLE,TABLE
    ids:260620,582276
    lasso:…

A filter names its level where that is not `type`, and as many clauses as it has; long lists of IDs are
compressed. Names are percent-encoded, so no kind's text holds a space or a bracket. Kinds are joined by
` plus `, ` minus ` and ` and `, taken from left to right; brackets stand around a join that is taken before:

    selection = part { (" plus " | " minus " | " and ") part }
    part      = kind | "(" selection ")"
"""

from components.analysis.selection.kinds import AgreeOrDiffer, Covered, Filtered, MatrixCell
from components.analysis.selection.listed import Lasso, Listed
from components.analysis.selection.misplaced import Misplaced
from components.analysis.selection.selection import (
    DEEPEST,
    JOINS,
    LONGEST_TEXT,
    How,
    Selection,
    SelectionKind,
    check_text,
    refuse,
)
from data.errors import DataError

KINDS: dict[str, type[SelectionKind]] = {
    kind.word: kind for kind in (Filtered, MatrixCell, AgreeOrDiffer, Covered, Misplaced, Lasso, Listed)
}
"""Every kind by the word that its text begins with."""


def to_text(selection: Selection, *, longest: int | None = LONGEST_TEXT) -> str:
    """Write a selection for a link, or for a file, which may be as long as it likes (None).

    Raises
    ------
    DataError
        If it is longer than `longest`: for a link a lasso of more than 4,700 nuclei or so.
    """
    text = selection.text()
    if longest is not None and len(text) > longest:
        raise DataError(
            f"The selection needs {len(text):,} characters; a link holds {longest:,}.",
            "Select by filters or by a matrix cell, export it as a named set, or download the IDs.",
        )
    return text


def from_text(text: str, *, longest: int = LONGEST_TEXT) -> Selection:
    """Read a selection from a link, or from a file.

    Raises
    ------
    DataError
        If the text is not what `to_text` writes.
    """
    check_text(len(text) <= longest, f"it has {len(text):,} characters; at most {longest:,} are allowed")
    opened: list[tuple[list[Selection], list[How]]] = []
    parts: list[Selection] = []
    hows: list[How] = []
    for place, word in enumerate(text.split(" ")):
        if place % 2:
            hows.append(
                word if word in JOINS else refuse("its parts are not joined by “plus”, “minus” or “and”")
            )
            continue
        bare = word.lstrip("(")
        for _ in range(len(word) - len(bare)):
            opened.append((parts, hows))
            parts, hows = [], []
        check_text(len(opened) <= DEEPEST, f"its brackets are nested more than {DEEPEST} deep")
        closing = min(len(bare) - len(bare.rstrip(")")), len(opened))
        parts.append(_read_kind(bare[: len(bare) - closing]))
        for _ in range(closing):
            inner = _joined(parts, hows)
            parts, hows = opened.pop()
            parts.append(inner)
    check_text(not opened and len(parts) == len(hows) + 1, "it ends too early")
    return _joined(parts, hows)


def _read_kind(text: str) -> SelectionKind:
    word, _, rest = text.partition(":")
    *others, last = KINDS
    check_text(word in KINDS, f"it begins with “{word[:20]}”, not with {', '.join(others)} or {last}")
    return KINDS[word].read(rest)


def _joined(parts: list[Selection], hows: list[How]) -> Selection:
    return parts[0].then(*zip(hows, parts[1:], strict=True)) if hows else parts[0]
