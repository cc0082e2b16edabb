"""Sections of 24 nuclei from a made-up volume of the real sizes, over a host with latency and a slow line.

    python -m benchmarks.imagery FOLDER

FOLDER receives the volume (280 MB, made once). Each row is measured in a process of its own, the host in
another.
"""

import json
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from data.imagery.section import SectionWanted
from tests.made_imagery import REAL_SCALES, noise_of, write_real_size

SCALES = REAL_SCALES[2:4]
LATENCY, BYTES_A_SECOND = 0.1, 20_000_000
# Apart by more than a shard at either scale; no two lie alike in their chunks.
NUCLEI = {
    1000 + i: (100_000 + i % 6 * 37_000 + i * 13, 90_000 + i // 6 * 37_000 + i * 29, 17_000 + i * 7)
    for i in range(24)
}
VISITORS = 20
TIRED_SECONDS = 300


def wanted(pixel_nm: int, pixels: int, shift_nm: float = 0) -> list[SectionWanted]:
    """Sections through all the nuclei."""
    return [
        SectionWanted(nucleus_id, (x * 4 + shift_nm, y * 4.0, z * 40.0), "xy", pixels * pixel_nm, pixel_nm)
        for nucleus_id, (x, y, z) in NUCLEI.items()
    ]


def serve(folder: Path) -> None:
    """Serve the volume until the input ends; each line asks for the bytes sent, and begins anew."""
    from tests.loopback_imagery import running_imagery

    with running_imagery(folder) as host:
        host.latency, host.bytes_a_second = LATENCY, BYTES_A_SECOND
        print(host.url, flush=True)
        for _ in sys.stdin:
            print(json.dumps({"bytes": host.sent, "requests": len(host.asked)}), flush=True)
            host.sent, host.asked = 0, []


def measure(url: str, cache: Path, pixel_nm: int, pixels: int, visitors: int) -> dict[str, float]:
    """Read sheets as the pages do, and draw the pictures; times in seconds."""
    from components.analysis.imagery.section_picture import section_webp
    from data.imagery.imagery import open_imagery
    from data.imagery.section_queue import SectionQueue

    began, processor = time.monotonic(), time.process_time()
    queue = SectionQueue(open_imagery(url, cache).read)
    waiting = [
        (f"visitor {visitor}", section)
        for visitor in range(visitors)
        for section in wanted(pixel_nm, pixels, visitor * 64)
    ]
    ends, failed, drawn = [], 0, 0
    while waiting and time.monotonic() - began < TIRED_SECONDS:
        answers = [(asked, queue.look(*asked)) for asked in waiting]
        waiting = [asked for asked, answer in answers if answer.state in ("waiting", "loading")]
        for _, answer in answers:
            if answer.section:
                drawn += len(section_webp(answer.section))
            failed += answer.error is not None
            if answer.section or answer.error:
                ends.append(time.monotonic() - began)
        threading.Event().wait(0.02)
    return {
        "first": min(ends, default=0),
        "all": max(ends, default=0),
        "pictures": len(ends) - failed,
        "failed": failed + len(waiting),
        "picture_kb": drawn / 1000 / max(1, len(ends)),
        "processor": time.process_time() - processor,
        "peak_mb": peak_mb(),
    }


def peak_mb() -> float:
    """The most memory that this process had; `getrusage` counts its parent's too."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1000


def fresh(*arguments: object) -> dict[str, float]:
    """Measure in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.imagery", "measure", *map(str, arguments)]
    measured = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(measured.stdout)


def main(folder: Path) -> None:
    """Measure, and print the table."""
    if not (folder / "nuclei" / "info").is_file():
        write_real_size(folder, NUCLEI, pixels=272, depth_nm=40, scales=SCALES, grey_of=noise_of)
    host = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.imagery", "serve", str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert host.stdin
    assert host.stdout
    url = host.stdout.readline().strip()

    def row(name: str, measured: dict[str, float]) -> None:
        assert host.stdin
        assert host.stdout
        print(file=host.stdin, flush=True)
        sent = json.loads(host.stdout.readline())
        print(
            f"| {name} | {measured['pictures']:.0f} | {measured['failed']:.0f} | {measured['first']:.2f} | "
            f"{measured['all']:.2f} | {sent['requests']} | {sent['bytes'] / 1e6:.1f} | "
            f"{sent['bytes'] / BYTES_A_SECOND:.1f} | {measured['processor']:.1f} | "
            f"{measured['peak_mb']:.0f} |",
            flush=True,
        )

    columns = [
        "sheet",
        "pictures",
        "failed",
        "first s",
        "all s",
        "requests",
        "MB",
        "line alone s",
        "CPU s",
        "peak MB",
    ]
    print(f"| {' | '.join(columns)} |\n|---{'|---:' * (len(columns) - 1)}|")
    with tempfile.TemporaryDirectory() as cache:
        for pixels, pixel_nm in ((256, 32), (256, 64), (192, 64)):
            for state in ("cold", "seen before"):
                row(f"24 of {pixels} px at {pixel_nm} nm, {state}", fresh(url, cache, pixel_nm, pixels, 1))
        row(f"{VISITORS} visitors, 24 of 256 px at 64 nm each", fresh(url, cache, 64, 256, VISITORS))
    host.stdin.close()
    host.wait()


if __name__ == "__main__":
    roles: dict[str, Callable[..., None]] = {
        "serve": lambda folder: serve(Path(folder)),
        "measure": lambda url, cache, *numbers: print(
            json.dumps(measure(url, Path(cache), *map(int, numbers)))
        ),
    }
    if sys.argv[1] in roles:
        roles[sys.argv[1]](*sys.argv[2:])
    else:
        main(Path(sys.argv[1]))
