"""The commands that look at more than one release: `releases`, `graft` and `rot`."""

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pandas as pd

from components.analysis.output.carried_lists import (
    fates_record,
    fates_text,
    graft_record,
    graft_text,
    written_roots,
)
from components.analysis.output.holdings import holdings_text, list_holdings, table_record, table_text
from components.analysis.releases.carried import WHOLE, graft, root_fates
from components.analysis.releases.carried_table import rooted_nuclei
from data.catalog.tables import release_tables
from data.commands.options import Commands
from data.commands.terminal import fetch_progress, heading, print_json, write_csv
from data.errors import DataError
from data.loader import OpenRelease
from data.opening import cache_of, open_release
from data.settings import Settings, release_number
from data.tables.id_tables import file_text
from data.volume import VOLUME


def add_release_commands(commands: Commands, common: argparse.ArgumentParser) -> None:
    """Add `releases`, `graft` and `rot`."""
    releases = commands.add_parser(
        "releases", parents=[common], help="list which release holds what, and where"
    )
    releases.add_argument("table", nargs="?", help="where to find this table: a name or a title")
    releases.set_defaults(run=_releases, opens=False)
    text = "put the labels of another release on the nuclei of this one"
    grafting = commands.add_parser("graft", parents=[common], help=text)
    grafting.add_argument("table", help="the table of labels: a name or a title")
    grafting.set_defaults(run=_graft)
    text = "follow root IDs of another release into this one; exit 1 if one has changed"
    rot = commands.add_parser("rot", parents=[common], help=text)
    rot.add_argument("list", metavar="FILE", help="root IDs, one on each line, or a table with them")
    rot.set_defaults(run=_rot)
    whose: dict[str, Any] = {"metavar": "RELEASE", "default": str(VOLUME.release)}
    for command, option, what in ((grafting, "--labels-of", "labels"), (rot, "--roots-of", "root IDs")):
        command.add_argument(option, help=f"whose {what} (default: {VOLUME.release})", **whose)
        command.add_argument("--csv", metavar="PATH", help="write the rows as CSV")


def _releases(settings: Settings, given: argparse.Namespace) -> int:
    """What each release holds and where; nobody is asked."""
    every = release_tables(VOLUME.releases[VOLUME.release])
    if given.table:
        table = every.find(given.table)
        number = settings.release
        print_json(table_record(table, number)) if given.json else print(table_text(table, number))
        return 0
    found = list_holdings(every, lambda number: cache_of(settings, number))
    print_json([asdict(one) for one in found]) if given.json else print(holdings_text(found))
    return 0


def _graft(opened: OpenRelease, given: argparse.Namespace) -> int:
    other = _other_release(given, given.labels_of)
    table = other.tables.find(given.table)
    with fetch_progress(table.name, other.source.patience) as report:
        labels = other.load_labels(table.name, report)
    grafted = graft(labels.frame, _nuclei(other), _nuclei(opened))
    if given.csv:
        write_csv(opened, grafted, given.csv)
    record = graft_record(grafted, labels, opened)
    print_json(record) if given.json else print(f"{heading(opened)}\n{graft_text(record)}")
    return 0


def _rot(opened: OpenRelease, given: argparse.Namespace) -> int:
    file = Path(given.list).expanduser()
    try:
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        raise DataError(f"{given.list} cannot be read: {error}.", "Name a text file.") from error
    roots, left_out = written_roots(file_text(content, given.list))
    other = _other_release(given, given.roots_of)
    fates = root_fates(roots, _nuclei(other), _nuclei(opened))
    numbers = (other.release.number, opened.release.number)
    if given.csv:
        write_csv(opened, fates, given.csv, file)
    if given.json:
        origin = {"source": opened.source.name, "synthetic": opened.source.synthetic}
        print_json(fates_record(fates, numbers, left_out) | origin)
    else:
        print(f"{heading(opened)}\n{fates_text(fates, numbers, left_out)}")
    return int(bool((fates["outcome"] != WHOLE).any()))


def _other_release(given: argparse.Namespace, release: str) -> OpenRelease:
    other = replace(given.settings, release=release_number(release), with_=())
    return open_release(other, sample_when_offline=False)


def _nuclei(opened: OpenRelease) -> pd.DataFrame:
    """The nuclei of a release with their root IDs."""
    with fetch_progress(VOLUME.detections, opened.source.patience) as report:
        return rooted_nuclei(opened, report)
