"""A stand-in for the archive on the loopback: its files, its faults, and a list of what was asked."""

import gzip
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FINE_ROWS = [
    # id, target_id, classification_system, cell_type, pt_root_id, x, y, z
    (7, 101, "baylor_gnn_cell_type_fine", "23P", 864691135568539372, 175760, 126480, 15504),
    (8, 102, "baylor_gnn_cell_type_fine", "5P-PT", 864691135568539373, 176000, 190000, 20000),
    (9, 103, "baylor_gnn_cell_type_fine", "BC", 0, 177000, 200000, 21000),
]
FINE = "baylor_gnn_cell_type_fine_model_v2"
COARSE = "baylor_log_reg_cell_type_coarse_v1"
UNIT_HEADER = (
    "id,int64\r\ntarget_id,int64\r\nsession,int64\r\nscan_idx,int64\r\nunit_id,int64\r\nfield,int64\r\n"
    "residual,float64\r\nscore,float64\r\npt_position_x,int64\r\npt_position_y,int64\r\npt_position_z,int64\r\n"
)
HEADER = (
    "id,int64\r\ntarget_id,int64\r\nclassification_system,object\r\ncell_type,object\r\npt_root_id,int64\r\n"
    "pt_position_x,int64\r\npt_position_y,int64\r\npt_position_z,int64\r\n"
)


def packed(rows: Sequence[tuple[object, ...]]) -> bytes:
    """Rows as the archive packs them: gzipped CSV without a header row."""
    return gzip.compress("".join(",".join(map(str, row)) + "\n" for row in rows).encode())


def table_files(
    name: str, rows: Sequence[tuple[object, ...]], header: str = HEADER, release: int = 661
) -> dict[str, bytes]:
    """The two files of a table, by path."""
    return {
        f"/v{release}/{name}_merged.csv.gz": packed(rows),
        f"/v{release}/{name}_merged_header.csv": header.encode(),
    }


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the archive's files into a folder, in its layout."""
    for path, content in files.items():
        target = folder / path.lstrip("/")
        target.parent.mkdir(exist_ok=True, parents=True)
        target.write_bytes(content)


def write_table(
    folder: Path, name: str, rows: Sequence[tuple[object, ...]], header: str = HEADER, release: int = 661
) -> None:
    """Write a table into a folder, in the archive's layout."""
    write_files(folder, table_files(name, rows, header, release))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer other than the file: a fault.

    Attributes
    ----------
    status : int
        Of the answer.
    headers : dict
        Beside its length.
    body : bytes
        What is sent, before the connection ends.
    length : int or None
        The length that is said, whatever is sent; None says none.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"<html>something else</html>"
    length: int | None = None


@dataclass
class LoopbackArchive:
    """What the stand-in serves and has seen.

    Attributes
    ----------
    files : dict
        Content by path.
    statuses : dict
        An HTTP status to answer with instead, by path.
    faults : dict
        Answers to give first, each once and in their order, by path.
    lasting : dict
        An answer to give each time, by path.
    asked : list of str
        Paths of GET requests, in order.
    stalled : set of str
        Paths of which only the first half is sent, until `release` is set.
    halfway : threading.Event
        Set when such a half has been sent.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    faults: dict[str, list[Answer]] = field(default_factory=dict)
    lasting: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    stalled: set[str] = field(default_factory=set)
    halfway: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def serve_folder(self, folder: Path) -> None:
        """Serve a folder of real files."""
        self.files |= {f"/{path.relative_to(folder)}": path.read_bytes() for path in folder.glob("v*/*.csv*")}


@contextmanager
def running_archive() -> Iterator[LoopbackArchive]:
    """Run the stand-in on a free port of the loopback."""
    archive = LoopbackArchive()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.send_response(400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            archive.asked.append(self.path)
            once = archive.faults.get(self.path)
            fault = once.pop(0) if once else archive.lasting.get(self.path)
            if fault:
                self.give(fault)
                return
            content = archive.files.get(self.path)
            status = archive.statuses.get(self.path, 200 if content is not None else 404)
            body = content if status == 200 and content is not None else b"<html>no such object</html>"
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.path in archive.stalled:
                self.wfile.write(body[: len(body) // 2])
                self.wfile.flush()
                archive.halfway.set()
                archive.release.wait(60)
                self.close_connection = True
                return
            self.wfile.write(body)

        def give(self, fault: Answer) -> None:
            self.send_response(fault.status)
            length = {} if fault.length is None else {"Content-Length": str(fault.length)}
            for name, value in ({"Connection": "close"} | length | fault.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(fault.body)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing of a visitor who hung up: that is what some tests do."""

    server = Server(("127.0.0.1", 0), Handler)
    archive.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield archive
    finally:
        archive.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
