"""A stand-in for a CAVE server on the loopback: what its services answer, its faults, what was asked.

Written from how MaterializationEngine 5.26 and caveclient 8.2 were seen to behave, odd things included:
the order of columns changes with the server, positions are cut to whole numbers, a filter of what to leave
out is ignored, and so is the wish for a mere count of a join.
"""

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pandas as pd
import pyarrow as pa

from tests.loopback_cave_tables import SCHEMAS, STAND_TABLES, STAND_VIEWS, StandTable

DATASTACK = "minnie65_public"
TOKEN = "0123456789abcdef0123456789abcdef"
NO_PARENT = "404 Not Found: version {} not found in minnie65_public because there is no valid parent"
BODY_KEYS = {
    "limit", "offset", "desired_resolution", "select_columns", "select_column_map", "suffix_map", "tables",
    *(f"filter_{kind}_dict" for kind in (
        "in", "notin", "equal", "greater", "less", "greater_equal", "less_equal", "spatial", "regex"
    )),
}  # fmt: skip
FILTERS: dict[str, Callable[[pd.Series, Any], pd.Series]] = {
    "filter_in_dict": lambda column, wanted: column.isin(wanted),
    "filter_equal_dict": lambda column, wanted: column == wanted,
    "filter_greater_dict": lambda column, bound: column > bound,
    "filter_less_dict": lambda column, bound: column < bound,
    "filter_greater_equal_dict": lambda column, bound: column >= bound,
    "filter_less_equal_dict": lambda column, bound: column <= bound,
}  # the one for what to leave out is not read, as on the real server


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, and how badly it is sent.

    Attributes
    ----------
    declared : int or None
        A Content-Length other than the body's.
    dropped : bool
        The connection is closed instead.
    silent : bool
        Nothing is sent before the stand-in ends.
    drip : float
        Seconds between the pieces of the body.
    """

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    declared: int | None = None
    dropped: bool = False
    silent: bool = False
    drip: float = 0.0


Change = Callable[[Answer], Answer]


def said(value: object, status: int = 200) -> Answer:
    """JSON."""
    return Answer(status, json.dumps(value).encode())


def failed(message: str) -> Answer:
    """Every refusal of the server's query paths: an HTTP 500 that holds the real status."""
    return said({"code": 500, "message": message, "traceback": ["…"]}, 500)


@dataclass
class Fault:
    """What happens to the answers whose request has `where` in it, `times` times or for good (None)."""

    where: str
    change: Change
    times: int | None

    def struck(self, request: str) -> bool:
        if self.where not in request or self.times == 0:
            return False
        if self.times:
            self.times -= 1
        return True


@dataclass
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass
class LoopbackCave:
    """What the stand-in serves and has seen.

    Attributes
    ----------
    tables, views : dict
        Rows by name; views are served as they are.
    versions : dict
        By number, whether the version is live.
    cap : int
        Rows it gives at most.
    seed : int
        Decides the order of columns.
    faults : list of Fault
    asked : list of Asked
    """

    tables: dict[str, StandTable] = field(default_factory=lambda: dict(STAND_TABLES))
    views: dict[str, StandTable] = field(default_factory=lambda: dict(STAND_VIEWS))
    versions: dict[int, bool] = field(default_factory=lambda: {943: True, 1300: True, 661: False})
    cap: int = 200_000
    seed: int = 0
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    engine: str = "5.26.4"
    url: str = ""

    def break_(self, where: str, change: Change, times: int | None = None) -> None:
        """Break the answers to requests with `where` in their path."""
        self.faults.append(Fault(where, change, times))

    def queries(self) -> list[Asked]:
        """The queries for rows, in order."""
        return [one for one in self.asked if one.path.endswith("/query")]

    def answer(self, asked: Asked) -> Answer:
        """Answer as the server would, then as its faults have it."""
        answer = self._allowed(asked) or self._answer(asked)
        for fault in self.faults:
            if fault.struck(f"{asked.path}?{'&'.join(asked.query)}"):
                answer = fault.change(answer)
        return answer

    def _allowed(self, asked: Asked) -> Answer | None:
        token = asked.headers.get("Authorization")
        if asked.path == "/login":
            return Answer(200, b"<html>Sign in</html>", "text/html")
        if token is None:
            return Answer(302, headers=(("Location", f"{self.url}/login"),))
        if token != f"Bearer {TOKEN}":
            return said(
                {"error": "invalid_token", "message": "Unauthorized - Token is Invalid or Expired"}, 401
            )
        return None

    def _answer(self, asked: Asked) -> Answer:
        path = asked.path
        fixed: dict[str, object] = {
            "/info/version": "4.3.3",
            f"/info/api/v2/datastack/full/{DATASTACK}": {
                "aligned_volume": {"name": "minnie65_phase3", "id": 1},
                "local_server": self.url,
            },
            "/materialize/api/versions": [2, 3],
            "/materialize/version": self.engine,
            "/schema/versions": [1, 2],
            "/schema/api/v2/types_all": SCHEMAS,
        }
        if path in fixed:
            return said(fixed[path])
        for api in ("v2", "v3"):
            base = f"/materialize/api/{api}/datastack/{DATASTACK}"
            if path == f"{base}/versions":
                every = asked.query.get("expired") == "True"
                return said([number for number, live in self.versions.items() if live or every])
            if path.startswith(f"{base}/version/"):
                number, _, rest = path.removeprefix(f"{base}/version/").partition("/")
                return self._of_version(int(number), rest, asked)
        return Answer(404, b"<html>nothing here</html>", "text/html")

    def _of_version(self, number: int, rest: str, asked: Asked) -> Answer:
        if number not in self.versions:
            lost = said({"message": "No version found"}, 404)
            return lost if not rest else failed(f"404 Not Found: version {number} not found in {DATASTACK}")
        live = self.versions[number]
        if not rest:
            return said(
                {
                    "datastack": DATASTACK, "version": number, "id": 7, "valid": live, "is_merged": False,
                    "status": "AVAILABLE" if live else "EXPIRED",
                    "time_stamp": "2024-01-22T08:10:01.497934", "expires_on": "2121-11-10T07:10:00.000000",
                }
            )  # fmt: skip
        if not live:
            return failed(NO_PARENT.format(number))
        return self._rows(rest, asked) or self._described(rest)

    def _described(self, rest: str) -> Answer:
        described: dict[str, object] = {
            "tables": list(self.tables),
            "tables/metadata": [table.metadata(name) for name, table in self.tables.items()],
            "views": {name: {"description": "", "live_compatible": True} for name in self.views},
            "views/schemas": {name: view.view_schema() for name, view in self.views.items()},
            **{f"table/{name}/metadata": table.metadata(name) for name, table in self.tables.items()},
            **{f"views/{name}/metadata": view.metadata(name) for name, view in self.views.items()},
        }
        if rest in described:
            return said(described[rest])
        return said({"message": f"No table named '{rest}' found for version"}, 404)

    def _rows(self, rest: str, asked: Asked) -> Answer | None:
        if not rest.endswith("query"):
            return None
        unknown = sorted(set(asked.body) - BODY_KEYS)
        if unknown:
            return said({"schema_errors": {name: ["Unknown field."] for name in unknown}}, 500)
        match rest.split("/"):
            case ["query"]:
                return self._joined(asked)
            case ["table", name, "query"] if name in self.tables:
                return self._plain(name, self.tables[name], asked)
            case ["views", name, "query"] if name in self.views:
                return self._plain(name, self.views[name], asked)
        return failed(f"404 Not Found: Analysis table '{rest.split('/')[1]}' not found for version")

    def _plain(self, name: str, table: StandTable, asked: Asked) -> Answer:
        rows = self._filtered(name, table.valid(), asked)
        rows = rows.drop(columns="deleted", errors="ignore")
        if asked.query.get("count") == "True":
            return self._arrow(pd.DataFrame({"count_1": [len(rows)]}), table.resolution)
        return self._limited(rows, asked, table.resolution)

    def _joined(self, asked: Asked) -> Answer:
        (name, key), (reference, other) = asked.body["tables"]
        if name not in self.tables or reference not in self.tables:
            return failed(f"404 Not Found: Analysis table '{name}' not found for version")
        suffixes = asked.body["suffix_map"]
        left = self._filtered(name, self.tables[name].valid(), asked)
        right = self._filtered(reference, self.tables[reference].valid(), asked)
        twice = _stems(left) & _stems(right)
        left, right = (
            frame.rename(
                columns={column: _suffixed(column, twice, suffixes[whose]) for column in map(str, frame)}
            )
            for frame, whose in ((left, name), (right, reference))
        )
        keys = (
            _suffixed(key, twice, suffixes[name]),
            _suffixed(other, twice, suffixes[reference]),
        )
        order = [left, right] if self.seed % 2 else [right, left]
        rows = left.merge(right, left_on=keys[0], right_on=keys[1])
        rows = rows[[column for frame in order for column in frame]]
        gone = [column for column in map(str, rows) if column.startswith(("deleted", "superceded_id"))]
        return self._limited(rows.drop(columns=gone), asked, self.tables[reference].resolution)

    @staticmethod
    def _filtered(name: str, rows: pd.DataFrame, asked: Asked) -> pd.DataFrame:
        for kind, keeps in FILTERS.items():
            for column, wanted in asked.body.get(kind, {}).get(name, {}).items():
                rows = rows[keeps(rows[column], wanted)]
        return rows

    def _limited(self, rows: pd.DataFrame, asked: Asked, resolution: tuple[float, ...]) -> Answer:
        limit = min(int(asked.body.get("limit", self.cap)), self.cap)
        wanted = asked.body.get("desired_resolution")
        if wanted:
            for column, axis in itertools.product(_points(rows), range(3)):
                name = f"{column}_{'xyz'[axis]}"
                rows[name] = (rows[name] * resolution[axis] / wanted[axis]).astype("Int32")
        rows = rows.iloc[:limit].reset_index(drop=True)
        order = np.random.default_rng(self.seed).permutation(rows.columns)
        answer = self._arrow(rows[list(order)], wanted or resolution)
        if len(rows) == limit:  # also where that is all there is; the quotation mark stays open
            warning = ("Warning", f'201 - "Limited query to {limit} rows')
            return replace(answer, headers=(*answer.headers, warning))
        return answer

    @staticmethod
    def _arrow(rows: pd.DataFrame, resolution: tuple[float, ...]) -> Answer:
        headers = (
            *(("dataframe_resolution", str(float(number))) for number in resolution),
            ("column_names", repr({"table": {name: name for name in rows}})),
        )
        return Answer(200, stream_of(rows), "data.arrow", headers)


def _points(rows: pd.DataFrame) -> list[str]:
    return [name[:-2] for name in map(str, rows) if name.endswith("_x")]


def _stems(rows: pd.DataFrame) -> set[str]:
    """Column names, a position's three as one."""
    return {name[:-2] if name[-2:] in {"_x", "_y", "_z"} else name for name in map(str, rows)}


def _suffixed(name: str, twice: set[str], suffix: str) -> str:
    if name[-2:] in {"_x", "_y", "_z"}:
        return f"{name[:-2]}{suffix}{name[-2:]}" if name[:-2] in twice else name
    return f"{name}{suffix}" if name in twice else name


def stream_of(rows: pd.DataFrame) -> bytes:
    """An Arrow stream: schema, one batch, end mark."""
    table = pa.Table.from_pandas(rows, preserve_index=False)
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def without(column: str) -> Change:
    """Take a column out of an answer."""

    def change(answer: Answer) -> Answer:
        rows = pa.ipc.open_stream(answer.body).read_pandas()
        return replace(answer, body=stream_of(rows.drop(columns=column)))

    return change


def schema_message(body: bytes) -> bytes:
    """The part of an Arrow stream that is its schema, and not a byte more."""
    return body[: 8 + int.from_bytes(body[4:8], "little")]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of a visitor who hung up."""


@contextmanager
def running_cave() -> Iterator[LoopbackCave]:
    """Run the stand-in on a free port of the loopback."""
    cave = LoopbackCave()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each body waits 40 ms behind its headers

        def do_GET(self) -> None:
            self._serve()

        def do_POST(self) -> None:
            self._serve()

        def _serve(self) -> None:
            url = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            query = {name: values[-1] for name, values in parse_qs(url.query).items()}
            asked = Asked(self.command, url.path, query, json.loads(sent or b"{}"), dict(self.headers))
            cave.asked.append(asked)
            self._send(cave.answer(asked))

        def _send(self, answer: Answer) -> None:
            if answer.silent:
                cave.ended.wait(60)
            if answer.silent or answer.dropped:
                self.close_connection = True
                return
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.kind)
            length = len(answer.body) if answer.declared is None else answer.declared
            self.send_header("Content-Length", str(length))
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            step = len(answer.body) // 4 + 1 if answer.drip else len(answer.body) or 1
            for start in range(0, len(answer.body), step):
                cave.ended.wait(answer.drip)
                self.wfile.write(answer.body[start : start + step])
                self.wfile.flush()
            self.close_connection = length != len(answer.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    cave.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield cave
    finally:
        cave.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
