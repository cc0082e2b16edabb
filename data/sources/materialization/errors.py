"""What CAVE's refusals and failures mean for the reader, in words that hold little of an answer."""

import json
import re
from urllib.parse import urlsplit

import pyarrow as pa
import requests

from data.errors import BadTable, DataError, HostUnreachable, SettingsError, TableAbsent
from data.sources.connection import again, never_connected
from data.sources.materialization import session
from data.volume import VOLUME

AGAIN = again(None)
LATER = "Try again in a few minutes, as the query may still be running there; nothing of it was kept."
ARCHIVE_ORIGIN = "Choose the source “archive”, which needs no account"
NO_VIEW = ("No row was found for one()", "Could not reflect: requested table(s) not available")
"""What the server says where it has no record of a view, or its database for the release lacks the view."""
STATUS_WITHIN = re.compile(r"^(\d{3}) [A-Z]")
LONGEST = 160


class ReleaseExpired(DataError):
    """CAVE knows the release, but answers no queries for it any more."""


class ReleaseAbsent(SettingsError):
    """The server does not list the release."""


class NoAnswer(BadTable):
    """The server took too long."""


class TooManyRequests(DataError):
    """The server wants to be asked less often."""


def expired(release: int, server: str) -> ReleaseExpired:
    """Say that the server answers no queries for a release, and which ways remain."""
    known = VOLUME.releases.get(release)
    moment = f'datetime.fromisoformat("{known.timestamp.isoformat()}")' if known else "…"
    return ReleaseExpired(
        f"Release v{release} has expired from the CAVE server at {_host(server)}: it answers no queries.",
        f"{ARCHIVE_ORIGIN} and holds expired releases whole, or a release that is still live. caveclient "
        "itself can ask for the moment of the release instead, where the table still exists: "
        f"client.materialize.query_table(…, timestamp={moment}) takes about a minute a table, and is not "
        "offered here.",
    )


def absent(release: int, listed: list[int], server: str) -> ReleaseAbsent:
    """Say that a server does not list a release."""
    known = ", ".join(str(number) for number in sorted(listed)) or "none"
    return ReleaseAbsent(
        f"The CAVE server at {_host(server)} does not know release v{release}.",
        f"The releases it lists are {known}.",
    )


def no_token(server: str) -> SettingsError:
    """Say that there is no token to ask with."""
    return SettingsError(
        f"CAVE at {_host(server)} wants a token, and none is set.",
        f"Make one at {_token_page(server)} and put it into the variable CELL_TYPES_TOKEN, into "
        ".streamlit/secrets.toml, or into caveclient's own file. The source “archive” needs none.",
    )


def token_refused(server: str) -> SettingsError:
    """Say that the server does not take the token."""
    return SettingsError(
        f"The CAVE server at {_host(server)} does not accept the token: it is wrong, or a newer one took "
        "its place.",
        f"Copy the newest one from {_token_page(server)} into CELL_TYPES_TOKEN; whoever makes a new one ends "
        "the old one.",
    )


def wrong_server(server: str, why: str) -> DataError:
    """Say that what answers is no CAVE server this program can speak to."""
    return DataError(
        f"What answers at {_host(server)} cannot be asked as a CAVE server: {why}.",
        f"Check the setting “cave”, or try again later. {ARCHIVE_ORIGIN}.",
    )


def is_rate_limit(error: requests.RequestException) -> bool:
    """Whether a server wants to be asked less often; it says so within an HTTP 500."""
    return error.response is not None and _status(error.response) == 429


def explain(error: Exception, table: str | None, release: int, server: str) -> DataError:
    """Give the reader's words for what went wrong.

    Parameters
    ----------
    error : Exception
        As requests, pyarrow or caveclient raised it. Its own text is not passed on: it may hold anything.
    table : str or None
        The table that was asked for; None where it was the release itself.
    release : int
        The materialization version.
    server : str
        The address that was asked.
    """
    what = f"{table} of release v{release}" if table else f"its word on release v{release}"
    response = error.response if isinstance(error, requests.RequestException) else None
    if response is not None and response.status_code >= 400:
        return _refused(response, table, release, server) or _failed(response, what, server)
    if isinstance(error, requests.RequestException) and not isinstance(error, requests.JSONDecodeError):
        return _unanswered(error, what, server)
    if isinstance(error, pa.ArrowException | OSError) and not isinstance(error, requests.JSONDecodeError):
        return _broken(what, server, "the answer is cut short or damaged")
    if isinstance(error, ValueError) and "isoformat" in str(error):
        return wrong_server(server, "it writes its moments in another form")
    if isinstance(error, ValueError):  # JSON that is none, a body of another type
        return _broken(what, server, "something other than its rows came, such as a page to sign in")
    return wrong_server(server, f"its answer has another form ({type(error).__name__})")


def _refused(response: requests.Response, table: str | None, release: int, server: str) -> DataError | None:
    """What the server does not have or not give; None where it merely failed."""
    status, said = _status(response), _message(response)
    if status == 401:
        return token_refused(server)
    if status == 403:
        return _forbidden(response, server)
    if "no valid parent" in said or status == 410:
        return expired(release, server)
    if status != 404 and not (table and said.startswith(NO_VIEW)):
        return None
    if table is None:
        return wrong_server(server, "it does not know the datastack or the release")
    return TableAbsent(
        f"The CAVE server at {_host(server)} does not hold {table} in release v{release}.",
        "Choose another release, or a table that this one holds.",
    )


def _failed(response: requests.Response, what: str, server: str) -> DataError:
    status, said = _status(response), _reason(response)
    if status == 429:
        return TooManyRequests(
            f"The CAVE server at {_host(server)} was asked too often and did not give {what}.",
            "Wait a minute and try again; what came before is kept.",
        )
    reason = f"HTTP {status}" if status != 500 or not said else f"it says “{said}”"
    problem = f"The CAVE server at {_host(server)} failed on {what}: {reason}."
    return NoAnswer(problem, LATER) if status == 504 else BadTable(problem, again(response))


def _forbidden(response: requests.Response, server: str) -> DataError:
    """Terms that nobody accepted yet, or a permission that is not given."""
    detail = _json(response).get("data")
    link = str(detail.get("tos_form_url", "")) if isinstance(detail, dict) else ""
    if link.startswith(("https://", "http://")):
        return SettingsError(
            f"CAVE at {_host(server)} gives its tables only to those who accepted its terms of service.",
            f"Read and accept them at {link} with the account of the token, then try again.",
        )
    return SettingsError(
        f"The account of the token may not read the tables at {_host(server)}.",
        f"Ask the makers of the release for leave. {ARCHIVE_ORIGIN}.",
    )


def _unanswered(error: requests.RequestException, what: str, server: str) -> DataError:
    """No answer, or none to its end."""
    if isinstance(error, requests.exceptions.InvalidSchema | requests.exceptions.MissingSchema):
        return wrong_server(server, "it does not say where its tables are served")
    if never_connected(error):
        return HostUnreachable(
            f"The CAVE server at {_host(server)} cannot be reached, so {what} is not here.",
            f"Check the network and try again. {ARCHIVE_ORIGIN}.",
        )
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return _broken(what, server, "the connection was lost on the way")
    if "timed out" in str(error):
        query = error.request is not None and error.request.method == "POST"
        limit = session.READ_SECONDS if query else session.LIST_SECONDS
        problem = f"The CAVE server at {_host(server)} did not deliver {what}: silent for {limit:g} seconds."
        return NoAnswer(problem, LATER if query else AGAIN)
    return _broken(what, server, "it closed the connection without an answer")


def _broken(what: str, server: str, why: str) -> BadTable:
    return BadTable(f"The CAVE server at {_host(server)} did not deliver {what}: {why}.", AGAIN)


def _status(response: requests.Response) -> int:
    """The status that is meant: the server wraps all of its refusals into an HTTP 500."""
    within = STATUS_WITHIN.match(_message(response))
    return int(within[1]) if within and response.status_code == 500 else response.status_code


def _message(response: requests.Response) -> str:
    """What the server says; should it repeat the token, then without it."""
    answer = _json(response)
    said = re.sub(r"\s+", " ", str(answer.get("message") or answer.get("schema_errors") or ""))
    token = response.request.headers.get("Authorization", "").removeprefix("Bearer ")
    return said.replace(token, "…") if token else said


def _reason(response: requests.Response) -> str:
    """Why the server failed, in short: without the SQL, before or behind which the database says why."""
    said = re.sub(r"^Execution failed on sql '.*': ", "", _message(response))
    return re.sub(r" ?\[SQL: .*", "", said).strip()[:LONGEST]


def _json(response: requests.Response) -> dict[str, object]:
    try:
        said = json.loads(response.content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _host(server: str) -> str:
    return urlsplit(server).netloc or server


def _token_page(server: str) -> str:
    return f"{server}/sticky_auth/settings/tokens"
