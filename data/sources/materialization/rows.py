"""All rows of a table from a server that limits the rows of an answer, as a raw frame."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import requests

from data.catalog.entry import Table
from data.errors import BadTable
from data.number_words import plural
from data.sources.connection import pause
from data.sources.materialization.errors import AGAIN, is_rate_limit
from data.sources.materialization.session import Heard
from data.tables.columns import POSITION_STEMS, SPLIT, wanted_columns
from data.tables.raw import ReportProgress
from data.volume import VOLUME

WAITS = (5.0, 20.0, 40.0)
"""Seconds before each repeat after too many requests."""
LONGEST_NOTICE = 500
CHANGED = (
    "The table's columns on the server are not those of the catalogue: choose the source “archive” where it "
    "holds the release, and report it."
)


class MaterializationClient(Protocol):
    """The part of caveclient's client that is used here, without importing it."""

    query_table: Callable[..., pd.DataFrame]
    query_view: Callable[..., pd.DataFrame]
    join_query: Callable[..., pd.DataFrame]
    get_tables: Callable[[], list[str]]
    get_views: Callable[[], list[str]]
    get_view_metadata: Callable[..., dict[str, Any]]
    get_table_metadata: Callable[..., dict[str, Any]]
    raise_for_status: Callable[[requests.Response], None]
    server_address: str
    session: requests.Session


Ask = Callable[[dict[str, Any]], pd.DataFrame]
"""A query for a table's rows; takes filters on the table's own columns."""


def patiently(ask: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """Run a query, and repeat it after a wait if the server reports too many requests.

    The report comes within an HTTP 500 and names no wait, so the session's retry policy cannot see it.
    """
    for wait in WAITS:
        try:
            return ask()
        except requests.HTTPError as error:
            if not is_rate_limit(error):
                raise
        pause(wait)
    return ask()


def question(materialize: MaterializationClient, table: Table) -> Ask:
    """Make the query for a table's rows, joined to its reference table.

    `query_table` would ask the server for the reference table; the catalogue knows it.
    """
    options: dict[str, Any] = {"split_positions": True, "metadata": False}
    if table.view:
        return lambda filters: materialize.query_view(table.name, **filters, **options)
    if table.reference is None:
        options["merge_reference"] = False
        return lambda filters: materialize.query_table(table.name, **filters, **options)
    join = [[table.name, "target_id"], [table.reference, "id"]]
    options["suffixes"] = {table.name: "", table.reference: "_ref"}
    return lambda filters: materialize.join_query(
        join, **{name: {table.name: limits} for name, limits in filters.items()}, **options
    )


def count_rows(materialize: MaterializationClient, table: Table) -> int:
    """Ask for the number of a table's valid rows, without a join, which would ignore `get_counts`."""
    options: dict[str, Any] = {"get_counts": True, "split_positions": True, "metadata": False}
    if table.view:
        answer = patiently(lambda: materialize.query_view(table.name, **options))
    else:
        options["merge_reference"] = False
        answer = patiently(lambda: materialize.query_table(table.name, **options))
    if answer.shape != (1, 1):
        raise BadTable(f"The CAVE server did not say how many rows {table.name} has.", AGAIN)
    return int(answer.iloc[:, 0].astype("int64").iloc[0])


def gather(ask: Ask, table: Table, expected: int, heard: Heard, report: ReportProgress) -> pd.DataFrame:
    """Fetch all rows, in ranges of nucleus IDs where one answer cannot hold them.

    Only a warning marks an answer cut at the server's limit. Its range is halved at the median of the IDs
    received, and so is each half that is cut. ID ranges do not overlap; the server does not promise that of
    numbered pages.

    Parameters
    ----------
    ask : callable
        The query.
    table : Table
        The table.
    expected : int
        The table's own row count. Rows that point at a nucleus no longer valid do not come.
    heard : Heard
        The record of the answers, which says whether the last one was cut.
    report : callable
        Called with the bytes so far.

    Raises
    ------
    BadTable
        If the rows do not add up.
    """
    first = _asked(ask, None, None, table)
    cut = heard.limited
    report(heard.size, None)
    ranges = _halves(first, None, None, table) if len(first) != expected else []
    parts, unsure = ([], False) if ranges else ([first], cut)
    while ranges:
        part = _asked(ask, *(limits := ranges.pop()), table)
        report(heard.size, None)
        halves = _halves(part, *limits, table) if heard.limited else []
        parts += [] if halves else [part]
        unsure |= heard.limited and not halves
        ranges += halves
    rows = pd.concat(parts, ignore_index=True)
    # Rows that point at a nucleus no longer valid are missing from the whole and from its halves alike.
    # An empty range is a fault: its ends are the IDs of rows.
    fewer = len(rows) < expected and not unsure and (cut or len(rows) == len(first))
    if not (len(rows) == expected or fewer) or (expected and not all(map(len, parts))):
        raise BadTable(f"CAVE gave {len(rows):,} of the {plural(expected, 'row')} of {table.name}.", AGAIN)
    return rows


def _asked(ask: Ask, low: int | None, high: int | None, table: Table) -> pd.DataFrame:
    """Query the rows with nucleus IDs from `low` to below `high`."""
    filters: dict[str, Any] = {}
    if low is not None:
        filters["filter_greater_equal_dict"] = {table.id_column: low}
    if high is not None:
        filters["filter_less_dict"] = {table.id_column: high}
    rows = patiently(lambda: ask(filters))
    if table.id_column not in rows.columns:
        raise BadTable(f"{table.name} came without its column {table.id_column}.", CHANGED)
    return rows


def _halves(
    rows: pd.DataFrame, low: int | None, high: int | None, table: Table
) -> list[tuple[int | None, int | None]]:
    """The two halves of a range, split at the median ID of its rows; none if they have only one ID."""
    ids = np.unique(rows[table.id_column].to_numpy("int64"))
    if len(ids) < 2:
        return []
    middle = int(ids[len(ids) // 2])
    return [(middle, high), (low, middle)]  # the lower half is queried next


def raw_rows(frame: pd.DataFrame, resolution: tuple[float, ...], table: Table) -> pa.Table:
    """Make the raw frame from a server's answer: the wanted columns, positions in voxels of the volume.

    Parameters
    ----------
    frame : DataFrame
        From caveclient, with split positions; the order of columns means nothing.
    resolution : tuple of float
        Nanometres of its unit of position along x, y and z.
    table : Table
        Named in errors.

    Raises
    ------
    BadTable
        If a column is missing.
    """
    frame = frame.rename(columns=dict(table.renamed))
    needed = {table.id_column, *SPLIT}
    needed |= {"cell_type"} if table.level else set()
    missing = sorted(needed - set(frame.columns))
    if missing:
        raise BadTable(f"{table.name} came from CAVE without its column {', '.join(missing)}.", CHANGED)
    rows = frame[wanted_columns(list(frame.columns), table)].copy()
    if resolution != VOLUME.voxel_nm:
        for stem in POSITION_STEMS:
            for axis, nm, voxel in zip("xyz", resolution, VOLUME.voxel_nm, strict=True):
                if f"{stem}_{axis}" in rows:
                    rows[f"{stem}_{axis}"] = rows[f"{stem}_{axis}"].astype("Float64") * (nm / voxel)
    return pa.Table.from_pandas(rows, preserve_index=False)


def stated_resolution(materialize: MaterializationClient, table: Table) -> tuple[float, ...]:
    """Nanometres of a table's unit of position, from its description.

    Raises
    ------
    BadTable
        If the description states none.
    """
    if table.view:
        metadata = materialize.get_view_metadata(table.name)
        numbers: list[Any] = [metadata.get(f"voxel_resolution_{axis}") for axis in "xyz"]
    else:
        metadata = materialize.get_table_metadata(table.reference or table.name)
        numbers = metadata["voxel_resolution"]
    if None in numbers or min(numbers) <= 0:
        problem = f"The CAVE server does not say in which unit the positions of {table.name} are."
        raise BadTable(problem, "Choose the source “archive”, or another release.")
    return tuple(float(number) for number in numbers)


def listed_tables(materialize: MaterializationClient) -> tuple[str, ...]:
    """Name the tables and views that the server lists for the client's release."""
    try:
        views = materialize.get_views()
    except requests.HTTPError as error:
        if error.response.status_code != 404:  # 404 means that the release has no views
            raise
        views = []
    return (*sorted(materialize.get_tables()), *sorted(views))


def version_record(materialize: MaterializationClient, release: int) -> dict[str, Any]:
    """The server's record of a release; caveclient's own call fails on a time stamp without fractions."""
    datastack = f"{materialize.server_address}/materialize/api/v3/datastack/{VOLUME.datastack}"
    response = materialize.session.get(f"{datastack}/version/{release}")
    materialize.raise_for_status(response)
    record: dict[str, Any] = response.json()
    return record


def owner_notices(heard: Heard, table: Table) -> tuple[str, ...]:
    """Notices of the owners of a table and of its reference table."""
    owners = {table.name: "its owner"}
    return tuple(
        f"Notice of {owners.get(name, f'the owner of {name}')}: “{text[:LONGEST_NOTICE]}”"
        for name, text in heard.notices.items()
    )


def annotation_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Rename the columns of a content-aware answer to those of the standard query.

    In a content-aware answer the nucleus's columns have the plain names and the annotation's end in `_ref`;
    in the standard query it is the other way round.
    """
    shared = [name for name in frame.columns if _other(name) in frame.columns]
    return frame.rename(
        columns={name: _other(name) for name in shared} | {_other(name): name for name in shared}
    )


def _other(name: str) -> str:
    """The name of the same column in the other table; a position keeps its axis at the end."""
    if name[-2:] in {"_x", "_y", "_z"}:
        return f"{name[:-2]}_ref{name[-2:]}"
    return f"{name}_ref"
