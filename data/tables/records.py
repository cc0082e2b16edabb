"""What is recorded of a table when it is fetched: where from, when, how many, and what differs."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from data.catalog.entry import Table
from data.labels.crosswalk import find_label
from data.tables.raw import Ground, Raw, Source
from data.tables.schema import FORMAT, Tidy
from data.volume.volume import Release


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a table's rows came from, and what there is to say of them.

    Attributes
    ----------
    table, source, place, origin : str
        The table; the source's name and place; the file or address the rows came from.
    release : int
    timestamp : str
        Of the materialization, ISO 8601, UTC.
    synthetic : bool
        Whether the rows are made up.
    rows, nuclei : int
        Rows of the tidy frame, and the nuclei they stand for.
    sha256 : str
        Of the file the rows came from.
    fetched_at : str
        ISO 8601, UTC.
    absent : tuple of str
        Tidy columns that the rows did not hold.
    notes : tuple of str
        What differs from the catalogue, and what was left out and why.
    stamp : str
        The source's stamp when the rows were read.
    made_from : tuple of Ground
        What made-up rows were drawn from; empty where rows were measured.
    notices : tuple of str
        What the table's owner says of it.
    format : int
        Version of the tidy form and of this record.
    """

    table: str
    source: str
    place: str
    origin: str
    release: int
    timestamp: str
    synthetic: bool
    rows: int
    nuclei: int
    sha256: str
    fetched_at: str
    absent: tuple[str, ...]
    notes: tuple[str, ...]
    stamp: str
    made_from: tuple[Ground, ...] = ()
    notices: tuple[str, ...] = ()
    format: int = FORMAT

    @property
    def fetched(self) -> datetime:
        """`fetched_at` as a moment."""
        return datetime.fromisoformat(self.fetched_at)


FAR_APART = 10_000_000
"""Where IDs span more, marking them would take more memory than it is worth: a byte for each."""


def make_record(
    table: Table, source: Source, release: Release, raw: Raw, made: Tidy, stamp: str
) -> Provenance:
    """Make the record of a table's rows, now.

    Parameters
    ----------
    table : Table
        Its catalogue entry.
    source, release
        Whose rows they are.
    raw, made
        The rows as they came, and tidy.
    stamp : str
        The source's stamp before they were read.
    """
    return Provenance(
        table=table.name,
        source=source.name,
        place=source.place,
        origin=raw.origin,
        release=release.number,
        timestamp=release.timestamp.isoformat(),
        synthetic=source.synthetic,
        rows=made.rows.num_rows,
        nuclei=_distinct(made.rows["nucleus_id"].to_numpy()),
        sha256=raw.sha256,
        fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
        absent=made.absent,
        notes=(*made.notes, *_differences(table, made)),
        stamp=stamp,
        made_from=raw.made_from,
        notices=raw.notices,
    )


def _distinct(ids: np.ndarray) -> int:
    """Count different IDs; where they lie close together, to mark each takes a tenth of sorting them."""
    lowest = int(ids.min())
    span = int(ids.max()) - lowest + 1
    if span > FAR_APART:
        return len(np.unique(ids))
    seen = np.zeros(span, bool)
    seen[ids - lowest] = True
    return int(np.count_nonzero(seen))


def _differences(table: Table, made: Tidy) -> list[str]:
    """What differs from the catalogue: kept, said and recorded, not refused."""
    notes = []
    expected = table.expected_rows
    if expected and not expected.holds(made.rows.num_rows):
        notes.append(f"{made.rows.num_rows:,} rows, where {expected} are published.")
    if "cell_type" in made.rows.column_names and table.vocabulary:
        column = made.rows["cell_type"].unify_dictionaries().combine_chunks()
        if column.null_count:
            notes.append(
                f"{column.null_count:,} {'row has' if column.null_count == 1 else 'rows have'} no label."
            )
        unknown = [label for label in column.dictionary.to_pylist() if find_label(label) is None]
        if unknown:
            notes.append(f"Labels that the catalogue does not know, shown as they are: {', '.join(unknown)}.")
    return notes
