"""Results computed once for all sessions, found again by the keys of their arguments.

A session with tables of its own keeps its results to itself, but for those of official tables alone.
"""

import dataclasses
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import wraps
from hashlib import blake2b
from operator import itemgetter
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
import pandas as pd
import streamlit as st
from cachetools import LRUCache

from components.figures.frame import Figure
from components.ui.session.own_tables import RESULTS as OWN_RESULTS
from components.ui.session.own_tables import has_own_tables
from data.labels.crosswalk import LEVELS
from data.loader import LabelTable

P = ParamSpec("P")
R = TypeVar("R")
Key = tuple[str, str]
ROOM, OWN_ROOM = 192 << 20, 48 << 20
"""Bytes of all results together, what twenty readers come back to and a server can spare; and of those of one
session with tables of its own."""


class Results:
    """Results by function and key; when they outgrow the room, the longest unused make way.

    Parameters
    ----------
    room : int
        Bytes of all results together, as `size_of` counts them.
    """

    def __init__(self, room: int) -> None:
        self._kept: LRUCache[Key, tuple[Any, int]] = LRUCache(room, getsizeof=itemgetter(1))
        self._lock = threading.Lock()
        self._computing: dict[Key, threading.Lock] = {}

    def find(self, name: str, key: str, compute: Callable[[], R]) -> R:
        """Return a result; the first to ask for it computes it, and others wait."""
        asked = name, key
        with self._lock:
            if found := self._kept.get(asked):
                return cast("R", found[0])
            computing = self._computing.setdefault(asked, threading.Lock())
        with computing:
            with self._lock:
                if found := self._kept.get(asked):
                    return cast("R", found[0])
            try:
                result = _searchable(compute())
                size = size_of(result)
                with self._lock:
                    if size <= self._kept.maxsize:
                        self._kept[asked] = result, size
            finally:
                with self._lock:
                    self._computing.pop(asked, None)
        return result

    def clear(self) -> None:
        """Forget all results."""
        with self._lock:
            self._kept.clear()


RESULTS = Results(ROOM)


def own_results() -> Results:
    """Return the results of this session, which go with its tables."""
    kept: Results = st.session_state.setdefault(OWN_RESULTS, {}).setdefault("all", Results(OWN_ROOM))
    return kept


def cached(*, show_spinner: str = "") -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the results of a pure function for all sessions and reruns, by the keys of its arguments.

    Those of a session with tables of its own are kept in that session alone, where they may tell anything of
    these. `key_of` gives those keys; a frame is never hashed.

    Parameters
    ----------
    show_spinner : str
        Shown while a result is computed.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        name = f"{function.__module__}.{function.__qualname__}"

        @wraps(function)
        def recalled(*args: P.args, **kwargs: P.kwargs) -> R:
            def compute() -> R:
                with st.spinner(show_spinner) if show_spinner else nullcontext():
                    return function(*args, **kwargs)

            key = repr(key_of((args, kwargs)))
            private = has_own_tables() and not _is_official((args, kwargs))
            return (own_results() if private else RESULTS).find(name, key, compute)

        return recalled

    return decorate


def size_of(value: object) -> int:
    """Count the bytes of a result, but for parts that have a key: those are kept by themselves."""
    counted: dict[int, object] = {}  # held: another object could take the number of one that is gone

    def measure(part: object) -> int:
        if id(part) in counted or isinstance(part, type):
            return 0
        counted[id(part)] = part
        if isinstance(part, str | int | float):  # most parts: nothing is looked for inside
            return sys.getsizeof(part)
        if isinstance(part, np.ndarray):
            return part.nbytes
        if isinstance(part, pd.DataFrame | pd.Series | pd.Index | pd.Categorical):
            return int(np.sum(part.memory_usage(deep=True)))
        if isinstance(part, Figure):
            part = part.to_plotly_json()
        inner: list[object] = list(getattr(part, "__dict__", {}).values())
        if isinstance(part, Mapping):
            inner += [*part.keys(), *part.values()]
        elif isinstance(part, list | tuple | set | frozenset):
            inner += part
        parts = (measure(one) for one in inner if not hasattr(one, "key"))
        return sys.getsizeof(part) + sum(parts)

    return measure(value)


def _searchable(value: R) -> R:
    """Have pandas index all frames of a result before several sessions search them.

    It does so at the first question; a thread that asks meanwhile is told that it holds IDs twice.
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
