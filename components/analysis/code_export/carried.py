"""What is carried from one release to another, as code: labels and root IDs, by nucleus."""

from collections.abc import Sequence

from components.analysis.code_export.script import Origin, Script, later_reading
from components.analysis.code_export.text import Snippet, literal, literal_list
from components.analysis.releases.carried import (
    BECAME,
    DIVIDED,
    GONE,
    JOINED,
    KEPT,
    MERGED,
    MISSING,
    MOVED,
    PARTED,
    REDUCED,
    ROOTED,
    ROOTLESS,
    UNPLACED,
    UNROOTED,
    WHOLE,
)
from data.catalog import CATALOG
from data.catalog.entry import Table

MOST_ROOTS = 200
"""Root IDs that a script lists; it reads more of them from the file of their fates."""

_FATES = '''\
def fates_of(earlier, later):
    """What became of each nucleus of the earlier release, by its root IDs (0: none)."""
    once = [rows.drop_duplicates("nucleus_id") for rows in (earlier, later)]
    before, after = (rows.set_index("nucleus_id")["root_id"] for rows in once)
    nuclei = before.index.union(after.index)
    fates = pd.DataFrame({"earlier": before.reindex(nuclei, fill_value=0)})
    fates["later"] = after.reindex(nuclei, fill_value=0)
    # A nucleus without a root ID shares it with none.
    own = fates["earlier"].where(fates["earlier"] > 0, pd.Series(-nuclei, nuclei))
    pairs = pd.DataFrame({"first": own, "last": fates["later"]})[fates["later"] > 0]
    together = pairs.groupby(["first", "last"])["last"].transform("size")
    for flag, root in {"merged": "last", "split": "first"}.items():
        size = pairs.groupby(root)["last"].transform("size")
        fates[flag] = (size > together).reindex(nuclei, fill_value=False)
    fates["missing"] = ~nuclei.isin(after.index)
    return fates[nuclei.isin(before.index)]


'''
_GRAFT = f"""
known = pd.concat([earlier, labels])[["nucleus_id", "root_id"]]
fates = fates_of(known, later).loc[labels["nucleus_id"]]
had, has = fates["earlier"] > 0, fates["later"] > 0
outcomes = {{
    {literal(MISSING)}: fates["missing"],
    {literal(UNROOTED)}: had & ~has,
    {literal(ROOTLESS)}: ~had & ~has,
    {literal(MERGED)}: fates["merged"],
    {literal(PARTED)}: fates["split"],
    {literal(ROOTED)}: ~had & has,
    {literal(MOVED)}: had & has & (fates["earlier"] != fates["later"]),
}}
grafted = labels.assign(
    root_id=fates["later"].to_numpy(),
    earlier_root_id=fates["earlier"].to_numpy(),
    outcome=np.select(list(outcomes.values()), list(outcomes), {literal(KEPT)}),
)
counts = grafted.drop_duplicates("nucleus_id")["outcome"].value_counts()
print(counts.to_string())""".splitlines()
_ROT = f"""
fates = fates_of(earlier, later)
rows = []
for root in ROOTS:
    of_root = fates[fates["earlier"] == root]
    now = of_root[of_root["later"] > 0]
    roots = sorted(set(now["later"].tolist()))
    if not len(of_root):
        outcome = {literal(UNPLACED)}
    elif not roots:
        outcome = {literal(GONE)}
    elif len(roots) > 1:
        outcome = {literal(DIVIDED)}
    elif len(now) < len(of_root):
        outcome = {literal(REDUCED)}
    elif now["merged"].any():
        outcome = {literal(JOINED)}
    else:
        outcome = {literal(WHOLE)} if roots == [root] else {literal(BECAME)}
    rows.append((root, outcome, roots, of_root.index.tolist()))
columns = ["root_id", "outcome", "later_root_ids", "nucleus_ids"]
rot = pd.DataFrame(rows, columns=columns)
print(rot["outcome"].value_counts().to_string())""".splitlines()


def graft_snippet(origins: tuple[Origin, Origin], table: Table) -> Snippet:
    """Write the code that puts a table's labels of the first release on the second, as `grafted`."""
    return _carried_snippet(origins, [table, CATALOG.detections], _GRAFT, [f"labels = {_read(table)}"])


def rot_snippet(origins: tuple[Origin, Origin], roots: Sequence[int], file: str) -> Snippet:
    """Write the code that follows root IDs of the first release into the second, as `rot`.

    Parameters
    ----------
    origins : tuple of Origin
    roots : sequence of int
        More than `MOST_ROOTS` are read from a file beside the script.
    file : str
        Its name: the CSV file of their fates.
    """
    listed = literal_list(roots, 8)
    if len(roots) > MOST_ROOTS:
        listed = f'pd.read_csv({literal(file)}, dtype={{"root_id": "int64"}})["root_id"]'
    return _carried_snippet(origins, [CATALOG.detections], [f"ROOTS = {listed}", *_ROT], [])


def _carried_snippet(
    origins: tuple[Origin, Origin], tables: list[Table], lines: Sequence[str], reads: Sequence[str]
) -> Snippet:
    script = Script(origins[0])
    for table in tables:
        script.reading(table)
    nuclei = _read(CATALOG.detections)
    script.add(*_FATES.splitlines(), *reads, f"earlier = {nuclei}")
    script.add("", *later_reading(origins, (CATALOG.detections, CATALOG.detections)), f"later = {nuclei}", "")
    script.add(*lines)
    statuses = [origins[0].status(tables), origins[1].status([CATALOG.detections])]
    title = f"{origins[0].title} and {origins[1].title}"
    return script.snippet(title, " ".join(dict.fromkeys(statuses)))


def _read(table: Table) -> str:
    return f"read_table({literal(table.name)})"
