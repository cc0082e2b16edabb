"""The command line: `python -m data {fetch,status,agreement,check,releases,graft,rot}`.

Results go to standard output, progress and messages to standard error. Exit 0 is good, 1 says that
a check failed, 2 that the request was wrong or the rows cannot be had.
"""

import argparse
import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields, replace
from itertools import chain
from pathlib import Path
from typing import Any, cast

import pandas as pd

from components.analysis.checks.doubts import table_doubts
from components.analysis.checks.registry import run_checks
from components.analysis.comparison.agreement import (
    FINEST,
    LevelOrFinest,
    all_agreements,
    measure_agreement,
    pair_labels,
    pair_table,
)
from components.analysis.comparison.axes import AxisTable, axis_tables
from components.analysis.comparison.carried import WHOLE, graft, root_fates
from components.analysis.comparison.circular import circular_agreement
from components.analysis.comparison.expected import DIFFERS, compare_expected, expected_rows
from components.analysis.labels.counts import Denominator, find_denominator
from components.analysis.labels.levels import finest_common_level
from components.analysis.output.carried_lists import (
    fates_record,
    fates_text,
    graft_record,
    graft_text,
    written_roots,
)
from components.analysis.output.files import without_formulas
from components.analysis.output.holdings import holdings_text, list_holdings, table_record, table_text
from components.analysis.output.results import (
    agreement_record,
    agreement_text,
    checks_record,
    denominator_record,
    expected_record,
    expected_text,
    match_record,
    pairs_text,
    release_record,
    report_text,
    status_record,
    status_text,
)
from components.analysis.output.status import TableStatus, release_status
from data.catalog.tables import release_tables
from data.errors import BadTable, DataError, TableAbsent
from data.labels.crosswalk import LEVELS
from data.loader import LabelTable, OpenRelease, ReportOn
from data.opening import cache_of, open_release
from data.own.mapping import mapping_frame
from data.own.table import MATCH_COLUMNS, rows_of
from data.settings import HELP, OWN, SOURCES, Settings, read_settings
from data.sources.materialization.session import LIST_SECONDS
from data.sources.text import SYNTHETIC_MARK
from data.tables.raw import SILENCE_SECONDS, Progress, ReportProgress
from data.volume import VOLUME


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    expected = [given.expect] if getattr(given, "expect", None) else []
    try:
        settings = read_settings(vars(given) | {"with_": [*(getattr(given, "with_", None) or ()), *expected]})
        if given.run is _releases:
            return _releases(settings, given)
        with _progress(f"v{settings.release}", LIST_SECONDS if settings.asks_server else 0):
            opened = open_release(settings, sample_when_offline=False)
        given.settings = settings
        code = cast("int", given.run(opened, given))
        sys.stdout.flush()
        return code
    except DataError as error:
        _say_errors([error])
        return 2
    except BrokenPipeError:  # the reader of the output closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description=__doc__)
    common, own = _setting_options(HELP), _setting_options(OWN)
    common.add_argument("--json", action="store_true", help="print JSON")
    commands = parser.add_subparsers(
        required=True, metavar="{fetch,status,agreement,check,releases,graft,rot}"
    )
    fetch = commands.add_parser("fetch", parents=[common], help="bring tables into the cache")
    fetch.add_argument("tables", nargs="*", help="names or titles (default: the whole release)")
    fetch.set_defaults(run=_fetch)
    status = commands.add_parser("status", parents=[common, own], help="list the tables and their state")
    status.add_argument(
        "--write-matches", metavar="PATH", help="write each row of your files with its nucleus as CSV"
    )
    status.add_argument(
        "--write-mapping", metavar="PATH", help="write what your labels mean, to correct, as CSV"
    )
    status.set_defaults(run=_status)
    agreement = commands.add_parser("agreement", parents=[common, own], help="compare two tables' labels")
    agreement.add_argument("rows", nargs="?", help="table on the rows: a name or a title")
    agreement.add_argument("columns", nargs="?", help="table on the columns")
    agreement.add_argument("--all", action="store_true", help="compare every two tables")
    agreement.add_argument(
        "--level", choices=(*LEVELS, FINEST), help="default: class; with --all the finest common one"
    )
    csv = "write the matrix, or with --all the list, as CSV; of synthetic rows its first cell says so"
    agreement.add_argument("--csv", metavar="PATH", help=csv)
    agreement.set_defaults(run=_agreement)
    check = commands.add_parser("check", parents=[common, own], help="check the release for inconsistencies")
    expect = "compare a list of nuclei and expected labels with every table instead; exit 1 if one differs"
    check.add_argument("--expect", metavar="FILE", help=expect)
    check.add_argument("--csv", metavar="PATH", help="with --expect: write each nucleus by table as CSV")
    check.set_defaults(run=_check)
    _add_release_commands(commands, common)
    return parser


def _setting_options(kind: str) -> argparse.ArgumentParser:
    """The options for settings whose help text stands under `kind`: `HELP`, or `OWN` for a reader's files."""
    parser = argparse.ArgumentParser(add_help=False)
    for setting in fields(Settings):
        if kind in setting.metadata:
            how: dict[str, Any] = {"dest": setting.name, "help": setting.metadata[kind]}
            if setting.name == "source":
                how |= {"choices": SOURCES}
            elif setting.name == "with_":
                how |= {"action": "append", "metavar": "FILE"}
            elif setting.type is bool:
                how |= {"action": "store_true"}
            parser.add_argument(f"--{setting.name.rstrip('_').replace('_', '-')}", **how)
    return parser


def _add_release_commands(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", common: argparse.ArgumentParser
) -> None:
    """The commands that look at more than one release."""
    releases = commands.add_parser(
        "releases", parents=[common], help="list which release holds what, and where"
    )
    releases.add_argument("table", nargs="?", help="where this table can be had: a name or a title")
    releases.set_defaults(run=_releases)
    text = "put the labels of another release on the nuclei of this one"
    grafting = commands.add_parser("graft", parents=[common], help=text)
    grafting.add_argument("table", help="the table of labels: a name or a title")
    grafting.set_defaults(run=_graft)
    text = "follow root IDs of another release into this one; exit 1 if one has changed"
    rot = commands.add_parser("rot", parents=[common], help=text)
    rot.add_argument("list", metavar="FILE", help="root IDs, one on each line, or a table with them")
    rot.set_defaults(run=_rot)
    whose: dict[str, Any] = {"metavar": "RELEASE", "type": int, "default": VOLUME.release}
    for command, option, what in ((grafting, "--labels-of", "labels"), (rot, "--roots-of", "root IDs")):
        command.add_argument(option, help=f"whose {what} (default: {VOLUME.release})", **whose)
        command.add_argument("--csv", metavar="PATH", help="write the rows as CSV")


def _releases(settings: Settings, given: argparse.Namespace) -> int:
    """What each release holds and where; nobody is asked."""
    every = release_tables(VOLUME.releases[VOLUME.release])
    if given.table:
        table = every.find(given.table)
        number = settings.release
        _print_json(table_record(table, number)) if given.json else print(table_text(table, number))
        return 0
    found = list_holdings(every, lambda number: cache_of(settings, number))
    _print_json([asdict(one) for one in found]) if given.json else print(holdings_text(found))
    return 0


def _graft(opened: OpenRelease, given: argparse.Namespace) -> int:
    other = _other_release(given, given.labels_of)
    table = other.tables.find(given.table)
    with _progress(table.name, other.source.patience) as report:
        labels = other.load_labels(table.name, report)
    grafted = graft(labels.frame, _nuclei(other), _nuclei(opened))
    if given.csv:
        _write_csv(opened, grafted, given.csv)
    record = graft_record(grafted, labels, opened)
    _print_json(record) if given.json else print(f"{_heading(opened)}\n{graft_text(record)}")
    return 0


def _rot(opened: OpenRelease, given: argparse.Namespace) -> int:
    try:
        text = Path(given.list).expanduser().read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        raise DataError(f"{given.list} cannot be read: {error}.", "Name a text file.") from error
    roots, left_out = written_roots(text)
    other = _other_release(given, given.roots_of)
    fates = root_fates(roots, _nuclei(other), _nuclei(opened))
    numbers = (other.release.number, opened.release.number)
    if given.csv:
        _write_csv(opened, fates, given.csv)
    if given.json:
        origin = {"source": opened.source.name, "synthetic": opened.source.synthetic}
        _print_json(fates_record(fates, numbers, left_out) | origin)
    else:
        print(f"{_heading(opened)}\n{fates_text(fates, numbers, left_out)}")
    return int(bool((fates["outcome"] != WHOLE).any()))


def _other_release(given: argparse.Namespace, number: int) -> OpenRelease:
    return open_release(replace(given.settings, release=number, with_=()), sample_when_offline=False)


def _nuclei(opened: OpenRelease) -> pd.DataFrame:
    """The nuclei of a release with their root IDs."""
    with _progress(VOLUME.detections, opened.source.patience) as report:
        known = opened.known_nuclei(report).frame
    if "root_id" not in known:
        problem = f"The rows of v{opened.release.number} at hand hold no root IDs."
        raise DataError(problem, f"Fetch {VOLUME.detections} of that release.")
    return known


def _fetch(opened: OpenRelease, given: argparse.Namespace) -> int:
    names = [opened.tables.find(name).name for name in given.tables]
    for name in names:  # who names a table wants it asked for again
        opened.ask_again(name)
    names = names or list(opened.tables.held)
    outcomes = opened.load_release(names, _reporting(opened))
    errors = [outcome for outcome in outcomes.values() if isinstance(outcome, DataError)]
    _say_errors(errors)
    _say_stale(outcomes)
    for loaded in (outcome for outcome in outcomes.values() if isinstance(outcome, LabelTable)):
        for notice in loaded.provenance.notices:
            _say(f"{loaded.table.name}: {notice}")
    statuses, _ = release_status(outcomes, {name: opened.tables[name] for name in outcomes})
    _print_status(opened, statuses, None, given)
    # Nothing lists the tables of a release outside the catalogue, so that some lack is no error.
    unlisted = not opened.release.listed and not given.tables and len(errors) < len(outcomes)
    return 2 if any(not (unlisted and isinstance(error, TableAbsent)) for error in errors) else 0


def _status(opened: OpenRelease, given: argparse.Namespace) -> int:
    outcomes: dict[str, LabelTable | DataError | None] = {}
    for name in opened.tables.held:
        try:
            # Only local and cached tables are read: status never downloads.
            at_hand = opened.source.local or opened.provenance(name)
            outcomes[name] = opened.load_labels(name) if at_hand else opened.absence(name)
        except DataError as error:
            outcomes[name] = error
    errors = [outcome for outcome in outcomes.values() if isinstance(outcome, DataError)]
    _say_errors([error for error in errors if not isinstance(error, TableAbsent)])
    _say_stale(outcomes)
    _say_own(opened, outcomes)
    if given.write_matches:
        matches = [rows_of(own, opened.match(name)[1]) for name, own in opened.own.items()]
        _write_csv(opened, pd.concat([pd.DataFrame(columns=MATCH_COLUMNS), *matches]), given.write_matches)
    if given.write_mapping:
        labels = sorted({label for own in opened.own.values() for label in own.labels})
        yours = {label: means for own in opened.own.values() for label, means in own.yours.items()}
        _write_csv(opened, mapping_frame(labels, yours), given.write_mapping)
    loaded = {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, LabelTable)}
    statuses, denominator = release_status(outcomes, opened.tables.held, table_doubts(loaded))
    _print_status(opened, statuses, denominator, given)
    return 0


def _print_status(
    opened: OpenRelease,
    statuses: list[TableStatus],
    denominator: Denominator | None,
    given: argparse.Namespace,
) -> None:
    if given.json:
        counted = {"universe": denominator_record(denominator) if denominator else None}
        tables = {"tables": [status_record(status) for status in statuses]}
        unread = {"unread_files": [asdict(file) for file in opened.unread_files]}
        _print_json(release_record(opened) | counted | tables | unread)
    else:
        print(f"{_heading(opened)}\n{status_text(statuses, denominator, opened.unread_files)}")


def _check(opened: OpenRelease, given: argparse.Namespace) -> int:
    if given.expect:
        return _check_expected(opened, given)
    if given.csv:
        problem = "--csv writes how a list differs from the tables, but no list is given."
        raise DataError(problem, "Name it by --expect FILE, or write the checks by --json.")
    outcomes = opened.load_release(report_on=_reporting(opened))
    errors = [outcome for outcome in outcomes.values() if isinstance(outcome, DataError)]
    _say_errors([error for error in errors if not isinstance(error, TableAbsent)])
    _say_stale(outcomes)
    _say_own(opened, outcomes)
    if len(errors) == len(outcomes):
        for file in opened.unread_files:
            _say(str(file))
        raise DataError("There is no table to check.", "Fetch them first, or open another source.")
    report = run_checks(outcomes, opened.tables, opened.source, opened.unread_files)
    if given.json:
        _print_json(release_record(opened) | checks_record(report))
    else:
        print(f"{_heading(opened)}\n{report_text(report)}")
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
    outcomes = opened.load_release([*lists, *names], _reporting(opened))
    errors = [outcome for outcome in outcomes.values() if isinstance(outcome, DataError)]
    _say_errors([error for error in errors if not isinstance(error, TableAbsent)])
    _say_stale(outcomes)
    _say_own(opened, outcomes)
    loaded = {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, LabelTable)}
    axes = axis_tables(loaded)
    others = {name: axis for name, axis in axes.items() if name not in lists}
    results = {name: compare_expected(axes[name], others) for name in lists if name in axes}
    if not any(results.values()) or not any(len(axes[name][1]) for name in results):
        raise DataError(f"No nucleus of {path.name} can be compared.", "See the reasons above.")
    if given.csv:
        _write_csv(opened, expected_rows([*chain(*results.values())]), given.csv)
    if given.json:
        lists_of = {name: [expected_record(one) for one in compared] for name, compared in results.items()}
        matches = {name: match_record(opened.match(name)[1]) for name in results}
        _print_json(release_record(opened) | {"expected": lists_of, "matches": matches})
    else:
        for name, compared in results.items():
            print(f"{_heading(opened)}\n{expected_text(name, compared)}")
    return int(any(one.counts[DIFFERS] for one in chain(*results.values())))


def _agreement(opened: OpenRelease, given: argparse.Namespace) -> int:
    if given.all:
        return _all_agreements(opened, given)
    if not given.columns:
        raise DataError("The command “agreement” compares two tables.", "Name two, or ask for --all.")
    rows, columns = (opened.tables.find(name) for name in (given.rows, given.columns))
    loaded = {}
    for name in (rows.name, columns.name):
        with _progress(name, opened.source.patience) as report:
            loaded[name] = opened.load_labels(name, report)
    _say_stale(loaded)
    _say_own(opened, loaded)
    axes: dict[str, AxisTable] = {name: labels.as_axis for name, labels in loaded.items()}
    at_hand = {**loaded, **_detections(opened, loaded)}
    axes |= axis_tables(at_hand)
    denominator = find_denominator({name: labels.frame for name, labels in at_hand.items()})
    level = finest_common_level(rows, columns) if given.level == FINEST else given.level or "class"
    result = measure_agreement(pair_labels(axes[rows.name], axes[columns.name], level))
    circle = circular_agreement(pair_labels(axes[rows.name], axes[columns.name], "type"), level)
    if given.csv:
        _write_csv(opened, result.matrix.reset_index(), given.csv)
    if given.json:
        record = agreement_record(result, loaded[rows.name].provenance, denominator)
        _print_json(record | ({"circular": circle.words} if circle else {}))
    else:
        print(f"{_heading(opened)}\n{agreement_text(result, denominator)}")
        if circle:
            print(circle.words)
    return 0


def _all_agreements(opened: OpenRelease, given: argparse.Namespace) -> int:
    if given.rows:
        raise DataError("With --all every two tables are compared.", "Name no table, or leave out --all.")
    names = [table.name for table in opened.tables.held.values() if table.level or table.kind == "units"]
    outcomes = opened.load_release((*names, VOLUME.detections), _reporting(opened))
    errors = [outcome for outcome in outcomes.values() if isinstance(outcome, DataError)]
    _say_errors(errors)
    _say_stale(outcomes)
    loaded = {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, LabelTable)}
    level = cast("LevelOrFinest", given.level or FINEST)
    results = list(all_agreements(axis_tables(loaded), level))
    if not results:
        raise DataError("There are no two tables to compare.", "Fetch them first, or open another source.")
    if given.csv:
        _write_csv(opened, pair_table(results).drop(columns="undefined"), given.csv)
    if given.json:
        denominator = find_denominator({name: labels.frame for name, labels in loaded.items()})
        provenances = [loaded[result.pairs.rows.name].provenance for result in results]
        records = [agreement_record(*one, denominator) for one in zip(results, provenances, strict=True)]
        _print_json([{key: value for key, value in record.items() if key != "matrix"} for record in records])
    else:
        print(f"{_heading(opened)}\n{pairs_text(results)}")
    return 2 if any(not isinstance(error, TableAbsent) for error in errors) else 0


def _detections(opened: OpenRelease, loaded: Mapping[str, LabelTable]) -> dict[str, LabelTable]:
    """The detection table, if a coregistration table is compared and it need not be downloaded."""
    has_units = any(labels.table.kind == "units" for labels in loaded.values())
    if has_units and (opened.source.local or opened.provenance(VOLUME.detections)):
        with suppress(TableAbsent):
            return {VOLUME.detections: opened.load_labels(VOLUME.detections)}
    return {}


def _write_csv(opened: OpenRelease, frame: pd.DataFrame, path: str) -> None:
    """Write a frame as CSV; the first cell marks synthetic rows and leaves the numbers in place."""
    safe = without_formulas(frame)
    first, *others = safe.columns
    mark = f"{SYNTHETIC_MARK}: " if opened.source.synthetic else ""
    try:
        safe.to_csv(path, index=False, header=[f"{mark}{first}", *others])
    except OSError as error:
        problem = f"{path} cannot be written: {error.strerror or error}."
        raise DataError(problem, "Name another file.") from error


def _heading(opened: OpenRelease) -> str:
    mark = f"{SYNTHETIC_MARK} — " if opened.source.synthetic else ""
    release = opened.release
    moment = f"{release.timestamp:%Y-%m-%d %H:%M} UTC" if release.timestamp else "frozen on an unknown day"
    return f"{mark}v{release.number}, {moment}, from {opened.source.location}"


@contextmanager
def _progress(name: str, patience: float) -> Iterator[ReportProgress]:
    """Print the progress of a fetch: every tenth, every wait, and a line every few seconds of silence."""
    progress, printed_tenths, ended = Progress(), -1, threading.Event()

    def report(done: int, total: int | None, wait: float = 0.0, /) -> None:
        nonlocal printed_tenths
        progress(done, total, wait)
        if wait:
            _say(f"{name}: {progress.delay_words(patience)}")
        tenths = 10 * done // total if total else done // 1_000_000
        if tenths > printed_tenths:
            printed_tenths = tenths
            _say(f"{name}: {done / 1e6:.1f} MB" + (f" of {total / 1e6:.1f}" if total else ""))

    def print_delays() -> None:
        while not ended.wait(SILENCE_SECONDS):
            if words := progress.delay_words(patience):
                _say(f"{name}: {words}")

    watcher = threading.Thread(target=print_delays, daemon=True)
    if patience:
        watcher.start()
    try:
        yield report
    finally:
        ended.set()
        if patience:
            watcher.join()


def _reporting(opened: OpenRelease) -> ReportOn:
    return lambda name: _progress(name, opened.source.patience)


def _say(message: str) -> None:
    print(message, file=sys.stderr)


def _say_errors(errors: Sequence[DataError]) -> None:
    for error in errors:
        _say(f"{error.problem}\n{error.remedy}")


def _say_stale(outcomes: Mapping[str, LabelTable | DataError | None]) -> None:
    """Say which tables are older rows that stand in for newer ones."""
    for name, outcome in outcomes.items():
        if isinstance(outcome, LabelTable) and outcome.provenance.stale:
            _say(f"{name}: {outcome.provenance.stale}")


def _say_own(opened: OpenRelease, outcomes: Mapping[str, LabelTable | DataError | None]) -> None:
    """Say how the rows of the reader's own tables were matched and read."""
    for name in opened.own:
        outcome = outcomes.get(name)
        for note in outcome.provenance.notes if isinstance(outcome, LabelTable) else ():
            _say(f"{name}: {note}")


def _print_json(record: object) -> None:
    print(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))


if __name__ == "__main__":
    sys.exit(main())
