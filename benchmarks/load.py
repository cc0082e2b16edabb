"""From the archive's files to frames: ours to tidy Parquet, beside the manual's way with pandas.

Usage: `python -m benchmarks.load [FOLDER]`, where FOLDER lays its files as the archive does; without one, the
whole synthetic release is laid out so. Each run is a process of its own, the two ways in turn; the time is of
the work alone, imports apart. Ours does more: it checks the columns, turns voxels into oriented micrometres
and writes the Parquet files.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROUNDS = 15


def read_as_the_manual_does(folder: Path, _cache: str) -> int:
    """Read the release's tables with `pandas.read_csv`: the header file, then the rows."""
    import pandas as pd

    rows = 0
    for path in sorted(folder.glob("*_merged.csv.gz")):
        header = pd.read_csv(str(path).replace(".csv.gz", "_header.csv"), header=None)
        frame = pd.read_csv(path, compression="gzip", header=None)
        frame.columns = header[0]
        rows += len(frame)
    return rows


def read_as_we_do(folder: Path, cache: str) -> int:
    """Fetch the same tables through the loader into an empty cache, side by side as the app does."""
    from data.opening import open_release
    from data.settings import read_settings

    settings = read_settings({"source": "folder", "folder": folder.parent, "cache": cache})
    release = open_release(settings, sample_when_offline=False)
    files = folder.glob("*_merged.csv.gz")
    names = release.tables.largest_first(path.name.removesuffix("_merged.csv.gz") for path in files)
    with ThreadPoolExecutor(release.at_once) as pool:
        return sum(record.rows for record in pool.map(release.fetch_labels, names))


WAYS: dict[str, Callable[[Path, str], int]] = {
    "pandas.read_csv, as in the manual": read_as_the_manual_does,
    "ours, to tidy Parquet": read_as_we_do,
}


def lay_out_the_sample(folder: Path) -> None:
    """Write the synthetic release as the archive lays a release."""
    from data.catalog import TABLES
    from data.sources.layout import header_file, rows_file
    from data.sources.sample import SampleSource
    from data.tables.raw import silent

    sample = SampleSource()
    for table in TABLES.values():
        rows = sample.fetch_table(table, silent).rows.to_pandas()
        rows.to_csv(folder / rows_file(table), index=False, header=False)
        lines = "".join(f"{name},{kind}\r\n" for name, kind in rows.dtypes.items())
        (folder / header_file(table)).write_text(lines)


def run_once(way: str, folder: Path) -> None:
    """Do the work once in this process and print what it took."""
    import data.opening  # noqa: F401  # both ways have their libraries loaded before the clock starts
    from data.volume.space import oriented_um

    oriented_um([[0, 0, 0]])
    with tempfile.TemporaryDirectory() as cache:
        before = peak_megabytes()
        start = time.perf_counter()
        rows = WAYS[way](folder, cache)
        seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "megabytes": peak_megabytes() - before, "rows": rows}))


def peak_megabytes() -> float:
    """Read this process's peak memory from Linux; `getrusage` would begin with that of the parent."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return float(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def main() -> None:
    """Measure both ways in turn and print the table."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else made) / "v661"
        if len(sys.argv) == 1:
            folder.mkdir()
            lay_out_the_sample(folder)
        measure(folder)


def measure(folder: Path) -> None:
    """Measure both ways on a folder."""
    taken: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(ROUNDS):
        for way, runs in taken.items():
            command = [sys.executable, "-m", "benchmarks.load", str(folder), way]
            runs.append(
                json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            )
    print("| way | rows | seconds (median) | memory grown by, MB |\n|---|---|---|---|")
    for way, runs in taken.items():
        seconds = statistics.median(run["seconds"] for run in runs)
        megabytes = statistics.median(run["megabytes"] for run in runs)
        print(f"| {way} | {runs[0]['rows']:,.0f} | {seconds:.3f} | {megabytes:.0f} |")
    first, ours = (statistics.median(run["seconds"] for run in runs) for runs in taken.values())
    print(f"\nOurs takes {ours / first:.2f} of the manual's time (median of {ROUNDS} runs each).")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        run_once(sys.argv[2], Path(sys.argv[1]))
    else:
        main()
