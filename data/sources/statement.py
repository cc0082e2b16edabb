"""What a file states about itself: caveclient's attributes of a frame, which pandas keeps as JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

from data.catalog.entry import Table
from data.errors import BadTable
from data.tables.positions import THREE_NUMBERS, WRAPPERS, Nanometres
from data.volume import VOLUME

ATTRIBUTES = b"PANDAS_ATTRS"
"""pandas's key of a frame's attributes in Parquet; pyarrow also keeps them within the key `pandas`."""
MIXED = "mixed_resolutions"
AXIS_NAME = re.compile(r"""["']?\b([xyz])["']?\s*[:=]""")
UNIT_WORDS = re.compile(r"[x×*]|\bnm\b|(?<=\d)nm|nanomet\w+")
"""What separates and follows the numbers of a unit in text, such as ``8 x 8 x 40 nm``."""
MOST_SHOWN = 60
SAME_TIME = timedelta(seconds=1)
OLD_DATASTACK = re.compile(rf"{re.escape(VOLUME.datastack)}_v(\d{{1,9}})")
"""Releases up to 661 were datastacks of their own."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a file states about itself; None or empty where it states nothing.

    Attributes
    ----------
    tables : tuple of str
        The table of its rows; of a joined query all tables.
    datastack : str
    release : int or None
        The materialization version.
    time : datetime or None
        The time of a live query, in UTC.
    position_nm : tuple of float or None
        Nanometres of the unit of its positions along x, y and z.
    odd_unit : str
        What it states as that unit, where it cannot be understood.
    mixed : bool
        Whether it states that its positions are in several units.
    """

    tables: tuple[str, ...] = ()
    datastack: str = ""
    release: int | None = None
    time: datetime | None = None
    position_nm: Nanometres | None = None
    odd_unit: str = ""
    mixed: bool = False

    def is_of(self, release: int) -> bool:
        """Whether the file states that it is of a release, by number or by time."""
        known = VOLUME.releases.get(release)
        if self.time is not None:
            moment = known.timestamp if known else None
            return moment is not None and abs(self.time - moment) <= SAME_TIME
        return self.release == release

    def contradiction(self, table: Table, release: int) -> BadTable | None:
        """The error for a file that states another table, datastack or release; None if it does not."""
        if self.datastack and self.datastack != VOLUME.datastack:
            return BadTable(
                f"The file of {table.name} states that its rows are of the datastack {self.datastack}, not "
                f"{VOLUME.datastack}.",
                f"Export the table from {VOLUME.datastack}.",
            )
        if self.tables and table.name not in self.tables:
            stated = " and ".join(self.tables)
            return BadTable(
                f"The file of {table.name} states that its rows are of {stated}.",
                f"Name it after that table, or export {table.name} again.",
            )
        if (self.time is not None or self.release is not None) and not self.is_of(release):
            return self._other_release(table, release)
        if self.mixed:
            return BadTable(
                f"The file of {table.name} states that its positions are in several units.",
                f"Query the table again with desired_resolution={list(VOLUME.voxel_nm)}.",
            )
        if self.odd_unit:
            return BadTable(
                f"The file of {table.name} states a unit of its positions that cannot be understood: "
                f"dataframe_resolution is {self.odd_unit[:MOST_SHOWN]}.",
                f"Query the table again with desired_resolution={list(VOLUME.voxel_nm)}, or set attrs"
                "['dataframe_resolution'] to three lengths in nanometres.",
            )
        return None

    def _other_release(self, table: Table, release: int) -> BadTable:
        stated = next((number for number in VOLUME.releases if self.is_of(number)), None)
        again = f"query the table again with materialization_version={release}"
        if stated is None:
            what = f"as of {self.time:%Y-%m-%d %H:%M} UTC" if self.time else f"of release {self.release}"
            return BadTable(
                f"The file of {table.name} states that its rows are {what}, not of release {release}.",
                f"{again[0].upper()}{again[1:]}; the app does not know that release.",
            )
        return BadTable(
            f"The file of {table.name} states that its rows are of release {stated}, not {release}.",
            f"Open the folder as that release (--release {stated}), or {again}.",
        )


def read_statement(path: Path) -> Statement:
    """Read what a Parquet or Feather file states about itself; nothing of other or damaged files."""
    try:
        if path.suffix == ".parquet":
            schema = parquet.read_schema(path)
        elif path.suffix == ".feather":
            with pa.OSFile(str(path)) as file:
                schema = pa.ipc.open_file(file).schema
        else:
            return Statement()
    except (pa.ArrowException, OSError, ValueError):  # reading the rows says what is wrong with the file
        return Statement()
    return state_attributes(_attributes(schema.metadata or {}))


def _attributes(metadata: Mapping[bytes, bytes]) -> Mapping[str, Any]:
    """The frame's attributes; empty where there are none or they are not JSON."""
    for found in (_json(metadata, ATTRIBUTES), _json(metadata, b"pandas").get("attributes")):
        if isinstance(found, dict) and found:
            return found
    return {}


def _json(metadata: Mapping[bytes, bytes], key: bytes) -> dict[str, Any]:
    try:
        found = json.loads(metadata.get(key, b"{}"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def state_attributes(attributes: Mapping[str, Any]) -> Statement:
    """What caveclient's attributes of a frame state, of which any may be missing or odd."""
    joined = attributes.get("tables")
    tables = tuple(map(str, joined)) if isinstance(joined, dict) else ()
    name = attributes.get("table_name")
    if not tables and isinstance(name, str) and name.strip():
        tables = (name,)
    stated_datastack = attributes.get("datastack_name")
    datastack = stated_datastack if isinstance(stated_datastack, str) else ""
    release = _whole(attributes.get("materialization_version"))
    if old := OLD_DATASTACK.fullmatch(datastack):
        datastack, release = VOLUME.datastack, release or int(old[1])
    resolution = attributes.get("dataframe_resolution", attributes.get("table_voxel_resolution"))
    position_nm = _triple(resolution)
    states_unit = bool(resolution) and resolution != MIXED
    return Statement(
        tables=tables,
        datastack=datastack,
        release=release,
        # A live query answers as of its time, whichever release it started from.
        time=_time(attributes.get("timestamp")) if attributes.get("live_query") else None,
        position_nm=position_nm,
        odd_unit=str(resolution) if states_unit and position_nm is None else "",
        mixed=resolution == MIXED,
    )


def _whole(value: object) -> int | None:
    if isinstance(value, str):
        digits = re.fullmatch(r"\s*v?(\d{1,9})(?:\.0*)?\s*", value)
        return int(digits[1]) if digits else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None  # neither NaN nor infinite
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _triple(value: object) -> Nanometres | None:
    """Three positive numbers, in a list, by axis, or in text; else None."""
    parts: object = value
    if isinstance(value, dict) and value.keys() == {*"xyz"}:
        parts = [value[axis] for axis in "xyz"]
    elif isinstance(value, str) and "".join(AXIS_NAME.findall(value)) in ("", "xyz"):
        numbers = THREE_NUMBERS.fullmatch(UNIT_WORDS.sub(" ", AXIS_NAME.sub(" ", WRAPPERS.sub(" ", value))))
        parts = numbers.groups() if numbers else None
    if not isinstance(parts, list | tuple) or len(parts) != 3 or any(isinstance(n, bool) for n in parts):
        return None
    try:
        x, y, z = (float(part) for part in parts)
    except (TypeError, ValueError, OverflowError):
        return None
    return (x, y, z) if min(x, y, z) > 0 and max(x, y, z) < float("inf") else None
