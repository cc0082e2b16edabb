"""A reader's own table of 200,000 rows: from the drop to the screen, and what a choice costs then.

Usage: `python -m benchmarks.own_table [--rows 200000] [--rounds 5]`. First the steps in this process, from
the file to the tidy frame. Then in headless Chromium, the app started as `make app` starts it: the file is
dropped beside the pickers of Agreement, whose rows it becomes, and the level is changed, with the own table
and with an official one as rows. *Settled*: nothing runs, comes or changes any more; the quiet that tells so
is not counted.
"""

import argparse
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np
import pandas as pd
from playwright.sync_api import Browser, Page

from benchmarks.page_visit import chromium, environment, open_page, rest, serving
from data.loader import OpenRelease
from data.opening import open_release
from data.own.columns import Choices, guess_columns
from data.own.file import read_own_file
from data.own.matching import match_rows
from data.own.table import tables_of_file, tidy_rows
from data.settings import read_settings

QUIET_MS = 500
OFFICIAL, COLUMNS = "Baylor fine", "Soma-nucleus metamodel"
LEVELS = ("Class", "Subclass")
SPELLED = np.array(["L2/3 IT", "L4 IT", "L5 ET", "PV", "Sst", "astro", "odd"])
WAYS = {
    "nucleus ID": ["nucleus_id"],
    "root ID": ["root_id"],
    "position": ["x", "y", "z"],
}
T = TypeVar("T")


def made_rows(opened: OpenRelease, n: int) -> pd.DataFrame:
    """Rows over the nuclei of a release, some of them twice, with labels and a confidence."""
    known, random = opened.known_nuclei().frame, np.random.default_rng(0)
    rows = known.iloc[random.integers(0, len(known), n)].reset_index(drop=True)
    position = rows[["x_um", "depth_um", "z_um"]].set_axis(["x", "depth", "z"], axis=1)
    labels = {"cell_type": random.choice(SPELLED, n), "confidence": random.random(n).round(3)}
    return pd.concat(
        [rows[["nucleus_id", "root_id"]], position.rename(columns={"depth": "y"})], axis=1
    ).assign(**labels)


def measured(took: dict[str, list[float]], step: str, act: Callable[[], T]) -> T:
    """Do a step, and note how many milliseconds it took."""
    begun = time.perf_counter()
    found = act()
    took[step].append((time.perf_counter() - begun) * 1000)
    return found


def time_steps(opened: OpenRelease, path: Path, by: str, took: dict[str, list[float]]) -> None:
    """Time the way from a file to its tidy frame."""
    known = opened.known_nuclei()
    choices = Choices(unit="oriented" if by == "position" else "")
    file = measured(took, f"{path.suffix[1:]} by {by}: read", lambda: read_own_file(path))
    columns = measured(took, f"{path.suffix[1:]} by {by}: guess", lambda: guess_columns(file, choices))
    match = measured(
        took, f"{path.suffix[1:]} by {by}: match", lambda: match_rows(file, columns, choices, known)
    )
    own = measured(
        took,
        f"{path.suffix[1:]} by {by}: understand",
        lambda: [*tables_of_file(file, columns, choices, {}, opened.release).values()],
    )
    measured(took, f"{path.suffix[1:]} by {by}: tidy", lambda: tidy_rows(own[0], match, known.frame))


def settled_after(page: Page, act: Callable[[], object]) -> float:
    """Act, and give the milliseconds until the page is at rest, without the quiet that tells so."""
    begun = time.perf_counter()
    act()
    page.wait_for_timeout(50)
    rest(page, QUIET_MS)
    return (time.perf_counter() - begun) * 1000 - QUIET_MS


def time_page(browser: Browser, url: str, path: Path, took: dict[str, list[float]]) -> None:
    """Time a drop beside the pickers of Agreement, and a change of level before and after it."""
    page = open_page(browser, (1440, 900))
    page.goto(f"{url}/agreement?rows={OFFICIAL}&with={COLUMNS}")
    rest(page, QUIET_MS)

    def change_levels(whose: str) -> None:
        for level in LEVELS:
            radio = page.locator(".st-key-compared-at").get_by_role("radio", name=level, exact=True)
            took[f"level with {whose} table → settled"].append(settled_after(page, radio.click))

    change_levels("an official")
    change_levels("an official")
    page.locator(".st-key-own-add-table").get_by_role("button").first.click()
    rest(page, QUIET_MS)
    uploader = page.locator(".st-key-own-files input[type=file]")
    took["drop → settled"].append(settled_after(page, lambda: uploader.set_input_files(path)))
    page.keyboard.press("Escape")
    rest(page, QUIET_MS)
    change_levels("the own")
    change_levels("the own")
    page.context.close()


def main() -> None:
    """Measure, and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    took: dict[str, list[float]] = defaultdict(list)
    opened = open_release(read_settings({"source": "sample"}), sample_when_offline=False)
    with tempfile.TemporaryDirectory() as folder:
        rows = made_rows(opened, chosen.rows)
        paths = {}
        for by, names in WAYS.items():
            paths[by] = Path(folder, f"{by}.csv")
            rows[[*names, "cell_type", "confidence"]].to_csv(paths[by], index=False)
        for _ in range(chosen.rounds):
            for by, path in paths.items():
                time_steps(opened, path, by, took)
        with serving(environment(None, None)) as server, chromium() as browser:
            for _ in range(chosen.rounds):
                time_page(browser, server.url, paths["nucleus ID"], took)
    print("| step | median ms | of |\n|---|---:|---:|")
    for step, times in took.items():
        print(f"| {step} | {median(times):,.0f} | {len(times)} |")


if __name__ == "__main__":
    main()
