"""Whether anybody was there: what a failed request says of the connection."""

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError, NewConnectionError


def never_connected(error: Exception) -> bool:
    """Whether no connection came about: no name, no route, refused, or no answer in time."""
    if isinstance(error, requests.exceptions.SSLError):
        return False  # somebody answered
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | NameResolutionError | ConnectTimeoutError)
