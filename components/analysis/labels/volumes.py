"""Quantiles of nucleus volume by type, so that a figure needs no rows."""

import numpy as np
import pandas as pd

from components.analysis.labels.counts import nuclei_once

QUANTILES = {"q05": 0.05, "q25": 0.25, "median": 0.5, "q75": 0.75, "q95": 0.95}


def volume_by_label(frame: pd.DataFrame, labels: pd.Categorical) -> pd.DataFrame:
    """Quantiles of nucleus volume per label.

    Parameters
    ----------
    frame : DataFrame
        A tidy frame: `nucleus_id`, and `volume_um3` in µm³ (NaN where it is not known).
    labels : Categorical
        Label of each of its rows; missing = unmapped.

    Returns
    -------
    DataFrame
        Index `label` in the labels' order, without labels of no known volume. Column `n`: nuclei with a
        volume, each counted once, as conflicting where it has two labels; then the columns of `QUANTILES`,
        µm³, interpolated linearly.
    """
    rows, words = nuclei_once(frame["nucleus_id"], labels)
    volumes = frame["volume_um3"].to_numpy(dtype=np.float64)[rows.index]
    known = np.isfinite(volumes)
    codes, volumes = rows["code"].to_numpy()[known], volumes[known]
    rows_by_label = {
        words[code]: [len(label_volumes), *np.quantile(label_volumes, list(QUANTILES.values()))]
        for code in np.unique(codes)
        for label_volumes in [volumes[codes == code]]
    }
    columns = ["n", *QUANTILES]
    quantiles = pd.DataFrame.from_dict(rows_by_label, orient="index", columns=columns, dtype=np.float64)
    return quantiles.astype({"n": np.int64}).rename_axis("label")


def median_volume(frame: pd.DataFrame) -> float | None:
    """Median volume of a frame's nuclei, each once, in µm³; None where no volume is known."""
    if "volume_um3" not in frame:
        return None
    volumes = frame.loc[~frame["nucleus_id"].duplicated(), "volume_um3"].to_numpy(dtype=np.float64)
    known = volumes[np.isfinite(volumes)]
    return float(np.median(known)) if len(known) else None
