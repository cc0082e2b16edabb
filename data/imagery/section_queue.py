"""Sections in the background for all visitors of a server: in turn, bounded, given up when none waits."""

import atexit
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol
from weakref import WeakSet

from data.errors import DataError
from data.imagery.precomputed import NotWanted
from data.imagery.section import Section, SectionError, SectionWanted
from data.number_words import plural

SectionState = Literal["waiting", "loading", "done", "failed"]
READERS = 8
"""Sections read at once, over all visitors: enough to fill a line, and few, so that the first comes soon."""
SECTION_BYTES = 64_000_000
"""Of the sections in memory; older ones come from the disk again."""
PATIENCE_SECONDS = 10.0
"""A section that no visitor asked about for this long is given up; who asks again gets a new place."""
FAILED_SECONDS = 30.0
"""How long a failure, or a section without its outline, stands before a new request tries again."""
THREAD = "sections"
"""Name of the threads that read."""
END_SECONDS = 5.0
"""How long a process that ends waits for them."""
MOST_A_MINUTE = 600
"""Sections that one visitor may ask for within a minute."""


class ReadSection(Protocol):
    """Reads a section, as `Imagery.read` does."""

    def __call__(self, wanted: SectionWanted, still_wanted: Callable[[], bool], /) -> Section:
        """Read a section, or raise NotWanted once it is not."""


@dataclass(frozen=True)
class Answer:
    """How far a section is: the section once it is done, the error once it failed."""

    state: SectionState
    section: Section | None = None
    error: DataError | None = None


@dataclass
class _Job:
    state: SectionState
    asked_at: float
    error: DataError | None = None
    stands_until: float = 0.0


class SectionQueue:
    """The queue of a process.

    Parameters
    ----------
    read : callable
        `Imagery.read`.
    readers, section_bytes, most_a_minute : int
        Limits.
    clock : callable
        Seconds.
    """

    def __init__(
        self,
        read: ReadSection,
        *,
        readers: int = READERS,
        section_bytes: int = SECTION_BYTES,
        most_a_minute: int = MOST_A_MINUTE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read, self._clock = read, clock
        self._readers, self._section_bytes, self._most_a_minute = readers, section_bytes, most_a_minute
        self._lock = threading.Lock()
        self._running = 0
        self._jobs: dict[SectionWanted, _Job] = {}
        self._lines: OrderedDict[str, deque[SectionWanted]] = OrderedDict()
        self._sections: OrderedDict[SectionWanted, Section] = OrderedDict()
        self._read_again: dict[SectionWanted, float] = {}
        self._bytes = 0
        self._asked: dict[str, deque[float]] = {}
        self._closed = False
        _QUEUES.add(self)

    def look(self, visitor: str, wanted: SectionWanted) -> Answer:
        """Ask for a section, without waiting, and learn how far it is; asking twice is asking once.

        Each question says that the visitor still waits. Of a section that was given up, or forgotten, a new
        reading begins.

        Parameters
        ----------
        visitor : str
            The visitor's session: visitors take turns, and each has a limit a minute.
        wanted : SectionWanted
        """
        with self._lock:
            now = self._clock()
            if now >= self._read_again.get(wanted, math.inf):
                self._forget(wanted)
            if wanted in self._sections:
                self._sections.move_to_end(wanted)
                return Answer("done", self._sections[wanted])
            job = self._jobs.get(wanted)
            if job and job.state == "failed":
                if now < job.stands_until:
                    return Answer("failed", error=job.error)
                job = None
            if job is None:
                refusal = self._refusal(visitor, now)
                if refusal:
                    return Answer("failed", error=refusal)
                job = self._jobs[wanted] = _Job("waiting", now)
            job.asked_at = now
            line = self._lines.setdefault(visitor, deque())
            if job.state == "waiting" and wanted not in line:
                line.append(wanted)
            if not line:
                del self._lines[visitor]
            if self._lines and self._running < self._readers and not self._closed:
                self._running += 1
                # A daemon: a server that stops does not wait for pictures.
                threading.Thread(target=self._work, name=THREAD, daemon=True).start()
            return Answer(job.state)

    def _refusal(self, visitor: str, now: float) -> DataError | None:
        """The error of a visitor who asked for too many sections; who did not is counted."""
        self._asked = {name: times for name, times in self._asked.items() if times[-1] > now - 60}
        self._jobs = {
            wanted: job
            for wanted, job in self._jobs.items()
            if job.state != "failed" or now < job.stands_until
        }
        times = self._asked.setdefault(visitor, deque())
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= self._most_a_minute:
            return SectionError(
                "Too many at once",
                f"You asked for more than {self._most_a_minute} sections within a minute, the limit for one "
                "visitor.",
                f"Wait {plural(round(times[0] + 60 - now), 'second')}, and ask again.",
            )
        times.append(now)
        return None

    def _next(self) -> SectionWanted | None:
        """The next section, of each visitor in turn; None where no visitor waits, and the thread ends."""
        with self._lock:
            while self._lines:
                visitor, line = self._lines.popitem(last=False)
                wanted = line.popleft()
                if line:
                    self._lines[visitor] = line
                job = self._jobs.get(wanted)
                if job is None or job.state != "waiting":  # it stood in another visitor's line too
                    continue
                if self._clock() - job.asked_at > PATIENCE_SECONDS:
                    del self._jobs[wanted]
                    continue
                job.state = "loading"
                return wanted
            self._running -= 1
            return None

    def _still_wanted(self, wanted: SectionWanted) -> bool:
        with self._lock:
            patient = self._clock() - self._jobs[wanted].asked_at <= PATIENCE_SECONDS
            return patient and not self._closed

    def close(self) -> None:
        """Begin no section any more, and give up those under way."""
        with self._lock:
            self._closed = True
            self._lines.clear()

    def _work(self) -> None:
        while (wanted := self._next()) is not None:
            section, error = None, None
            try:
                section = self._read(wanted, lambda wanted=wanted: self._still_wanted(wanted))  # type: ignore[misc]
            except NotWanted:
                pass
            except DataError as raised:
                error = raised
            except Exception as raised:  # noqa: BLE001  # the tile tells it, and the other tiles go on
                problem = f"The section cannot be read: {type(raised).__name__}: {raised}."
                error = DataError(problem, "Try again, and report this if it happens again.")
            self._finish(wanted, section, error)

    def _finish(self, wanted: SectionWanted, section: Section | None, error: DataError | None) -> None:
        with self._lock:
            job = self._jobs.pop(wanted)
            if error:
                job.state, job.error = "failed", error
                job.stands_until = self._clock() + FAILED_SECONDS
                self._jobs[wanted] = job
            if section is not None:
                self._sections[wanted] = section
                self._bytes += section.nbytes
                if section.nucleus is None:
                    self._read_again[wanted] = self._clock() + FAILED_SECONDS
                while self._bytes > self._section_bytes and len(self._sections) > 1:
                    self._forget(next(iter(self._sections)))

    def _forget(self, wanted: SectionWanted) -> None:
        self._bytes -= self._sections.pop(wanted).nbytes
        self._read_again.pop(wanted, None)


_QUEUES: WeakSet[SectionQueue] = WeakSet()


@atexit.register
def _end_reading() -> None:
    """End the threads: one that the interpreter itself ends inside TensorStore aborts the process."""
    for queue in _QUEUES:
        queue.close()
    until = time.monotonic() + END_SECONDS
    for thread in threading.enumerate():
        if thread.name == THREAD:
            thread.join(max(0.0, until - time.monotonic()))
