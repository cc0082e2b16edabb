"""The message that says what to show: JSON, and what the browser does not know yet.

Sets of nuclei, the lines around them and what the colours mean are named by their checksum and sent once; the
browser keeps them.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from components.point_cloud.cloud import Cloud
from components.point_cloud.sets import checksum, filter_name, pack_bits, short_form
from components.point_cloud.view import ByLabel, ByNumber, CloudColours, TourStep, View

Message = dict[str, Any]


def view_message(
    cloud: Cloud,
    view: View,
    known: set[str],
    *,
    key: str,
    height: int | None = None,
    answered: int | None = None,
    tour: Sequence[TourStep] = (),
) -> Message | bytes:
    """Describe a view for the browser.

    Parameters
    ----------
    cloud : Cloud
    view : View
    known : set of str
        Names of what the browser has; those of what this message brings are added.
    key : str
        Of the element.
    height : int, optional
        In CSS pixels; else that of its container.
    answered : int, optional
        The time of the pick that was answered last: a pick that changed nothing has an answer too.
    tour : sequence of TourStep
        Views to present, where the reader asked for them.

    Returns
    -------
    dict or bytes
        The message where it brings no set; else the length of the message as u32, the message as JSON,
        and the sets in the order of its `sets`.
    """
    parts = {_part_name(part): part for part in (_colouring(cloud, view.colour), _scene(view))}
    colour, scene = parts
    some_selected = view.selected_ids is not None and len(np.asarray(view.selected_ids)) > 0
    chosen = [view.filter_ids, view.selected_ids if some_selected else None]
    rows = [None if nucleus_ids is None else cloud.rows_of(nucleus_ids) for nucleus_ids in chosen]
    names = [None if marked is None else checksum(pack_bits(marked)) for marked in rows]
    message: Message = {
        "cloud": cloud.version,
        "key": key,
        "height": height,
        "answered": answered,
        "colour": colour,
        "filter": names[0],
        "within": filter_name(view.filter_ids),
        "selected": names[1],
        "lit": view.lit,
        "mode": view.mode,
        "preset": view.preset,
        "scene": scene,
        "caption": view.caption,
        "source": view.source,
        "file": view.file_name,
        "synthetic": view.synthetic,
    }
    if tour:
        message["tour"] = [tour_step(cloud, step) for step in tour]
    new_parts = {name: part for name, part in parts.items() if name not in known}
    if new_parts:
        message["parts"] = new_parts
    new_sets = {
        name: short_form(cloud, marked)
        for name, marked in zip(names, rows, strict=True)
        if name is not None and marked is not None and name not in known
    }
    known.update(new_parts, new_sets)
    return _with_sets(message, new_sets) if new_sets else message


def _with_sets(message: Message, sets: dict[str, tuple[list[object], bytes]]) -> bytes:
    """Put sets of nuclei behind the message that lists them."""
    message["sets"] = [[name, len(content), *how] for name, (how, content) in sets.items()]
    words = json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()
    return len(words).to_bytes(4, "little") + words + b"".join(content for _, content in sets.values())


def tour_step(cloud: Cloud, step: TourStep) -> Message:
    """A step as the browser keeps those that a reader makes: all that it shows, in JSON."""
    parts = {_part_name(part): part for part in (_colouring(cloud, step.view.colour), _scene(step.view))}
    colour, scene = parts
    chosen = {"filter": step.view.filter_ids, "selected": step.view.selected_ids}
    sets = {
        which: base64.b64encode(pack_bits(cloud.rows_of(nucleus_ids))).decode()
        for which, nucleus_ids in chosen.items()
        if nucleus_ids is not None
    }
    shown = {"colour": colour, "scene": scene, "caption": step.view.caption}
    camera = {"near": True} if step.near else {"side": step.view.preset or "oblique"}
    state = {"message": shown, "parts": parts, "sets": sets, "camera": camera}
    return {"words": step.words, "cloud": cloud.version, "state": state}


def _part_name(part: Message) -> str:
    return checksum(json.dumps(part).encode())


def _colouring(cloud: Cloud, colour: CloudColours) -> Message:
    if isinstance(colour, ByNumber):
        return {"by": "number", "columns": [colour.column], **asdict(colour)}
    if isinstance(colour, ByLabel):
        columns = [colour.column]
        entries = [[entry.title, entry.colour, entry.codes] for entry in colour.entries]
        kind: Message = {"by": "label", "entries": entries}
    else:
        columns, kinds = [colour.rows, colour.columns], ("agree", "differ", "rows", "columns")
        entries = [[colour.titles[word], colour.colours[word], (code,)] for code, word in enumerate(kinds)]
        kind = {"by": "agreement", "entries": entries, "words": [colour.row_words, colour.column_words]}
    tables, labels = ([names[column] for column in columns] for names in (cloud.titles, cloud.labels))
    return {**kind, "columns": columns, "title": colour.title, "tables": tables, "labels": labels}


def _scene(view: View) -> Message:
    return {
        "layers": list(view.layers),
        "corners": None if view.em_corners is None else _rounded(view.em_corners),
        "outlines": [
            [outline.title, [_rounded(line) for line in outline.lines]] for outline in view.outlines
        ],
    }


def _rounded(points: ArrayLike) -> list[list[float]]:
    """Points to a tenth of a micrometre: lines need no more."""
    rounded: list[list[float]] = np.asarray(points, dtype=float).round(1).tolist()
    return rounded
