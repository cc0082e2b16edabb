"""A Streamlit server of one's own: a free port, a private home, and a log to show when a test fails."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"
START_WITHIN_S = 60.0  # generous: a cold import of pandas and plotly on a busy machine
POLL_S = 0.05


class AppServer:
    """A running `streamlit run`, from `start` to `stop`.

    Parameters
    ----------
    script : Path
        The app, or any script of the project.
    environment : dict of str
        Settings on top of the inherited environment, of which no `CELL_TYPES_` one is kept.
    home : Path
        A private folder that exists: home, cache and log of this server.
    root : Path
        The work tree to start it in, if not this one.
    """

    def __init__(self, script: Path, environment: dict[str, str], home: Path, *, root: Path = ROOT) -> None:
        self.script = script
        self.root = root
        self.log = home / "streamlit.log"
        self.port = free_port()
        # What a reader gives, and no option more: the others are the project's own.
        address = [f"--server.address={LOOPBACK}", f"--server.port={self.port}", "--server.headless=true"]
        self.command = [sys.executable, "-m", "streamlit", "run", str(script), *address]
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("CELL_TYPES_", "STREAMLIT_"))}
        self.environment = {
            **inherited,
            "HOME": str(home),
            "NO_PROXY": f"{LOOPBACK},localhost",
            "CELL_TYPES_CACHE": str(home / "cache"),
            "CELL_TYPES_IMAGERY": str(home / "no-imagery"),
            **environment,
        }

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        """Start the server and return once it answers; fail with its log if it does not."""
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.root,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_WITHIN_S
        while not self.answers():
            if self.ended() or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{self.script} did not start:\n{self.said()}")

    def answers(self) -> bool:
        """Whether the health endpoint says that the server is ready."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=START_WITHIN_S)
        try:
            connection.request("GET", "/_stcore/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except OSError:
            return False  # it does not listen yet
        finally:
            connection.close()

    def ended(self) -> bool:
        """Wait a moment for the process to end: whether it has."""
        try:
            self.process.wait(timeout=POLL_S)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """End the process and wait until it is gone."""
        self.process.terminate()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def said(self) -> str:
        """What the server has written so far."""
        return self.log.read_text(errors="replace")


def free_port() -> int:
    """Return a loopback port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
