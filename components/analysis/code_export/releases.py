"""What a release holds, and what became of a table in a later one, as code."""

from collections.abc import Sequence

from components.analysis.code_export.matrix import write_matrix
from components.analysis.code_export.origins import Origin
from components.analysis.code_export.script import Script
from components.analysis.code_export.text import Snippet, literal, literal_list, snippet_of
from components.analysis.comparison.agreement import Pairs
from components.analysis.comparison.axes import AxisTable
from data.catalog.entry import Table
from data.volume import VOLUME

_ROOTS = """
roots = {}
for when, rows in {"earlier": earlier, "later": later}.items():
    once = rows.drop_duplicates(["nucleus_id", "root_id"])
    once = once.drop_duplicates("nucleus_id", keep=False)
    roots[when] = once.set_index("nucleus_id")["root_id"]
roots = pd.concat(roots, axis=1, join="inner").sort_index()
moved = roots[roots["earlier"] != roots["later"]]
print(f"{len(moved):,} of them with another root ID")""".splitlines()


def coverage_snippet(origin: Origin, tables: Sequence[Table]) -> Snippet:
    """Write the code that counts the nuclei of tables, as `coverage`: `nuclei`, and their share of all.

    All are those detected where that table is among them, else the nuclei of the tables together.
    """
    script = Script(origin)
    for table in tables:
        script.reading(table)
    names = [table.name for table in tables]
    detected = VOLUME.detections in names
    everybody = f"held[{literal(VOLUME.detections)}]" if detected else "set().union(*held.values())"
    script.add(
        f"TABLES = {literal_list(names, 9)}",
        'held = {name: set(read_table(name)["nucleus_id"]) for name in TABLES}',
        f"everybody = {everybody}  # what coverage is counted out of",
        "",
        'coverage = pd.DataFrame({"nuclei": {name: len(ids) for name, ids in held.items()}})',
        'coverage["share"] = coverage["nuclei"] / len(everybody)',
        "print(coverage.to_string())",
    )
    return script.snippet()


def changes_snippet(
    origins: tuple[Origin, Origin],
    tables: tuple[Table, Table],
    labels: tuple[Pairs, tuple[AxisTable, AxisTable]] | None,
    *,
    has_roots: bool = True,
) -> Snippet:
    """Write the code that compares a table of one release with one of a later release.

    Parameters
    ----------
    origins : tuple of Origin
        To the earlier and to the later release.
    tables : tuple of Table
    labels : (Pairs, sides) or None
        The labels that are compared.
    has_roots : bool
        Whether both hold root IDs.

    Returns
    -------
    Snippet
        Its code makes `kept`, `added`, `gone` (nucleus IDs), `moved` (nuclei whose root ID is another one)
        and, of labels, `pairs` and `matrix`.
    """
    script = Script(origins[0])
    script.add(f"earlier = {script.reading(tables[0])}", "")
    script.add(*_turned(origins, tables), f"later = read_table({literal(tables[1].name)})", "")
    script.add(
        'kept = np.intersect1d(earlier["nucleus_id"], later["nucleus_id"])',
        'added = np.setdiff1d(later["nucleus_id"], earlier["nucleus_id"])',
        'gone = np.setdiff1d(earlier["nucleus_id"], later["nucleus_id"])',
        'print(f"{len(kept):,} nuclei in both, {len(added):,} added, {len(gone):,} gone")',
        "",
    )
    if has_roots:
        script.add(*_ROOTS)
    if labels is not None:
        pairs, sides = labels
        lines = [
            f"{which} = {script.words.nuclei(when, side, pairs.level)}"
            for which, when, side in zip(
                ("row_labels", "column_labels"), ("earlier", "later"), sides, strict=True
            )
        ]
        write_matrix(script, pairs, sides, lines)
    return _of_both(script.snippet(), origins, tables)


def _of_both(made: Snippet, origins: tuple[Origin, Origin], tables: tuple[Table, Table]) -> Snippet:
    """Put the status of both releases over the code."""
    status = " ".join(
        dict.fromkeys(origin.status([table]) for origin, table in zip(origins, tables, strict=True))
    )
    code = made.text.partition("\nimport ")[2]
    return snippet_of(f"{origins[0].title} and {origins[1].title}", status, f"import {code}")


def _turned(origins: tuple[Origin, Origin], tables: tuple[Table, Table]) -> list[str]:
    """Lines after which `read_table` reads the later release."""
    first, second = (
        origin.reading([table]).splitlines() for origin, table in zip(origins, tables, strict=True)
    )
    own = [line for line in second if line not in first]
    note = f"# from here on, release v{origins[1].release.number}"
    if len(own) == 1 and first.index("") == second.index(""):  # only the address or the version differs
        return [note, *own]
    return [note, *second, "", ""]
