"""How often the checks of a release find planted corruptions, and how often they fail sound rows.

    python -m benchmarks.check_rates --folder FOLDER [--draws 200]

FOLDER holds released rows; the sample is drawn. A corruption is planted into all rows and into random parts
of the nuclei. It is found where a check reports an error, and named where one message names both labels.
"""

import argparse
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd

from components.analysis.checks.entry import Finding, Inspected
from components.analysis.checks.registry import CHECKS
from data.loader import LabelTable, OpenRelease
from data.opening import open_release
from data.settings import read_settings

COARSE, FINE = "baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2"
UNITS, DETECTIONS = "coregistration_manual_v3", "nucleus_detection_v0"
LABELS = {
    "label-count",
    "exchanged-labels",
    "contradiction-rate",
    "class-contradicted",
    "system-contradicts-label",
}
PLACES = {"nuclei-at-one-place", "neurons-too-near", "position-disagrees"}
SCANS = {"unknown-scan"}
SHARES = (1.0, 0.5, 0.1)
MOST_PAIRS = 40
POSITION = ["x_um", "depth_um", "z_um"]

Tables = dict[str, LabelTable]
Random = np.random.Generator


@dataclass(frozen=True)
class Plant:
    """A corruption: what it is, the checks that may find it, how it is planted, words that name it."""

    kind: str
    checks: frozenset[str]
    plant: Callable[[Tables, Random], Tables]
    words: tuple[str, ...] = ()


def errors(opened: OpenRelease, tables: Tables, checks: frozenset[str] | None = None) -> list[Finding]:
    """The errors that some checks, or all, report of tables."""
    inspected = Inspected(tables, opened.tables, opened.source)
    asked = [check for check in CHECKS if checks is None or check.id in checks]
    found = [outcome for check in asked for outcome in check.outcomes(inspected)]
    return [outcome for outcome in found if isinstance(outcome, Finding) and outcome.severity == "error"]


def with_frame(tables: Tables, name: str, **columns: pd.Series | pd.Categorical | np.ndarray) -> Tables:
    """Tables of which one has other columns."""
    return tables | {name: replace(tables[name], frame=tables[name].frame.assign(**columns))}


def part_of(tables: Tables, share: float, random: Random, *, by_rows: bool = False) -> Tables:
    """A random part of the nuclei, the same in all tables, or of each table's rows by themselves."""
    if share == 1:
        return tables
    everyone = np.unique(np.concatenate([table.frame["nucleus_id"].to_numpy() for table in tables.values()]))
    kept = everyone[random.random(len(everyone)) < share]
    parts = {}
    for name, table in tables.items():
        n = len(table.frame)
        rows = random.random(n) < share if by_rows else np.isin(table.frame["nucleus_id"].to_numpy(), kept)
        parts[name] = replace(table, frame=table.frame[rows].reset_index(drop=True))
    return parts


# Labels


def exchanged(name: str, first: str, second: str, share: float = 1.0) -> Plant:
    """Two labels exchanged in a share of a table's rows."""

    def plant(tables: Tables, random: Random) -> Tables:
        words = tables[name].frame["cell_type"].astype(str)
        rows = random.random(len(words)) < share
        other = words.map({first: second, second: first}).fillna(words).where(rows, words)
        return with_frame(tables, name, cell_type=other.astype("category"))

    part = "" if share == 1 else f", {share:.1%} of the rows"
    return Plant(f"two labels exchanged in {name}{part}", frozenset(LABELS), plant, (first, second))


def cycled(name: str) -> Plant:
    """All labels of a table moved on by one."""

    def plant(tables: Tables, _: Random) -> Tables:
        labels = tables[name].frame["cell_type"]
        words = [*labels.cat.categories]
        moved = labels.astype(str).map(dict(zip(words, [*words[1:], words[0]], strict=True)))
        return with_frame(tables, name, cell_type=moved.astype("category"))

    return Plant(f"all labels moved on by one in {name}", frozenset(LABELS), plant)


def shuffled(name: str) -> Plant:
    """The labels of half of a table's rows dealt anew."""

    def plant(tables: Tables, random: Random) -> Tables:
        words = tables[name].frame["cell_type"].astype(str).to_numpy(copy=True)
        half = np.flatnonzero(random.random(len(words)) < 0.5)
        words[half] = words[random.permutation(half)]
        return with_frame(tables, name, cell_type=pd.Categorical(words))

    return Plant(f"labels of half the rows shuffled in {name}", frozenset(LABELS), plant)


# Places


def under_other_ids(name: str, n: int) -> Plant:
    """Rows repeated under the ID of another nucleus, at the same place."""

    def plant(tables: Tables, random: Random) -> Tables:
        frame = tables[name].frame
        copies = frame.iloc[random.choice(len(frame), n, replace=False)]
        copies = copies.assign(nucleus_id=9_999_000 + np.arange(n))
        both = pd.concat([frame, copies], ignore_index=True)
        return tables | {name: replace(tables[name], frame=both)}

    return Plant(f"{n} row(s) repeated under another ID in {name}", frozenset({"nuclei-at-one-place"}), plant)


def moved(name: str, n: int, um: float, *, everywhere: bool = False) -> Plant:
    """Nuclei moved to a distance from another nucleus, or by it where that is more than 10 µm."""

    def plant(tables: Tables, random: Random) -> Tables:
        frame = tables[name].frame.drop_duplicates("nucleus_id")
        chosen = frame.iloc[random.choice(len(frame), 2 * n, replace=False)]
        near = chosen if um > 10 else chosen.iloc[n:]
        places = near.head(n)[POSITION].to_numpy() + np.array([0, 0, um], dtype=np.float32)
        new = pd.DataFrame(places, index=chosen["nucleus_id"].head(n), columns=POSITION)
        for other in tables if everywhere else [name]:
            old = tables[other].frame
            at = new.reindex(old["nucleus_id"])
            columns = {
                axis: at[axis].fillna(old.set_index("nucleus_id")[axis]).to_numpy() for axis in POSITION
            }
            tables = with_frame(tables, other, **columns)
        return tables

    where = "all tables" if everywhere else name
    how = f"by {um:g} µm" if um > 10 else f"to {um:g} µm from another"
    return Plant(f"{n} nuclei moved {how} in {where}", frozenset(PLACES), plant)


# Scans


def renumbered(name: str, how: str) -> Plant:
    """Sessions or scans renumbered."""

    def plant(tables: Tables, random: Random) -> Tables:
        frame = tables[name].frame
        session, scan = frame["session"].to_numpy(copy=True), frame["scan_idx"].to_numpy(copy=True)
        if how == "sessions one higher":
            session = session + 1
        elif how == "session and scan exchanged":
            session, scan = scan, session
        elif how == "one scan renumbered":
            scan[(session == session[0]) & (scan == scan[0])] = 1
        elif how == "one row renumbered":
            session[random.integers(len(session))] = 99
        else:
            pairs = frame[["session", "scan_idx"]].drop_duplicates()
            new = pairs.iloc[random.permutation(len(pairs))].to_numpy()
            by_pair = dict(zip(pairs.itertuples(index=False, name=None), new.tolist(), strict=True))
            session, scan = np.array([by_pair[pair] for pair in zip(session, scan, strict=True)]).T
        return with_frame(tables, name, session=session, scan_idx=scan)

    return Plant(f"{how} in {name}", frozenset(SCANS), plant)


RENUMBERINGS = (
    *("sessions one higher", "session and scan exchanged", "one scan renumbered", "one row renumbered"),
    "known scans exchanged with one another",
)


def plants(tables: Tables, random: Random) -> Iterator[Plant]:
    """Every corruption of the tables at hand."""
    for name, loaded in tables.items():
        if "cell_type" not in loaded.frame:
            continue
        labels = [str(word) for word in loaded.frame["cell_type"].cat.categories]
        pairs = [*combinations(labels, 2)]
        if len(pairs) > 2 * MOST_PAIRS:
            pairs = [pairs[k] for k in random.choice(len(pairs), MOST_PAIRS, replace=False)]
        yield from (exchanged(name, *pair) for pair in pairs)
        yield cycled(name)
        yield shuffled(name)
    for share in (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005):
        yield exchanged(COARSE, "excitatory", "inhibitory", share)
    for name in (COARSE, FINE, UNITS):
        yield from (under_other_ids(name, n) for n in (1, 10))
        yield from (moved(name, 1, um, everywhere=True) for um in (0.2, 2.0, 50.0))
        yield moved(name, 1, 50.0)
    yield from (renumbered(UNITS, how) for how in RENUMBERINGS)


def measure_detection(opened: OpenRelease, tables: Tables, share: float, random: Random) -> pd.DataFrame:
    """How many plants of each kind were found, and named, by which checks."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    by_check: dict[str, Counter[str]] = defaultdict(Counter)
    missed: dict[str, list[str]] = defaultdict(list)
    for plant in plants(tables, random):
        found = errors(opened, plant.plant(part_of(tables, share, random), random), plant.checks)
        named = [one for one in found if all(f"“{word}”" in one.message for word in plant.words)]
        counted[plant.kind].update(planted=1, found=int(bool(found)), named=int(bool(named)))
        by_check[plant.kind].update({one.id for one in found})
        if not found and plant.words:
            missed[plant.kind].append(" ↔ ".join(plant.words))
    rows = pd.DataFrame.from_dict(counted, orient="index")
    rows["by"] = [", ".join(f"{k} {n}" for k, n in by_check[kind].most_common()) for kind in rows.index]
    rows["missed"] = ["; ".join(missed[kind][:12]) for kind in rows.index]
    return rows


def measure_false_alarms(
    opened: OpenRelease, tables: Tables, draws: int, random: Random
) -> Mapping[str, str]:
    """Of random parts, how many had an error, by check."""
    rates = {}
    for share in (1.0, *((0.5, 0.1) if draws else ())):
        for by_rows in (False, True)[: 1 if share == 1 else 2]:
            alarms: Counter[str] = Counter()
            n = 1 if share == 1 else draws
            for _ in range(n):
                parts = part_of(tables, share, random, by_rows=by_rows)
                alarms.update({one.id for one in errors(opened, parts)} | {"draws"})
            what = "all rows" if share == 1 else f"{share:.0%} of the {'rows' if by_rows else 'nuclei'}"
            del alarms["draws"]
            rates[what] = f"{sum(alarms.values())} of {n}: {dict(alarms)}" if alarms else f"0 of {n}"
    return rates


def loaded(source: str, folder: str | None) -> tuple[OpenRelease, Tables]:
    """A release with its tables."""
    opened = open_release(read_settings({"source": source, "folder": folder}), sample_when_offline=False)
    got = opened.load_release()
    return opened, {name: table for name, table in got.items() if isinstance(table, LabelTable)}


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", required=True)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--sources", nargs="+", default=["folder", "sample"])
    given = parser.parse_args()
    for source in given.sources:
        opened, tables = loaded(source, given.folder if source == "folder" else None)
        random, began = np.random.default_rng(661), time.perf_counter()
        draws = given.draws if source == "folder" else 0
        print(f"\n## {opened.source.location}\n\nErrors of sound rows:\n")
        for what, rate in measure_false_alarms(opened, tables, draws, random).items():
            print(f"- {what}: {rate}", flush=True)
        for share in SHARES if source == "folder" else (1.0, 0.1):
            print(f"\n### Planted into {share:.0%} of the nuclei\n")
            print("| corruption | planted | found | named | by | missed |\n|---|---:|---:|---:|---|---|")
            for kind, row in measure_detection(opened, tables, share, random).iterrows():
                print(f"| {kind} | {row.planted} | {row.found} | {row.named} | {row.by} | {row.missed} |")
        print(f"\n{time.perf_counter() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
