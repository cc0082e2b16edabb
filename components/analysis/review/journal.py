"""A reader's verdicts as a journal, to which lines are only added: what was judged, what was taken back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from data.tables.typed import is_nucleus_id

LONGEST_LABEL, LONGEST_NOTE = 80, 1_000
CERTAINTIES = range(1, 6)
"""From a guess to sure."""
_ID = re.compile(r"(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (?P<what>[1-9]\d{0,17}|undo)", re.ASCII)


@dataclass(frozen=True)
class Verdict:
    """What the reader says about a nucleus.

    Attributes
    ----------
    nucleus_id : int
    label : str
        As written; text, whatever it holds.
    certainty : int
        One of `CERTAINTIES`.
    note : str
    release : int
        The one that was open.
    judged_at : str
        ISO 8601, UTC, to the millisecond.
    """

    nucleus_id: int
    label: str
    certainty: int
    note: str
    release: int
    judged_at: str

    @property
    def line_id(self) -> str:
        """The ID of its line; IDs sort by time."""
        return f"{self.judged_at} {self.nucleus_id}"


@dataclass(frozen=True)
class TakenBack:
    """That the verdict of an earlier line, `undoes`, is taken back."""

    line_id: str
    undoes: str


JournalLine = Verdict | TakenBack


def read_line(record: object) -> JournalLine | None:
    """Read a line as the browser or a file keeps it; None where it is none.

    Parameters
    ----------
    record : object
        A dict with `id` and `undoes`, or with `id`, `nucleus_id`, `label`, `certainty`, `note`, `release`.
    """
    if not isinstance(record, Mapping) or not (found := _ID.fullmatch(str(record.get("id", "")))):
        return None
    if "undoes" in record:
        undoes = str(record["undoes"])
        return TakenBack(found[0], undoes) if _ID.fullmatch(undoes) else None
    nucleus, label, note = (str(record.get(name, "")) for name in ("nucleus_id", "label", "note"))
    certainty, release = record.get("certainty"), record.get("release")
    names_nucleus = nucleus == found["what"] and nucleus.isdigit() and is_nucleus_id(int(nucleus))
    short = 0 < len(label.strip()) <= LONGEST_LABEL and len(note) <= LONGEST_NOTE
    if type(certainty) is not int or type(release) is not int or not (names_nucleus and short):
        return None
    if certainty not in CERTAINTIES:
        return None
    return Verdict(int(nucleus), label, certainty, note, release, found["at"])


def line_record(line: JournalLine) -> dict[str, str | int]:
    """Write a line for the browser or a file, as `read_line` reads it."""
    if isinstance(line, TakenBack):
        return {"id": line.line_id, "undoes": line.undoes}
    return {
        "id": line.line_id,
        "nucleus_id": str(line.nucleus_id),
        "label": line.label,
        "certainty": line.certainty,
        "note": line.note,
        "release": line.release,
    }


def standing_verdicts(lines: Iterable[JournalLine]) -> dict[int, Verdict]:
    """The last verdict on each nucleus that was not taken back, by nucleus ID, in the order of judging."""
    in_order = sorted(lines, key=lambda line: line.line_id)
    undone = {line.undoes for line in in_order if isinstance(line, TakenBack)}
    standing: dict[int, Verdict] = {}
    for line in in_order:
        if isinstance(line, Verdict) and line.line_id not in undone:
            standing.pop(line.nucleus_id, None)
            standing[line.nucleus_id] = line
    return standing
