"""The command line: `python -m data {fetch,status,agreement}`.

Results go to standard output, progress and messages to standard error. Exit 0 is good, 1 says that
a check failed, 2 that the request was wrong or the rows cannot be had.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import cast

from components.analysis.agreement import Agreement, measure_agreement, pair_labels
from components.analysis.records import agreement_record, status_record, universe_record
from components.analysis.status import TableStatus, release_status
from data.catalog import TABLES, find_table
from data.cell_types import LEVELS, Level
from data.errors import DataError, TableAbsent
from data.loader import LabelTable, OpenRelease, open_release
from data.settings import SOURCES, read_settings
from data.sources import Report

MARK = "SYNTHETIC ROWS"
"""Where the rows are made up, what is printed or written for people begins with it; JSON says `synthetic`."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        opened = open_release(read_settings(vars(given)), sample_when_offline=False)
        code = cast("int", given.run(opened, given))
        sys.stdout.flush()
        return code
    except DataError as error:
        _say_errors([error])
        return 2
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--source", choices=SOURCES, help="where the rows come from (default: auto)")
    common.add_argument("--folder", help="folder that holds the tables, for the source “folder”")
    common.add_argument("--archive", help="address of the archive")
    common.add_argument("--cave", help="address of the CAVE server")
    common.add_argument("--release", help="materialization version (default: 661)")
    common.add_argument("--cache", help="folder of the cache")
    common.add_argument("--json", action="store_true", help="print JSON")
    commands = parser.add_subparsers(required=True, metavar="{fetch,status,agreement}")
    fetch = commands.add_parser("fetch", parents=[common], help="bring tables into the cache")
    fetch.add_argument("tables", nargs="*", help="names or titles (default: the whole release)")
    fetch.set_defaults(run=_fetch)
    status = commands.add_parser("status", parents=[common], help="say what is at hand of the release")
    status.set_defaults(run=_status)
    agreement = commands.add_parser("agreement", parents=[common], help="compare two tables' labels")
    agreement.add_argument("rows", help="table on the rows: a name or a title")
    agreement.add_argument("columns", help="table on the columns")
    agreement.add_argument("--level", choices=LEVELS, default="class", help="default: class")
    agreement.add_argument(
        "--csv", metavar="PATH", help="write the matrix as CSV; of synthetic rows its first cell says so"
    )
    agreement.set_defaults(run=_agreement)
    return parser


def _fetch(opened: OpenRelease, given: argparse.Namespace) -> int:
    names = [find_table(name).name for name in given.tables] or list(TABLES)
    got = opened.load_release(names, _progress)
    errors = [one for one in got.values() if isinstance(one, DataError)]
    _say_errors(errors)
    statuses, _ = release_status(got)
    _print_status(opened, [status for status in statuses if status.table.name in got], None, given)
    return 2 if errors else 0


def _status(opened: OpenRelease, given: argparse.Namespace) -> int:
    got: dict[str, LabelTable | DataError | None] = {}
    for name in TABLES:
        try:
            # Tables at hand are read; asking for the status never downloads any.
            here = opened.source.local or opened.provenance(name)
            got[name] = opened.load_labels(name) if here else None
        except DataError as error:
            got[name] = error
    errors = [one for one in got.values() if isinstance(one, DataError)]
    _say_errors([error for error in errors if not isinstance(error, TableAbsent)])
    statuses, universe = release_status(got)
    _print_status(opened, statuses, universe_record(universe), given)
    return 0


def _print_status(
    opened: OpenRelease,
    statuses: list[TableStatus],
    universe: dict[str, object] | None,
    given: argparse.Namespace,
) -> None:
    if given.json:
        _print_json(
            {
                "release": opened.release.number,
                "timestamp": opened.release.timestamp.isoformat(),
                "source": opened.source.name,
                "place": opened.source.place,
                "synthetic": opened.source.synthetic,
                "universe": universe,
                "tables": [status_record(status) for status in statuses],
            }
        )
        return
    print(_heading(opened))
    if universe:
        print(f"coverage is out of {universe['nuclei']:,} {universe['name']}")
    print(f"{'table':<38} {'rows':>8} {'expected':>15} {'nuclei':>8} {'coverage':>8}  state")
    for status in statuses:
        expected = str(status.table.expected_rows or "unknown")
        cover = "" if status.coverage is None or not universe else f"{status.coverage:.1%}"
        print(
            f"{status.table.name:<38} {_count(status.rows):>8} {expected:>15} "
            f"{_count(status.nuclei):>8} {cover:>8}  {status.state}"
        )


def _agreement(opened: OpenRelease, given: argparse.Namespace) -> int:
    rows, columns = (find_table(name).name for name in (given.rows, given.columns))
    left, right = (opened.load_labels(name, _progress(name)) for name in (rows, columns))
    level = cast("Level", given.level)
    result = measure_agreement(pair_labels((left.table, left.frame), (right.table, right.frame), level))
    if given.csv:
        _write_csv(result, given.csv, synthetic=opened.source.synthetic)
    if given.json:
        _print_json(agreement_record(result, left.provenance))
        return 0
    pairs = result.pairs
    print(_heading(opened))
    print(f"rows {rows}, columns {columns}, level {level}; all counts are nuclei")
    print(
        f"in rows {pairs.n_rows_table:,} · in columns {pairs.n_columns_table:,} · in both {pairs.n_both:,} · "
        f"compared {len(pairs.frame):,}"
    )
    for reason, count in pairs.left_out.items():
        if count:
            print(f"left out, {reason.replace('_', ' ')}: {count:,}")
    for metric in ("agreement", "kappa", "ari"):
        value = getattr(result, metric)
        print(f"{metric:<10} {result.undefined.get(metric) if value is None else f'{value:.6f}'}")
    if not result.matrix.empty:
        print(result.matrix.to_string())
    return 0


def _write_csv(result: Agreement, path: str, *, synthetic: bool) -> None:
    """Write the matrix; of made-up rows its first cell says so, the numbers stay where they are."""
    mark = f"{MARK}: " if synthetic else ""
    try:
        result.matrix.to_csv(path, index_label=f"{mark}{result.matrix.index.name}")
    except OSError as error:
        raise DataError(
            f"The matrix cannot be written to {path}: {error.strerror or error}.", "Name another file."
        ) from error


def _heading(opened: OpenRelease) -> str:
    mark = f"{MARK} — " if opened.source.synthetic else ""
    release = opened.release
    return f"{mark}v{release.number}, {release.timestamp:%Y-%m-%d %H:%M} UTC, from {opened.source.place}"


def _count(number: int | None) -> str:
    return "" if number is None else f"{number:,}"


def _progress(name: str) -> Report:
    """Tell of a download in a line whenever another tenth of it is there."""
    told = -1

    def report(done: int, total: int | None) -> None:
        nonlocal told
        tenths = 10 * done // total if total else done // 1_000_000
        if tenths > told:
            told = tenths
            _say(f"{name}: {done / 1e6:.1f} MB" + (f" of {total / 1e6:.1f}" if total else ""))

    return report


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _say_errors(errors: Sequence[DataError]) -> None:
    for error in errors:
        _say(f"{error.problem}\n{error.remedy}")


def _print_json(record: object) -> None:
    print(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))


if __name__ == "__main__":
    sys.exit(main())
