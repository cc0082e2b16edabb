"""Reads a packed cloud back, as the browser does, to hold what was packed against it."""

import json
from typing import Any

import numpy as np

from components.point_cloud.packing import NO_VALUE, STEPS, PackedColumns, stored


def unpack(content: bytes) -> tuple[PackedColumns, str]:
    """Read a packed cloud back as the browser does: its columns in packed order, and its version."""
    end = 8 + int.from_bytes(content[4:8], "little")
    header = json.loads(content[8:end])
    raw = stored(content)
    arrays = {section["name"]: _told(raw[section["name"]], section) for section in header["sections"]}
    low, size = np.array(header["box"]["low"]), np.array(header["box"]["size"])
    columns = PackedColumns(
        nucleus_id=arrays.pop("nucleus_id").astype(np.int64),
        root_id=arrays.pop("root_id").astype(np.int64),
        positions=arrays.pop("positions").reshape(-1, 3) / 65_535 * size + low,
        labels={name[6:]: array for name, array in arrays.items() if name.startswith("label:")},
        numbers={name[7:]: array for name, array in arrays.items() if name.startswith("number:")},
    )
    return columns, header["version"]


def _told(array: np.ndarray, section: dict[str, Any]) -> np.ndarray:
    if "base" in section:
        return (array.astype(np.uint64) + np.uint64(int(section["base"]))).astype(np.int64)
    if "low" in section:
        values = section["low"] + array / STEPS * (section["high"] - section["low"])
        return np.where(array == NO_VALUE, np.nan, values)
    return array
