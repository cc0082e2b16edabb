"""A second release, made of the real rows of one: what the page that compares releases has to compare."""

import csv
import gzip
import io
import shutil
from collections.abc import Iterator
from pathlib import Path


def lay_out_two_releases(realdata: Path, folder: Path) -> None:
    """Copy real rows as release 661, and as 795 with some nuclei, labels and root IDs changed."""
    shutil.copytree(realdata / "v661", folder / "v661")
    (folder / "v795").mkdir()
    for header in sorted((folder / "v661").glob("*_merged_header.csv")):
        shutil.copy(header, folder / "v795")
        path = header.with_name(header.name.replace("_header.csv", ".csv.gz"))
        columns = [name for name, _ in csv.reader(header.read_text("utf-8").splitlines())]
        lines = csv.reader(gzip.decompress(path.read_bytes()).decode().splitlines())
        written = io.StringIO()
        rows = [dict(zip(columns, line, strict=True)) for line in lines]
        csv.DictWriter(written, columns, lineterminator="\n").writerows(later(rows))
        (folder / "v795" / path.name).write_bytes(gzip.compress(written.getvalue().encode(), mtime=0))


def later(rows: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Change rows: some are gone, some are of new nuclei, some have another label or another root ID."""
    for row, following in zip(rows, [*rows[1:], rows[0]], strict=True):
        nucleus, root = int(row["target_id"]), int(row["pt_root_id"])
        changed = {"target_id": str(nucleus + 1_000_000)} if nucleus % 89 == 0 else {}
        if nucleus % 53 == 0 and "cell_type" in row:
            changed["cell_type"] = following["cell_type"]
        if nucleus % 41 == 0 and root:
            changed["pt_root_id"] = str(root + 1)
        if nucleus % 97:
            yield row | changed
