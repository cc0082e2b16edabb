"""A server's memory, kept level: garbage collections in quiet moments, not after every run, and few arenas.

A full collection looks at every object, hundreds of thousands of them in the caches, while all sessions wait.
Here it comes once a minute, and what it keeps is frozen: until the next one, Python's own collections look
only at what is newer. That keeps memory level. `.streamlit/config.toml` turns Streamlit's collection off.
"""

import ctypes
import gc
import platform
import threading
import time

import streamlit as st
from streamlit import config
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import SafeSessionState

EVERY_S = 60.0
PATIENCE_S = 15.0
"""How long a collection that is due waits for a quiet moment."""
QUIET_LOOKS, LOOK_EVERY_S = 5, 0.1
"""A moment is quiet after this many checks in a row, this many seconds apart, without a run."""
THREAD = "garbage collector"
RUN_THREAD = "ScriptRunner.scriptThread"
"""Streamlit's name for the thread of a run."""
M_ARENA_MAX, ARENAS = -8, 2
"""Number of the option in glibc's `malloc.h`, and its value here."""
_starting = threading.Lock()


def keep_memory_level() -> None:
    """Look after this process's memory from now on; only in a server where Streamlit does not collect."""
    # AppTest sets its option for `config.get_option` alone.
    if not st.runtime.exists() or any(map(config.get_option, ("global.appTest", "runner.postScriptGC"))):
        return
    with _starting:
        if not _is_alive(THREAD):  # the name outlives a module that `make dev` imports anew
            share_arenas()
            threading.Thread(target=_collect_for_ever, name=THREAD, daemon=True).start()


def forget_gone_widgets() -> None:
    """Drop the callbacks of widgets that are gone, with the filtered tables that they hold.

    Streamlit drops the value of a widget that a run did not draw again, but keeps its callback for as long as
    the session lasts; a chart is another widget after each change of its figure.
    """
    context = get_script_run_ctx()
    if context is None or not isinstance(context.session_state, SafeSessionState):
        return
    state = context.session_state._state  # noqa: SLF001  # Streamlit has no other way
    values = state._new_widget_state  # noqa: SLF001
    kept = {*values.states, *state._old_state}  # noqa: SLF001
    values.widget_metadata = {name: known for name, known in values.widget_metadata.items() if name in kept}


def share_arenas() -> None:
    """Let all threads allocate from two arenas of glibc's; elsewhere do nothing.

    Each run is a thread. glibc opens up to eight arenas a core for them, and no thread uses what is free in
    another's: half of a server's heap was such free parts.
    """
    if glibc := _glibc():
        glibc.mallopt(M_ARENA_MAX, ARENAS)


def collect_and_freeze() -> None:
    """Drop all garbage, and hide what remains from Python's own collections until the next call.

    What is free goes back to the system: else the heap grows by the gaps between what is kept.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.collect()  # of almost nothing: Python then takes the frozen objects for no reason to wait
    if glibc := _glibc():
        glibc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if platform.libc_ver()[0] == "glibc" else None


def await_quiet() -> None:
    """Wait until no page has run for a moment, or patience ends."""
    patience_ends = time.monotonic() + PATIENCE_S
    looks = 0
    while looks < QUIET_LOOKS and time.monotonic() < patience_ends:
        time.sleep(LOOK_EVERY_S)
        looks = 0 if _is_alive(RUN_THREAD) else looks + 1


def _collect_for_ever() -> None:
    collected = -1
    while True:
        await_quiet()
        if _young_collections() != collected:  # an idle server rests
            collect_and_freeze()
            collected = _young_collections()
        time.sleep(EVERY_S)


def _young_collections() -> int:
    """How often Python has looked at its youngest objects, which it does after some hundred new ones."""
    return gc.get_stats()[0]["collections"]


def _is_alive(thread: str) -> bool:
    return any(alive.name == thread for alive in threading.enumerate())
