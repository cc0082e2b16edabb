"""What the labels of a reader's own file mean: what is certain, and the reader's own mapping."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from zlib import crc32

import pandas as pd

from data.errors import DataError
from data.labels.crosswalk import find_label
from data.labels.spellings import offer
from data.sources.text import SEPARATORS, SYNTHETIC_MARK

LONGEST_LABEL = 60
TAKEN = {"unmapped", "(no label)", "conflicting labels", "not in table", "other labels"}
"""Words for nuclei without one label, which no label of a reader's own may be."""
_KEPT_FROM_SPREADSHEETS = re.compile(r"^'(?=\s*[=+\-@])")
"""An apostrophe that exports put before what a spreadsheet would run."""


def shown_label(label: str) -> str:
    """A text of a reader's own file as it is shown: on one line, without marks that turn text, and cut.

    The cut ends in a checksum of the whole, so that no two labels become one.
    """
    words = "".join(" " if mark.isspace() else mark for mark in label if mark.isspace() or mark.isprintable())
    text = _KEPT_FROM_SPREADSHEETS.sub("", " ".join(words.split())) or "(unprintable)"
    if len(text) <= LONGEST_LABEL:
        return text
    return f"{text[: LONGEST_LABEL - 9]}…{crc32(label.encode(errors='replace')):08x}"


def meanings(labels: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The label as which each counts: by the reader's own mapping, else by what is certain, else itself.

    Labels that count as themselves keep their own spelling, as `shown_label` writes it.
    """
    taken = {}
    for label in labels:
        found = offer(label)
        means = mapping.get(label, found.means if found.certain else "")
        same = not means or find_label(label) is find_label(means)
        # A word that only another table means so, such as L2IT, is not read as that table's unless asked for.
        entry, own = find_label(label), shown_label(label)
        of_other = (entry is not None and entry.table and not means) or own in TAKEN
        taken[label] = means if not same else f"{own} (yours)" if of_other else own
    return taken


def mapping_frame(labels: Sequence[str], mapping: Mapping[str, str]) -> pd.DataFrame:
    """The mapping as a file for the reader to correct, which `read_mapping` reads.

    Columns `label`; `means`, the known label as which it counts, "" for none; `how` that is known; and
    `likely`, a meaning that is offered but not taken.
    """
    lines = []
    for label in labels:
        found = offer(label)
        means = mapping.get(label, found.means if found.certain else "")
        likely = found.means if found.how == "likely" else ""
        lines.append((label, means, "yours" if label in mapping else found.how, likely))
    return pd.DataFrame(lines, columns=["label", "means", "how", "likely"])


def read_mapping(path: Path) -> dict[str, str]:
    """Read a reader's own mapping from a file, as `parse_mapping` reads its bytes.

    Raises
    ------
    DataError
        If there is no such file, or it is not a mapping.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = f"The mapping {path.name} cannot be read: {error}."
        raise DataError(problem, "Name a CSV file in UTF-8.") from error
    return parse_mapping(content, path.name)


def parse_mapping(content: bytes, name: str) -> dict[str, str]:
    """Read a mapping from CSV with the columns `label` and `means`.

    Raises
    ------
    DataError
        If it is not text, gives a label two meanings, or names an unknown label as one.
    """
    try:
        # The command line begins with this mark what it writes of a sample.
        text = content.decode("utf-8-sig").removeprefix(f"{SYNTHETIC_MARK}: ")
        text = re.sub(r"\A(\s|#.*)+", "", re.sub("\r\n?", "\n", text))
        header, _, rest = text.partition("\n")
        separator = max(SEPARATORS, key=header.count)
        names = [word.strip(' "').casefold() for word in header.split(separator)]
        lines = list(csv.DictReader(io.StringIO(rest), names, delimiter=separator))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"The mapping {name} cannot be read: {error}.", "Save it as CSV in UTF-8.") from error
    if not lines or not {"label", "means"} <= lines[0].keys():
        raise DataError(f"The mapping {name} has no columns label and means.", "Name them in its first line.")
    mapping: dict[str, str] = {}
    for line in lines:
        label, means = (line["label"] or "").strip(), (line["means"] or "").strip()
        label = _KEPT_FROM_SPREADSHEETS.sub("", label)
        if means and find_label(means) is None:
            raise DataError(
                f"The mapping {name} takes “{label[:60]}” for “{means[:60]}”, which is not a known label.",
                "Use a label such as 23P, BC or inhibitory, or leave it empty for the label itself.",
            )
        if mapping.setdefault(label, means) != means:
            problem = f"The mapping {name} gives “{label[:60]}” two meanings."
            raise DataError(problem, "Give it one.")
    return mapping
