"""What a command writes: results on standard output, progress and messages on standard error."""

import json
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from components.analysis.output.files import without_formulas
from data.errors import DataError, TableAbsent
from data.loader import LabelTable, OpenRelease, ReportOn, loaded_tables
from data.sources.text import SYNTHETIC_MARK
from data.tables.raw import SILENCE_SECONDS, Progress, ReportProgress

MOST_NAMED = 20
"""Labels that a message names."""

NONE_AT_HAND = "Fetch them first, or open another source."
"""The remedy where a command needs tables and none is there."""


def load_tables(opened: OpenRelease, names: Iterable[str]) -> dict[str, LabelTable]:
    """Load tables one after the other, each with its progress.

    Raises
    ------
    DataError
        If one cannot be loaded.
    """
    loaded = {}
    for name in names:
        with fetch_progress(name, opened.source.patience) as report:
            loaded[name] = opened.load_labels(name, report)
    return loaded


def say(message: str) -> None:
    """Write a message on standard error."""
    print(message, file=sys.stderr)


def say_error(error: DataError) -> None:
    """Say what is wrong, and what to do."""
    say(f"{error.problem}\n{error.remedy}")


def say_outcomes(
    opened: OpenRelease, outcomes: Mapping[str, LabelTable | DataError | None], *, absent: bool = False
) -> list[DataError]:
    """Say which tables failed, which are older rows in place of newer ones, and how own tables were read.

    Returns the errors. That the release lacks a table is one too, and only said with `absent`.
    """
    errors = [outcome for outcome in outcomes.values() if isinstance(outcome, DataError)]
    for error in errors:
        if absent or not isinstance(error, TableAbsent):
            say_error(error)
    loaded = loaded_tables(outcomes)
    for name, table in loaded.items():
        if table.provenance.stale:
            say(f"{name}: {table.provenance.stale}")
    _say_own(opened, loaded)
    return errors


def _say_own(opened: OpenRelease, loaded: Mapping[str, LabelTable]) -> None:
    """Say how the rows of the reader's own tables were matched and read, and what became no table."""
    read = set[Path]()
    for name, own in opened.own.items():
        if name not in loaded:
            continue
        for note in loaded[name].provenance.notes:
            say(f"{name}: {note}")
        if doubt := opened.match(name)[1].doubt:
            say(doubt.remedy)
        if own.columns.left_out and own.file.path not in read:
            read.add(own.file.path)
            every = ",".join((*own.columns.labels, *own.columns.left_out))
            say(
                f"{own.file.path.name}: {', '.join(own.columns.left_out)} may hold labels too, but became no "
                f"table. --with-labels {every} makes a table of each."
            )
    unused = [{*own.yours}.difference(own.labels, [""]) for own in opened.own.values()]
    if unused and (nowhere := sorted(set.intersection(*unused))):
        named = ", ".join(nowhere[:MOST_NAMED]) + (", …" if len(nowhere) > MOST_NAMED else "")
        say(f"The mapping names labels that your tables do not hold, letter by letter: {named}.")


def check_matched(opened: OpenRelease, outcomes: Mapping[str, LabelTable | DataError | None]) -> None:
    """Raise `DataError` if a table of the reader's own is matched to no nucleus, or by a guess in doubt."""
    for name, own in opened.own.items():
        outcome = outcomes.get(name)
        if not isinstance(outcome, LabelTable):
            continue
        doubt = opened.match(name)[1].doubt
        decided = own.choices.unit if own.columns.by == "position" else own.choices.id
        if doubt and not decided and not outcome.frame.empty:
            raise doubt
        if outcome.frame.empty:
            reasons = " ".join(outcome.provenance.notes)
            raise DataError(
                f"No row of {name} is matched to a nucleus of v{opened.release.number}. {reasons}",
                "See each row by “status --write-matches PATH”, or name the column of IDs by --with-id.",
            )


def print_json(record: object) -> None:
    """Print a record; what is undefined is null, never NaN."""
    print(json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False))


def file_to_write(path: str, opened: OpenRelease, *read: Path | None) -> Path:
    """The file to which a command writes.

    Raises
    ------
    DataError
        If the command has read it: a reader's own file, or another one given.
    """
    file = Path(path).expanduser()
    inputs = [*read, *(own.file.path for own in opened.own.values())]
    inputs += [own.choices.mapping for own in opened.own.values()]
    if file.exists() and any(one and one.exists() and file.samefile(one) for one in inputs):
        raise DataError(f"{path} is a file that this command reads.", "Write to another file.")
    return file


def write_csv(opened: OpenRelease, frame: pd.DataFrame, path: str, *read: Path) -> None:
    """Write a frame as CSV; the first cell marks synthetic rows and leaves the numbers in place."""
    file = file_to_write(path, opened, *read)
    safe = without_formulas(frame)
    first, *others = safe.columns
    mark = f"{SYNTHETIC_MARK}: " if opened.source.synthetic else ""
    try:
        safe.to_csv(file, index=False, header=[f"{mark}{first}", *others])
    except OSError as error:
        problem = f"{path} cannot be written: {error.strerror or error}."
        raise DataError(problem, "Name another file.") from error


def heading(opened: OpenRelease) -> str:
    """Name the release, its moment and the source, and mark synthetic rows."""
    mark = f"{SYNTHETIC_MARK} — " if opened.source.synthetic else ""
    release = opened.release
    moment = f"{release.timestamp:%Y-%m-%d %H:%M} UTC" if release.timestamp else "frozen on an unknown day"
    return f"{mark}v{release.number}, {moment}, from {opened.source.location}"


@contextmanager
def fetch_progress(name: str, patience: float) -> Iterator[ReportProgress]:
    """Print the progress of a fetch: every tenth, every wait, and a line every few seconds of silence."""
    progress, printed_tenths, ended = Progress(), -1, threading.Event()

    def report(done: int, total: int | None, wait: float = 0.0, /) -> None:
        nonlocal printed_tenths
        progress(done, total, wait)
        if wait:
            say(f"{name}: {progress.delay_words(patience)}")
        tenths = 10 * done // total if total else done // 1_000_000
        if tenths > printed_tenths:
            printed_tenths = tenths
            say(f"{name}: {done / 1e6:.1f} MB" + (f" of {total / 1e6:.1f}" if total else ""))

    def print_delays() -> None:
        while not ended.wait(SILENCE_SECONDS):
            if words := progress.delay_words(patience):
                say(f"{name}: {words}")

    watcher = threading.Thread(target=print_delays, daemon=True)
    if patience:
        watcher.start()
    try:
        yield report
    finally:
        ended.set()
        if patience:
            watcher.join()


def report_each(opened: OpenRelease) -> ReportOn:
    """Give each table of a release a progress report of its own."""
    return lambda name: fetch_progress(name, opened.source.patience)
