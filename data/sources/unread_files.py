"""Files in a folder that no table takes, each with the reason and the remedy."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path

from data.catalog.entry import Table
from data.catalog.tables import ReleaseTables
from data.settings import ENDINGS
from data.tables.raw import UnreadFile
from data.volume import VOLUME

PICKLES = (".pkl", ".pickle")
OTHER_ROWS = (
    ".arrow",
    ".gz",
    ".h5",
    ".hdf5",
    ".ipc",
    ".json",
    ".jsonl",
    ".rds",
    ".tsv",
    ".xls",
    ".xlsx",
    ".zip",
)
"""Endings of files that may hold rows."""
RELEASE_FOLDER = re.compile(r"v\d+")


def explain_unread(path: Path, tables: ReleaseTables, readable: Mapping[str, Table]) -> UnreadFile | None:
    """Say why no table takes a file; None for a file that belongs to no table at all, such as a README.

    Parameters
    ----------
    path : Path
        A file or folder that is not read.
    tables : ReleaseTables
        The opened release's.
    readable : mapping
        The file names that are read, each with its table.
    """
    name = path.name
    if name.startswith((".", "~")):
        return None
    table = readable.get(name) or _table_within(name, tables.values())
    if path.is_dir():
        return _folder_of_tables(path, tables, readable) or _parquet_folder(path, table)
    if table is not None and not path.is_file():
        return UnreadFile(name, *_no_file(path))
    if table is not None and table.name not in tables.held:
        return UnreadFile(name, *_other_release(path, table, tables))
    if table is not None:
        return UnreadFile(name, *_misnamed(name, table, readable))
    return _unknown(name, tables)


def _table_within(name: str, tables: Iterable[Table]) -> Table | None:
    """The table with whose name a file's begins; the longest where there are several."""
    found = [table for table in tables if name.lower().startswith(table.name.lower())]
    return max(found, key=lambda table: len(table.name), default=None)


def _parquet_folder(path: Path, table: Table | None) -> UnreadFile | None:
    if RELEASE_FOLDER.fullmatch(path.name):
        return None
    if not (path.suffix == ".parquet" or any(path.glob("*.parquet"))):
        return None
    whole = f"{table.name if table else path.stem}.parquet"
    return UnreadFile(
        f"{path.name}/",
        "It is a folder of Parquet files, and a table is one file.",
        f"Move it elsewhere and write one file: pandas.read_parquet(folder).to_parquet('{whole}').",
    )


def _folder_of_tables(path: Path, tables: ReleaseTables, readable: Mapping[str, Table]) -> UnreadFile | None:
    """A folder with tables in it that is not a release's."""
    own = f"v{tables.release.number}"
    try:
        within = [*path.iterdir(), *(path / own).glob("*")]
    except OSError:
        return None
    held = sorted({found.name for found in within} & readable.keys())
    if not held or (RELEASE_FOLDER.fullmatch(path.name) and path.parent.name != own):
        return None
    return UnreadFile(
        f"{path.name}/",
        f"It holds {held[0]}{' and more' if len(held) > 1 else ''}, and tables are read from {own}/ and from "
        "the folder itself, not from other folders in it.",
        f"Rename it to {own}, or move its files into {own}/, or open it with --folder.",
    )


def _no_file(path: Path) -> tuple[str, str]:
    """Why nothing can be read from a link that leads nowhere, or from a pipe."""
    if not path.is_symlink():
        return "It is a pipe, socket or device, not a file.", "Put a file in its place."
    try:
        path.stat()
        fault = "it is not a file"
    except OSError as error:
        fault = error.strerror or str(error)
    return f"It is a link to {path.readlink()}: {fault}.", "Put the file in its place, or repair the link."


def _other_release(path: Path, table: Table, tables: ReleaseTables) -> tuple[str, str]:
    releases = table.releases
    best = VOLUME.release if VOLUME.release in releases else releases[0]
    others = f"{', '.join(map(str, releases))} {'holds' if len(releases) == 1 else 'hold'} it"
    move = f"Move it into v{best}/, and open" if RELEASE_FOLDER.fullmatch(path.parent.name) else "Open"
    return (
        f"Release {tables.release.number} does not hold {table.name}: {others}.",
        f"{move} the folder as such a release: --release {best}.",
    )


def _misnamed(name: str, table: Table, readable: Mapping[str, Table]) -> tuple[str, str]:
    """Why a file that begins with a table's name is not read, and its right name."""
    spelled = next((right for right in readable if right.lower() == name.lower()), None)
    if spelled is not None:
        return "File names are told apart by capitals.", f"Rename it to {spelled}."
    ending = next((ending for ending in ENDINGS if name.lower().endswith(ending)), None)
    rest = name[len(table.name) :].lower()
    if ending is None:
        kind = _ending(name)
        why = ", because opening one runs the code in it" if kind in PICKLES else ""
        return (
            f"Files that end in {kind or 'nothing'} are not read{why}.",
            f"Write the table as {table.name}.parquet or {table.name}.csv.",
        )
    if rest == "_merged.csv":
        return (
            "It looks like the archive's file, unpacked.",
            f"Rename it to {table.name}_merged.csv.gz, packed or not, and put its header file beside it.",
        )
    return (
        f"Its name is not {table.name}{ending}.",
        f"If it holds that table of the opened release, rename it to {table.name}{ending}.",
    )


def _unknown(name: str, tables: ReleaseTables) -> UnreadFile | None:
    """A file with the name of no known table; None where it does not look like rows."""
    for outside, reason in VOLUME.out_of_scope.items():
        if name.startswith(outside):
            return UnreadFile(name, f"{outside} is out of scope: {reason}", "Nothing needs to be done.")
    if not (name.lower().endswith((*ENDINGS, *PICKLES)) or _ending(name) in OTHER_ROWS):
        return None
    stem = name.lower().partition(".")[0]
    near = get_close_matches(stem, tables.held, 1) or get_close_matches(stem, tables, 1)
    return UnreadFile(
        name,
        "No table that the app knows has this name.",
        f"If it holds {near[0]}, give it that name."
        if near
        else "A file has the name of its table, as CAVE spells it: python -m data status lists them.",
    )


def _ending(name: str) -> str:
    """The ending of a file name, in small letters: ``.pkl``."""
    return Path(name).suffix.lower()
