"""Settings from the command line and the environment: source, folder, archive, release, cache."""

import math
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal, get_args

from platformdirs import user_cache_path

from data.errors import SettingsError
from data.volume import VOLUME

SourceName = Literal["auto", "archive", "cave", "folder", "sample"]
OwnUnit = Literal["voxels", "nm", "um", "oriented"]
WITHIN_UM = (0.1, 100.0)
"""The least and the greatest distance from a position to its nucleus that a reader may allow."""
OWN_UNITS: tuple[str, ...] = get_args(OwnUnit)
"""Units of the positions in the reader's own files."""
SOURCES: tuple[str, ...] = get_args(SourceName)
PREFIX = "CELL_TYPES_"
HELP = "help"
"""Of a setting that is also a command-line option: what `--help` says of it."""
MOST_DIGITS = 9
"""Of the number of a release."""
YES, NO = {"1", "true", "yes", "on", "y"}, {"0", "false", "no", "off", "n"}
PATH_END = "\0"
"""No path holds it."""
OWN = "own"
"""Likewise of a setting about the reader's own tables, an option of the commands that take them."""
ENDINGS = (".csv.gz", ".csv", ".parquet", ".feather")
"""Of the files that a folder's tables are read from, the longest first."""
SECRETS = (Path(".streamlit/secrets.toml"), Path("~/.streamlit/secrets.toml"))
"""Where Streamlit keeps secrets: the app's folder, then the reader's own."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Where the rows come from and where they are kept.

    Each field is also an environment variable (`CELL_TYPES_SOURCE` …) and, except the token and the imagery,
    a command-line option. The token may also be in Streamlit's secrets file under the variable's name;
    otherwise the source reads caveclient's own file.
    """

    source: str = field(default="auto", metadata={HELP: "where the rows come from (default: auto)"})
    folder: Path | None = field(
        default=None, metadata={HELP: "folder that holds the tables, for the source “folder”"}
    )
    archive: str = field(default=VOLUME.archive, metadata={HELP: "address of the archive"})
    cave: str = field(default=VOLUME.cave, metadata={HELP: "address of the CAVE server"})
    token: str | None = field(default=None, repr=False)
    release: int = field(
        default=VOLUME.release, metadata={HELP: f"materialization version (default: {VOLUME.release})"}
    )
    cache: Path = field(
        default_factory=lambda: user_cache_path("microns-cell-types"),
        metadata={HELP: "folder of the cache"},
    )

    imagery: str | None = None  # None: the volume's public imagery

    from_cave: bool = field(
        default=False,
        metadata={HELP: "let “auto” take from CAVE, with a token, what the archive lacks"},
    )

    with_: tuple[Path, ...] = field(
        default=(), metadata={OWN: "a table of your own beside the release's (repeatable); its stem names it"}
    )
    with_id: str = field(
        default="", metadata={OWN: "column of your files that names the nucleus, or x,y,z of a position"}
    )
    with_labels: tuple[str, ...] = field(
        default=(), metadata={OWN: "column of labels; several, joined by commas, become a table each"}
    )
    with_unit: str = field(default="", metadata={OWN: "unit of positions: voxels, nm, um or oriented"})
    with_release: int | None = field(
        default=None, metadata={OWN: "release of root IDs, if not the opened one"}
    )
    with_within: float = field(
        default=10.0, metadata={OWN: "largest distance of a position to its nucleus, in µm (default: 10)"}
    )
    with_shared_roots: bool = field(
        default=False, metadata={OWN: "let a root ID label each of several nuclei on it"}
    )
    with_mapping: Path | None = field(
        default=None, metadata={OWN: "CSV file with the columns label and means: what your labels mean"}
    )

    # Facts about the source that are known before it is opened.

    @property
    def folder_in_use(self) -> Path | None:
        """The folder, if it is the source."""
        return self.folder if self.source == "folder" else None

    @property
    def held_releases(self) -> list[int] | None:
        """Releases that a local source holds, in order; None where a server holds them.

        The sample is drawn for `Volume.release`. A folder holds the releases with a folder `v{release}` of
        their own, and files beside these are opened as `release`.
        """
        if self.source == "sample":
            return [VOLUME.release]
        folder = self.folder_in_use
        if folder is None:
            return None
        releases = {number for number in VOLUME.releases if (folder / f"v{number}").is_dir()}
        if not releases or any(path.name.endswith(ENDINGS) for path in folder.glob("*.*")):
            releases.add(self.release)
        return sorted(releases)

    @property
    def asks_server(self) -> bool:
        """Whether a server describes the release; it may know releases that the catalogue does not."""
        return self.source == "cave"

    @property
    def expired_releases(self) -> bool:
        """Whether the source holds expired releases: the archive does."""
        return self.source in ("auto", "archive")


def read_settings(
    given: Mapping[str, object],
    environ: Mapping[str, str] = os.environ,
    secrets: Sequence[Path] = SECRETS,
) -> Settings:
    """Read the settings: given values first, then the environment, then the defaults.

    Parameters
    ----------
    given : mapping
        Values by field name; None and "" mean not given.
    environ : mapping
        The environment.
    secrets : sequence of Path
        Secrets files, read for the token if the source is CAVE and no token is set elsewhere.

    Raises
    ------
    SettingsError
        If a value is not valid; the message names the setting and its valid values.
    """
    raw: dict[str, str] = {}
    for name in (f.name for f in fields(Settings)):
        value = given.get(name) or environ.get(variable_name(name))
        if value:
            # The command line gives files one by one, the environment joined as in PATH.
            paths = value if isinstance(value, list | tuple) else ()
            raw[name] = "".join(f"{path}{PATH_END}" for path in paths) or str(value)
    how = [f.name for f in fields(Settings) if OWN in f.metadata and f.name != "with_" and given.get(f.name)]
    if how and "with_" not in raw:
        problem = f"{' and '.join(map(option_name, how))}: no file of your own is given to apply this to."
        raise SettingsError(problem, "Name it by --with FILE.")
    if (raw.get("source") == "cave" or "from_cave" in raw) and "token" not in raw:
        raw |= _secret_token(secrets)
    return _checked(raw)


def variable_name(setting: str) -> str:
    """The environment variable of a setting; a name that ends in an underscore is else a word of Python."""
    return PREFIX + setting.rstrip("_").upper()


def option_name(setting: str) -> str:
    """The command line's option of a setting."""
    return f"--{setting.rstrip('_').replace('_', '-')}"


def checked_token(text: str | None) -> str | None:
    """Strip a token; None where it is empty or None.

    Raises
    ------
    SettingsError
        If the text cannot be a token. The message does not repeat it.
    """
    token = (text or "").strip()
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise SettingsError(
            "The CAVE token holds characters that no token has.", "Copy it again, without anything around it."
        )
    return token or None


def _secret_token(secrets: Sequence[Path]) -> dict[str, str]:
    """The token in the first secrets file that has one."""
    for path in (path.expanduser() for path in secrets):
        if path.is_file():
            try:
                token = tomllib.loads(path.read_text("utf-8")).get(f"{PREFIX}TOKEN")
            except (OSError, ValueError) as error:
                problem = f"The file of secrets {path} cannot be read ({type(error).__name__})."
                raise SettingsError(problem, 'Correct it: a line is NAME = "value".') from None
            if token:
                return {"token": str(token)}
    return {}


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
        chosen["release"] = release_number(raw["release"])
    if "token" in raw:
        chosen["token"] = checked_token(raw["token"])
    for name in ("archive", "cave"):
        if name in raw:
            chosen[name] = _web_address(name, raw[name])
    readers: dict[str, Callable[[str], object]] = {
        "imagery": _imagery_base,
        "folder": _absolute,
        "cache": _absolute,
    }
    chosen |= {name: read(raw[name]) for name, read in readers.items() if name in raw}
    chosen |= {name: _is_yes(name, raw[name]) for name in ("from_cave", "with_shared_roots") if name in raw}
    _check_own(raw, chosen)
    return Settings(**chosen)  # type: ignore[arg-type]  # each value was checked above


def _check_own(raw: dict[str, str], chosen: dict[str, object]) -> None:
    """Check the settings about the reader's own tables."""
    if "with_" in raw:
        between = PATH_END if PATH_END in raw["with_"] else os.pathsep
        names = [part for part in raw["with_"].split(between) if part.strip()]
        paths = (Path(name).expanduser().absolute() for name in names)
        chosen["with_"] = tuple(paths)
    if "with_labels" in raw:
        chosen["with_labels"] = tuple(name.strip() for name in raw["with_labels"].split(",") if name.strip())
    if "with_release" in raw:
        chosen["with_release"] = release_number(raw["with_release"])
    if "with_mapping" in raw:
        chosen["with_mapping"] = Path(raw["with_mapping"]).expanduser().absolute()
    if raw.get("with_unit", "nm") not in OWN_UNITS:
        raise SettingsError(
            f"“{raw['with_unit']}” is not a unit of positions.", f"Choose one of {', '.join(OWN_UNITS)}."
        )
    if "with_within" in raw:
        chosen["with_within"] = _distance(raw["with_within"])


def _distance(text: str) -> float:
    least, most = WITHIN_UM
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise SettingsError(
            f"“{text[:40]}” is not a distance in µm from a position to its nucleus.",
            f"Give a number from {least:g} to {most:g}, such as 10.",
        )
    return number


def _is_yes(name: str, text: str) -> bool:
    word = text.strip().lower()
    if word not in YES | NO:
        raise SettingsError(f"{variable_name(name)} is “{text[:40]}”.", "Set it to yes or no.")
    return word in YES


def release_number(text: str) -> int:
    """Read the number of a release, with or without a “v”; raises `SettingsError` for anything else."""
    digits = text.removeprefix("v")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS):
        raise SettingsError(f"“{text[:40]}” is not a release.", f"Give a number such as {VOLUME.release}.")
    return int(digits)


def _absolute(path: str) -> Path:
    return Path(path).expanduser().absolute()


def _imagery_base(text: str) -> str:
    """An address, or the absolute path of a folder, without the scheme of precomputed volumes."""
    base = text.removeprefix("precomputed://")
    if "://" in base and not base.startswith("file://"):
        return _web_address("imagery", base)
    return str(_absolute(base.removeprefix("file://")))


def _web_address(name: str, text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise SettingsError(
            f"“{text}” is not an address for the setting “{name}”.",
            "Give one that starts with https:// (http:// for a server of your own).",
        )
    if "@" in text.split("/", 3)[2]:  # every page shows the address, so the message does not repeat it
        raise SettingsError(
            f"The address of the setting “{name}” holds a name or a password, which every page would show.",
            "Give it without; a server that asks for them cannot be used.",
        )
    return text.rstrip("/")
