"""What the commands take: the settings as options, which each module of commands adds to its own."""

import argparse
from dataclasses import fields
from typing import Any, TypeAlias

from data.settings import SOURCES, Settings, option_name

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001  # no public name
"""The commands of a parser, to which a module adds its own."""


def setting_options(kind: str) -> argparse.ArgumentParser:
    """The options for settings whose help text is under `kind`: `HELP`, or `OWN` for a reader's files."""
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
            parser.add_argument(option_name(setting.name), **how)
    return parser
