"""CAVE's refusals and failures as errors for the reader, which repeat little of an answer's text."""

import json
import re
from urllib.parse import urlsplit

import pyarrow as pa
import requests

from data.errors import BadTable, DataError, HostUnreachable, SettingsError, TableAbsent
from data.number_words import plural
from data.sources.connection import again, never_connected
from data.sources.materialization import session
from data.volume import VOLUME

AGAIN = again(None)
LATER = "Try again in a few minutes, as the query may still be running there; nothing of it was kept."
ARCHIVE_ORIGIN = "Choose the source “archive”, which needs no account"
NO_VIEW = ("No row was found for one()", "Could not reflect: requested table(s) not available")
"""The server's messages where it has no record of a view, or the release's database lacks the view."""
STATUS_WITHIN = re.compile(r"^(\d{3}) [A-Z]")
LONGEST = 160


class ReleaseExpired(DataError):
    """The server knows the release but no longer answers queries for it."""


class ReleaseAbsent(SettingsError):
    """The server does not list the release."""


class NoAnswer(BadTable):
    """The server did not answer in time."""


class TooManyRequests(DataError):
    """The server refuses because of too many requests."""


def expired(release: int, server: str) -> ReleaseExpired:
    """The error for an expired release, with the remaining ways to its rows."""
    known = VOLUME.releases.get(release)
    moment = f'datetime.fromisoformat("{known.iso}")' if known else "…"
    return ReleaseExpired(
        f"Release v{release} has expired from the CAVE server at {_host(server)}: it answers no queries.",
        f"{ARCHIVE_ORIGIN} and holds expired releases whole, or a release that is still live. caveclient "
        "itself can ask for the moment of the release instead, where the table still exists: "
        f"client.materialize.query_table(…, timestamp={moment}) takes about a minute a table, and is not "
        "offered here.",
    )


def absent(release: int, listed: list[int], server: str) -> ReleaseAbsent:
    """The error for a release that the server does not list."""
    known = ", ".join(str(number) for number in sorted(listed)) or "none"
    return ReleaseAbsent(
        f"The CAVE server at {_host(server)} does not know release v{release}.",
        f"The releases it lists are {known}.",
    )


def no_token(server: str) -> SettingsError:
    """The error for a missing token."""
    return SettingsError(
        f"CAVE at {_host(server)} wants a token, and none is set.",
        f"Make one at {_token_page(server)} and put it into the variable CELL_TYPES_TOKEN, into "
        ".streamlit/secrets.toml, or into caveclient's own file. The source “archive” needs none.",
    )


def token_refused(server: str) -> SettingsError:
    """The error for a token that the server refuses."""
    return SettingsError(
        f"The CAVE server at {_host(server)} does not accept the token: it is wrong, or a newer one took "
        "its place.",
        f"Copy the newest one from {_token_page(server)} into CELL_TYPES_TOKEN; a new token revokes the old "
        "one.",
    )


def wrong_server(server: str, why: str) -> DataError:
    """The error for an address that is not a CAVE server this program can use."""
    return DataError(
        f"What answers at {_host(server)} cannot be asked as a CAVE server: {why}.",
        f"Check the setting “cave”, or try again later. {ARCHIVE_ORIGIN}.",
    )


def is_rate_limit(error: requests.RequestException) -> bool:
    """Whether a server reports too many requests, also within an HTTP 500."""
    return error.response is not None and _status(error.response) == 429


def explain(error: Exception, table: str | None, release: int, server: str) -> DataError:
    """Turn a fault into an error for the reader.

    Parameters
    ----------
    error : Exception
        From requests, pyarrow or caveclient. Its text is not repeated: it may hold anything.
    table : str or None
        The requested table; None for the release itself.
    release : int
        The materialization version.
    server : str
        The server's address.
    """
    wanted = f"{table} of release v{release}" if table else f"the metadata of release v{release}"
    response = error.response if isinstance(error, requests.RequestException) else None
    if response is not None and response.status_code >= 400:
        return _refused(response, table, release, server) or _failed(response, wanted, server)
    if isinstance(error, requests.RequestException) and not isinstance(error, requests.JSONDecodeError):
        return _unanswered(error, wanted, server)
    if isinstance(error, pa.ArrowException | OSError) and not isinstance(error, requests.JSONDecodeError):
        return _broken(wanted, server, "the answer is cut short or damaged")
    if isinstance(error, ValueError) and "isoformat" in str(error):
        return wrong_server(server, "it writes its time stamps in another format")
    if isinstance(error, ValueError):  # invalid JSON, or a body of another type
        return _broken(wanted, server, "something other than its rows came, such as a page to sign in")
    return wrong_server(server, f"its answer has another format ({type(error).__name__})")


def _refused(response: requests.Response, table: str | None, release: int, server: str) -> DataError | None:
    """The error for what the server does not have or may not give; None where it merely failed."""
    status, message = _status(response), _message(response)
    if status == 401:
        return token_refused(server)
    if status == 403:
        return _forbidden(response, server)
    if "no valid parent" in message or status == 410:
        return expired(release, server)
    if status != 404 and not (table and message.startswith(NO_VIEW)):
        return None
    if table is None:
        return wrong_server(server, "it does not know the datastack or the release")
    return TableAbsent(
        f"The CAVE server at {_host(server)} does not hold {table} in release v{release}.",
        "Choose another release, or a table that this one holds.",
    )


def _failed(response: requests.Response, wanted: str, server: str) -> DataError:
    status, message = _status(response), _reason(response)
    if status == 429:
        return TooManyRequests(
            f"The CAVE server at {_host(server)} was asked too often and did not give {wanted}.",
            "Wait a minute and try again; what came before is kept.",
        )
    reason = f"HTTP {status}" if status != 500 or not message else f"it says “{message}”"
    problem = f"The CAVE server at {_host(server)} failed on {wanted}: {reason}."
    return NoAnswer(problem, LATER) if status == 504 else BadTable(problem, again(response))


def _forbidden(response: requests.Response, server: str) -> DataError:
    """The error for terms that are not accepted or a permission that is not given."""
    detail = _json(response).get("data")
    link = str(detail.get("tos_form_url", "")) if isinstance(detail, dict) else ""
    if link.startswith(("https://", "http://")):
        return SettingsError(
            f"CAVE at {_host(server)} gives its tables only to those who accepted its terms of service.",
            f"Read and accept them at {link} with the account of the token, then try again.",
        )
    return SettingsError(
        f"The account of the token may not read the tables at {_host(server)}.",
        f"Ask the makers of the release for permission. {ARCHIVE_ORIGIN}.",
    )


def _unanswered(error: requests.RequestException, wanted: str, server: str) -> DataError:
    """The error for a missing or incomplete answer."""
    if isinstance(error, requests.exceptions.InvalidSchema | requests.exceptions.MissingSchema):
        return wrong_server(server, "it does not say where its tables are served")
    if never_connected(error):
        return HostUnreachable(
            f"The CAVE server at {_host(server)} cannot be reached, so {wanted} is not here.",
            f"Check the network and try again. {ARCHIVE_ORIGIN}.",
        )
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return _broken(wanted, server, "the connection was lost on the way")
    if "timed out" in str(error):
        query = error.request is not None and error.request.method == "POST"
        limit = session.READ_SECONDS if query else session.LIST_SECONDS
        silent = plural(round(limit), "second")
        problem = f"The CAVE server at {_host(server)} did not deliver {wanted}: silent for {silent}."
        return NoAnswer(problem, LATER if query else AGAIN)
    return _broken(wanted, server, "it closed the connection without an answer")


def _broken(wanted: str, server: str, why: str) -> BadTable:
    return BadTable(f"The CAVE server at {_host(server)} did not deliver {wanted}: {why}.", AGAIN)


def _status(response: requests.Response) -> int:
    """The intended status: the server wraps its refusals in an HTTP 500."""
    within = STATUS_WITHIN.match(_message(response))
    return int(within[1]) if within and response.status_code == 500 else response.status_code


def _message(response: requests.Response) -> str:
    """The server's message, without the token if it repeats it."""
    answer = _json(response)
    message = re.sub(r"\s+", " ", str(answer.get("message") or answer.get("schema_errors") or ""))
    token = response.request.headers.get("Authorization", "").removeprefix("Bearer ")
    return message.replace(token, "…") if token else message


def _reason(response: requests.Response) -> str:
    """Why the server failed, in short: the database's reason without the SQL around it."""
    message = re.sub(r"^Execution failed on sql '.*': ", "", _message(response))
    return re.sub(r" ?\[SQL: .*", "", message).strip()[:LONGEST]


def _json(response: requests.Response) -> dict[str, object]:
    try:
        answer = json.loads(response.content)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _host(server: str) -> str:
    return urlsplit(server).netloc or server


def _token_page(server: str) -> str:
    return f"{server}/sticky_auth/settings/tokens"
