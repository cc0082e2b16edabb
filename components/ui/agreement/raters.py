"""All lineages at once: Krippendorff's α, disagreements by class, and the consensus with probabilities."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.comparison.axes import training_words
from components.analysis.comparison.circular import learnt_from_other
from components.analysis.labels.ids import each_once
from components.analysis.nucleus.consensus import JUDGED
from components.analysis.raters.alpha import Alpha, alpha_at
from components.analysis.raters.dawid_skene import (
    ANCHOR,
    FEWEST_LINEAGES,
    FEWEST_NUCLEI,
    RESOLVED,
    SMOOTHING,
    UNRESOLVED,
    Posteriors,
)
from components.analysis.raters.files import confusion_rows, posterior_rows
from components.analysis.raters.hierarchy import BETWEEN, SAME, WITHIN, Disagreement, disagreement
from components.analysis.raters.ratings import Ratings, majority
from components.analysis.selection.marks import Axis, Marks, coded_words
from components.figures.matrix import matrix_figure
from components.ui.cloud.cloud import linked
from components.ui.code_export.code import show_raters_code
from components.ui.context.raters import posteriors_at_hand, ratings_at_hand
from components.ui.selection.picks import choose_mark
from components.ui.session.cached import cached
from components.ui.session.charts import figure_caption, show_chart, show_numbers
from components.ui.session.exports import show_csv_download
from components.ui.session.notices import plain, show_nothing
from components.ui.session.release import current_release, load_at_hand
from data.labels.entry import Level
from data.loader import LabelTable
from data.number_words import of_nuclei, plural

MAJORITY, NO_MAJORITY, SILENT = "Majority", "no majority", "no label"
"""The first is part of links, as are the titles of lineages."""
ALPHA_HELP = (
    "Agreement of all lineages beyond chance: 1 is full agreement, 0 chance. Each lineage has one vote; a "
    "nucleus counts if two or more label it. The interval is Wilson’s, with the jackknife’s variance over "
    "nuclei; it says how much the choice of nuclei moves α, not whether any lineage is right."
)


def show_all_raters(asked: Level) -> None:
    """How far all lineages agree, where they differ, and what they say together, at the page's level."""
    _show_disagreement()
    _show_alpha()
    _show_consensus(_shared_level(asked))


def rated_level(asked: Level) -> Level | None:
    """The level of the consensus with probabilities on a page at a level; None where there is none."""
    level = _shared_level(asked)
    return level if isinstance(posteriors_at_hand(level), Posteriors) else None


def _shared_level(asked: Level) -> Level:
    """At `type` lineages share no labels, so the subclass is shown."""
    return "subclass" if asked == "type" else asked


def _show_alpha() -> None:
    st.subheader("How far all lineages agree: Krippendorff’s α", anchor=False, help=ALPHA_HELP)
    measured = _alphas(load_at_hand())
    if not any(alpha.nuclei for alpha in measured):
        show_nothing("No nucleus is labelled by two lineages, so there is nothing to compare.")
        return
    st.table(pd.DataFrame(map(_alpha_row, measured)), hide_index=True, border="horizontal")
    st.caption(
        "Of nuclei that two lineages or more label, in whole tables, whatever the page’s filters. Lineages "
        "that agree can be wrong together."
    )


@cached()
def _alphas(loaded: dict[str, LabelTable]) -> tuple[Alpha, ...]:
    return tuple(alpha_at(ratings_at_hand(level)) for level in JUDGED)


def _alpha_row(alpha: Alpha) -> dict[str, object]:
    value = "undefined" if alpha.value is None else f"{alpha.value:.3f}"
    interval = alpha.interval
    ends = interval if isinstance(interval, str) else f"{interval[0]:.3f} to {interval[1]:.3f}"
    return {
        "Level": alpha.level.capitalize(),
        "α (95 % interval)": f"{value} ({ends})".replace("-", "−"),
        "Nuclei": f"{alpha.nuclei:,}",
        "Labels": f"{alpha.ratings:,}",
        "Lineages": plain(", ".join(alpha.lineages)) or "none",
    }


def _show_disagreement() -> None:
    st.subheader("Between classes or within one", anchor=False)
    found = _disagreement(load_at_hand())
    if found.counts.empty:
        show_nothing("No nucleus has a subclass from two lineages, so there is nothing to compare.")
        return
    counts = found.counts.rename_axis("Two lineages").rename_axis("what they say", axis="columns")
    n = plural(len(found.nuclei), "pair")
    caption = figure_caption("Subclass, two lineages at a time", f"n = {n} of labels")
    marks = Marks(found.nuclei, {"y x": Axis(found.cells, ())})
    show_chart(
        "raters-disagree", load_at_hand(),
        lambda: matrix_figure(counts, square=False, caption=caption, clickable=True),
        alt="What every two lineages say about the nuclei that both label", marks=linked(lambda: marks, None),
        on_select=lambda: choose_mark("raters-disagree", marks, lambda words: []),
    )  # fmt: skip
    st.markdown(_disagreement_words(found))


@cached()
def _disagreement(loaded: dict[str, LabelTable]) -> Disagreement:
    return disagreement(ratings_at_hand("subclass"))


def _disagreement_words(found: Disagreement) -> str:
    """How many pairs of labels differ, how many of these between classes, and on how many nuclei."""
    same, within, between = (found.total(outcome) for outcome in (SAME, WITHIN, BETWEEN))
    differ, every = within + between, same + within + between
    words = (
        f"Two lineages give one nucleus a subclass {every:,} times, on "
        f"{of_nuclei(len(each_once(found.nuclei)))}; {differ:,} times ({differ / every:.1%}) the "
        "subclasses differ"
    )
    if not differ:
        return f"{words}."
    chance = "" if np.isnan(found.by_chance) else f"; by chance {found.by_chance:.1%} would be"
    return (
        f"{words}: **{between:,} between classes** ({between / differ:.1%}, on "
        f"{of_nuclei(found.nuclei_with(BETWEEN))}{chance}) and **{within:,} within one** (on "
        f"{of_nuclei(found.nuclei_with(WITHIN))})."
    )


def _show_consensus(level: Level) -> None:
    st.subheader(f"A consensus with probabilities: {level}", anchor=False)
    rated = posteriors_at_hand(level)
    if isinstance(rated, Posteriors):
        _show_rated(rated)
    else:
        show_nothing(f"{rated.reason} So there is no posterior at the level of {level}.")
    if ratings_at_hand(level).lineages:
        show_raters_code(
            ratings_at_hand(level), rated if isinstance(rated, Posteriors) else None, load_at_hand()
        )


def _show_rated(rated: Posteriors) -> None:
    """The consensus in numbers, by rater and against each of them; what the model assumes; the files."""
    level = rated.ratings.level
    answers, won = rated.answers, majority(rated.ratings.votes)
    resolved, alike = answers >= 0, (answers == won) & (answers >= 0)
    n, n_resolved = len(answers), int(resolved.sum())
    show_numbers(
        {
            "Rated": (f"{n:,}", f"Nuclei that {FEWEST_LINEAGES} of the raters or more label."),
            "Resolved": (
                f"{n_resolved:,} ({n_resolved / n:.1%})",
                f"Nuclei with a posterior of {RESOLVED} or more.",
            ),
            "Unresolved": (f"{n - n_resolved:,}", f"Nuclei whose likeliest label has less than {RESOLVED}."),
            "As the majority": (
                f"{int(alike.sum()):,} of {n_resolved:,}",
                (
                    "Resolved nuclei to which more than half of the raters give the same label; "
                    f"{int((resolved & (won >= 0) & ~alike).sum()):,} have another majority, "
                    f"{int((resolved & (won < 0)).sum()):,} none."
                ),
            ),
        }
    )
    st.table(rater_rows(rated), hide_index=True, border="horizontal")
    st.caption(
        "Gives the consensus: of the resolved nuclei that the rater labels. Weight: how much its label tells "
        "about the type, by its confusions: 0 % nothing, 100 % all."
    )
    _show_crossed(rated)
    with st.expander("What the model assumes", icon=":material/rule:"):
        st.markdown(_assumptions(rated))
    with st.container(horizontal=True):
        show_csv_download("The consensus as CSV", lambda: posterior_rows(rated), f"consensus-{level}")
        show_csv_download("The confusions as CSV", lambda: confusion_rows(rated), f"confusions-{level}")


def rater_rows(rated: Posteriors) -> pd.DataFrame:
    """Each rater: what it labels, how far it gives the consensus, and what its label tells about the type."""
    codes, answers = rated.ratings.codes, rated.answers
    rows = []
    for place, (title, weight) in enumerate(zip(rated.ratings.lineages, rated.weights, strict=True)):
        both = (codes[:, place] >= 0) & (answers >= 0)
        same = int((codes[both, place] == answers[both]).sum())
        rows.append(
            {
                "Rater": plain(title),
                "Rated nuclei": f"{int((codes[:, place] >= 0).sum()):,}",
                "Gives the consensus": f"{same:,} of {int(both.sum()):,}",
                "Weight": f"{weight:.0%}",
            }
        )
    return pd.DataFrame(rows)


def _show_crossed(rated: Posteriors) -> None:
    """The consensus against the majority, or against the labels of one rater."""
    titles = rated.ratings.lineages
    chosen = st.segmented_control(
        "Consensus against", [MAJORITY, *titles], default=MAJORITY, required=True, key="rater",
        bind="query-params",
        help="A row: what the nuclei of one consensus are called. Click a cell to select its nuclei.",
    )  # fmt: skip
    place = titles.index(chosen) if chosen in titles else None
    marks = crossed_marks(rated, place)
    counts = _counted(marks, chosen)
    of = f"Consensus of {plural(len(titles), 'lineage')}, {rated.ratings.level}"
    caption = figure_caption(of, f"n = {of_nuclei(len(marks.nuclei))}")
    show_chart(
        "raters-crossed", (load_at_hand(), rated.ratings.level, chosen),
        lambda: matrix_figure(counts, square=True, caption=caption, clickable=True),
        alt=f"The consensus against {chosen}", marks=linked(lambda: marks, None),
        on_select=lambda: choose_mark("raters-crossed", marks, lambda words: []),
    )  # fmt: skip


def crossed_marks(rated: Posteriors, rater: int | None) -> Marks:
    """A mark for each consensus (`y`) with each label of a rater, or of the majority where None (`x`)."""
    ratings = rated.ratings
    given = majority(ratings.votes) if rater is None else ratings.codes[:, rater]
    none = NO_MAJORITY if rater is None else SILENT
    answers = coded_words(_last(rated.answers, len(ratings.labels)), [*ratings.labels, UNRESOLVED])
    labels = coded_words(_last(given, len(ratings.labels)), [*ratings.labels, none])
    whose = MAJORITY if rater is None else ratings.lineages[rater]
    return Marks(ratings.nuclei, {"y": Axis(answers, (), "the consensus"), "x": Axis(labels, (), whose)})


def _last(codes: np.ndarray, n: int) -> np.ndarray:
    return np.where(codes >= 0, codes, n)


def _counted(marks: Marks, title: str) -> pd.DataFrame:
    """Nuclei of each mark; labels that occur nowhere are left out."""
    rows, columns = (marks.axes[axis].words for axis in ("y", "x"))
    counts = np.zeros((len(rows.categories), len(columns.categories)), dtype=np.int64)
    np.add.at(counts, (rows.codes, columns.codes), 1)
    label = counts[:-1].any(axis=1) | counts[:, :-1].any(axis=0)
    places = [np.flatnonzero(np.append(label, last)) for last in (counts[-1].any(), counts[:, -1].any())]
    return pd.DataFrame(
        counts[np.ix_(*places)],
        index=pd.Index(rows.categories[places[0]], name="Consensus"),
        columns=pd.Index(columns.categories[places[1]], name=title),
    )


def _assumptions(rated: Posteriors) -> str:
    """What the model supposes, how it is estimated, and which lineages are known not to be independent."""
    left_out = [f"{title} ({n:,} at most)" for title, n in rated.left_out.items()]
    none = f" No raters: {', '.join(left_out)}." if left_out else ""
    estimated = (
        f"Estimated by expectation and maximisation from the majority, in {plural(rated.steps, 'step')}, "
        f"with {ANCHOR:g} nucleus added to each type’s own label and {SMOOTHING:g} spread evenly over its "
        "row."
    )
    needed = (
        f"Only nuclei that {FEWEST_LINEAGES} raters label are rated. A rater shares {FEWEST_NUCLEI} nuclei "
        f"with two others, or more.{none}"
    )
    lines = [
        "Each nucleus has one true type, and a rater confuses types alike wherever the nucleus lies.",
        "Given the type, raters err independently. Where they err together, the posterior is too confident.",
        "A missing label says nothing about the type; a label that only one rater uses is not a type.",
        estimated,
        needed,
        *dict.fromkeys(f"Not independent: {words}" for words in _dependences(rated.ratings)),
    ]
    return "\n".join(f"- {plain(line)}" for line in lines)


def _dependences(ratings: Ratings) -> Iterator[str]:
    """Why two raters do not err independently: training labels in common, or a mapping from one's labels."""
    tables = current_release().tables
    for first, second in combinations(ratings.tables, 2):
        for one, other in product(first, second):
            if circle := learnt_from_other(one, other, ratings.level):
                mapped, source = (table.title for table in circle)
                yield f"a label of {mapped} counts as what {source} gives most of its cells (circular)."
            if words := training_words(one, other, tables):
                yield words
