"""A consensus with probabilities: the model of Dawid and Skene, each lineage a rater.

The model supposes that each nucleus has one true type, that each rater mistakes types as its confusion matrix
says, wherever the nucleus lies, and that raters err independently of each other once the type is given. With
two raters it has no single solution: three must have labelled the same nuclei.

Source: Dawid and Skene 1979, Applied Statistics 28:20, doi:10.2307/2346806.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr, logsumexp

from components.analysis.comparison.intervals import Values
from components.analysis.raters.ratings import LabelCodes, Ratings, distinct_rows, vote_counts
from data.labels.entry import Level
from data.number_words import plural

FEWEST_LINEAGES, FEWEST_NUCLEI = 3, 300
"""What makes the model identifiable: this many lineages that label this many of the same nuclei."""
RESOLVED = 0.9
"""Posterior from which a label is the consensus; below it the nucleus is unresolved."""
ANCHOR, SMOOTHING = 1.0, 1.0
"""Nuclei added to each row of a confusion matrix: on the type's own label, so that a type keeps its name, and
spread evenly over all labels."""
TOLERANCE, MOST_STEPS = 1e-10, 2_000
"""The estimate ends when no posterior changes by more than the first, or after the second number of steps."""
UNRESOLVED = "unresolved"
"""The consensus of a nucleus without a label of that posterior."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Posteriors:
    """The types of nuclei by the model.

    Attributes
    ----------
    ratings : Ratings
        The raters' labels of the nuclei that three of them or more label.
    left_out : dict of str to int
        Lineages that are not raters, with the most nuclei that they share with two others.
    posterior : array, shape (n, m)
        Probability of each label for each nucleus; 0 for a label that only one rater gives, since no other
        vote confirms it.
    prevalence : array, shape (m,)
        Share of each type.
    confusion : array, shape (r, m, m)
        For each rater: of each type (rows), the shares to which it gives each label.
    steps : int
    """

    ratings: Ratings
    left_out: dict[str, int]
    posterior: Values
    prevalence: Values
    confusion: Values
    steps: int

    @property
    def answers(self) -> LabelCodes:
        """The consensus for each nucleus as a place in the labels; -1: unresolved."""
        return np.where(self.posterior.max(axis=1) >= RESOLVED, self.posterior.argmax(axis=1), -1)

    @property
    def weights(self) -> Values:
        """What each rater tells about the type, from 0 (nothing) to 1 (all), shape (r,).

        The mutual information of its label and the type, as a share of the entropy of the types.
        """
        joint = self.prevalence[:, None] * self.confusion
        given = joint.sum(axis=1)
        of_types = entr(self.prevalence).sum()
        told = of_types + entr(given).sum(-1) - entr(joint).sum((1, 2))
        return told / of_types if of_types > 0 else np.zeros(len(told))


@dataclass(frozen=True)
class NotIdentifiable:
    """Why there is no posterior at a level.

    Attributes
    ----------
    level : Level
    reason : str
        With the numbers.
    """

    level: Level
    reason: str


def rate_nuclei(ratings: Ratings) -> Posteriors | NotIdentifiable:
    """Estimate the type of each nucleus that three raters or more label; deterministic.

    A lineage is a rater if it and two others label `FEWEST_NUCLEI` of the same nuclei or more.
    """
    shared = _shared_by_three(ratings)
    raters = sorted({place for places, n in shared.items() if n >= FEWEST_NUCLEI for place in places})
    if not raters:
        return NotIdentifiable(ratings.level, _reason(ratings, shared))
    enough = np.count_nonzero(ratings.codes[:, raters] >= 0, axis=1) >= FEWEST_LINEAGES
    rated = ratings.of(raters, enough)
    kinds, counts, kind = distinct_rows(rated.codes)
    estimate = maximise(kinds, counts, start_from_majority(kinds, len(rated.labels)))
    others = set(range(len(ratings.lineages))) - {*raters}
    return Posteriors(
        ratings=rated,
        left_out={
            ratings.lineages[place]: max((n for places, n in shared.items() if place in places), default=0)
            for place in sorted(others)
        },
        posterior=estimate.posterior[kind],
        prevalence=estimate.prevalence,
        confusion=estimate.confusion,
        steps=estimate.steps,
    )


def _shared_by_three(ratings: Ratings) -> dict[tuple[int, ...], int]:
    """Nuclei that every three lineages label, by the lineages' places."""
    rates, counts, _ = distinct_rows((ratings.codes >= 0).astype(np.int64))
    return {
        places: int(counts[rates[:, places].all(axis=1)].sum())
        for places in combinations(range(len(ratings.lineages)), FEWEST_LINEAGES)
    }


def _reason(ratings: Ratings, shared: dict[tuple[int, ...], int]) -> str:
    needed = f"{FEWEST_LINEAGES} lineages must label {FEWEST_NUCLEI} of the same nuclei"
    labelled = (ratings.codes >= 0).sum(axis=0).tolist()
    each = ", ".join(f"{title} {n:,}" for title, n in zip(ratings.lineages, labelled, strict=True))
    if not shared:
        number = ["no lineage", "one lineage", "two lineages"][len(ratings.lineages)]
        n_both = int((ratings.n_raters > 1).sum())
        both = f"; {plural(n_both, 'nucleus has', 'nuclei have')} both" if len(labelled) > 1 else ""
        counted = f" ({each}{both})" if each else ""
        return f"Not identifiable: {number}{counted}; {needed}."
    most = max(shared, key=lambda places: shared[places])
    titles = ", ".join(ratings.lineages[place] for place in most)
    return (
        f"Not identifiable: two labels on most nuclei. The three lineages that share most ({titles}) label "
        f"{shared[most]:,} of the same nuclei; {needed} ({each})."
    )


@dataclass(frozen=True, eq=False)
class Estimate:
    """What the model says about each kind of nucleus; see `Posteriors`."""

    posterior: Values
    prevalence: Values
    confusion: Values
    steps: int


def start_from_majority(codes: LabelCodes, n_labels: int) -> Values:
    """The label with most votes for certain; where several have as many, each as likely, shape (p, m).

    Labels that only one rater gives are left out: they are not types.
    """
    raters = vote_counts(codes.T, n_labels).astype(bool).sum(axis=0)
    votes = np.where(raters > 1, vote_counts(codes, n_labels), -1)
    most = votes == votes.max(axis=1, keepdims=True)
    return most / most.sum(axis=1, keepdims=True)


def maximise(codes: LabelCodes, counts: NDArray[np.int64], start: Values) -> Estimate:
    """Find the likeliest confusion matrices and types by expectation and maximisation, in logarithms.

    Parameters
    ----------
    codes : int64 array, shape (p, r)
        Labels of each kind of nucleus; -1: the rater is silent, which counts for nothing.
    counts : int array, shape (p,)
        Nuclei of each kind.
    start : array, shape (p, m)
        Probabilities of the types to begin with; a type without any stays without.
    """
    (n_kinds, n_raters), n_labels = codes.shape, start.shape[1]
    one_hot = np.zeros((n_kinds, n_raters, n_labels))
    rows, raters = np.nonzero(codes >= 0)
    one_hot[rows, raters, codes[rows, raters]] = 1
    given = one_hot.reshape(n_kinds, -1)
    added = (ANCHOR * np.eye(n_labels) + SMOOTHING / n_labels)[:, None, :]
    posterior, steps, change = start, 0, np.inf
    while change > TOLERANCE and steps < MOST_STEPS:
        weighted = posterior * counts[:, None]
        prevalence = weighted.sum(axis=0) / counts.sum()
        confusion = (weighted.T @ given).reshape(n_labels, n_raters, n_labels) + added
        confusion /= confusion.sum(axis=-1, keepdims=True)
        with np.errstate(divide="ignore"):
            logs = np.log(prevalence) + given @ np.log(confusion).reshape(n_labels, -1).T
        before, posterior = posterior, np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
        steps, change = steps + 1, np.abs(posterior - before).max(initial=0)
    return Estimate(posterior, prevalence, confusion.transpose(1, 0, 2), steps)
