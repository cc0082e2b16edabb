"""Seconds and memory of the synthetic release: `python -m benchmarks.sample`.

Each run is a process of its own: imports, the world with all its readers, then all fourteen raw frames.
"""

import json
import resource
import statistics
import subprocess
import sys
import time

ROUNDS = 3


def run_once() -> None:
    """Make everything once in this process and print what it took."""
    start = time.perf_counter()
    from benchmarks.fingerprint import fingerprint
    from data.sources.sample.tables.frames import frame_names, make_release, raw_frame

    imported = time.perf_counter()
    release = make_release(661)
    made = time.perf_counter()
    megabytes = sum(raw_frame(name, release).nbytes for name in frame_names()) / 1e6
    framed = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = {
        "imports, s": imported - start,
        "world and readers, s": made - imported,
        "14 raw frames, s": framed - made,
        "raw frames, MB": megabytes,
        "peak memory, MB": peak,
    }
    print(json.dumps({**took, "sha256": fingerprint(661)}))


def main() -> None:
    """Run a few processes and print the medians."""
    runs = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.sample", "once"], check=True, capture_output=True, text=True
        )
        runs.append(json.loads(done.stdout))
    if len({run.pop("sha256") for run in runs}) > 1:
        raise SystemExit("The runs differ: the sample is not deterministic.")
    print(f"Python {sys.version.split()[0]}, {ROUNDS} processes, medians; all runs equal to the last byte")
    for name in runs[0]:
        print(f"{name:24} {statistics.median(run[name] for run in runs):8.2f}")


if __name__ == "__main__":
    if sys.argv[1:] == ["once"]:
        run_once()
    else:
        main()
