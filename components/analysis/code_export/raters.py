"""All lineages at once as code: their ratings, Krippendorff's α, and the model of Dawid and Skene."""

from collections.abc import Mapping

from components.analysis.code_export.script import Origin, Script
from components.analysis.code_export.text import Snippet, literal, literal_list
from components.analysis.comparison.axes import AxisTable
from components.analysis.raters.dawid_skene import (
    ANCHOR,
    FEWEST_LINEAGES,
    MOST_STEPS,
    RESOLVED,
    SMOOTHING,
    TOLERANCE,
    UNRESOLVED,
    Posteriors,
)
from components.analysis.raters.ratings import Ratings

_ALPHA = """
# Krippendorff's α for names: nuclei that two lineages label or more
labels = ratings.melt(ignore_index=False)["value"].dropna()
votes = pd.get_dummies(labels).groupby(level=0).sum()
votes = votes[votes.sum(axis=1) > 1].to_numpy()
size = votes.sum(axis=1)
differ = ((votes * (size[:, None] - votes)).sum(axis=1) / (size - 1)).sum()
n = size.sum()
alpha = 1 - (n - 1) * differ / (n**2 - (votes.sum(axis=0) ** 2).sum())
print(f"Krippendorff's α {alpha:.6f} of {len(votes):,} nuclei")""".splitlines()
_MODEL = f"""
# the model of Dawid and Skene: types and confusions, from the majority on
labels = sorted(rated.melt()["value"].dropna().unique())
given = np.stack([rated == label for label in labels], axis=2).astype(float)
types = (given.sum(axis=0) > 0).sum(axis=0) > 1  # one rater alone makes no type
counts = np.where(types, given.sum(axis=1), -1)
posterior = (counts == counts.max(axis=1, keepdims=True)).astype(float)
posterior /= posterior.sum(axis=1, keepdims=True)
added = {ANCHOR} * np.eye(len(labels)) + {SMOOTHING} / len(labels)
for _ in range({MOST_STEPS}):
    prevalence = posterior.mean(axis=0)
    confusion = np.einsum("nk,nrl->rkl", posterior, given) + added
    confusion /= confusion.sum(axis=2, keepdims=True)
    with np.errstate(divide="ignore"):
        logs = np.log(prevalence)
    logs = logs + np.einsum("nrl,rkl->nk", given, np.log(confusion))
    before, posterior = posterior, np.exp(logs - logs.max(axis=1, keepdims=True))
    posterior /= posterior.sum(axis=1, keepdims=True)
    if np.abs(posterior - before).max() <= {TOLERANCE}:
        break
posterior = pd.DataFrame(posterior, index=rated.index, columns=labels)
resolved = posterior.max(axis=1) >= {RESOLVED}
consensus = posterior.idxmax(axis=1).where(resolved, {literal(UNRESOLVED)})
print(consensus.value_counts().to_string())""".splitlines()


def raters_snippet(
    origin: Origin, ratings: Ratings, axes: Mapping[str, AxisTable], rated: Posteriors | None
) -> Snippet:
    """Write the code that gives `ratings`, `alpha` and, where there are any, `posterior` and `consensus`.

    Parameters
    ----------
    origin : Origin
    ratings : Ratings
        Of the lineages that label a nucleus.
    axes : mapping of str to axis table
        Their tables, by name.
    rated : Posteriors or None
        Whose raters are taken.
    """
    script = Script(origin)
    labelled = [[(script.read(table), table) for table in tables] for tables in ratings.tables]
    script.add(
        "",
        "# one label of each lineage: that of its first table that labels the nucleus",
        "by_lineage = {}",
    )
    for title, tables in zip(ratings.lineages, labelled, strict=True):
        calls = [script.words.nuclei(rows, axes[table.name], ratings.level) for rows, table in tables]
        script.add(f"labels = {calls[0]}")
        for call in calls[1:]:
            script.add(f"more = {call}", "labels = labels.combine_first(more)")
        script.add(f"by_lineage[{literal(title)}] = labels")
    script.add('ratings = pd.DataFrame(by_lineage).dropna(how="all").sort_index()', *_ALPHA)
    if rated is not None:
        raters = literal_list(rated.ratings.lineages, len("rated = ratings["))
        script.add(
            "",
            f"# nuclei that {FEWEST_LINEAGES} raters label or more",
            f"rated = ratings[{raters}]",
            f"rated = rated[rated.notna().sum(axis=1) >= {FEWEST_LINEAGES}]",
            *_MODEL,
        )
    return script.snippet()
