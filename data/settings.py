"""The choices a reader makes outside the app: source, folder, archive, release, cache."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal, get_args

from platformdirs import user_cache_path

from data.errors import SettingsError

SourceName = Literal["auto", "archive", "cave", "folder", "sample"]
SOURCES: tuple[str, ...] = get_args(SourceName)
ARCHIVE = "https://storage.googleapis.com/mat_dbs/public/minnie65_phase3_v1"
CAVE = "https://global.daf-apis.com"
RELEASE = 661
PREFIX = "CELL_TYPES_"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the rows come from and where they are kept.

    Each field is also an environment variable (`CELL_TYPES_SOURCE` …) and, but for the token, an
    option of the command line.
    """

    source: str = "auto"
    folder: Path | None = None
    archive: str = ARCHIVE
    cave: str = CAVE
    token: str | None = field(default=None, repr=False)
    release: int = RELEASE
    cache: Path = field(default_factory=lambda: user_cache_path("microns-cell-types"))


def read_settings(given: Mapping[str, object], environ: Mapping[str, str] = os.environ) -> Settings:
    """Make settings of what was given, else the environment, else the defaults.

    Parameters
    ----------
    given : mapping
        Values by field name; None and "" mean not given.
    environ : mapping
        The environment.

    Raises
    ------
    SettingsError
        If a value cannot be used; the message names the setting and what it may be.
    """
    raw: dict[str, str] = {}
    for name in (f.name for f in fields(Settings)):
        value = given.get(name) or environ.get(PREFIX + name.upper())
        if value:
            raw[name] = str(value)
    return _checked(raw)


def _checked(raw: dict[str, str]) -> Settings:
    chosen: dict[str, object] = dict(raw)
    source = raw.get("source", "auto")
    if source not in SOURCES:
        raise SettingsError(f"There is no source “{source}”.", f"Choose one of {', '.join(SOURCES)}.")
    if source == "folder" and "folder" not in raw:
        raise SettingsError(
            "The source is “folder”, but no folder is named.",
            f"Give --folder PATH, or set {PREFIX}FOLDER.",
        )
    if "release" in raw:
        chosen["release"] = _release_number(raw["release"])
    if "archive" in raw:
        chosen["archive"] = _web_address("archive", raw["archive"])
    for name in ("folder", "cache"):
        if name in raw:
            chosen[name] = Path(raw[name]).expanduser().absolute()
    return Settings(**chosen)  # type: ignore[arg-type]  # each value was checked above


def _release_number(text: str) -> int:
    digits = text.removeprefix("v")
    if not (digits.isascii() and digits.isdigit()):
        raise SettingsError(f"“{text}” is not a release.", "Give a number such as 661.")
    return int(digits)


def _web_address(name: str, text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise SettingsError(
            f"“{text}” is not an address for the setting “{name}”.",
            "Give one that starts with https:// (http:// for a server of your own).",
        )
    return text.rstrip("/")
