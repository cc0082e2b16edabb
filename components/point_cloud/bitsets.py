"""Bitsets: a set of rows as one bit per row, the form in which sets travel to the browser and back."""

import zlib

import numpy as np
from numpy.typing import NDArray


def pack_bits(rows: NDArray[np.bool_]) -> bytes:
    """Turn a mask into a bitset, the first row in the lowest bit of the first byte.

    Parameters
    ----------
    rows : bool array, shape (n,)

    Returns
    -------
    bytes
        `ceil(n / 8)` bytes; the unused bits of the last are zero.
    """
    return np.packbits(rows, bitorder="little").tobytes()


def unpack_bits(bits: bytes, n: int) -> NDArray[np.bool_]:
    """Turn a bitset back into a mask of `n` rows.

    Raises
    ------
    ValueError
        If the bitset was not made of `n` rows.
    """
    if len(bits) != (n + 7) // 8:
        raise ValueError(f"A bitset of {len(bits)} bytes cannot hold {n} rows.")
    return np.unpackbits(np.frombuffer(bits, dtype=np.uint8), count=n, bitorder="little").astype(bool)


def checksum(bits: bytes) -> str:
    """Name a bitset by its CRC-32, as eight hexadecimal digits; the browser computes the same."""
    return f"{zlib.crc32(bits):08x}"
