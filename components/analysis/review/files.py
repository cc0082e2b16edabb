"""Verdicts as files: what CAVE takes as `cell_type_reference`, and the full one, which is read again."""

import csv
import io
import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from components.analysis.output.files import with_formula
from components.analysis.output.viewer_link import voxel_positions
from components.analysis.review.journal import CERTAINTIES, LONGEST_LABEL, LONGEST_NOTE, Verdict, read_line
from data.errors import DataError
from data.tables.columns import SPLIT
from data.tables.schema import POSITION

REFERENCE = ("target_id", "classification_system", "cell_type")
"""The columns of CAVE's `cell_type_reference`, as an upload names them."""
READ = ("target_id", "cell_type", "certainty", "note", "judged_in_release", "judged_at")
"""The columns of the full file that make a verdict."""


def reference_rows(verdicts: Iterable[Verdict], system: str) -> pd.DataFrame:
    """Verdicts as rows of CAVE's `cell_type_reference`, by nucleus ID.

    Parameters
    ----------
    verdicts : iterable of Verdict
    system : str
        The text of the column `classification_system` in all rows.
    """
    in_order = sorted(verdicts, key=lambda verdict: verdict.nucleus_id)
    rows = [(verdict.nucleus_id, system, verdict.label) for verdict in in_order]
    return pd.DataFrame(rows, columns=[*REFERENCE]).astype({"target_id": np.int64})


def full_rows(verdicts: Iterable[Verdict], system: str, wide: pd.DataFrame) -> pd.DataFrame:
    """The same rows with certainty, note, release, time and position; `read_verdicts` reads them.

    Parameters
    ----------
    verdicts : iterable of Verdict
    system : str
    wide : DataFrame
        Index the nuclei at hand, with their positions in oriented µm; of others the position stays empty.

    Returns
    -------
    DataFrame
        `target_id`, `classification_system`, `cell_type`, `certainty`, `note`, `judged_in_release`,
        `judged_at`, and `pt_position_x`, `pt_position_y`, `pt_position_z` in voxels.
    """
    in_order = sorted(verdicts, key=lambda verdict: verdict.nucleus_id)
    rows = reference_rows(in_order, system)
    rows["certainty"] = [verdict.certainty for verdict in in_order]
    rows["note"] = [verdict.note for verdict in in_order]
    rows["judged_in_release"] = [verdict.release for verdict in in_order]
    rows["judged_at"] = [verdict.judged_at for verdict in in_order]
    placed = rows["target_id"].isin(wide.index[wide["x_um"].notna()]).to_numpy()
    voxels = voxel_positions(wide.loc[rows["target_id"][placed], [*POSITION]])
    for axis, name in enumerate(SPLIT):
        column = pd.Series(pd.NA, index=rows.index, dtype="Int64")
        column[placed] = voxels[:, axis]
        rows[name] = column
    return rows


def read_verdicts(content: bytes, name: str, *, synthetic: bool) -> list[Verdict]:
    """Read verdicts from the full file.

    Parameters
    ----------
    content : bytes
        CSV in UTF-8.
    name : str
        The file's, for the errors.
    synthetic : bool
        Whether the open release is: verdicts on synthetic nuclei mean no real ones.

    Raises
    ------
    DataError
        If it is not such a file, or a row of it is not a verdict.
    """
    try:
        lines = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{name} cannot be read: {error}.", "Give CSV in UTF-8.") from error
    if not lines or not {*READ} <= lines[0].keys():
        raise DataError(
            f"{name} has no columns {', '.join(READ)}.", "Give the full file of verdicts, as it was saved."
        )
    if any((line.get("synthetic") == "True") != synthetic for line in lines):
        what = "measured" if synthetic else "synthetic"
        raise DataError(
            f"{name} holds verdicts on {what} nuclei.", "Open the release that they were made in."
        )
    return [_verdict(line, f"{name}, row {number}") for number, line in enumerate(lines, 1)]


def _verdict(line: Mapping[str, str | None], where: str) -> Verdict:
    nucleus, label, certainty, note, release, at = (with_formula((line[name] or "").strip()) for name in READ)
    record: dict[str, object] = {"id": f"{at} {nucleus}", "nucleus_id": nucleus, "label": label, "note": note}
    for number, text in (("certainty", certainty), ("release", release)):
        record[number] = int(text) if re.fullmatch("[0-9]{1,5}", text) else None
    verdict = read_line(record)
    if not isinstance(verdict, Verdict):
        raise DataError(
            f"{where} is not a verdict.",
            f"It needs a nucleus ID, a label of {LONGEST_LABEL} characters at most, a certainty of 1 to "
            f"{CERTAINTIES[-1]}, a release, the time as saved, and a note of {LONGEST_NOTE:,} at most.",
        )
    return verdict
