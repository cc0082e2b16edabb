"""Workers get whole groups of tests, the longest first: parts of one would share no figures and no server."""

import itertools
import random
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import pytest_xdist_auto_num_workers
from tests.groups import LONGEST_FIRST, WholeGroups, group_of, turn_of

TESTS = Path(__file__).parent


@dataclass(eq=False)
class Worker:
    """A worker that notes which tests it is sent, and in which order."""

    sent: list[int] = field(default_factory=list)
    shutting_down: bool = False
    gateway: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(id="gw"))

    def send_runtest_some(self, indices: list[int]) -> None:
        self.sent += indices

    def shutdown(self) -> None:
        self.shutting_down = True


def collected() -> list[str]:
    """Name two tests for each file of tests, in the order in which a worker collects them."""
    files = sorted(TESTS.rglob("test_*.py"))
    files.sort(key=lambda path: turn_of(path, on_a_worker=True))
    return [f"{path.relative_to(TESTS.parent)}::test_{i}" for path in files for i in range(2)]


def handed_out(config: pytest.Config, workers: int) -> list[list[str]]:
    """Let workers run all tests, each at a speed of its own, and return the groups that each got in turn."""
    ids = collected()
    options = SimpleNamespace(loadscopereorder=False, debug=False)
    settings = SimpleNamespace(
        rootpath=TESTS.parent,
        option=options,
        getvalue=lambda name: {"tx": [f"{workers}*popen"]}[name],
    )
    scheduler = config.hook.pytest_xdist_make_scheduler(config=settings, log=None)
    assert isinstance(scheduler, WholeGroups)
    running = [Worker() for _ in range(workers)]
    for worker in running:
        scheduler.add_node(worker)
        scheduler.add_node_collection(worker, ids)
    scheduler.schedule()
    done = dict.fromkeys(running, 0)
    chance = random.Random(1)
    while busy := [worker for worker in running if done[worker] < len(worker.sent)]:
        worker = chance.choice(busy)
        scheduler.mark_test_complete(worker, worker.sent[done[worker]], 0)
        done[worker] += 1
    assert sorted(test for worker in running for test in worker.sent) == [*range(len(ids))]
    groups = [[group_of(TESTS.parent / ids[i].split("::")[0]) for i in worker.sent] for worker in running]
    return [[group for group, _ in itertools.groupby(got)] for got in groups]


@pytest.mark.parametrize("workers", [1, 2, 3, 4])
def test_each_group_is_handed_to_one_worker_as_a_whole(pytestconfig: pytest.Config, workers: int) -> None:
    groups = [group for got in handed_out(pytestconfig, workers) for group in got]
    assert sorted(groups) == sorted(set(groups))


def test_the_longest_groups_begin_one_on_each_worker(pytestconfig: pytest.Config) -> None:
    assert [got[0] for got in handed_out(pytestconfig, 2)] == [*LONGEST_FIRST[:2]]
    assert [got[0] for got in handed_out(pytestconfig, 4)] == [*LONGEST_FIRST[:4]]


def test_every_long_group_has_files_and_the_browser_has_no_other() -> None:
    groups = {path: group_of(path) for path in TESTS.rglob("test_*.py")}
    assert {*LONGEST_FIRST} <= {*groups.values()}
    browser = {group for path, group in groups.items() if path.parent.name == "browser"}
    assert browser == {*LONGEST_FIRST[:3]}


def test_the_run_keeps_the_order_of_the_groups() -> None:
    """By itself pytest-xdist begins with the groups of most tests."""
    makefile = (TESTS.parent / "Makefile").read_text("utf-8")
    assert "-n auto --dist loadscope --no-loadscope-reorder" in makefile


@pytest.mark.parametrize(("processors", "workers", "without_pages"), [(1, 2, 1), (2, 3, 2), (8, 4, 4)])
def test_a_worker_more_than_processors_where_a_browser_has_some_wait(
    processors: int, workers: int, without_pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    told: list[Any] = [SimpleNamespace(getoption={"no_pages": quick}.__getitem__) for quick in (False, True)]
    assert [*map(pytest_xdist_auto_num_workers, told)] == [workers, without_pages]
