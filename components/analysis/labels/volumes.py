"""How large the nuclei of each type are: quantiles, so that a picture needs no rows."""

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
        Index `label` in the labels' order, those without a known volume left out. Column `n`: nuclei
        with a volume, each counted once, under conflicting labels where it has two; then the columns
        of `QUANTILES`, µm³, interpolated linearly between the two nearest nuclei.
    """
    rows, words = nuclei_once(frame["nucleus_id"], labels)
    volumes = frame["volume_um3"].to_numpy(dtype=np.float64)[rows.index]
    known = np.isfinite(volumes)
    codes, volumes = rows["code"].to_numpy()[known], volumes[known]
    lines = {
        words[code]: [len(own), *np.quantile(own, list(QUANTILES.values()))]
        for code in np.unique(codes)
        for own in [volumes[codes == code]]
    }
    made = pd.DataFrame.from_dict(lines, orient="index", columns=["n", *QUANTILES], dtype=np.float64)
    return made.astype({"n": np.int64}).rename_axis("label")


def median_volume(frame: pd.DataFrame) -> float | None:
    """Median volume of a frame's nuclei, each once, in µm³; None where no volume is known."""
    if "volume_um3" not in frame:
        return None
    volumes = frame.loc[~frame["nucleus_id"].duplicated(), "volume_um3"].to_numpy(dtype=np.float64)
    known = volumes[np.isfinite(volumes)]
    return float(np.median(known)) if len(known) else None
