"""What is at hand of a release: a line per catalogue entry, with rows, nuclei and coverage."""

from collections.abc import Mapping
from dataclasses import dataclass

from components.analysis.labels.counts import Denominator, find_denominator
from data.catalog.entry import Table
from data.errors import DataError, TableAbsent
from data.loader import LabelTable


@dataclass(frozen=True, kw_only=True)
class TableStatus:
    """One catalogue entry as it stands.

    Attributes
    ----------
    table : Table
    state : str
        `loaded`, `not fetched`, `absent` (the source does not hold it) or `failed`.
    rows, nuclei : int or None
        None unless loaded.
    coverage : float or None
        Nuclei labelled / nuclei of the denominator, 0–1.
    fetched_at : str or None
        ISO 8601, UTC.
    problem : DataError or None
        Why it is absent or failed.
    """

    table: Table
    state: str
    rows: int | None = None
    nuclei: int | None = None
    coverage: float | None = None
    fetched_at: str | None = None
    problem: DataError | None = None


def release_status(
    loaded: Mapping[str, LabelTable | DataError | None], tables: Mapping[str, Table]
) -> tuple[list[TableStatus], Denominator]:
    """Say of every table of a release what is at hand.

    Parameters
    ----------
    loaded : mapping
        By table name: the table, the error that stands for it, or None where it was not asked for.
    tables : mapping
        The release's tables by name, as `ReleaseTables.held` gives them.

    Returns
    -------
    list of TableStatus
        In the order of `tables`.
    Denominator
        What coverage is counted out of.
    """
    frames = {name: got.frame for name, got in loaded.items() if isinstance(got, LabelTable)}
    denominator = find_denominator(frames)
    return [_status(table, loaded.get(name), denominator) for name, table in tables.items()], denominator


def _status(table: Table, got: LabelTable | DataError | None, denominator: Denominator) -> TableStatus:
    if got is None:
        return TableStatus(table=table, state="not fetched")
    if isinstance(got, DataError):
        state = "absent" if isinstance(got, TableAbsent) else "failed"
        return TableStatus(table=table, state=state, problem=got)
    return TableStatus(
        table=table,
        state="loaded",
        rows=got.provenance.rows,
        nuclei=got.provenance.nuclei,
        coverage=got.provenance.nuclei / len(denominator.nuclei),
        fetched_at=got.provenance.fetched_at,
    )
