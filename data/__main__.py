"""The command line: `python -m data {fetch,status,agreement,check,releases,graft,rot,verify}`.

Results go to standard output, progress and messages to standard error. Exit 0 is good, 1 says that
a check failed, 2 that the request was wrong or the rows cannot be read.
"""

import argparse
import errno
import io
import os
import sys
from collections.abc import Sequence
from typing import cast

from data.commands.agreement import add_agreement
from data.commands.checks import add_check
from data.commands.options import setting_options
from data.commands.releases import add_release_commands
from data.commands.tables import add_table_commands
from data.commands.terminal import fetch_progress, say_error
from data.commands.verify import add_verify
from data.errors import DataError
from data.loader import OpenRelease
from data.opening import open_release
from data.settings import HELP, OWN, Settings, read_settings
from data.sources.materialization.session import LIST_SECONDS

UNWRITABLE = (errno.EPIPE, errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EBADF)
"""What an output says that takes no more: closed by its reader, full, too large, or broken."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    given = _parser().parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # as JSON asks; not every locale can write “κ”
    expected = [given.expect] if getattr(given, "expect", None) else []
    try:
        settings = read_settings(vars(given) | {"with_": [*(getattr(given, "with_", None) or ()), *expected]})
        given.settings = settings
        code = cast("int", given.run(_opened(settings) if given.opens else settings, given))
        if sys.stdout:  # None where it was closed from the start
            sys.stdout.flush()
        return code
    except DataError as error:
        say_error(error)
        return 2
    except OSError as error:
        if error.filename or error.errno not in UNWRITABLE:  # not of the output
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # the reader of the output closed it
            return 0
        say_error(DataError(f"The result cannot be written: {error}.", "Write it where there is room."))
        return 2


def _opened(settings: Settings) -> OpenRelease:
    with fetch_progress(f"v{settings.release}", LIST_SECONDS if settings.asks_server else 0):
        return open_release(settings, sample_when_offline=False)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description=__doc__)
    parser.set_defaults(opens=True)
    common, own = setting_options(HELP), setting_options(OWN)
    common.add_argument("--json", action="store_true", help="print JSON")
    commands = parser.add_subparsers(
        required=True, metavar="{fetch,status,agreement,check,releases,graft,rot,verify}"
    )
    add_table_commands(commands, common, own)
    add_agreement(commands, common, own)
    add_check(commands, common, own)
    add_release_commands(commands, common)
    add_verify(commands, common, own)
    return parser


if __name__ == "__main__":
    sys.exit(main())
