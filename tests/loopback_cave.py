"""A stand-in for a CAVE server on the loopback: what its services answer, its faults, what was asked.

Each answer stands here with where it was seen:

- run: a real MaterializationEngine 5.26.4 over PostgreSQL on the loopback, asked by caveclient 8.2.1;
- api2, common, query, manager, schemas, utils: read in these files of its `blueprints/client/`;
- db: read in `dynamicannotationdb/database.py`, on which it stands; sql: in SQLAlchemy 1.3 or in pandas;
- manual: answered by production, in notebooks of the MICrONS tutorial of June 2026.

| question | answer | seen in |
|---|---|---|
| the server and its datastack | a version; an object with `local_server` | run |
| interfaces and engine | `[2, 3]`; `"5.26.4"` | run |
| without a token | 302 to a page to sign in | run |
| a wrong token | 401 with `error: invalid_token` | run |
| versions | those that are live; all of them with `expired=True` | run, manual |
| a version | an object; its moments have six decimals, or none where these are zero | run, schemas |
| a version that never was | 404 with the text `"No version found"`; what is of it: 500 | run, api2 |
| an expired version | `valid: false`, `EXPIRED`; a list of tables; else 500 `no valid parent` | run, manual |
| what is refused | 500 with `code`, `message` that begins with the real status, `traceback` | run, common |
| a key that no query has | 500 with `schema_errors`, no `message` | run |
| too many requests | 500 `429 Too Many Requests: 30 per 1 minute` | run |
| SQL that fails | 500 `Execution failed on sql '…': ` with the reason behind it | run, query, sql |
| metadata of a table that never was | 404 with a text, no object | run, api2 |
| rows of a table that never was | 500 `404 Not Found: Analysis table …` | run, common |
| rows or metadata of a view that never was | 500 `No row was found for one()` | run, db |
| a view that is listed and lost | 500 `Could not reflect: …`, also for all views' schemas | run, db, sql |
| no views | an empty object; for their schemas 404 with one | api2 |
| views | by name `id`, `description`, datastack, voxel, `notice_text`, `live_compatible` | schemas |
| which views | five, of which one gives positions | manual |
| rows | `data.arrow`: one compressed batch; `dataframe_resolution` once for each axis | run, utils |
| which rows | valid ones; `deleted` is dropped, in joins `superceded_id` too | run, common |
| a missing segment | 1; missing in a view | run, manager |
| a nucleus's box | six columns `bb_…`, all missing | run, manual |
| a join | a suffix where both have a name; the tables in an order that the process keeps | run, manager |
| positions in another unit | cut to whole numbers | run, manager |
| what to leave out | is not read (`filter_notin_dict`) | run, common |
| a count | a row with the column `count`; in a join all rows instead | run, query |
| as many rows as the limit, or more | that many, `Warning: 201 - "Limited query to N rows` | run, common |
| a table with a notice | `Warning: Table Owner Notice on …`; in joins before the limit's | run, common |
"""

import itertools
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pyarrow as pa

from tests.loopback_cave_tables import SCHEMAS, STAND_TABLES, STAND_VIEWS, StandTable

DATASTACK = "minnie65_public"
TOKEN = "0123456789abcdef0123456789abcdef"
NO_PARENT = "404 Not Found: version {} not found in minnie65_public because there is no valid parent"
NO_TABLE = "404 Not Found: Analysis table '{}' not found for version {} in datastack minnie65_public"
NO_VIEW = "No row was found for one()"
NO_RELATION = (
    "Could not reflect: requested table(s) not available in "
    "Engine(postgresql://reader:***@database/minnie65_public__mat{}): ({})"
)
SQL_FAILED = (
    "Execution failed on sql 'SELECT " + ", ".join(f"annotation.column_{n}" for n in range(40))
    + " \nFROM annotation \n LIMIT 200000': canceling statement due to statement timeout\n"
)  # fmt: skip
BODY_KEYS = {
    "limit", "offset", "desired_resolution", "select_columns",
    *(f"filter_{kind}_dict" for kind in (
        "in", "notin", "equal", "greater", "less", "greater_equal", "less_equal", "spatial", "regex"
    )),
}  # fmt: skip
JOIN_KEYS = {"tables", "suffix_map", "select_column_map"}
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
Headers = tuple[tuple[str, str], ...]


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


GRAPH = "/segmentation/api/v1/table/minnie3_v1/"
"""Path of the segmentation server's answers."""


@dataclass
class LoopbackCave:
    """What the stand-in serves and has seen.

    Attributes
    ----------
    tables, views : dict
        Rows by name; views are served as they are.
    lost : set of str
        Views that are listed, but are not in the release's database.
    versions : dict
        By number, whether the version is live.
    cap : int
        Rows it gives at most.
    moment : str
        Of every version.
    seed : int
        Of the process: decides in which order it joins tables.
    faults : list of Fault
    asked : list of Asked
    successors : dict
        By root ID that is no longer a root, the roots it became; none: the server does not know it.
    """

    tables: dict[str, StandTable] = field(default_factory=lambda: dict(STAND_TABLES))
    views: dict[str, StandTable] = field(default_factory=lambda: dict(STAND_VIEWS))
    lost: set[str] = field(default_factory=set)
    versions: dict[int, bool] = field(default_factory=lambda: {943: True, 1300: True, 661: False})
    cap: int = 200_000
    moment: str = "2024-01-22T08:10:01.497934"
    seed: int = 0
    faults: list[Fault] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    successors: dict[int, list[int]] = field(default_factory=dict)
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
                "segmentation_source": f"graphene://{self.url}/segmentation/table/minnie3_v1",
                "local_server": self.url,
            },
            "/materialize/api/versions": [2, 3],
            "/materialize/version": self.engine,
            "/schema/versions": [1, 2],
            "/segmentation/api/versions": [0, 1],
            "/segmentation/api/version": "2.18.0",
            "/schema/api/v2/types_all": SCHEMAS,
        }
        if path in fixed:
            return said(fixed[path])
        if path.startswith(GRAPH):
            return self._of_graph(path.removeprefix(GRAPH), asked)
        for api in ("v2", "v3"):
            base = f"/materialize/api/{api}/datastack/{DATASTACK}"
            if path == f"{base}/versions":
                every = asked.query.get("expired") == "True"
                return said([number for number, live in self.versions.items() if live or every])
            if path.startswith(f"{base}/version/"):
                number, _, rest = path.removeprefix(f"{base}/version/").partition("/")
                return self._of_version(int(number), rest, asked)
        return Answer(404, b"<html>nothing here</html>", "text/html")

    def _of_graph(self, rest: str, asked: Asked) -> Answer:
        """What the segmentation server says of root IDs: `successors` has those that are no longer roots."""
        if rest == "is_latest_roots":
            return said({"is_latest": [root not in self.successors for root in asked.body["node_ids"]]})
        if rest == "root_timestamps":
            return said({"timestamp": [0.0 for _ in asked.body["node_ids"]]})
        (root,) = asked.body["root_ids"]
        nodes = [root, *self.successors[root]]
        links = [{"source": root, "target": later} for later in nodes[1:]]
        if not links:
            return said({"message": f"{root} is no root"}, 400)
        graph = {"directed": True, "multigraph": False, "graph": {}}
        return said(graph | {"nodes": [{"id": one, "timestamp": 1.0} for one in nodes], "links": links})

    def _of_version(self, number: int, rest: str, asked: Asked) -> Answer:
        if number not in self.versions:
            none = failed(f"404 Not Found: version {number} not found in {DATASTACK}")
            return none if rest else said("No version found", 404)
        live = self.versions[number]
        if not rest:
            return said(
                {
                    "datastack": DATASTACK, "version": number, "id": 7, "valid": live, "is_merged": False,
                    "status": "AVAILABLE" if live else "EXPIRED",
                    "time_stamp": self.moment, "expires_on": "2121-11-10T07:10:00.497934",
                }
            )  # fmt: skip
        if rest == "tables":  # also of an expired one
            return said(list(self.tables)) if self.tables else said(None, 404)
        if not live:
            return failed(NO_PARENT.format(number))
        if rest.endswith("query"):
            return self._rows(number, rest, asked)
        return self._described(number, rest)

    def _described(self, number: int, rest: str) -> Answer:
        answers = {
            "tables/metadata": said(
                [table.metadata(name) for name, table in self.tables.items()], 200 if self.tables else 404
            ),
            "views": said({name: view.view_metadata() for name, view in self.views.items()}),
            "views/schemas": self._lost(number, self.views)
            or said(
                {name: view.view_schema() for name, view in self.views.items()}, 200 if self.views else 404
            ),
            **{f"table/{name}/metadata": said(table.metadata(name)) for name, table in self.tables.items()},
            **{f"views/{name}/metadata": said(view.view_metadata()) for name, view in self.views.items()},
        }
        if rest in answers:
            return answers[rest]
        kind, name, *_ = rest.split("/")
        if kind == "views":
            return failed(NO_VIEW)
        return said(f"No table named '{name}' found for version '{number}' in datastack '{DATASTACK}'", 404)

    def _lost(self, number: int, views: Iterable[str]) -> Answer | None:
        return next((failed(NO_RELATION.format(number, view)) for view in views if view in self.lost), None)

    def _rows(self, number: int, rest: str, asked: Asked) -> Answer:
        unknown = sorted(set(asked.body) - BODY_KEYS - (JOIN_KEYS if rest == "query" else set()))
        if unknown:
            return said({"schema_errors": {name: ["Unknown field."] for name in unknown}}, 500)
        match rest.split("/"):
            case ["query"]:
                named = [name for name, _ in asked.body["tables"]]
                absent = [name for name in named if name not in self.tables]
                return failed(NO_TABLE.format(absent[0], number)) if absent else self._joined(asked)
            case ["table", name, "query"] if name in self.tables:
                return self._plain(name, self.tables[name], asked)
            case ["table", name, "query"]:
                return failed(NO_TABLE.format(name, number))
            case ["views", name, "query"] if name in self.views:
                return self._lost(number, [name]) or self._plain(name, self.views[name], asked)
        return failed(NO_VIEW)

    def _plain(self, name: str, table: StandTable, asked: Asked) -> Answer:
        rows = self._filtered(name, table.valid(), asked)
        rows = rows.drop(columns="deleted", errors="ignore")
        notices = _notices({name: table})
        if asked.query.get("count") == "True":
            return self._arrow(pd.DataFrame({"count": [len(rows)]}), table.resolution, notices)
        answer, limit = self._limited(rows, asked, table.resolution)
        return replace(answer, headers=(*answer.headers, *limit, *notices))

    def _joined(self, asked: Asked) -> Answer:
        (name, key), (reference, other) = asked.body["tables"]
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
        order = [left, right] if self.seed % 2 else [right, left]  # in Python, of a set of names
        rows = left.merge(right, left_on=keys[0], right_on=keys[1])
        rows = rows[[column for frame in order for column in frame]]
        gone = [column for column in map(str, rows) if column.startswith(("deleted", "superceded_id"))]
        answer, limit = self._limited(rows.drop(columns=gone), asked, self.tables[reference].resolution)
        notices = _notices({whose: self.tables[whose] for whose in (name, reference)})
        return replace(answer, headers=(*answer.headers, *notices, *limit))

    @staticmethod
    def _filtered(name: str, rows: pd.DataFrame, asked: Asked) -> pd.DataFrame:
        for kind, keeps in FILTERS.items():
            for column, wanted in asked.body.get(kind, {}).get(name, {}).items():
                rows = rows[keeps(rows[column], wanted)]
        return rows

    def _limited(
        self, rows: pd.DataFrame, asked: Asked, resolution: tuple[float, ...]
    ) -> tuple[Answer, Headers]:
        """Give the rows that are not above the limit, and the warning where there are as many."""
        limit = min(int(asked.body.get("limit", self.cap)), self.cap)
        wanted = asked.body.get("desired_resolution")
        if wanted:
            for column, axis in itertools.product(_points(rows), range(3)):
                name = f"{column}_{'xyz'[axis]}"
                rows[name] = (rows[name] * resolution[axis] / wanted[axis]).astype("Int32")
        start = int(asked.body.get("offset", 0))
        rows = rows.iloc[start : start + limit].reset_index(drop=True)
        # The quotation mark stays open.
        warning: Headers = (("Warning", f'201 - "Limited query to {limit} rows'),)
        return self._arrow(rows, wanted or resolution), warning if len(rows) == limit else ()

    @staticmethod
    def _arrow(rows: pd.DataFrame, resolution: tuple[float, ...], further: Headers = ()) -> Answer:
        headers = (
            *(("dataframe_resolution", str(float(number))) for number in resolution),
            ("column_names", repr({"table": {name: name for name in rows}})),
            *further,
        )
        return Answer(200, stream_of(rows), "data.arrow", headers)


def _notices(tables: dict[str, StandTable]) -> Headers:
    """What the owners of tables have to say, each in a header of its own."""
    return tuple(
        ("Warning", f"Table Owner Notice on {name}: {table.notice}".replace("\n", " "))
        for name, table in tables.items()
        if table.notice is not None
    )


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
