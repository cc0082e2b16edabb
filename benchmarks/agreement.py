"""Seconds of comparing tables: `python -m benchmarks.agreement`.

The whole synthetic release, from its cache. What is timed begins with tidy frames in memory and ends with the
matrix and every metric. Each number is the median of some rounds in one process, after a first one that does
not count; nothing is kept between rounds unless the line says so.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

ROUNDS = 5


@dataclass(frozen=True, order=True)
class Taken:
    """Milliseconds by the clock and of this process's processor time; others' work slows only the first."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.1f} | {self.processor:.1f}"


def measure(work: Callable[[], object]) -> Taken:
    """Take the medians over the rounds, the first of which does not count."""
    rounds = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter(), time.process_time()
        work()
        rounds.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    return Taken(*(1000 * statistics.median(column) for column in zip(*rounds[1:], strict=True)))


def main() -> None:
    """Measure and print the table."""
    from components.analysis.comparison.axes import axis_tables
    from data.catalog import TABLES
    from data.loader import LabelTable
    from data.opening import open_release
    from data.settings import read_settings

    release = open_release(read_settings({"source": "sample"}), sample_when_offline=False)
    got = release.load_release(list(TABLES))
    sides = axis_tables({name: one for name, one in got.items() if isinstance(one, LabelTable)})
    print("| what | ms | processor ms |\n|---|---:|---:|")
    report_pairs(sides)
    report_grids(sides)


def report_pairs(sides: Mapping[str, Any]) -> None:
    """Print the median and the slowest of all pairs at all levels, without and with intervals."""
    from components.analysis.comparison.agreement import measure_agreement, pair_labels
    from components.analysis.comparison.metrics import metric_intervals
    from data.labels.crosswalk import LEVELS

    alone, intervals = {}, {}
    for rows, columns in combinations(sides.values(), 2):
        for level in LEVELS:
            what = f"{rows[0].title} × {columns[0].title}, {level}"
            pair = partial(pair_labels, rows, columns, level)
            alone[what] = measure(lambda pair=pair: measure_agreement(pair()))  # type: ignore[misc]
            result = measure_agreement(pair())
            again = partial(metric_intervals, result.matrix.to_numpy(), square=result.pairs.square)
            intervals[what] = measure(again)
    for kind, taken in (("one pair", alone), ("intervals of one pair", intervals)):
        slowest = max(taken, key=lambda what: taken[what])
        print(f"| {kind}, median of {len(taken)} (every pair at every level) | {median(taken)} |")
        print(f"| {kind}, the slowest: {slowest} | {taken[slowest]} |")


def report_grids(sides: Mapping[str, Any]) -> None:
    """Print how long all pairs at once take, each at its finest common level."""
    from components.analysis.comparison.agreement import all_agreements

    def grid(some: Mapping[str, Any]) -> object:
        return list(all_agreements(some))

    label_tables = {name: side for name, side in sides.items() if side[0].kind == "labels"}
    ten = dict(list(sides.items())[-10:])
    for some, what in (
        (label_tables, "of labels"),
        (ten, "of labels and units"),
        (sides, "of labels and units"),
    ):
        pairs = len(list(combinations(some, 2)))
        print(f"| all {pairs} pairs of {len(some)} tables {what} | {measure(partial(grid, some))} |")


def median(taken: Mapping[str, Taken]) -> Taken:
    """The medians of some measurements."""
    return Taken(
        statistics.median(one.clock for one in taken.values()),
        statistics.median(one.processor for one in taken.values()),
    )


if __name__ == "__main__":
    main()
