"""The replacements inside `caveclient.base`, each with its reason; nothing else of caveclient is changed.

The names are replaced once, on import, so no thread meets them half replaced.
`tests/test_replaced.py` fails when caveclient no longer needs one of them.
"""

import logging
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import requests

from data.sources.materialization.session import CaveSession


@dataclass(frozen=True)
class Replacement:
    """A name of `caveclient.base`, its new value and the reason."""

    name: str
    value: object
    reason: str


def _get(url: str, **options: Any) -> requests.Response:  # noqa: ANN401  # passed on as they come
    with CaveSession() as session:
        return session.get(url, **options)


REPLACED = (
    Replacement(
        "requests",
        SimpleNamespace(**{**vars(requests), "Session": CaveSession, "get": _get}),
        "caveclient sets no time limit, so a silent server would hold a page for ever; it repeats a query "
        "that timed out while the first still runs; and as a cookie it sends the token to other hosts too.",
    ),
    Replacement(
        "webbrowser",
        SimpleNamespace(open=lambda url: False),
        "Where the terms of service are not accepted, caveclient opens a browser: on the server, for nobody.",
    ),
    Replacement(
        "logger",
        logging.Logger("caveclient.base", logging.CRITICAL),
        "It prints what a server warns of, a limit that this program copes with and a notice that it shows; "
        "query_view has no switch for that.",
    ),
)


def replace_in(base: ModuleType) -> None:
    """Replace the names within `caveclient.base`."""
    for replacement in REPLACED:
        setattr(base, replacement.name, replacement.value)
