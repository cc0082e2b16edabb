"""How a server is asked: with time limits, with waits that the reader is told of, no running query twice."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import BaseHTTPResponse
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    InvalidHeader,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ResponseError,
)
from urllib3.util import Retry

CONNECT_SECONDS = 5
REPEATS = 3
"""So often a request is repeated that a busy server refused."""
BACKOFF_SECONDS = 0.5
"""Where the server names no wait: none before the first repeat, then twice and four times this."""
LONGEST_WAIT_SECONDS = 30
"""The longest wait that is kept (`Retry-After`); where a server asks for more, the reader is told so."""
BUSY = frozenset({429, 502, 503, 504})

_waits: ContextVar[Callable[[float], None]] = ContextVar("waits", default=lambda seconds: None)


@contextmanager
def waits_told(tell: Callable[[float], None]) -> Iterator[None]:
    """Have the waits of this thread told: the seconds of each as it begins, 0 when it is over."""
    before = _waits.set(tell)
    try:
        yield
    finally:
        _waits.reset(before)


def pause(seconds: float) -> None:
    """Wait, and tell whoever wants to know when it begins (the seconds) and when it is over (0)."""
    tell = _waits.get()
    tell(seconds)
    time.sleep(seconds)
    tell(0.0)


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Read how many seconds a server asks to wait (`Retry-After`); None without a number or a date."""
    try:
        return Retry().parse_retry_after(headers.get("Retry-After", ""))
    except (InvalidHeader, ValueError, OverflowError):
        return None


def again(response: requests.Response | None) -> str:
    """Advise to try again, when the server says."""
    wait = asked_wait(response.headers) if response is not None else None
    when = f"in {wait:,.0f} seconds, as the server asks" if wait else "in a moment"
    return f"Try again {when}; nothing of it was kept."


class BusyRetry(Retry):
    """Repeats a request that a busy server refused, but none that it may still be working on.

    After a time-out the query may be running: nothing is sent again, nor a POST for which a gateway gave up
    waiting (504).
    """

    @classmethod
    def for_session(cls) -> Self:
        """Make the policy of a session."""
        return cls(
            total=None, connect=0, read=0, other=0, status=REPEATS, status_forcelist=BUSY,
            allowed_methods=None, backoff_factor=BACKOFF_SECONDS, raise_on_status=False,
        )  # fmt: skip

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """Whether an answer of this status is asked for again."""
        if (method, status_code) == ("POST", 504):
            return False
        return super().is_retry(method, status_code, has_retry_after)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """Count a repeat; refuse it where the wait that the server asks for is too long."""
        if response is not None and (self.get_retry_after(response) or 0) > LONGEST_WAIT_SECONDS:
            # With raise_on_status off this hands the answer on.
            raise MaxRetryError(_pool, url, ResponseError("too long a wait"))  # type: ignore[arg-type]  # as in urllib3
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Read the wait that the server asks for; None also where it cannot be read."""
        return asked_wait(response.headers)

    def sleep(self, response: BaseHTTPResponse | None = None) -> None:
        """Wait as the server asks, else a little longer each time, and tell of it."""
        asked = self.get_retry_after(response) if response is not None else None
        seconds = asked or self.get_backoff_time()
        if seconds:
            pause(seconds)


class PatientSession(requests.Session):
    """A session whose requests end, and which waits for a busy server.

    Parameters
    ----------
    read_seconds : float
        The longest silence before an answer or within it.
    """

    def __init__(self, read_seconds: float) -> None:
        self.read_seconds = read_seconds
        super().__init__()

    def mount(self, prefix: str | bytes, adapter: BaseAdapter) -> None:
        """Take an adapter, with the policy of repeats of this module."""
        if isinstance(adapter, HTTPAdapter):
            adapter.max_retries = BusyRetry.for_session()
        super().mount(prefix, adapter)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401  # passed on as they come
        """Ask, with both time limits unless the caller gives others."""
        options.setdefault("timeout", (CONNECT_SECONDS, self.read_seconds))
        return super().request(method, url, **options)


def never_connected(error: Exception) -> bool:
    """Whether no connection came about: no name, no route, refused, or no answer in time."""
    if isinstance(error, requests.exceptions.SSLError):
        return False  # somebody answered
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError)
