"""How servers are asked: what is asked again and after which wait, what never is, and that all of it ends."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest
import requests

from data.sources.connection import LONGEST_WAIT_SECONDS, PatientSession, waits_told
from tests.loopback_cave import TOKEN, Answer, Change, running_cave

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Case:
    """A request to a server with a fault: how often it is asked, and the waits between."""

    method: str
    fault: Change
    times: int | None
    asked: int
    waited: tuple[float, ...] = ()
    ends: int | type[Exception] = 200


def busy(status: int, wait: str | None = None) -> Change:
    headers = () if wait is None else (("Retry-After", wait),)
    return lambda answer: Answer(status, b"busy", "text/plain", headers)


def date(seconds: float) -> str:
    return format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)


def dropped(answer: Answer) -> Answer:
    return replace(answer, dropped=True)


def silent(answer: Answer) -> Answer:
    return replace(answer, silent=True)


CASES = {
    "busy once": Case("GET", busy(503), 1, asked=2),
    "busy twice": Case("GET", busy(503), 2, asked=3, waited=(1.0,)),
    "busy three times": Case("GET", busy(503), 3, asked=4, waited=(1.0, 2.0)),
    "busy for good": Case("GET", busy(503), None, asked=4, waited=(1.0, 2.0), ends=503),
    "too many requests": Case("GET", busy(429, "7"), 1, asked=2, waited=(7.0,)),
    "a bad gateway": Case("GET", busy(502, "7"), 1, asked=2, waited=(7.0,)),
    "a gateway that gave up": Case("GET", busy(504, "7"), 1, asked=2, waited=(7.0,)),
    "a wait until a date": Case("GET", busy(503, date(20)), 1, asked=2, waited=(20.0,)),
    "a wait until a date that is past": Case("GET", busy(503, date(-20)), 1, asked=2),
    "the longest wait": Case("GET", busy(503, f"{LONGEST_WAIT_SECONDS}"), 1, asked=2, waited=(30.0,)),
    "a longer wait": Case("GET", busy(503, f"{LONGEST_WAIT_SECONDS + 1}"), 1, asked=1, ends=503),
    "a wait until next year": Case("GET", busy(429, date(1e7)), 1, asked=1, ends=429),
    "a wait that is none": Case("GET", busy(503, "soon"), 1, asked=2),
    "a wait of more digits than a number may have": Case("GET", busy(503, "9" * 5000), 1, asked=2),
    "broken": Case("GET", busy(500, "7"), None, asked=1, ends=500),
    "too large, with a wait": Case("GET", busy(413, "7"), None, asked=1, ends=413),
    "hung up": Case("GET", dropped, 1, asked=1, ends=requests.ConnectionError),
    "silent": Case("GET", silent, 1, asked=1, ends=requests.ConnectionError),
    "too many queries": Case("POST", busy(429, "7"), 1, asked=2, waited=(7.0,)),
    "a query to a bad gateway": Case("POST", busy(502), 1, asked=2),
    "a query to a busy server": Case("POST", busy(503), 1, asked=2),
    "a query that a gateway gave up, which may be running": Case("POST", busy(504), 1, asked=1, ends=504),
    "a query that was hung up": Case("POST", dropped, 1, asked=1, ends=requests.ConnectionError),
    "a query without an answer, which may be running": Case(
        "POST", silent, 1, asked=1, ends=requests.ConnectionError
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_asked_again(name: str, waits: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[name]
    monkeypatch.setattr("urllib3.util.retry.time", SimpleNamespace(time=NOW.timestamp))
    told: list[float] = []
    patience = 0.3 if case.fault is silent else 60.0
    with running_cave() as server, PatientSession(patience) as session, waits_told(told.append):
        session.headers["Authorization"] = f"Bearer {TOKEN}"
        server.break_("/info/version", case.fault, case.times)

        def ask() -> int:
            return session.request(case.method, f"{server.url}/info/version").status_code

        if isinstance(case.ends, int):
            assert ask() == case.ends
        else:
            with pytest.raises(case.ends):
                ask()
        assert len(server.asked) == case.asked
    assert tuple(waits) == case.waited
    assert told == [said for wait in waits for said in (wait, 0.0)]  # each as it begins and as it ends


def test_nobody_waits_longer_for_a_connection_that_does_not_come_about(waits: list[float]) -> None:
    with PatientSession(60.0) as session, pytest.raises(requests.ConnectionError):
        session.get("http://127.0.0.1:9")  # the discard port: nobody listens
    assert waits == []
