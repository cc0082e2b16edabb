"""The command `check`: a release's checks, or a list of expected labels."""

import argparse
from itertools import chain
from pathlib import Path

import pandas as pd

from components.analysis.checks.registry import run_checks
from components.analysis.comparison.axes import axis_tables
from components.analysis.comparison.expected import (
    AGREES,
    DIFFERS,
    compare_expected,
    expected_rows,
    with_unmatched,
)
from components.analysis.output.results import (
    checks_record,
    expected_record,
    expected_text,
    match_record,
    release_record,
    report_text,
)
from data.commands.options import Commands
from data.commands.terminal import (
    NONE_AT_HAND,
    check_matched,
    heading,
    print_json,
    report_each,
    say,
    say_error,
    say_outcomes,
    write_csv,
)
from data.errors import BadTable, DataError, TableAbsent
from data.loader import OpenRelease, loaded_tables
from data.own.table import rows_of


def add_check(commands: Commands, common: argparse.ArgumentParser, own: argparse.ArgumentParser) -> None:
    """Add `check`."""
    check = commands.add_parser("check", parents=[common, own], help="check the release for inconsistencies")
    expect = "compare a list of nuclei and expected labels with every table instead; exit 1 if one differs"
    check.add_argument("--expect", metavar="FILE", help=expect)
    check.add_argument("--csv", metavar="PATH", help="with --expect: write each nucleus by table as CSV")
    check.set_defaults(run=_check)


def _check(opened: OpenRelease, given: argparse.Namespace) -> int:
    if given.expect:
        return _check_expected(opened, given)
    if given.csv:
        problem = "--csv writes how a list differs from the tables, but no list is given."
        raise DataError(problem, "Name it by --expect FILE, or write the checks by --json.")
    outcomes = opened.load_release(report_on=report_each(opened))
    errors = say_outcomes(opened, outcomes)
    check_matched(opened, outcomes)
    if len(errors) == len(outcomes):
        for file in opened.unread_files:
            say(str(file))
        raise DataError("There is no table to check.", NONE_AT_HAND)
    report = run_checks(outcomes, opened.tables, opened.source, opened.unread_files)
    if given.json:
        print_json(release_record(opened) | checks_record(report))
    else:
        print(f"{heading(opened)}\n{report_text(report)}")
    if report.count("error"):
        return 1
    return 2 if any(not isinstance(error, TableAbsent | BadTable) for error in errors) else 0


def _check_expected(opened: OpenRelease, given: argparse.Namespace) -> int:
    path = Path(given.expect).expanduser().absolute()
    lists = [name for name, own in opened.own.items() if own.file.path == path and own.column]
    if not lists:
        problem = f"{path.name} has no column of labels, so it does not say what is expected."
        raise DataError(problem, "Name the column with --with-labels.")
    names = [table.name for table in opened.tables.held.values() if table.level and table.name not in lists]
    outcomes = opened.load_release([*lists, *names], report_each(opened))
    say_outcomes(opened, outcomes)
    axes = axis_tables(loaded_tables(outcomes))
    others = {name: axis for name, axis in axes.items() if name not in lists}
    results = {name: compare_expected(axes[name], others) for name in lists if name in axes}
    if not any(results.values()) or not any(len(axes[name][1]) for name in results):
        raise DataError(f"No nucleus of {path.name} can be compared.", "See the reasons above.")
    if given.csv:
        own_rows = pd.concat(
            (rows_of(opened.own[name], opened.match(name)[1]) for name in results), ignore_index=True
        )
        write_csv(opened, with_unmatched(expected_rows([*chain(*results.values())]), own_rows), given.csv)
    if given.json:
        lists_of = {name: [expected_record(one) for one in compared] for name, compared in results.items()}
        matches = {name: match_record(opened.match(name)[1]) for name in results}
        print_json(release_record(opened) | {"expected": lists_of, "matches": matches})
    else:
        for name, compared in results.items():
            print(f"{heading(opened)}\n{expected_text(name, compared)}")
    counts = [one.counts for one in chain(*results.values())]
    if not any(one[AGREES] + one[DIFFERS] for one in counts):
        problem = f"No label of {path.name} could be compared with any table."
        say_error(DataError(problem, "--with-mapping says what your labels mean."))
        return 2
    return int(any(one[DIFFERS] for one in counts))
