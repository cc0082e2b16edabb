"""What leaves the app: files that say where their rows are from, and that made-up rows are made up.

All that a reader can take away goes through here: download buttons, tables (their toolbar writes CSV) and
figures (theirs writes a picture). A picture of the cloud is marked by the cloud itself (`View.synthetic`).
"""

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from components.analysis.labels.places import with_places
from components.analysis.output.files import Rows, id_columns, parquet_bytes, text_rows
from components.ui.session.release import current_release
from data.tables.records import Provenance
from data.volume.volume import LayerPreset

MARK = "synthetic"
"""Before the names of files, and the name of the column."""


FORMATS = ("PNG", "SVG")


def synthetic_words() -> str:
    """What captions begin with where rows are made up; else nothing."""
    return "SYNTHETIC ROWS · " if current_release().source.synthetic else ""


def pick_figure_format() -> None:
    """Let the reader choose what the camera in a figure's corner saves."""
    st.segmented_control(
        "Figures are saved as", FORMATS, default="PNG", required=True, key="figures", bind="query-params",
        help="Point at a figure and click the camera in its corner. The caption is part of the picture.",
    )  # fmt: skip


def export_name(what: str) -> str:
    """Name of a file without its ending: release and content, behind the mark of synthetic rows."""
    opened = current_release()
    mark = f"{MARK}-" if opened.source.synthetic else ""
    return f"{mark}v{opened.release.number}-{what}"


def marked(frame: pd.DataFrame) -> pd.DataFrame:
    """Put a column `synthetic` last where the release is made up; else give the frame as it is.

    For every frame that is shown: the toolbar of a table lets the reader save it.
    """
    if not current_release().source.synthetic:
        return frame
    return pd.concat([frame, pd.Series(data=True, index=frame.index, name=MARK)], axis="columns")


def marked_rows(frame: pd.DataFrame) -> Rows:
    """Like `marked`, for a list of many rows: IDs as text, in the form that is sent to the browser."""
    return text_rows(frame, MARK if current_release().source.synthetic else "")


def plot_config(what: str) -> dict[str, Any]:
    """Settings of a figure: its toolbar, and the name of the picture it saves."""
    return {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {
            "filename": export_name(what),
            "format": st.session_state.get("figures", "PNG").lower(),
            "scale": 3,
        },
    }


def with_text_ids(frame: pd.DataFrame) -> pd.DataFrame:
    """Write every ID as text: root IDs are longer than the numbers of a browser or a spreadsheet."""
    return frame.assign(**{name: frame[name].astype(str) for name in id_columns(frame)})


def show_csv_download(
    label: str, frame: pd.DataFrame, what: str, *, layers: LayerPreset | None = None
) -> None:
    """A button that saves a frame as CSV; each line says release and source, and whether it is made up.

    Parameters
    ----------
    label : str
        On the button.
    frame : DataFrame
        Rows of the current release, without their index; IDs as text or as exact integers.
    what : str
        What they are, for the file's name; unique on the page.
    layers : LayerPreset, optional
        Adds each row's layer, by these boundaries, area and voxel.
    """

    def content() -> bytes:
        return _for_file(frame, layers).to_csv(index=False).encode()

    _download(label, content, f"{export_name(what)}.csv", "text/csv", f"download-{what}")


def show_json_download(label: str, record: Mapping[str, object], what: str) -> None:
    """A button that saves a record as JSON; the record says release and source, and whether it is made up.

    Parameters
    ----------
    label, what : str
        As for CSV.
    record : mapping
        As `components.analysis.output.records` makes them: with `release`, `source` and `synthetic`.
    """

    def content() -> str:
        return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)

    show_json_text_download(label, content, what)


def show_json_text_download(label: str, content: Callable[[], str], what: str) -> None:
    """Like `show_json_download`, of a record that writes itself once the button is clicked."""
    _download(
        label,
        lambda: content().encode(),
        f"{export_name(what)}.json",
        "application/json",
        f"json-{what}",
    )


def show_parquet_download(
    label: str, frame: pd.DataFrame, what: str, provenance: Provenance, filters: str, *, layers: LayerPreset
) -> None:
    """A button that saves a frame as Parquet, with its provenance record and filters in the file's metadata.

    Parameters
    ----------
    label, what : str
        As for CSV.
    frame : DataFrame
        Rows of the current release; IDs as exact integers.
    provenance : Provenance
        Of the table.
    filters : str
        In words, "" where there are none.
    layers : LayerPreset
        As for CSV.
    """
    record = dataclasses.asdict(provenance) | {"filters": filters, "rows_saved": len(frame)}

    def content() -> bytes:
        return parquet_bytes(_for_file(frame, layers), record)

    _download(label, content, f"{export_name(what)}.parquet", "application/octet-stream", f"parquet-{what}")


def _for_file(frame: pd.DataFrame, layers: LayerPreset | None) -> pd.DataFrame:
    opened = current_release()
    source = opened.source
    placed = with_places(frame, layers) if layers else frame
    return placed.assign(release=opened.release.number, source=source.name, synthetic=source.synthetic)


def _download(label: str, content: Callable[[], bytes], name: str, mime: str, key: str) -> None:
    st.download_button(
        label, data=content, file_name=name, mime=mime, icon=":material/download:", on_click="ignore", key=key
    )
