"""The consensus with probabilities as rows, for files and pages."""

import numpy as np
import pandas as pd

from components.analysis.raters.dawid_skene import UNRESOLVED, Posteriors
from components.analysis.raters.ratings import majority


def consensus_rows(rated: Posteriors) -> pd.DataFrame:
    """The consensus of each rated nucleus.

    Returns
    -------
    DataFrame
        Index `nucleus_id`. `consensus`: its label or `UNRESOLVED`; `likeliest` and its `posterior`;
        `raters` that label it; `majority`: the label that more than half of these give, missing without one.
    """
    ratings = rated.ratings
    words, won = np.array([*ratings.labels, UNRESOLVED], dtype=object), majority(ratings.votes)
    no_word = np.array([*ratings.labels, None], dtype=object)
    return pd.DataFrame(
        {
            "consensus": words[rated.answers],
            "likeliest": words[rated.posterior.argmax(axis=1)],
            "posterior": rated.posterior.max(axis=1),
            "raters": ratings.n_raters,
            "majority": no_word[won],
        },
        index=pd.Index(ratings.nuclei, name="nucleus_id"),
    )


def posterior_rows(rated: Posteriors) -> pd.DataFrame:
    """Each rated nucleus with its consensus, each rater's label, and the posterior of every label."""
    ratings, rows = rated.ratings, consensus_rows(rated)
    words = np.array([*ratings.labels, None], dtype=object)
    given = {title: words[ratings.codes[:, place]] for place, title in enumerate(ratings.lineages)}
    posteriors = {
        f"posterior_{label}": rated.posterior[:, place] for place, label in enumerate(ratings.labels)
    }
    return rows.assign(level=ratings.level, **given, **posteriors).reset_index()


def confusion_rows(rated: Posteriors) -> pd.DataFrame:
    """Each rater's confusion matrix, a row a cell: of a `type`, the `share` to which it gives a `label`."""
    ratings = rated.ratings
    cells = pd.MultiIndex.from_product(
        [ratings.lineages, ratings.labels, ratings.labels], names=["rater", "type", "label"]
    )
    shares = pd.Series(rated.confusion.ravel(), index=cells, name="share")
    return shares.reset_index().assign(level=ratings.level)
