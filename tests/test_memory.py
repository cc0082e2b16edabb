"""Memory of a server: full garbage collections come in quiet moments, not after every run."""

import gc
import resource
import signal
import threading
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.selection.listed import lasso, listed
from components.ui.session import memory
from components.ui.session.cached import Results, key_of, size_of
from components.ui.session.memory import (
    LOOK_EVERY_S,
    PATIENCE_S,
    QUIET_LOOKS,
    RUN_THREAD,
    THREAD,
    await_quiet,
    collect_and_freeze,
)
from tests.browser.server import ROOT, AppServer
from tests.visitor import visiting

END_S = 60
"""What does not end by then hangs."""

END_S = 60  # what does not end by then hangs


@pytest.fixture
def app(tmp_path: Path) -> Iterator[AppServer]:
    """Serve an empty folder; told to abort, the server writes what each of its threads does."""
    (folder := tmp_path / "folder").mkdir()
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, most))  # its memory is not written
    settings = {"CELL_TYPES_SOURCE": "folder", "CELL_TYPES_FOLDER": str(folder), "PYTHONFAULTHANDLER": "1"}
    server = AppServer(ROOT / "app.py", settings, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.mark.slow
def test_a_server_collects_by_itself_from_a_cold_page_on(app: AppServer) -> None:
    """The collector starts only where Streamlit's own collection is off: the setting is in force too."""
    with visiting(app.port) as visitor:
        for page in ("releases", "checks"):
            visitor.open(page)
            visitor.finish()
            assert visitor.exceptions() == []
    app.process.send_signal(signal.SIGABRT)
    app.process.wait(END_S)
    assert app.said().count(" in _collect_for_ever") == 1


def _start() -> None:
    from components.ui.session.memory import keep_memory_level  # noqa: PLC0415  # this is the page's script

    keep_memory_level()


def test_a_page_in_a_test_starts_no_collector() -> None:
    assert not AppTest.from_function(_start).run(timeout=END_S).exception
    assert THREAD not in {thread.name for thread in threading.enumerate()}


def _draw_another_widget() -> None:
    import weakref  # noqa: PLC0415  # this is the page's script

    import streamlit as st  # noqa: PLC0415

    from components.ui.session.memory import forget_gone_widgets  # noqa: PLC0415

    class Table:
        pass

    forget_gone_widgets()
    table, known = Table(), st.session_state.setdefault("known", [])
    known.append(weakref.ref(table))
    st.button("Select", key=f"select-{len(known)}", on_click=lambda: st.write(table))


def test_a_session_keeps_no_callback_of_a_widget_that_is_gone() -> None:
    app = AppTest.from_function(_draw_another_widget)
    for _ in range(4):
        app.run(timeout=END_S)
    gc.collect()
    assert not app.exception
    assert [known() is None for known in app.session_state["known"]] == [True, True, False, False]


class Ring:
    """An object that only a collection can drop."""

    def __init__(self) -> None:
        self.itself = self


def test_what_became_garbage_while_frozen_is_dropped_by_the_next_collection() -> None:
    ring = Ring()
    known = weakref.ref(ring)
    try:
        collect_and_freeze()
        del ring
        gc.collect()
        assert known() is not None, "Python's own collection does not look at it"
        collect_and_freeze()
        assert known() is None
    finally:
        gc.unfreeze()


@pytest.mark.parametrize(
    ("running", "looks"),
    [
        pytest.param([], QUIET_LOOKS, id="nobody"),
        pytest.param([1, 1, 0, 0, 1], 5 + QUIET_LOOKS, id="a pause shorter than a quiet moment"),
        pytest.param([1] * 10_000, round(PATIENCE_S / LOOK_EVERY_S), id="runs without a pause"),
    ],
)
def test_a_collection_waits_for_a_quiet_moment_but_not_for_ever(
    running: Sequence[int], looks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, seen = [0.0], [0]

    def threads() -> list[SimpleNamespace]:
        seen[0] += 1
        busy = seen[0] <= len(running) and running[seen[0] - 1]
        return [SimpleNamespace(name=RUN_THREAD if busy else "MainThread")]

    def pass_time(seconds: float) -> None:
        clock[0] += seconds

    monkeypatch.setattr(
        memory, "time", SimpleNamespace(sleep=pass_time, monotonic=lambda: round(clock[0], 6))
    )
    monkeypatch.setattr(memory, "threading", SimpleNamespace(enumerate=threads))
    await_quiet()
    assert seen[0] == looks


def test_a_key_never_holds_a_frame() -> None:
    class OfFrames:
        key = ({"table": SimpleNamespace(key="v661 baylor")}, 3)

    assert key_of([OfFrames()]) == (((("table", "v661 baylor"),), 3),)
    with pytest.raises(TypeError, match="DataFrame has no key"):
        key_of(SimpleNamespace(key=(pd.DataFrame({"label": ["BC"]}),)))


def test_a_long_list_has_a_short_key_of_its_own() -> None:
    keys = [
        repr(key_of(selection))
        for selection in (listed(range(9000)), listed(range(9001)), lasso(range(9000)))
    ]
    assert len({*keys}) == 3
    assert max(map(len, keys)) < 200


def test_results_that_outgrow_the_room_make_way_for_newer_ones_the_longest_unused_first() -> None:
    results, computed = Results(100_000), list[str]()
    values = {"a": bytes(60_000), "b": bytes(30_000), "c": bytes(30_000), "too large": bytes(200_000)}
    asked = ["a", "b", "a", "c", "a", "b", "too large", "too large", "a", "b"]
    for name in asked:

        def compute(name: str = name) -> bytes:
            computed.append(name)
            return values[name]

        assert results.find(name, "", compute) is values[name]
    assert computed == ["a", "b", "c", "b", "too large", "too large"]


def test_who_asks_for_a_result_that_is_being_computed_waits_for_it() -> None:
    results, computed, begun, asked = Results(1000), list[str](), threading.Event(), threading.Event()

    def compute(name: str) -> str:
        computed.append(name)
        begun.set()
        asked.wait(END_S)
        return name

    with ThreadPoolExecutor(2) as sessions:
        first = sessions.submit(results.find, "a", "", lambda: compute("first"))
        begun.wait(END_S)
        second = sessions.submit(results.find, "a", "", lambda: compute("second"))
        asked.set()
        assert (first.result(), second.result(), computed) == ("first", "first", ["first"])


def test_what_failed_is_computed_again() -> None:
    results = Results(1000)
    with pytest.raises(ZeroDivisionError):
        results.find("a", "", lambda: 1 / 0)
    assert results.find("a", "", lambda: 2.0) == 2.0


def test_a_results_size_counts_each_part_once_and_none_that_is_kept_by_itself() -> None:
    numbers = np.zeros(125_000)
    assert 1_000_000 <= size_of([numbers, numbers, {"again": numbers}]) < 1_001_000
    assert 1_000_000 <= size_of(pd.DataFrame({"volume": numbers})) < 1_001_000
    assert 125_000 <= size_of({"labels": pd.Categorical(["BC"] * 125_000)}) < 126_000
    assert size_of(SimpleNamespace(view=SimpleNamespace(key="v661 baylor", frame=numbers))) < 1000
