"""Results computed once for all sessions, found again by the keys of what they were computed from."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from hashlib import blake2b
from typing import ParamSpec, TypeVar

import numpy as np
import streamlit as st

P = ParamSpec("P")
R = TypeVar("R")


def cached(
    *, max_entries: int = 32, show_spinner: str | bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep what a pure function gives, once for all sessions and reruns.

    A result is found again by the keys of the arguments (see `key_of`), never by hashing a frame.

    Parameters
    ----------
    max_entries : int
        Results kept; the oldest make way.
    show_spinner : str or bool
        As `st.cache_resource` takes it.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        def compute(key: str, _call: Callable[[], R]) -> R:
            return _call()

        # Streamlit tells caches apart by these names.
        compute.__module__, compute.__qualname__ = function.__module__, function.__qualname__
        results = st.cache_resource(show_spinner=show_spinner, max_entries=max_entries)(compute)

        @wraps(function)
        def recalled(*args: P.args, **kwargs: P.kwargs) -> R:
            return results(repr(key_of((args, kwargs))), lambda: function(*args, **kwargs))

        return recalled

    return decorate


def key_of(value: object) -> object:
    """Give what tells a value from every other, the key of an object that has one.

    Parameters
    ----------
    value : object
        A plain value; something with a `key`, such as a loaded table or a table view; an array; a class or a
        frozen dataclass of such; or sequences and mappings of them.

    Raises
    ------
    TypeError
        If it has no key, as a frame has none.
    """
    found: object
    if value is None or isinstance(value, str | bytes | int | float | datetime):
        found = value
    elif hasattr(value, "key"):
        found = value.key
    elif isinstance(value, np.ndarray):
        digest = blake2b(np.ascontiguousarray(value).tobytes()).hexdigest()
        found = (value.shape, value.dtype.str, digest)
    elif isinstance(value, Mapping):
        found = tuple((name, key_of(part)) for name, part in value.items())
    elif isinstance(value, Sequence):
        found = tuple(map(key_of, value))
    elif isinstance(value, Exception):
        found = repr(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = (getattr(value, field.name) for field in dataclasses.fields(value))
        found = (type(value).__name__, *map(key_of, parts))
    else:
        raise TypeError(f"{type(value).__name__} has no key to find a result by.")
    return found
