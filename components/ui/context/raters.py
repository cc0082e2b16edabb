"""All lineages of the tables at hand: their ratings, and the consensus with probabilities, kept by level."""

import numpy as np
import pandas as pd

from components.analysis.raters.dawid_skene import UNRESOLVED, NotIdentifiable, Posteriors, rate_nuclei
from components.analysis.raters.files import consensus_rows
from components.analysis.raters.ratings import Ratings, lineage_ratings
from components.ui.session.cached import cached
from components.ui.session.release import load_at_hand
from data.labels.entry import Level
from data.loader import LabelTable

PROBABLE: tuple[Level, ...] = ("class", "subclass")
"""Levels of the consensus in files."""


def ratings_at_hand(level: Level) -> Ratings:
    """What each lineage at hand calls each nucleus."""
    return _ratings(_with_vote(load_at_hand()), level)


def posteriors_at_hand(level: Level) -> Posteriors | NotIdentifiable:
    """The consensus with probabilities over the lineages at hand, or why there is none."""
    return _posteriors(_with_vote(load_at_hand()), level)


def consensus_columns(loaded: dict[str, LabelTable], level: Level, nuclei: "pd.Index[int]") -> pd.DataFrame:
    """The consensus of each of some nuclei (categorical) and its posterior; missing where none is rated."""
    rated = _posteriors(_with_vote(loaded), level)
    if not isinstance(rated, Posteriors):
        return pd.DataFrame({"consensus": pd.Categorical([None] * len(nuclei)), "posterior": np.nan}, nuclei)
    rows = consensus_rows(rated)[["consensus", "posterior"]].reindex(nuclei)
    words = [word for word in [*rated.ratings.labels, UNRESOLVED] if (rows["consensus"] == word).any()]
    return rows.astype({"consensus": pd.CategoricalDtype(words)})


def with_consensus(rows: pd.DataFrame, loaded: dict[str, LabelTable]) -> pd.DataFrame:
    """Add to rows by nucleus ID the consensus of the tables at hand, at the levels that have one."""
    for level in PROBABLE:
        rated = _posteriors(_with_vote(loaded), level)
        if isinstance(rated, Posteriors):
            known = consensus_rows(rated)[["consensus", "likeliest", "posterior"]].reindex(rows.index)
            rows = rows.assign(**{f"{name}_{level}": known[name].to_numpy() for name in known})
    return rows


def posterior_words(nucleus: int, level: Level, n_votes: int) -> str:
    """What the model says about a nucleus at a level, beside the majority; or why it says nothing."""
    rated = posteriors_at_hand(level)
    place = np.searchsorted(rated.ratings.nuclei, nucleus) if isinstance(rated, Posteriors) else 0
    if not isinstance(rated, Posteriors) or nucleus not in rated.ratings.nuclei[place : place + 1]:
        few = ("no vote", "one vote", "two votes")
        return f"no posterior: {few[n_votes] if n_votes < len(few) else 'not identifiable'}"
    shares = rated.posterior[place]
    likeliest = [f"{rated.ratings.labels[k]} {shares[k]:.2f}" for k in np.argsort(-shares, kind="stable")[:2]]
    resolved = rated.answers[place] >= 0
    return f"posterior {likeliest[0]}" if resolved else f"posterior unresolved: {', '.join(likeliest)}"


def _with_vote(loaded: dict[str, LabelTable]) -> dict[str, LabelTable]:
    """Tables but a reader's own, which have no vote: all sessions share what is found of the others."""
    return {name: one for name, one in loaded.items() if not one.table.own}


@cached()
def _ratings(loaded: dict[str, LabelTable], level: Level) -> Ratings:
    return lineage_ratings(loaded, level)


@cached(show_spinner="Asking all lineages …")
def _posteriors(loaded: dict[str, LabelTable], level: Level) -> Posteriors | NotIdentifiable:
    return rate_nuclei(_ratings(loaded, level))
