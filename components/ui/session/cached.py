"""Results computed once for all sessions, found again by the keys of their arguments.

A session with tables of its own keeps its results to itself, but for those of official tables alone.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import wraps
from hashlib import blake2b
from typing import ParamSpec, TypeVar

import numpy as np
import pandas as pd
import streamlit as st

from components.ui.session.own_tables import has_own_tables, kept_in_session
from data.labels.crosswalk import LEVELS
from data.loader import LabelTable

P = ParamSpec("P")
R = TypeVar("R")


def cached(
    *, max_entries: int = 32, show_spinner: str | bool = False
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the results of a pure function for all sessions and reruns, by the keys of its arguments.

    Those of a session with tables of its own are kept in that session alone, where they may tell anything of
    these. `key_of` gives those keys; a frame is never hashed.

    Parameters
    ----------
    max_entries : int
        Results kept; the oldest make way.
    show_spinner : str or bool
        As `st.cache_resource` takes it.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        def compute(key: str, _call: Callable[[], R]) -> R:
            return _searchable(_call())

        # Streamlit tells caches apart by these names.
        compute.__module__, compute.__qualname__ = function.__module__, function.__qualname__
        results = st.cache_resource(show_spinner=show_spinner, max_entries=max_entries)(compute)

        @wraps(function)
        def recalled(*args: P.args, **kwargs: P.kwargs) -> R:
            key = repr(key_of((args, kwargs)))
            if has_own_tables() and not _is_official((args, kwargs)):
                name = f"{function.__module__}.{function.__qualname__}"
                return kept_in_session(name, key, lambda: function(*args, **kwargs), max_entries)
            return results(key, lambda: function(*args, **kwargs))

        return recalled

    return decorate


def _searchable(value: R) -> R:
    """Have pandas index all frames of a result before several sessions search them.

    It does so at the first question; a thread that asks meanwhile is told that IDs stand there twice.
    """
    if isinstance(value, pd.Index):
        _ = value.is_unique, value.is_monotonic_increasing
    elif isinstance(value, pd.Series | pd.DataFrame):
        for axis in value.axes:
            _searchable(axis)
    elif isinstance(value, Mapping):
        for part in value.values():
            _searchable(part)
    elif isinstance(value, list | tuple):
        for part in value:
            _searchable(part)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            _searchable(getattr(value, field.name))
    return value


def _is_official(value: object) -> bool:
    """Whether a value can tell nothing of a reader's own tables: official tables, levels, switches."""
    if isinstance(value, LabelTable):
        return not value.table.own
    if isinstance(value, Mapping):
        return all(map(_is_official, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_official, value))
    return value is None or isinstance(value, bool) or (isinstance(value, str) and value in LEVELS)


def key_of(value: object) -> object:
    """Key that identifies a value.

    Parameters
    ----------
    value : object
        A plain value; an object with a `key`, such as a loaded table or a table view; an array; an error; a
        frozen dataclass, sequence or mapping of such.

    Raises
    ------
    TypeError
        If it has no key, as a frame has none.
    """
    if hasattr(value, "key"):
        return key_of(value.key)
    if isinstance(value, Mapping):
        value = tuple(value.items())
    elif isinstance(value, Exception):
        value = repr(value)
    if value is None or isinstance(value, str | int | float | datetime):
        return value
    if isinstance(value, bytes):
        return len(value), blake2b(value).hexdigest()
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype.str, blake2b(np.ascontiguousarray(value).tobytes()).hexdigest()
    if isinstance(value, Sequence):
        return tuple(map(key_of, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        parts = (getattr(value, field.name) for field in dataclasses.fields(value))
        return type(value).__name__, *map(key_of, parts)
    raise TypeError(f"{type(value).__name__} has no key to find a result by.")
