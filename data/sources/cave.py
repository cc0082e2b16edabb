"""CAVE: live releases, queried through caveclient with a token. No other module imports caveclient.

Positions are requested in voxels, because the server rounds them to whole numbers in any other unit. Columns
are found by name and the nucleus is `target_id`: the order of columns and the meaning of `id` vary between
answers.
"""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import caveclient.base
import pyarrow as pa
import requests
from caveclient import CAVEclient
from caveclient.auth import AuthClient
from caveclient.base import AuthException, ServerIncompatibilityError
from caveclient.frameworkclient import CAVEclientFull
from caveclient.materializationengine import MaterializationClient
from caveclient.tools import table_manager
from caveclient.tools.table_manager import TableManager

from data.catalog.entry import Table
from data.errors import BadTable, DataError, SettingsError, TableAbsent
from data.settings import checked_token
from data.sources.connection import waits_told
from data.sources.materialization import session
from data.sources.materialization.errors import (
    NoAnswer,
    absent,
    expired,
    explain,
    no_token,
    token_refused,
    wrong_server,
)
from data.sources.materialization.replaced import replace_in
from data.sources.materialization.rows import (
    annotation_first,
    count_rows,
    gather,
    listed_tables,
    owner_notices,
    patiently,
    question,
    raw_rows,
    stated_resolution,
    version_record,
)  # fmt: skip
from data.sources.materialization.session import listening
from data.tables.raw import Raw, ReportProgress, Source
from data.tables.schema import Tidy, tidy
from data.volume import VOLUME
from data.volume.volume import Release

LEAST_API = 3
CLIENT_FAULTS = (
    requests.RequestException, pa.ArrowException, OSError, ValueError, KeyError, AttributeError, TypeError,
)  # fmt: skip
"""Raised by caveclient on unexpected answers, few of which it checks."""

replace_in(caveclient.base)

_schemas = threading.Lock()
"""Guards caveclient's schema caches, which the process shares and no lock of caveclient guards."""


class CaveSource(Source):
    """One release on a CAVE server; it connects on the first call.

    Parameters
    ----------
    base : str
        Address of the server, without a trailing slash.
    token : str or None
        The token; None for the one in caveclient's own file.
    release : int
        The materialization version.
    """

    name = "cave"
    title = "CAVE"
    lists_releases = True
    queried = True

    def __init__(self, base: str, token: str | None, release: int) -> None:
        self.base = base
        self.release = release
        self.location = f"{base}/{VOLUME.datastack}/v{release}"
        # Another server may serve other rows, so it has its own cache.
        self.key = "cave" if base == VOLUME.cave else f"cave-{hashlib.sha256(base.encode()).hexdigest()[:12]}"
        self._token = token
        self._client: CAVEclientFull | None = None
        self._connecting = threading.Lock()

    @property
    def patience(self) -> float:
        """The longest silence of a query, in seconds."""
        return session.READ_SECONDS

    def read_release(self) -> Release:
        """Ask the server for the release: its time stamp, and whether it is live.

        Raises
        ------
        data.sources.materialization.errors.ReleaseExpired
            If it has expired.
        DataError
            If the release is unknown, the token refused, or the server cannot be asked.
        """
        with self._faults(None):
            materialize = self._connected().materialize
            record = version_record(materialize, self.release)
            if not record["valid"] or record["status"] == "EXPIRED":
                raise expired(self.release, self.base)
            timestamp = datetime.fromisoformat(record["time_stamp"])
            timestamp = timestamp.replace(tzinfo=timestamp.tzinfo or UTC)
            known = VOLUME.releases.get(self.release) or Release(
                number=self.release,
                timestamp=timestamp,
                live=True,
                note="Known from the server only.",
                tables=listed_tables(materialize),
            )
            return replace(known, timestamp=timestamp, live=True)

    def may_hold(self, release: Release) -> bool:
        """Whether the release was live when the catalogue was written."""
        return release.live

    def list_releases(self) -> dict[int, bool]:
        """The server's releases, oldest first, each with whether it is live."""
        with self._faults(None):
            materialize = self._connected().materialize
            live = set(materialize.get_versions())
            return {number: number in live for number in sorted(materialize.get_versions(expired=True))}

    def fetch_table(self, table: Table, report: ReportProgress) -> Raw:
        """Fetch a table's rows, in ranges of nucleus IDs where they exceed the server's limit."""
        report(0, None)
        with (
            self._faults(table),
            listening() as heard,
            waits_told(lambda wait: report(heard.size, None, wait)),
        ):
            materialize = self._connected().materialize
            expected = count_rows(materialize, table)
            frame = gather(question(materialize, table), table, expected, heard, report)
            return Raw(
                rows=raw_rows(frame, heard.resolution or self._resolution(table), table),
                origin=f"{self.location}/{table.name}",
                sha256=heard.digest.hexdigest(),
                notices=owner_notices(heard, table),
            )

    def lookup_nucleus(
        self, nucleus_id: int, tables: Sequence[Table], report: ReportProgress
    ) -> dict[str, Tidy | DataError | None]:
        """Look up one nucleus in tables and views, through caveclient's content-aware interface.

        Returns
        -------
        dict
            Tidy rows by table; None where a table has no row of the nucleus, the error where its query
            failed. Tables that the release does not hold are left out. `report` counts tables.
        """
        answers: dict[str, Tidy | DataError | None] = {}
        with self._faults(None), _schemas:
            contents = self._contents()
        listed = [table for table in tables if table.view or table.name in contents]
        for done, table in enumerate(listed):
            report(done, len(listed))
            try:
                with waits_told(partial(report, done, len(listed))):
                    answers[table.name] = self._look_up(contents, nucleus_id, table)
            except TableAbsent:  # usually a view: views are not listed first
                continue
            except DataError as error:
                answers[table.name] = error
                # A fault of the server, not of the table, ends the look-up.
                if isinstance(error, NoAnswer) or not isinstance(error, BadTable):
                    return answers | {other.name: error for other in listed[done:]}
        return answers

    def latest_roots(
        self, roots: Sequence[int], moment: datetime, report: ReportProgress
    ) -> dict[int, tuple[int, ...]]:
        """The root IDs at a moment of the objects that once had others, by those; none where CAVE knows none.

        One request asks which are still roots, two more ask about each of the others; `report` counts these.
        """
        with self._faults(None):
            graph = self._connected().chunkedgraph
            still = graph.is_latest_roots([*roots], timestamp=moment)
            latest: dict[int, tuple[int, ...]] = {}
            latest |= {root: (root,) for root, is_latest in zip(roots, still, strict=True) if is_latest}
            others = [root for root in roots if root not in latest]
            for done, root in enumerate(others):
                report(done, len(others))
                try:
                    now = graph.get_latest_roots(root, timestamp=moment)
                except requests.HTTPError as error:
                    if error.response is None or error.response.status_code not in (400, 404):
                        raise
                    now = ()
                latest[root] = tuple(sorted(map(int, now)))
            return latest

    def _contents(self) -> TableManager:
        """The release's tables in caveclient's content-aware interface."""
        # caveclient caches schemas by table name alone, whatever their server and release.
        for cached_call in (
            MaterializationClient.get_tables_metadata, table_manager.table_metadata,
            table_manager.get_table_info, table_manager.get_col_info,
        ):  # fmt: skip
            cached_call.cache.clear()
        return self._connected().materialize.tables

    def _look_up(self, contents: TableManager, nucleus_id: int, table: Table) -> Tidy | None:
        """Look up one nucleus in one table; None where it has no row."""
        with self._faults(table), listening() as heard:
            if table.view:  # the content-aware interface would fetch the columns of every view
                ask = question(self._connected().materialize, table)
                frame = patiently(lambda: ask({"filter_equal_dict": {table.id_column: nucleus_id}}))
            else:
                content = contents[table.name]
                # In this interface id is the nucleus; the annotation's target_id is used where it exists.
                wanted = {"target_id" if "target_id" in content.fields else "id": nucleus_id}
                options: dict[str, Any] = {"split_positions": True, "metadata": False}
                frame = patiently(lambda: content(**wanted).query(**options))
            if table.reference:
                frame = annotation_first(frame)
            raw = raw_rows(frame, heard.resolution or self._resolution(table), table)
            return tidy(raw, table) if raw.num_rows else None

    def _connected(self) -> CAVEclientFull:
        with self._connecting:
            if self._client is None:
                self._client = self._connect()
            return self._client

    def _connect(self) -> CAVEclientFull:
        token = self._find_token()
        client = CAVEclient(
            VOLUME.datastack, server_address=self.base, auth_token=token, write_server_cache=False
        )
        # If the list of API versions cannot be read, caveclient silently falls back to an older one.
        if client.materialize.api_version < LEAST_API:
            raise wrong_server(self.base, f"it does not offer version {LEAST_API} of its interface")
        listed = client.materialize.get_versions(expired=True)
        if self.release not in listed:
            raise absent(self.release, listed, self.base)
        client.materialize.version = self.release  # set on the whole client, it would fetch the time stamp
        return client

    def _find_token(self) -> str:
        try:
            token = self._token or checked_token(AuthClient(server_address=self.base).token)
        except (ValueError, OSError, AttributeError):  # its file is not JSON, or not an object
            raise SettingsError(
                "caveclient's own file with the token cannot be read.",
                "Write it again, or set CELL_TYPES_TOKEN.",
            ) from None
        if not token:
            raise no_token(self.base)
        return token

    @contextmanager
    def _faults(self, table: Table | None) -> Iterator[None]:
        """Turn what caveclient raises into errors for the reader; a fault discards the client."""
        name = table.name if table else None
        try:
            yield
        except DataError:
            raise
        except AuthException:
            self._client = None
            raise token_refused(self.base) from None
        except ServerIncompatibilityError:
            self._client = None
            raise wrong_server(self.base, "its software is too old for this caveclient") from None
        except CLIENT_FAULTS as error:
            self._client = None
            # Not chained: these errors contain whole answers and addresses.
            raise explain(error, name, self.release, self.base) from None

    def _resolution(self, table: Table) -> tuple[float, ...]:
        """Nanometres of a table's unit of position, for answers that do not state it."""
        materialize = self._connected().materialize
        with _schemas:
            return stated_resolution(materialize, table)
