"""A checksum of every value of a synthetic release: the same on every machine for the same seed."""

import hashlib

import pyarrow as pa

from data.sources.sample.tables.frames import frame_names, make_release, raw_frame


def table_fingerprint(rows: pa.Table) -> str:
    """Return the SHA-256 of a table's column names, types and values, in order."""
    sha = hashlib.sha256()
    for name in rows.column_names:
        column = rows[name]
        sha.update(f"{name} {column.type}\n".encode())
        if pa.types.is_string(column.type):
            sha.update("\n".join(column.to_pylist()).encode())
        else:
            # little-endian, whatever the machine
            values = column.to_numpy()
            sha.update(values.astype(values.dtype.newbyteorder("<")).tobytes())
    return sha.hexdigest()


def fingerprint(seed: int) -> str:
    """Return the SHA-256 of all tables of the synthetic release of a seed."""
    release = make_release(seed)
    sha = hashlib.sha256()
    for name in sorted(frame_names()):
        sha.update(f"{name} {table_fingerprint(raw_frame(name, release))}\n".encode())
    return sha.hexdigest()
