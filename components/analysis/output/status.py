"""The status of a release: a line per catalogue entry, with rows, nuclei and coverage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from components.analysis.checks.doubts import Doubt, combined
from components.analysis.labels.counts import Denominator, find_denominator
from data.catalog.entry import Table
from data.errors import DataError, TableAbsent
from data.loader import LabelTable, loaded_tables


@dataclass(frozen=True, kw_only=True)
class TableStatus:
    """The status of one catalogue entry.

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
    source : str or None
        Name of the source that gave the rows.
    problem : DataError or None
        Why it is absent or failed, or why its numbers are doubted.
    assumptions : tuple of str
        What was assumed of a file that does not say how it is to be read.
    """

    table: Table
    state: str
    rows: int | None = None
    nuclei: int | None = None
    coverage: float | None = None
    fetched_at: str | None = None
    source: str | None = None
    problem: DataError | None = None
    assumptions: tuple[str, ...] = ()


def release_status(
    loaded: Mapping[str, LabelTable | DataError | None],
    tables: Mapping[str, Table],
    doubts: Mapping[str, Sequence[Doubt]] = MappingProxyType({}),
) -> tuple[list[TableStatus], Denominator]:
    """The status of every table of a release.

    Parameters
    ----------
    loaded : mapping
        By table name: the table, the error that stands for it, or None where it was not asked for.
    tables : mapping
        The release's tables by name, as `ReleaseTables.held` gives them.
    doubts : mapping
        Doubts about the tables' numbers, by table name.

    Returns
    -------
    list of TableStatus
        In the order of `tables`.
    Denominator
        The denominator of coverage.
    """
    frames = {name: table.frame for name, table in loaded_tables(loaded).items()}
    denominator = find_denominator(frames)

    def status(table: Table) -> TableStatus:
        outcome = loaded.get(table.name)
        if outcome is None:
            return TableStatus(table=table, state="not fetched")
        if isinstance(outcome, DataError):
            state = "absent" if isinstance(outcome, TableAbsent) else "failed"
            return TableStatus(table=table, state=state, problem=outcome)
        return TableStatus(
            table=table,
            state="loaded",
            rows=outcome.provenance.rows,
            nuclei=outcome.provenance.nuclei,
            coverage=denominator.coverage(outcome.frame["nucleus_id"]),
            fetched_at=outcome.provenance.fetched_at,
            source=outcome.provenance.source,
            assumptions=outcome.provenance.assumptions,
            problem=combined(table.name, doubts.get(table.name, ())),
        )

    return [status(table) for table in tables.values()], denominator
