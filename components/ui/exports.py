"""What leaves the app: files that say where their rows are from, and that made-up rows are made up.

All that a reader can take away goes through here: download buttons, tables (their toolbar writes CSV) and
figures (theirs writes a picture). A picture of the cloud is marked by the cloud itself (`View.synthetic`).
"""

from typing import Any

import pandas as pd
import streamlit as st

from components.ui.release import current_release

MARK = "synthetic"
"""Before the names of files, and the name of the column."""


def export_name(what: str) -> str:
    """Name of a file without its ending: release and content, behind the mark of synthetic rows."""
    opened = current_release()
    mark = f"{MARK}-" if opened.source.synthetic else ""
    return f"{mark}v{opened.release.number}-{what}"


def marked(frame: pd.DataFrame) -> pd.DataFrame:
    """Put a column `synthetic` first where the release is made up; else give the frame as it is.

    For every frame that is shown: the toolbar of a table lets the reader save it.
    """
    if not current_release().source.synthetic:
        return frame
    return pd.concat([pd.Series(data=True, index=frame.index, name=MARK), frame], axis="columns")


def plot_config(what: str) -> dict[str, Any]:
    """Settings of a figure: its toolbar, and the name of the picture it saves."""
    return {
        "displaylogo": False,
        "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        "toImageButtonOptions": {"filename": export_name(what)},
    }


def with_text_ids(frame: pd.DataFrame) -> pd.DataFrame:
    """Write every ID as text: root IDs are longer than the numbers of a browser or a spreadsheet."""
    ids = [name for name in frame.columns if name.endswith("_id") and name != "unit_id"]
    return frame.assign(**{name: frame[name].astype(str) for name in ids})


def show_csv_download(label: str, frame: pd.DataFrame, what: str) -> None:
    """A button that saves a frame as CSV; each line says release and source, and whether it is made up.

    Parameters
    ----------
    label : str
        On the button.
    frame : DataFrame
        Rows of the current release, without their index; IDs as text.
    what : str
        What they are, for the file's name; unique on the page.
    """
    opened = current_release()
    source = opened.source

    def content() -> bytes:
        rows = frame.assign(release=opened.release.number, source=source.name, synthetic=source.synthetic)
        return rows.to_csv(index=False).encode()

    st.download_button(
        label,
        data=content,
        file_name=f"{export_name(what)}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"download-{what}",
    )
