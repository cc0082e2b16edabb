"""The cache: one Parquet file per (source, release, table), written whole or not at all."""

import dataclasses
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
from filelock import FileLock

from data.errors import BadTable, DataError, TableAbsent
from data.tables.raw import Ground
from data.tables.records import Provenance
from data.tables.schema import FORMAT

METADATA_KEY = b"microns_cell_types"
ABSENT = ".absent"
"""End of the name of a file that keeps what a source turned out not to hold."""
TUPLES = ("absent", "notes", "notices", "assumptions", "position_nm")
"""Fields of a record that JSON holds as lists."""


class Cache:
    """The tables of one source and release on disk.

    Parameters
    ----------
    root : Path
        The cache's folder, outside the repository.
    source_key : str
        `Source.key`.
    release : int
        The materialization version.
    """

    def __init__(self, root: Path, source_key: str, release: int) -> None:
        # Versions of the app with different formats may share the root; each reads only its own tables.
        self.folder = root / f"form-{FORMAT}" / source_key / f"v{release}"
        self._records: dict[str, tuple[tuple[int, int, int], Provenance | None]] = {}

    def path(self, name: str) -> Path:
        """Path of a table's Parquet file, which may not exist yet."""
        return self.folder / f"{name}.parquet"

    def records(self) -> list[Provenance]:
        """Read the records of all readable tables."""
        records = (self.read_provenance(path.stem) for path in sorted(self.folder.glob("*.parquet")))
        return [record for record in records if record]

    def read_provenance(self, name: str) -> Provenance | None:
        """Read a table's record; None if the table is not cached or its format is another version's.

        A page calls this dozens of times a run, so the file is opened again only when it has changed.
        """
        try:
            status = self.path(name).stat()
        except OSError:
            return None
        # With the inode: if the clock was set back, a replaced file may bear the same time.
        version = (status.st_ino, status.st_mtime_ns, status.st_size)
        if name not in self._records or self._records[name][0] != version:
            self._records[name] = (version, self._read_record(name))
        return self._records[name][1]

    def _read_record(self, name: str) -> Provenance | None:
        try:
            text = (parquet.read_schema(self.path(name)).metadata or {}).get(METADATA_KEY)
            return _record(dict(json.loads(text or b"{}")))
        except (OSError, KeyError, TypeError, ValueError):  # damaged, or written by something else
            return None

    def read_frame(self, name: str) -> pd.DataFrame:
        """Read a table as a read-only frame, which sessions share.

        Raises
        ------
        BadTable
            If the file is damaged: each Parquet page bears a checksum.
        """
        try:
            rows = parquet.read_table(self.path(name), page_checksum_verification=True)
            return pd.DataFrame({column: _fixed(rows[column]) for column in rows.column_names}, copy=False)
        except (OSError, ValueError) as error:  # Arrow's errors, and invalid UTF-8
            problem = f"The cached file of {name} cannot be read: {error}."
            raise BadTable(problem, f"Try again, or delete {self.path(name)}.") from error

    def write(self, rows: pa.Table, provenance: Provenance) -> None:
        """Write a table as Parquet with its record in the metadata, and the record beside it as JSON."""
        record = json.dumps(dataclasses.asdict(provenance), indent=1, ensure_ascii=False)
        # A column marked as not nullable is written and read without a null check.
        fields = [field.with_nullable(rows[field.name].null_count > 0) for field in rows.schema]
        marked = rows.cast(pa.schema(fields, {METADATA_KEY: record.encode()}))
        path = self.path(provenance.table)
        try:
            with _replaced(path) as file:
                parquet.write_table(marked, file, **_written_as(marked.schema))
            with _replaced(path.with_suffix(".json")) as file:  # for people: no code reads it
                file.write_text(record, "utf-8")
        except OSError as error:
            raise self._unwritable(error) from error

    @property
    def releases(self) -> list[int]:
        """Releases of the same source that have a folder in the cache."""
        numbers = (path.name.removeprefix("v") for path in self.folder.parent.glob("v*"))
        return sorted(int(number) for number in numbers if number.isdigit())

    @property
    def absences(self) -> tuple[str, ...]:
        """Tables of which it was learnt that the source does not hold them."""
        return tuple(path.stem for path in sorted(self.folder.glob(f"*{ABSENT}")))

    def read_absence(self, name: str) -> TableAbsent | None:
        """What was learnt of a table that the source does not hold; None where nothing was."""
        try:
            absence = json.loads(self._absence(name).read_text("utf-8"))
            problem = f"{absence['problem']} This was found on {absence['found_on']} and is not asked again."
            return TableAbsent(problem, str(absence["remedy"]), lasting=True)
        except (OSError, KeyError, TypeError, ValueError):
            return None

    def write_absence(self, name: str, error: TableAbsent) -> None:
        """Keep that the source does not hold a table."""
        absence = {
            "problem": error.problem,
            "remedy": error.remedy,
            "found_on": datetime.now(UTC).date().isoformat(),
        }
        try:
            with _replaced(self._absence(name)) as file:
                file.write_text(json.dumps(absence, indent=1, ensure_ascii=False), "utf-8")
        except OSError as failure:
            raise self._unwritable(failure) from failure

    def forget_absence(self, name: str) -> None:
        """Have the source asked again for a table that it did not hold."""
        try:
            self._absence(name).unlink(missing_ok=True)
        except OSError as failure:
            raise self._unwritable(failure) from failure

    def _absence(self, name: str) -> Path:
        return self.folder / f"{name}{ABSENT}"

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Lock a table: one fetch of it at a time over all sessions and processes."""
        lock = FileLock(self.folder / f".{name}.lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield
        finally:
            lock.release()

    def _unwritable(self, error: OSError) -> DataError:
        problem = f"The cache {self.folder} cannot be written: {error.strerror or error}."
        return DataError(
            problem, "Make room or allow writing there, or name another with --cache or CELL_TYPES_CACHE."
        )


def _written_as(schema: pa.Schema) -> dict[str, Any]:
    """Parquet options for tidy columns: the smallest file that takes no longer to write.

    Dictionaries are for words only: of IDs or positions, which seldom repeat, they cost time and space.
    Numbers are split into byte streams, which zstd's fastest level packs better than its default packs
    whole numbers.
    """
    words = [field.name for field in schema if pa.types.is_dictionary(field.type)]
    numbers = {field.name: "BYTE_STREAM_SPLIT" for field in schema if field.name not in words}
    return {
        "compression": "zstd",
        "compression_level": -1,
        "use_dictionary": words,
        "column_encoding": numbers,
        "write_statistics": False,  # nobody filters by them
        "write_page_checksum": True,
    }


def _record(read: dict[str, Any]) -> Provenance | None:
    if read.get("format") != FORMAT:
        return None
    read |= {name: tuple(read.get(name, ())) for name in TUPLES}
    read["made_from"] = tuple(Ground(**ground) for ground in read["made_from"])
    return Provenance(**read)


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    """Yield a partial file to write, which replaces `path` once it is complete."""
    # The table's lock admits one writer, so the name is fixed, and what a killed writer left is replaced.
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        yield partial
        if path.exists():  # a first write has no older rows to lose; the checksums detect a torn file
            with partial.open("rb") as file:
                os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _fixed(column: pa.ChunkedArray) -> pd.Categorical | np.ndarray:
    if not pa.types.is_dictionary(column.type):
        return _read_only(column.to_numpy())
    whole = column.unify_dictionaries().combine_chunks()
    words = pd.Index(whole.dictionary.to_pylist(), dtype=object)
    # In the width that pandas would choose, so that it does not copy the array.
    codes = (
        whole.indices.fill_null(-1)
        .to_numpy(zero_copy_only=False)
        .astype(np.min_scalar_type(-max(len(words), 1)))
    )
    return pd.Categorical.from_codes(_read_only(codes), words)  # type: ignore[arg-type]  # the stubs want a list


def _read_only(values: np.ndarray) -> np.ndarray:
    values.flags.writeable = False
    return values
