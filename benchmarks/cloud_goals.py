"""The goals of the point cloud, and whether the measurements reach them."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.cloud_visit import Found

Findings = dict[tuple[str, int], Found]
"""What was found, by the name of the way and the number of nuclei."""
RELEASE = 144_120
SIZES = (RELEASE, 1_000_000, 5_000_000)
SMALL = ("recolour", "filter by type", "filter to any half", "preset", "click", "lasso", "select any half")


@dataclass(frozen=True)
class Goal:
    """A goal, what was measured, and whether that reaches it; None where it was not measured."""

    wanted: str
    measured: str
    reached: bool | None


def goals(findings: Findings) -> Iterator[Goal]:
    """Hold the measurements against the goals."""
    first = _value(findings, "ours", RELEASE, "open", "seconds")
    for rival, times in (("pydeck, records", 6), ("plotly", 5)):
        share = _share(first, _value(findings, rival, RELEASE, "open", "seconds"))
        yield _at_most(f"first full draw at 144,120, beside {rival}:", share, 1 / times, "{:.2f} of its time")
    once = _value(findings, "ours", RELEASE, "open", "bytes")
    yield _at_most("bytes once, 144,120 nuclei with six label columns", once, 4e6, "{:,.0f} B")
    parts = _value(findings, "ours", RELEASE, "open", "parts")
    yield _at_most("of it positions and IDs", parts, 2.7e6, "{:,.0f} B")
    for step in SMALL:
        told = _value(findings, "ours", RELEASE, step, "bytes")
        yield _at_most(f"{step} at 144,120", told, 20_000, "{:,.0f} B")
        if step.endswith("any half"):
            own = _value(findings, "ours", RELEASE, step, "view")
            yield _at_most("of it the view's own message", own, 20_000, "{:,.0f} B")
    again = [_value(findings, "ours", RELEASE, step, "columns") for step in SMALL]
    known = [count for count in again if count is not None]
    yield _at_most("columns uploaded again by any of these", sum(known) if known else None, 0, "{:,.0f} B")
    for n in SIZES:
        frames = _value(findings, "ours", n, "drag", "frames")
        yield _at_least(f"dragging at {n:,}", frames, 20, "{:.1f} frames/s")
    for n, limit in ((1_000_000, 3), (5_000_000, 8)):
        seconds = _value(findings, "ours", n, "open", "seconds")
        yield _at_most(f"first full draw at {n:,}", seconds, limit, "{:.1f} s")
    for step, limit in (("recolour", 20), ("click", 20), ("lasso", 40)):
        took = _value(findings, "ours", RELEASE, step, "ms")
        yield _at_most(f"server, {step} at 144,120", took, limit, "{:.1f} ms")


def _value(findings: Findings, name: str, n: int, step: str, what: str) -> float | None:
    cost = findings.get((name, n), {}).get(step)
    return cost.get(what) if isinstance(cost, dict) else None


def _share(part: float | None, whole: float | None) -> float | None:
    return None if part is None or whole is None else part / whole


def _at_most(wanted: str, value: float | None, limit: float, words: str) -> Goal:
    reached = None if value is None else value <= limit
    return Goal(f"{wanted} ≤ {words.format(limit)}", _written(value, words), reached)


def _at_least(wanted: str, value: float | None, limit: float, words: str) -> Goal:
    reached = None if value is None else value >= limit
    return Goal(f"{wanted} ≥ {words.format(limit)}", _written(value, words), reached)


def _written(value: float | None, words: str) -> str:
    return "not measured" if value is None else words.format(value)
