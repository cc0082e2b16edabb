"""The commands about single tables: `fetch` and `status`."""

import argparse
from dataclasses import asdict

import pandas as pd

from components.analysis.checks.doubts import table_doubts
from components.analysis.labels.counts import Denominator
from components.analysis.output.results import denominator_record, release_record, status_record, status_text
from components.analysis.output.status import TableStatus, release_status
from data.commands.options import Commands
from data.commands.terminal import heading, print_json, report_each, say, say_outcomes, write_csv
from data.errors import DataError, TableAbsent
from data.loader import LabelTable, OpenRelease, loaded_tables
from data.own.mapping import mapping_frame
from data.own.table import MATCH_COLUMNS, rows_of


def add_table_commands(
    commands: Commands, common: argparse.ArgumentParser, own: argparse.ArgumentParser
) -> None:
    """Add `fetch` and `status`."""
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


def _fetch(opened: OpenRelease, given: argparse.Namespace) -> int:
    names = [opened.tables.find(name).name for name in given.tables]
    for name in names:  # who names a table wants it asked for again
        opened.ask_again(name)
    names = names or list(opened.tables.held)
    outcomes = opened.load_release(names, report_each(opened))
    errors = say_outcomes(opened, outcomes, absent=True)
    for loaded in loaded_tables(outcomes).values():
        for notice in loaded.provenance.notices:
            say(f"{loaded.table.name}: {notice}")
    statuses, _ = release_status(outcomes, {name: opened.tables[name] for name in outcomes})
    _print_status(opened, statuses, None, given)
    # Nothing lists the tables of a release outside the catalogue, so that a missing one is not an error.
    unlisted = not opened.release.listed and not given.tables and len(errors) < len(outcomes)
    return 2 if any(not (unlisted and isinstance(error, TableAbsent)) for error in errors) else 0


def _status(opened: OpenRelease, given: argparse.Namespace) -> int:
    if (given.write_matches or given.write_mapping) and not opened.own:
        problem = "--write-matches and --write-mapping write what your own files hold, but none is given."
        raise DataError(problem, "Name it by --with FILE.")
    outcomes: dict[str, LabelTable | DataError | None] = {}
    for name in opened.tables.held:
        try:
            # Only local and cached tables are read: status never downloads.
            at_hand = opened.source.local or opened.provenance(name)
            outcomes[name] = opened.load_labels(name) if at_hand else opened.absence(name)
        except DataError as error:
            outcomes[name] = error
    say_outcomes(opened, outcomes)
    if given.write_matches:
        matches = [rows_of(own, opened.match(name)[1]) for name, own in opened.own.items()]
        write_csv(opened, pd.concat([pd.DataFrame(columns=MATCH_COLUMNS), *matches]), given.write_matches)
    if given.write_mapping:
        labels = sorted({label for own in opened.own.values() for label in own.labels})
        yours = {label: means for own in opened.own.values() for label, means in own.yours.items()}
        write_csv(opened, mapping_frame(labels, yours), given.write_mapping)
    doubts = table_doubts(loaded_tables(outcomes))
    statuses, denominator = release_status(outcomes, opened.tables.held, doubts)
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
        print_json(release_record(opened) | counted | tables | unread)
    else:
        print(f"{heading(opened)}\n{status_text(statuses, denominator, opened.unread_files)}")
