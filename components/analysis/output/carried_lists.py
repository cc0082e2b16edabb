"""Grafted labels and followed root IDs for the command line: records, text, and the root IDs of a list."""

import pandas as pd

from components.analysis.labels.ids import NO_IDS
from components.analysis.releases.carried import GRAFT_OUTCOMES, ROOT_OUTCOMES, WHOLE, graft_counts
from components.analysis.selection.id_lists import read_ids
from data.errors import DataError
from data.loader import LabelTable, OpenRelease
from data.number_words import of_nuclei, plural
from data.tables.typed import is_root_id

MOST_FATES = 20
"""Root IDs that are no longer whole, listed in words."""


def written_roots(text: str) -> tuple[list[int], int]:
    """The root IDs of a text, each once, of the column with most; and how many of its words are none.

    Raises
    ------
    DataError
        If it holds none, or several columns hold different ones.
    """
    columns = read_ids(text, NO_IDS, NO_IDS).columns
    found = [[number for number in column.written.ids if is_root_id(number)] for column in columns]
    best = max(range(len(columns)), key=lambda place: len(found[place]), default=None)
    if best is None or not found[best]:
        refused = [one for column in columns for one in column.written.refused]
        why = f" “{refused[0].word}” in line {refused[0].line} is {refused[0].why}." if refused else ""
        raise DataError(f"The list holds no root ID.{why}", "Write one on each line, or a column of them.")
    written = columns[best].written
    if others := [
        column.written.column
        for column, roots in zip(columns, found, strict=True)
        if not {*roots} <= {*found[best]}
    ]:
        names = " and ".join([written.column, *others])
        raise DataError(f"The columns {names} hold different root IDs.", "Give one of them at a time.")
    return [*dict.fromkeys(found[best])], len(written.ids) - len(found[best]) + len(written.refused)


def graft_record(grafted: pd.DataFrame, labels: LabelTable, opened: OpenRelease) -> dict[str, object]:
    """A graft as a record: releases, table, and nuclei by outcome; they add up to `nuclei`."""
    counts = graft_counts(grafted)
    return {
        "table": labels.table.name,
        "labels_of": labels.provenance.release,
        "release": opened.release.number,
        "source": opened.source.name,
        "synthetic": opened.source.synthetic,
        "nuclei": int(counts.sum()),
        "outcomes": {outcome: int(counts[outcome]) for outcome in GRAFT_OUTCOMES},
    }


def graft_text(record: dict[str, object]) -> str:
    """A graft in words, a line per outcome."""
    outcomes: dict[str, int] = record["outcomes"]  # type: ignore[assignment]  # as `graft_record` makes it
    lines = [f"{record['table']}: labels of v{record['labels_of']} on v{record['release']}, by nucleus"]
    lines += [f"{n:>9,}  {outcome}" for outcome, n in outcomes.items()]
    return "\n".join([*lines, f"{record['nuclei']:>9,}  labelled nuclei"])


def fates_record(fates: pd.DataFrame, numbers: tuple[int, int], left_out: int) -> dict[str, object]:
    """Followed root IDs as a record; IDs as text, since they exceed 2**53."""
    counts = fates["outcome"].value_counts()
    rows = fates.astype({"root_id": str, "outcome": str})
    lists = {name: rows[name].str.split() for name in ("later_root_ids", "nucleus_ids")}
    return {
        "roots_of": numbers[0],
        "release": numbers[1],
        "roots": len(fates),
        "no_root_ids": left_out,
        "outcomes": {outcome: int(counts[outcome]) for outcome in ROOT_OUTCOMES},
        "fates": rows.assign(**lists).to_dict("records"),
    }


def fates_text(fates: pd.DataFrame, numbers: tuple[int, int], left_out: int) -> str:
    """Followed root IDs in words: counts, then those that are no longer whole."""
    counts = fates["outcome"].value_counts()
    lines = [f"root IDs of v{numbers[0]} in v{numbers[1]}, through their nuclei"]
    lines += [f"{counts[outcome]:>9,}  {outcome}" for outcome in ROOT_OUTCOMES]
    lines.append(
        f"{len(fates):>9,}  root IDs, each once"
        + (f"; {plural(left_out, 'word is not a root ID', 'words are not root IDs')}" if left_out else "")
    )
    changed = fates[fates["outcome"] != WHOLE]
    for row in changed.head(MOST_FATES).to_dict("records"):
        gone = f", {row['n_gone']} of {of_nuclei(row['n_nuclei'])} gone" if row["n_gone"] else ""
        lines.append(f"{row['root_id']}: {row['outcome']} {row['later_root_ids']}".rstrip() + gone)
    if len(changed) > MOST_FATES:
        lines.append(f"… and {len(changed) - MOST_FATES:,} more (--csv, --json)")
    return "\n".join(lines)
