"""Published accuracies of the soma-and-nucleus model, for comparison with the loaded rows."""

from dataclasses import dataclass

from data.labels.entry import SUBCLASSES, Level


@dataclass(frozen=True, kw_only=True)
class Accuracy:
    """A published accuracy.

    Attributes
    ----------
    what : str
        The step of the model.
    published : float
        Share of correct calls, 0–1.
    on : str
        The cells on which it was measured.
    level : Level
        The level at which loaded rows are compared.
    labels : tuple of str
        Labels to which the comparison is restricted in both tables; empty for all.
    """

    what: str
    published: float
    on: str
    level: Level
    labels: tuple[str, ...] = ()


EXCITATORY, INHIBITORY, OTHERS = SUBCLASSES[:7], SUBCLASSES[7:11], SUBCLASSES[11:]

METAMODEL_ACCURACIES: tuple[Accuracy, ...] = (
    Accuracy(
        what="All subclasses",
        published=0.91,
        on="cross-validated on the 1,619 cells of the column it learned from",
        level="subclass",
    ),
    Accuracy(
        what="All subclasses",
        published=0.82,
        on="test set of 1,700 cells from the whole volume, 100 a class, named by experts",
        level="subclass",
    ),
    Accuracy(what="Neuron or not", published=0.956, on="with errors as a third answer", level="neuron"),
    Accuracy(
        what="Excitatory subclasses",
        published=0.90,
        on="cross-validated",
        level="subclass",
        labels=EXCITATORY,
    ),
    Accuracy(
        what="Inhibitory subclasses",
        published=0.90,
        on="cross-validated; 0.94 with features of spines and synapses",
        level="subclass",
        labels=INHIBITORY,
    ),
    Accuracy(
        what="Non-neuronal classes",
        published=0.975,
        on="cross-validated",
        level="subclass",
        labels=OTHERS,
    ),
)
"""Elabbady et al. 2025, for the model's later version (94,010 cells); v117 is an earlier version."""
