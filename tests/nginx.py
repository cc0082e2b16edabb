"""nginx as docs/serving/nginx.conf sets it up, on free ports of the loopback."""

import http.client
import re
import shutil
import ssl
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

from tests.browser.chromium import is_root
from tests.browser.server import LOOPBACK, ROOT, free_port

SITE = ROOT / "docs/serving/nginx.conf"
READER, PASSWORD = "reader", "through the door"
START_WITHIN_S = 20.0
POLL_S = 0.05
AROUND = """{user}daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  {bodies}
  include {folder}/site.conf;
}}
"""
BODIES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
"""Kinds of file that nginx keeps for a moment, each in a folder of its own."""


@dataclass(frozen=True)
class Nginx:
    """A running nginx.

    Attributes
    ----------
    port : int
        On which it speaks TLS.
    folder : Path
        Of its configuration and logs.
    """

    port: int
    folder: Path

    @property
    def url(self) -> str:
        """The base URL, without a slash at its end."""
        return f"https://{LOOPBACK}:{self.port}"

    @property
    def key(self) -> dict[str, str]:
        """The header that opens the door."""
        return {"Authorization": f"Basic {b64encode(f'{READER}:{PASSWORD}'.encode()).decode()}"}

    @property
    def trust(self) -> ssl.SSLContext:
        """Accepts the certificate made for the test, and no other."""
        trusted = ssl.create_default_context(cafile=str(self.folder / "site.pem"))
        trusted.check_hostname = False
        return trusted

    def ask(
        self, path: str, headers: Mapping[str, str], method: str = "GET", body: bytes | None = None
    ) -> tuple[int, Message]:
        """Ask for a path; give the status and the headers of the answer."""
        connection = http.client.HTTPSConnection(LOOPBACK, self.port, context=self.trust)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.headers
        finally:
            connection.close()

    def served(self) -> list[tuple[str, str]]:
        """The requests that have ended: path, and the server that answered last."""
        lines = (self.folder / "access.log").read_text().splitlines()
        found = [re.search(r'"\w+ (\S+) [^"]*" \d+ (.+?) \d', line) for line in lines]
        return [(match[1], match[2].split(", ")[-1]) for match in found if match]


def nginx_missing() -> str:
    """Why the configuration cannot be tried here; "" where it can."""
    lacking = [name for name in ("nginx", "openssl") if not shutil.which(name)]
    return f"{' and '.join(lacking)} not found: the configuration is not tried" if lacking else ""


def site(text: str, ports: Sequence[int], port: int, folder: Path) -> str:
    """The site's configuration with other ports and files.

    Raises
    ------
    ValueError
        If it lacks something that is to be replaced.
    """
    replaced = {
        "127.0.0.1:8501": f"{LOOPBACK}:{ports[0]}",
        "127.0.0.1:8502": f"{LOOPBACK}:{ports[1]}",
        "~:8501$": f"~:{ports[0]}$",
        "    listen [::]:80;\n": "",
        "    listen [::]:443 ssl http2;\n": "",
        "listen 80;": f"listen {LOOPBACK}:{free_port()};",
        "listen 443 ": f"listen {LOOPBACK}:{port} ",
        "/etc/ssl/cells.example.org.pem": f"{folder}/site.pem",
        "/etc/ssl/private/cells.example.org.key": f"{folder}/site.key",
        "/etc/nginx/cell-types.htpasswd": f"{folder}/htpasswd",
        "/var/log/nginx/cell-types.log": f"{folder}/access.log",
    }
    for old, new in replaced.items():
        if old not in text:
            raise ValueError(f"{SITE.name} does not say {old!r} any more")
        text = text.replace(old, new)
    return text


def write_configuration(ports: Sequence[int], port: int, folder: Path) -> list[str]:
    """Write all that nginx reads into a folder; give the command that starts it."""
    (folder / "site.conf").write_text(site(SITE.read_text(), ports, port, folder))
    user = "user root;\n" if is_root() else ""
    bodies = "\n  ".join(f"{kind}_temp_path {folder}/{kind};" for kind in BODIES)
    (folder / "nginx.conf").write_text(AROUND.format(user=user, folder=folder, bodies=bodies))
    secret = subprocess.check_output(["openssl", "passwd", "-apr1", PASSWORD], text=True)
    (folder / "htpasswd").write_text(f"{READER}:{secret}")
    certify = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    files = ["-keyout", str(folder / "site.key"), "-out", str(folder / "site.pem")]
    subprocess.run(["openssl", *certify.split(), *files], check=True, capture_output=True)
    return ["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]


@contextmanager
def running_nginx(ports: Sequence[int], folder: Path) -> Iterator[Nginx]:
    """Run nginx in front of two servers."""
    nginx = Nginx(free_port(), folder)
    process = subprocess.Popen(write_configuration(ports, nginx.port, folder))
    try:
        deadline = time.monotonic() + START_WITHIN_S
        while True:
            try:
                nginx.ask("/", {})
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"nginx: {(folder / 'error.log').read_text()}") from None
                with suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=POLL_S)
        yield nginx
    finally:
        process.terminate()
        process.wait()
