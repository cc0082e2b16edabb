"""The queue of sections: in turn, bounded, and given up when nobody asks."""

import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from data.errors import DataError
from data.imagery.precomputed import NotWanted
from data.imagery.section import Section, SectionWanted
from data.imagery.section_queue import FAILED_SECONDS, PATIENCE_SECONDS, THREAD, Answer, SectionQueue
from tests.program import ROOT

FAULT = DataError("The chunk is cut.", "Try again.")


def wanted(number: int) -> SectionWanted:
    return SectionWanted(number, (0.0, 0.0, 0.0))


class Reader:
    """Stands in for the imagery: reads one section each time that it is let, and keeps the order.

    Attributes
    ----------
    order : list of int
        Nuclei, as they were begun.
    faults : dict
        Errors by nucleus.
    """

    def __init__(self) -> None:
        self.order: list[int] = []
        self.faults: dict[int, Exception] = {}
        self.let = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)

    def __call__(self, asked: SectionWanted, still_wanted: Callable[[], bool]) -> Section:
        self.order.append(asked.nucleus_id)
        self.begun.release()
        assert self.let.acquire(timeout=5)
        if not still_wanted():
            raise NotWanted
        if asked.nucleus_id in self.faults:
            raise self.faults[asked.nucleus_id]
        known = np.ones((10, 10), dtype=bool)
        return Section(np.zeros((10, 10), dtype=np.uint8), known, None, (32, 32), (32, 32, 40), 40)


class Clock:
    """Seconds that pass when told."""

    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def reader():
    return Reader()


@pytest.fixture
def clock():
    return Clock()


def ended(queue: SectionQueue) -> None:
    """Wait until no thread of the queue runs."""
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join(timeout=5)
    assert queue._running == 0


def submit(queue: SectionQueue, visitor: str, number: int) -> Callable[[], Answer]:
    """Ask for a section, and return the way to ask again."""
    look = partial(queue.look, visitor, wanted(number))
    look()
    return look


def states(*looks: Callable[[], Answer]) -> list[str]:
    return [look().state for look in looks]


def let_all(reader: Reader, number: int) -> None:
    for _ in range(number):
        reader.let.release()


def test_a_section_goes_from_waiting_to_done_and_is_read_once(reader, clock):
    queue = SectionQueue(reader, readers=1, clock=clock)
    first, second = submit(queue, "a", 1), submit(queue, "a", 2)
    assert reader.begun.acquire(timeout=5)
    assert states(first, second) == ["loading", "waiting"]
    assert submit(queue, "b", 2)().state == "waiting"
    let_all(reader, 2)
    ended(queue)
    assert states(first, second) == ["done", "done"]
    assert second().section is submit(queue, "b", 2)().section
    assert reader.order == [1, 2]


def test_visitors_take_turns(reader, clock):
    queue = SectionQueue(reader, readers=1, clock=clock)
    submit(queue, "a", 0)
    assert reader.begun.acquire(timeout=5)
    for number in (1, 2, 3):
        submit(queue, "a", number)
    submit(queue, "b", 11)
    submit(queue, "c", 21)
    submit(queue, "c", 22)
    let_all(reader, 7)
    ended(queue)
    assert reader.order == [0, 1, 11, 21, 2, 22, 3]


def test_a_fault_fails_its_own_section_only_and_stands_for_a_while(reader, clock):
    queue = SectionQueue(reader, readers=1, clock=clock)
    reader.faults = {1: FAULT, 2: RuntimeError("no such thing")}
    looks = [submit(queue, "a", number) for number in (1, 2, 3)]
    let_all(reader, 3)
    ended(queue)
    assert states(*looks) == ["failed", "failed", "done"]
    assert looks[0]().error is FAULT
    assert "RuntimeError: no such thing" in str(looks[1]().error)
    assert submit(queue, "b", 1)().state == "failed"
    assert reader.order == [1, 2, 3]
    clock.seconds += FAILED_SECONDS + 1
    reader.faults = {}
    let_all(reader, 1)
    again = submit(queue, "b", 1)
    ended(queue)
    assert again().state == "done"


def test_a_section_without_its_outline_is_read_again_after_a_while(reader, clock):
    queue = SectionQueue(reader, readers=1, clock=clock)
    look = submit(queue, "a", 1)
    let_all(reader, 1)
    ended(queue)
    assert look().section is not None
    clock.seconds += FAILED_SECONDS - 1
    assert (look().state, reader.order) == ("done", [1])
    clock.seconds += 1
    assert look().section is None
    let_all(reader, 1)
    ended(queue)
    assert (look().state, reader.order) == ("done", [1, 1])


def test_what_nobody_asks_about_is_given_up_and_begins_again_when_asked(reader, clock):
    queue = SectionQueue(reader, readers=1, clock=clock)
    begun, waiting = submit(queue, "a", 1), submit(queue, "a", 2)
    watched = submit(queue, "b", 3)
    assert reader.begun.acquire(timeout=5)
    clock.seconds += PATIENCE_SECONDS + 1
    assert states(watched) == ["waiting"]
    let_all(reader, 3)
    ended(queue)
    assert reader.order == [1, 3]  # the first was begun, and told to stop
    assert states(watched) == ["done"]
    assert not {"done", "failed"} & set(states(begun, waiting))
    let_all(reader, 3)
    ended(queue)
    assert states(begun, waiting) == ["done", "done"]


def test_a_visitor_has_a_limit_a_minute_that_others_do_not_feel(reader, clock):
    queue = SectionQueue(reader, readers=1, most_a_minute=2, clock=clock)
    let_all(reader, 9)
    asked = [submit(queue, "a", number) for number in (1, 2, 2, 3)]
    ended(queue)
    assert states(*asked) == ["done", "done", "done", "failed"]
    assert "Wait 60 seconds, and ask again." in str(asked[3]().error)
    assert submit(queue, "b", 4)().error is None
    clock.seconds += 61
    assert asked[3]().error is None
    ended(queue)
    assert asked[3]().state == "done"


def test_memory_holds_a_bounded_number_of_bytes(reader, clock):
    queue = SectionQueue(reader, readers=1, section_bytes=1000, clock=clock)  # in turn: the first goes first
    let_all(reader, 20)
    looks = [submit(queue, "a", number) for number in range(20)]
    ended(queue)
    assert len(reader.order) == 20
    assert queue._bytes == sum(section.nbytes for section in queue._sections.values()) <= 1000
    let_all(reader, 1)
    assert states(looks[0])[0] in ("waiting", "loading")  # it comes again, from the disk
    ended(queue)
    assert looks[0]().state == "done"


def test_no_more_sections_are_read_at_once_than_there_are_readers(reader, clock):
    queue = SectionQueue(reader, readers=3, clock=clock)
    for visitor, number in enumerate(range(12)):
        submit(queue, str(visitor), number)
    for _ in range(3):
        assert reader.begun.acquire(timeout=5)
    assert len(reader.order) == 3
    let_all(reader, 12)
    ended(queue)
    assert sorted(reader.order) == list(range(12))


READING_AT_THE_END = """
import threading
from data.imagery.precomputed import NotWanted
from data.imagery.section import SectionWanted
from data.imagery.section_queue import SectionQueue
begun = threading.Event()
def read(wanted, still_wanted):
    begun.set()
    while still_wanted():
        threading.Event().wait(0.01)
    print("given up", wanted.nucleus_id)
    raise NotWanted
queue = SectionQueue(read, readers=1)
for nucleus in (1, 2):
    queue.look("a", SectionWanted(nucleus, (0.0, 0.0, 0.0)))
begun.wait()
"""


def test_a_process_that_ends_gives_up_what_it_reads():
    done = subprocess.run(
        [sys.executable, "-c", READING_AT_THE_END],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "given up 1\n", "")
