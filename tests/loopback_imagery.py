"""A stand-in for the imagery's host on the loopback: byte ranges, faults, and what was asked."""

import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

os.environ.setdefault(
    "TENSORSTORE_CURL_LOW_SPEED_TIME_SECONDS", "1"
)  # tests do not wait long for silent hosts
Fault = Literal["404", "503", "cut", "stall", "html"]


@dataclass
class LoopbackImagery:
    """What the stand-in serves and has seen.

    Attributes
    ----------
    folder : Path
        Its files.
    url : str
        For `CELL_TYPES_IMAGERY`.
    faults : dict
        Faults by a part of the path, and how often each happens.
    asked : list of str
        Paths and ranges, in order.
    sent : int
        Bytes of files.
    latency, bytes_a_second : float
        Seconds before each answer, and the speed of all answers together; 0 for no limit.
    released : threading.Event
        Set to end the answers that stall.
    """

    folder: Path
    url: str = ""
    faults: dict[str, tuple[Fault, float]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: int = 0
    latency: float = 0.0
    bytes_a_second: float = 0.0
    released: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _free_at: float = 0.0

    def fault(self, path: str) -> Fault | None:
        """The fault that a request meets, counted."""
        with self._lock:
            for part, (fault, times) in self.faults.items():
                if part in path and times > 0:
                    self.faults[part] = fault, times - 1
                    return fault
            return None

    def pause(self, size: int) -> None:
        """Wait until the line has carried an answer, after those before it."""
        with self._lock:
            self.sent += size
            now = time.monotonic()
            if self.bytes_a_second:
                self._free_at = max(now, self._free_at) + size / self.bytes_a_second
            until = max(now + self.latency, self._free_at + self.latency)
        if until > now:
            threading.Event().wait(until - now)


def ranged(content: bytes, wanted: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, bytes and headers of the answer to a request with this `Range`, which may be ""."""
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    if not found:
        return 200, content, {}
    first = int(found[1])
    part = content[first : int(found[2] or len(content) - 1) + 1]
    return 206, part, {"Content-Range": f"bytes {first}-{first + len(part) - 1}/{len(content)}"}


class Handler(BaseHTTPRequestHandler):
    """Answers for the host of its server."""

    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self) -> None:
        """Send a file, a part of it, or a fault."""
        host, wanted = self.server.host, self.headers.get("Range", "")
        host.asked.append(f"{self.path} {wanted}".strip())
        fault, path = host.fault(self.path), host.folder / self.path.lstrip("/")
        try:
            if fault in ("404", "503"):
                self.answer(int(fault), b"")
            elif fault == "html":
                self.answer(200, b"<html>Sign in</html>")
            elif not path.is_file():
                self.answer(404, b"")
            else:
                status, part, headers = ranged(path.read_bytes(), wanted)
                self.answer(status, part, headers, half=fault is not None)
                if fault == "stall":
                    host.released.wait()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def answer(
        self, status: int, content: bytes, headers: Mapping[str, str] = {}, *, half: bool = False
    ) -> None:
        """Send an answer; of half an answer the whole length is said."""
        self.server.host.pause(len(content))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if half else content)
        self.wfile.flush()
        self.close_connection = self.close_connection or half

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """A server of a folder; a reader that leaves in the middle is no error."""

    daemon_threads = True
    request_queue_size = 128
    host: LoopbackImagery

    def handle_error(self, *_: object) -> None:
        """Print no traceback: Python 3.11 stumbles if another thread parses at the same time."""


@contextmanager
def running_imagery(folder: Path) -> Iterator[LoopbackImagery]:
    """Serve a folder on a free port of the loopback."""
    with Server(("127.0.0.1", 0), Handler) as server:
        host = server.host = LoopbackImagery(folder, f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield host
        finally:
            host.released.set()
            server.shutdown()
            thread.join()
