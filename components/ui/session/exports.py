"""What leaves the app: files that name their release and source, and mark synthetic rows.

All that a reader can take away goes through here: download buttons, tables (their toolbar saves CSV, but not
where labels of a reader's own file may be) and figures (theirs saves a picture). A picture of the cloud is
marked by the cloud itself (`View.synthetic`).

A file is written on the click, on a thread of Streamlit's that has no session: the reader's release and
tables must be read while the button is drawn, never by what writes the file.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from components.analysis.labels.areas import OfficialAreas
from components.analysis.labels.counts import with_places
from components.analysis.output.files import Rows, id_columns, parquet_bytes, text_rows, without_formulas
from components.ui.session.release import current_release, official_areas
from data.loader import OpenRelease
from data.tables.records import Provenance
from data.volume.volume import LayerPreset

MARK = "synthetic"
"""Starts the names of files with synthetic rows; also the name of their column."""
ONE_DRAWN = "The sample is drawn for one release, v{}"


def synthetic_words() -> str:
    """Start of captions over synthetic rows; "" over measured ones."""
    return "SYNTHETIC ROWS · " if current_release().source.synthetic else ""


def pick_figure_format() -> None:
    """Let the reader choose the format in which figures are saved."""
    st.segmented_control(
        "Figures are saved as", ["PNG", "SVG"], default="PNG", required=True, key="figures",
        bind="query-params",
        help="Point at a figure and click the camera in its corner. The caption is part of the picture.",
    )  # fmt: skip


def export_name(what: str) -> str:
    """Name of a file without its suffix: the mark of synthetic rows, the release and the content."""
    opened = current_release()
    mark = f"{MARK}-" if opened.source.synthetic else ""
    return f"{mark}v{opened.release.number}-{what}"


def marked(frame: pd.DataFrame) -> pd.DataFrame:
    """Add a last column `synthetic` to synthetic rows; for every frame on a page, whose toolbar saves it."""
    return _marked(frame, current_release())


def _marked(frame: pd.DataFrame, opened: OpenRelease) -> pd.DataFrame:
    if not opened.source.synthetic:
        return frame
    return pd.concat([frame, pd.Series(data=True, index=frame.index, name=MARK)], axis="columns")


def marked_rows(frame: pd.DataFrame) -> Rows:
    """Like `marked`, for many rows: IDs as text, in the form that the browser is sent."""
    return text_rows(frame, MARK if current_release().source.synthetic else "")


def plot_config(what: str) -> dict[str, Any]:
    """Settings of a figure: its toolbar, and the name of the saved picture."""
    picture_format = st.session_state.get("figures", "PNG")
    return {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "zoomIn2d", "zoomOut2d"],
        "toImageButtonOptions": {
            "filename": export_name(what),
            "format": picture_format.lower(),
            "scale": 3 if picture_format == "PNG" else 1,
        },
    }


def hide_table_downloads() -> None:
    """Take the CSV download out of the toolbars of a page's tables.

    The browser writes that file: what a spreadsheet would run as a formula is in it unchanged. The buttons
    of `show_csv_download` guard such text.
    """
    st.html("<style>[aria-label^='Download as CSV'] { display: none }</style>")


def with_text_ids(frame: pd.DataFrame) -> pd.DataFrame:
    """Write IDs as text: a root ID has more digits than a browser or spreadsheet keeps of a number."""
    return frame.assign(**{name: frame[name].astype(str) for name in id_columns(frame)})


def show_csv_download(
    label: str,
    frame: pd.DataFrame | Callable[[], pd.DataFrame],
    what: str,
    *,
    layers: LayerPreset | None = None,
    bare: bool = False,
) -> None:
    """Button that saves a frame as CSV, with release, source and mark in every line.

    Parameters
    ----------
    label : str
        On the button.
    frame : DataFrame or callable
        Rows of the current release, saved without their index; IDs as text or exact integers. A callable
        makes them on the click, without the session.
    what : str
        The content, for the file's name; unique on the page.
    layers : LayerPreset, optional
        Adds each row's layer, by these boundaries, area and voxel.
    bare : bool
        Save the frame's columns alone, as another program asks for them; synthetic rows keep their mark.
    """
    opened, areas = current_release(), official_areas() if layers else None

    def content() -> bytes:
        rows = frame() if callable(frame) else frame
        written = _marked(rows, opened) if bare else _for_file(rows, layers, areas, opened)
        return without_formulas(written).to_csv(index=False).encode()

    _download(label, content, f"{export_name(what)}.csv", "text/csv", f"download-{what}")


def show_json_download(label: str, content: Callable[[], str], what: str) -> None:
    """Button that saves a record as JSON, which `content` writes on the click: with release and source."""
    name = f"{export_name(what)}.json"
    _download(label, lambda: content().encode(), name, "application/json", f"json-{what}")


def show_html_download(label: str, content: Callable[[], str], what: str) -> None:
    """Button that saves a page, which `content` writes on the click: with release, source and mark."""
    _download(label, lambda: content().encode(), f"{export_name(what)}.html", "text/html", f"html-{what}")


def show_picture_download(label: str, content: Callable[[], bytes], what: str) -> None:
    """Button that saves a PNG, which `content` draws on the click: with release, source and mark in it."""
    _download(label, content, f"{export_name(what)}.png", "image/png", f"picture-{what}")


def show_parquet_download(
    label: str, frame: pd.DataFrame, what: str, provenance: Provenance, filters: str, *, layers: LayerPreset
) -> None:
    """Button that saves a frame as Parquet, with its provenance record and filters in the file's metadata.

    Parameters
    ----------
    label, what : str
        As for CSV.
    frame : DataFrame
        Rows of the current release; IDs as exact integers.
    provenance : Provenance
        The table's.
    filters : str
        In words; "" where there are none.
    layers : LayerPreset
        As for CSV.
    """
    record = dataclasses.asdict(provenance) | {"filters": filters, "rows_saved": len(frame)}
    opened, areas = current_release(), official_areas()

    def content() -> bytes:
        return parquet_bytes(_for_file(frame, layers, areas, opened), record)

    _download(label, content, f"{export_name(what)}.parquet", "application/octet-stream", f"parquet-{what}")


def _for_file(
    frame: pd.DataFrame, layers: LayerPreset | None, areas: OfficialAreas | None, opened: OpenRelease
) -> pd.DataFrame:
    source = opened.source
    placed = with_places(frame, layers, areas) if layers else frame
    return placed.assign(release=opened.release.number, source=source.name, synthetic=source.synthetic)


def _download(label: str, content: Callable[[], bytes], name: str, mime: str, key: str) -> None:
    st.download_button(
        label, data=content, file_name=name, mime=mime, icon=":material/download:", on_click="ignore", key=key
    )
