"""All visits: every way, every number of nuclei, several rounds, and the medians."""

import argparse
import statistics

from playwright.sync_api import sync_playwright

from benchmarks.cloud_goals import RELEASE
from benchmarks.cloud_report import section, write
from benchmarks.cloud_visit import Cost, Found, Way, visit
from tests.browser.chromium import have_chromium

WAYS = (
    Way("ours", "ours"),
    Way("pydeck, records", "`st.pydeck_chart`, records"),
    Way("pydeck, address", "`st.pydeck_chart`, data URL"),
    Way("plotly", "plotly `Scatter3d`"),
)
QUICK = tuple((way, 10_000) for way in WAYS)
FULL = (
    *QUICK,
    *((way, RELEASE) for way in WAYS),
    (WAYS[0], 1_000_000),
    (WAYS[0], 5_000_000),
)
ROUNDS = 3


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description="Measure the point cloud beside pydeck and plotly.")
    parser.add_argument("--quick", action="store_true", help="10,000 nuclei only, one round, only printed")
    parser.add_argument("--shared", action="store_true", help="say that other programs ran at the same time")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of all visits; {ROUNDS} if not given")
    asked = parser.parse_args()
    visits, rounds = (QUICK, 1) if asked.quick else (FULL, asked.rounds)
    taken: dict[tuple[str, int], list[Found]] = {(way.name, n): [] for way, n in visits}
    for turn in range(rounds):  # the ways in turn, so that a busy minute does not fall on one alone
        for way, n in visits:
            print(f"round {turn + 1} of {rounds}: {way.name}, {n:,} nuclei", flush=True)
            found = visit(way, n)
            print(found, flush=True)
            taken[way.name, n].append(found)
    findings = {key: medians(founds) for key, founds in taken.items()}
    text = section(findings, WAYS, rounds, chromium=chromium_version(), shared=asked.shared)
    print(text)
    if not asked.quick:  # a try must not replace a measurement
        write(text)


def medians(founds: list[Found]) -> Found:
    """Take the median of each number; where a step failed in some rounds, of the others."""
    steps = {step: None for found in founds for step in found}
    return {step: _median([found[step] for found in founds if step in found]) for step in steps}


def _median(results: list[Cost | str]) -> Cost | str:
    costs = [cost for cost in results if isinstance(cost, dict)]
    if not costs:
        return str(results[0])
    return {name: statistics.median(cost[name] for cost in costs) for name in costs[0]}


def chromium_version() -> str:
    """Ask Chromium for its version."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=have_chromium(), args=["--no-sandbox"])
        said = browser.version
        browser.close()
    return said
