"""The message that says what to show: JSON, and what the browser does not know yet.

Sets of nuclei, the lines around them and what the colours mean are named by their checksum and sent once; the
browser keeps them.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from components.point_cloud.cloud import Cloud
from components.point_cloud.sets import checksum, pack_bits, short_form
from components.point_cloud.view import ByLabel, ByNumber, CloudColours, View

Message = dict[str, Any]


@dataclass(frozen=True)
class Named:
    """What a message names by checksum: sets of rows, and parts of JSON (colourings, scenes of lines)."""

    sets: dict[str, NDArray[np.bool_]] = field(default_factory=dict)
    parts: dict[str, Message] = field(default_factory=dict)

    def names(self) -> set[str]:
        """All names."""
        return {*self.sets, *self.parts}


def view_message(cloud: Cloud, view: View, key: str, height: int) -> tuple[Message, Named]:
    """Describe a view for the browser: the message, and what it names."""
    named = Named()
    message: Message = {
        "cloud": cloud.version,
        "key": key,
        "height": height,
        "colour": _part_name(_colouring(cloud, view.colour), named),
        "filter": _set_name(cloud, view.filter_ids, named),
        "selected": _set_name(cloud, view.selected_ids, named) if _any(view.selected_ids) else None,
        "preset": view.preset,
        "scene": _part_name(_scene(view), named),
        "caption": view.caption,
        "source": view.source,
        "file": view.file_name,
        "synthetic": view.synthetic,
    }
    return message, named


def with_unknown(cloud: Cloud, message: Message, named: Named, known: Collection[str]) -> Message | bytes:
    """Join to a message what it names and the browser does not know yet.

    Returns
    -------
    dict or bytes
        The message where no set is unknown; else the length of the message as u32, the message as
        JSON, and the sets in the order of its `sets`.
    """
    parts = {name: part for name, part in named.parts.items() if name not in known}
    message = {**message, "parts": parts} if parts else message
    unknown = {name: short_form(cloud, rows) for name, rows in named.sets.items() if name not in known}
    if not unknown:
        return message
    listed = [[name, len(content), *how] for name, (how, content) in unknown.items()]
    words = json.dumps({**message, "sets": listed}, separators=(",", ":"), ensure_ascii=False).encode()
    return len(words).to_bytes(4, "little") + words + b"".join(content for _, content in unknown.values())


def _any(nucleus_ids: ArrayLike | None) -> bool:
    return nucleus_ids is not None and len(np.asarray(nucleus_ids)) > 0


def _set_name(cloud: Cloud, nucleus_ids: ArrayLike | None, named: Named) -> str | None:
    if nucleus_ids is None:
        return None
    rows = cloud.rows_of(nucleus_ids)
    name = checksum(pack_bits(rows))
    named.sets[name] = rows
    return name


def _part_name(part: Message, named: Named) -> str:
    name = checksum(json.dumps(part).encode())
    named.parts[name] = part
    return name


def _colouring(cloud: Cloud, colour: CloudColours) -> Message:
    if isinstance(colour, ByNumber):
        return {"by": "number", **asdict(colour)}
    if isinstance(colour, ByLabel):
        return {
            "by": "label",
            "column": colour.column,
            "table": cloud.titles[colour.column],
            "title": colour.title,
            "labels": cloud.labels[colour.column],
            "entries": [[entry.title, entry.colour, entry.codes] for entry in colour.entries],
        }
    kinds, columns = ("agree", "differ", "rows", "columns"), (colour.rows, colour.columns)
    return {
        "by": "agreement",
        "column": colour.rows,
        "other": colour.columns,
        "tables": [cloud.titles[column] for column in columns],
        "title": colour.title,
        "words": [colour.row_words, colour.column_words],
        "labels": [cloud.labels[column] for column in columns],
        "entries": [[colour.titles[kind], colour.colours[kind], [i]] for i, kind in enumerate(kinds)],
    }


def _scene(view: View) -> Message:
    return {
        "layers": [[layer.name, layer.top, layer.bottom] for layer in view.layers],
        "corners": None if view.em_corners is None else _rounded(view.em_corners),
        "outlines": [
            [outline.title, [_rounded(line) for line in outline.lines]] for outline in view.outlines
        ],
    }


def _rounded(points: ArrayLike) -> list[list[float]]:
    """Points to a tenth of a micrometre: lines need no more."""
    rounded: list[list[float]] = np.asarray(points, dtype=float).round(1).tolist()
    return rounded
