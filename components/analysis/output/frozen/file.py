"""A frozen answer's file: read, checked, and matched to the opened release."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from components.analysis.output.frozen.answer import CHECKSUMS, COMPARED, FORMAT, SAVED, VERSION
from components.analysis.output.frozen.question import Question, read_question, refuse_answer
from components.analysis.releases.carried_table import carried_entry, carry, read_carried
from data.catalog import OWN_TABLES
from data.errors import DataError
from data.loader import LabelTable, OpenRelease
from data.own.table import OwnTable
from data.settings import Settings
from data.strict_json import read_record
from data.volume import VOLUME

LARGEST_FILE = 50_000_000


def is_answer(content: bytes) -> bool:
    """Whether a file says that it is a frozen answer, good or not."""
    return FORMAT.encode() in content[:200]


def read_answer(content: bytes) -> dict[str, Any]:
    """Read a frozen answer.

    Raises
    ------
    DataError
        If the file is not a frozen answer, is of a newer format, or damaged.
    """
    record = read_record(content, FORMAT, refuse_answer, largest=LARGEST_FILE)
    _check_format(record.get("version"), record.get("volume"))
    sections = ("question", *COMPARED, *SAVED, CHECKSUMS)
    if lacking := [section for section in sections if section not in record]:
        refuse_answer(f"it lacks “{lacking[0]}”")
    _check_sections(record)
    return record


def settings_for(record: Mapping[str, Any], settings: Settings) -> Settings:
    """The settings with the release of an answer; raises `DataError` where a local source lacks it."""
    number = record["release"]
    wanted = replace(settings, release=number)
    if wanted.held_releases is not None and number not in wanted.held_releases:
        releases = ", ".join(f"v{other}" for other in wanted.held_releases)
        problem = f"The answer is of v{number}; the source “{settings.source}” holds {releases}."
        raise DataError(problem, "Choose a source that holds that release, such as “archive”.")
    return wanted


def asked_in(record: Mapping[str, Any], opened: OpenRelease) -> tuple[Question, dict[str, str]]:
    """What an answer was asked, of an opened release, and the names of the reader's own tables there.

    Raises
    ------
    DataError
        If the opened rows are synthetic and the answer's are not, or the other way round, or it needs a table
        that is not there.
    """
    if record["synthetic"] != opened.source.synthetic:
        kinds = {True: "synthetic rows", False: "real rows"}
        remedy = "Open the source “sample” for it." if record["synthetic"] else "Open a source of real rows."
        saved_kind, opened_kind = kinds[record["synthetic"]], kinds[opened.source.synthetic]
        problem = f"The answer is of {saved_kind}, and {opened_kind} are open."
        raise DataError(problem, remedy)
    known_as: dict[str, str] = {}
    for table in record["tables"]:
        if isinstance(own := table.get("own"), dict):
            found = _own_name(own, opened.own)
            if found is None:
                file, sha256 = str(own.get("file"))[:80], str(own.get("sha256"))[:8]
                raise DataError(
                    f"The answer needs the reader's own file {file} (SHA-256 {sha256}…).",
                    "Name it with --with FILE, or add it on “Your labels”.",
                )
            known_as[str(table.get("name"))] = found
    question = read_question(record["question"], known_as)
    if absent := [name for name in question.tables if name not in opened.tables and not read_carried(name)]:
        raise DataError(
            f"The answer needs the table “{absent[0][:80]}”, which is not among those of this release.",
            "Name your own file with --with, or add it on “Your labels”; a newer version of this app may "
            "know the table.",
        )
    return question, known_as


def load_carried(name: str, opened: OpenRelease, release_of: Callable[[int], OpenRelease]) -> LabelTable:
    """Load a table of an answer that carries labels of another release, which `release_of` opens.

    Raises
    ------
    DataError
        If the labels, or the nuclei of either release, cannot be loaded.
    """
    carried = read_carried(name)
    if carried is None:
        raise ValueError(f"{name} carries no labels of another release.")
    earlier = release_of(carried.release)
    entry = carried_entry(opened.tables[carried.table], carried, opened.release.number)
    OWN_TABLES[name] = entry
    return carry(earlier.load_labels(carried.table), entry, earlier, opened).labels


def _check_format(version: object, volume: object) -> None:
    if isinstance(version, int) and version > VERSION:
        raise DataError(
            f"The answer is written in format {version}; this app reads formats up to {VERSION}.",
            "Update the app.",
        )
    if version != VERSION or isinstance(version, bool):
        refuse_answer(f"its format has the version {str(version)[:20]}, which was never written")
    if volume != VOLUME.datastack:
        refuse_answer(f"it is of the volume {str(volume)[:40]}, not of {VOLUME.datastack}")


def _check_sections(record: Mapping[str, Any]) -> None:
    release = record["release"]
    if not isinstance(release, int) or isinstance(release, bool) or not 0 < release < 100_000:
        refuse_answer("“release” is not a release")
    if not isinstance(record["synthetic"], bool) or not isinstance(record["saved"], dict):
        refuse_answer("“synthetic” is true or false, and “saved” an object")
    tables = record["tables"]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        refuse_answer("“tables” is a list of objects")


def _own_name(own: Mapping[str, Any], tables: Mapping[str, OwnTable]) -> str | None:
    """The name of a reader's own table here: of the same file, else of one with its name."""
    of_column = {name: table for name, table in tables.items() if table.column == own.get("column")}
    same = [name for name, table in of_column.items() if table.file.sha256 == own.get("sha256")]
    named = [name for name, table in of_column.items() if table.file.path.name == own.get("file")]
    return next(iter([*same, *named]), None)
