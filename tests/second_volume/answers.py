"""What the program says of a made-up volume; `test_volume.py` runs it where that is in use."""

import json
from typing import Any

import pandas as pd
import pyarrow as pa

from components.analysis.checks.entry import Finding, Inspected
from components.analysis.checks.places import outside_volume
from components.analysis.code_export.script import Origin, Script, origins
from components.analysis.output.viewer_link import viewer_link
from components.analysis.search.names import SearchedRelease
from components.analysis.search.search import search_for
from data.catalog import EVERY_TABLE
from data.errors import SettingsError
from data.loader import LabelTable, OpenRelease
from data.opening import open_release
from data.settings import Settings, read_settings
from data.sources.cave import CaveSource
from data.tables.raw import Raw
from data.tables.records import make_record
from data.tables.schema import tidy

TABLE = EVERY_TABLE["spine_classes_v1"]
INSIDE, OUTSIDE = (50_000, 50_000, 5_000), (150_000, 50_000, 5_000)


def answers(cache: str) -> str:
    """Ask every part of the program that reads a volume; what it says as JSON."""
    settings = read_settings({"source": "archive", "cache": cache}, environ={})
    opened = open_release(settings, sample_when_offline=False)
    rows = _rows(opened)
    return json.dumps(
        _of_source(settings, opened)
        | _of_rows(opened, rows)
        | _of_code(opened)
        | _of_search(opened, rows.frame)
    )


def _rows(opened: OpenRelease) -> LabelTable:
    """Two nuclei, the second outside of the box."""
    places = {f"pt_position_{axis}": list(ends) for axis, *ends in zip("xyz", INSIDE, OUTSIDE, strict=True)}
    cells = {"id": [1, 2], "target_id": [11, 12], "cell_type": ["excitatory"] * 2, "pt_root_id": [21, 22]}
    raw = Raw(rows=pa.table(cells | places), origin="made up")
    made = tidy(raw.rows, TABLE)
    record = make_record(TABLE, opened.source, opened.release, raw, made, "")
    return LabelTable(TABLE, made.rows.to_pandas(), record)


def _of_source(settings: Settings, opened: OpenRelease) -> dict[str, Any]:
    try:
        open_release(read_settings({"source": "sample"}, environ={}), sample_when_offline=False)
        sample = ""
    except SettingsError as error:
        sample = error.problem
    return {
        "release": opened.release.number,
        "place": opened.source.location,
        "key": opened.source.key,
        "cache": str(opened.cache.folder),
        "cave": CaveSource(settings.cave, None, settings.release).location,
        "sample": sample,
    }


def _of_rows(opened: OpenRelease, rows: LabelTable) -> dict[str, Any]:
    inspected = Inspected({TABLE.name: rows}, opened.tables, opened.source)
    finding = outside_volume(inspected, rows)
    assert isinstance(finding, Finding)
    return {
        "reference": TABLE.reference,
        "um": rows.frame[["x_um", "depth_um", "z_um"]].to_numpy().tolist(),
        "outside": finding.nucleus_ids.tolist(),
        "expected": finding.expected,
    }


def _of_code(opened: OpenRelease) -> dict[str, Any]:
    (archive,) = origins(opened.release)
    script = Script(archive)
    script.add("placed = with_places(rows)", "areas = area_of(placed)")
    return {
        "archive code": archive.reading([TABLE]),
        "cave code": Origin("cave", opened.release, read_settings({}, environ={}).cave).reading([TABLE]),
        "place code": script.snippet().text,
    }


def _of_search(opened: OpenRelease, frame: pd.DataFrame) -> dict[str, Any]:
    here = SearchedRelease(opened.tables, {})
    nuclei = frame.set_index("nucleus_id").iloc[:1]
    labels = pd.Series(["excitatory"], nuclei.index)
    return {
        "far": search_for(", ".join(map(str, OUTSIDE)), here).note,
        "nucleus": [one.kind for one in search_for("999", here).hits],
        "too large": search_for("1000", here).note,
        "link": viewer_link(nuclei, labels, release=5, title="t", live=True).url,
    }
