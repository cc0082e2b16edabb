"""The status of a release in words, for a terminal."""

from collections.abc import Sequence

from components.analysis.labels.counts import Denominator
from components.analysis.output.status import TableStatus
from data.tables.raw import UnreadFile


def status_text(
    statuses: list[TableStatus], denominator: Denominator | None, unread: Sequence[UnreadFile] = ()
) -> str:
    """A line per table, doubted table and unread file; without a denominator, coverage is left out."""
    lines = [f"coverage is out of {len(denominator.nuclei):,} {denominator.name}"] if denominator else []
    lines.append(f"{'table':<38} {'rows':>8} {'expected':>15} {'nuclei':>8} {'coverage':>8}  state")
    for status in statuses:
        expected = str(status.table.expected_rows or "unknown")
        coverage = "" if status.coverage is None or not denominator else f"{status.coverage:.1%}"
        lines.append(
            f"{status.table.name:<38} {_count(status.rows):>8} {expected:>15} "
            f"{_count(status.nuclei):>8} {coverage:>8}  {status.state}"
        )
    doubted = [status for status in statuses if status.state == "loaded" and status.problem]
    lines += [str(status.problem) for status in doubted]
    return "\n".join([*lines, *map(str, unread)])


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
