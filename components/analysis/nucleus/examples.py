"""Example nuclei worth a look, from the tables at hand."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from components.analysis.comparison.agreement import pair_labels
from components.analysis.comparison.differences import contradicted
from components.analysis.labels.ids import NO_IDS
from components.analysis.nucleus.index import ReleaseIndex


@dataclass(frozen=True)
class Example:
    """A nucleus, and why it is worth a look."""

    nucleus_id: int
    why: str


def examples(index: ReleaseIndex) -> tuple[Example, ...]:
    """One nucleus of each odd kind that occurs, always the same for a release."""
    by_nucleus: dict[int, Example] = {}
    for example in _examples(index):
        by_nucleus.setdefault(example.nucleus_id, example)
    return tuple(by_nucleus.values())


def _examples(index: ReleaseIndex) -> Iterator[Example]:
    labelling = [
        name for name, loaded in index.loaded.items() if loaded.table.kind == "labels" and name in index.wide
    ]
    ids = index.wide.index.to_numpy()
    n = index.wide[labelling].notna().sum(axis="columns").to_numpy()
    if len(n) and n.max() > 1:
        yield Example(int(ids[n.argmax()]), f"named by {n.max()} tables")
    for loaded in index.loaded.values():
        wider = index.loaded.get(loaded.table.within or "")
        differ = contradicted(pair_labels(wider.as_axis, loaded.as_axis, "class")).index if wider else NO_IDS
        if wider and len(differ):
            titles = wider.table.titles_with(loaded.table)
            yield Example(int(differ.min()), f"{titles} contradict each other")
    shared = index.roots["root_id"].duplicated().to_numpy()
    if shared.any():
        yield Example(int(index.roots["nucleus_id"].to_numpy()[shared.argmax()]), "shares its root")
    units = [loaded.frame["nucleus_id"] for loaded in index.loaded.values() if loaded.table.kind == "units"]
    if units:
        yield Example(int(pd.concat(units).value_counts().sort_index().idxmax()), "recorded most often")
    rootless = (index.wide["root_id"] == 0).to_numpy()
    if rootless.any() and not rootless.all():
        yield Example(int(ids[rootless.argmax()]), "without a segment")
    if labelling and len(n):
        why = "in no label table" if n.min() == 0 else f"named by the fewest tables ({n.min()})"
        yield Example(int(ids[n.argmin()]), why)
