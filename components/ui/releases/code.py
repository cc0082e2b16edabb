"""The code of what changed between two releases."""

from components.analysis.code_export.releases import changes_snippet
from components.analysis.comparison.agreement import Agreement
from components.ui.code_export.code import code_drawer, origins_of_release, show_snippets
from components.ui.releases.pair import ReleasePair
from components.ui.session.release import release_of


def show_changes_code(pair: ReleasePair, result: Agreement | None) -> None:
    """Fold out the code of what became of a table: nuclei, root IDs, and labels where they are compared."""
    earlier, later = (origins_of_release(release_of(number))[0] for number in pair.numbers)
    sides = (pair.earlier.as_axis, pair.later.as_axis)
    labels = None if result is None else (result.pairs, sides)
    roots = all("root_id" in frame for frame in pair.frames)
    made = changes_snippet((earlier, later), (sides[0][0], sides[1][0]), labels, has_roots=roots)
    with code_drawer("code"):
        show_snippets([made])
