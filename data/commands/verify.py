"""The command `verify`: whether a frozen answer still holds."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from components.analysis.output.frozen.answer import Loaded
from components.analysis.output.frozen.file import asked_in, load_carried, read_answer, settings_for
from components.analysis.output.frozen.link import ANSWER_PARAMETER, unpacked_answer
from components.analysis.output.frozen.report import verdict_headline, verdict_lines, verdict_record
from components.analysis.output.frozen.verdict import verify_answer
from data.commands.options import Commands
from data.commands.terminal import heading, load_tables, print_json, say_outcomes
from data.errors import DataError
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import Settings


def add_verify(commands: Commands, common: argparse.ArgumentParser, own: argparse.ArgumentParser) -> None:
    """Add `verify`."""
    text = "compute a frozen answer again; exit 1 if anything has changed"
    verify = commands.add_parser("verify", parents=[common, own], help=text)
    verify.add_argument(
        "answer",
        metavar="ANSWER",
        help="an answer that the app or `agreement --save` saved, or a link to one",
    )
    verify.set_defaults(run=_verify, opens=False)


def _answer(given: str) -> dict[str, Any]:
    """The answer in a file or in a link."""
    if linked := parse_qs(urlsplit(given).query).get(ANSWER_PARAMETER):
        return unpacked_answer(linked[-1])
    try:
        return read_answer(Path(given).expanduser().read_bytes())
    except OSError as error:
        raise DataError(f"{given} cannot be read: {error.strerror or error}.", "Name a file.") from error


def _verify(settings: Settings, given: argparse.Namespace) -> int:
    record = _answer(given.answer)
    opened = open_release(settings_for(record, settings), sample_when_offline=False)
    question, known_as = asked_in(record, opened)
    loaded = load_tables(opened, [name for name in question.tables if name in opened.tables])

    def release_of(number: int) -> OpenRelease:
        return open_release(replace(settings, release=number, with_=()), sample_when_offline=False)

    for name in question.tables:
        if name not in loaded:
            loaded[name] = load_carried(name, opened, release_of)
    say_outcomes(opened, loaded)
    verdict = verify_answer(record, question, known_as, Loaded(opened, loaded))
    if given.json:
        source = {"source": opened.source.name, "place": opened.source.location}
        print_json(verdict_record(verdict) | source)
    else:
        print("\n".join([heading(opened), verdict_headline(verdict), *verdict_lines(verdict)]))
    return 0 if verdict.same else 1
