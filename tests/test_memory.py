"""Memory of a server: full garbage collections come in quiet moments, not after every run."""

import gc
import resource
import signal
import threading
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components.analysis.selection.listed import lasso, listed
from components.ui.session import memory
from components.ui.session.cached import key_of
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
