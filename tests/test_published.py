"""Agreement by hand of the steps with a published accuracy; where two tables contradict each other."""

from pathlib import Path

import numpy as np
import pandas as pd

from components.analysis.comparison.differences import (
    agreement_by_hand,
    contradiction_counts,
    deep_inhibitory_called_excitatory,
)
from data.catalog import TABLES
from data.catalog.minnie65.soma_nucleus import METAMODEL_ACCURACIES
from data.loader import LabelTable
from data.opening import open_release
from data.settings import read_settings

MODEL, MANUAL = TABLES["aibs_soma_nuc_metamodel_preds_v117"], TABLES["allen_v1_column_types_slanted_ref"]
COARSE, FINE = TABLES["baylor_log_reg_cell_type_coarse_v1"], TABLES["baylor_gnn_cell_type_fine_model_v2"]


def frame(labels: list[str], depths: list[float] | None = None) -> pd.DataFrame:
    ids = np.arange(1, len(labels) + 1)
    depth = np.array(depths or np.zeros(len(labels)))
    return pd.DataFrame({"nucleus_id": ids, "cell_type": pd.Categorical(labels), "depth_um": depth})


def test_the_share_is_of_all_nuclei_with_the_labels_by_hand() -> None:
    model = frame(["23P", "23P", "BC", "23P", "oligo"])
    manual = frame(["23P", "4P", "BC", "BC", "WM-P"])
    lines = agreement_by_hand((MODEL, model), [(MANUAL, manual)], METAMODEL_ACCURACIES).set_index("what")
    here = {(line.Index, line.n, line.share) for line in lines[lines["n"] > 0].itertuples()}
    assert here == {
        ("All subclasses", 4, 0.5),
        ("Excitatory subclasses", 2, 0.5),
        ("Inhibitory subclasses", 2, 0.5),  # the basket cell called 23P is a miss, not left out
        ("Neuron or not", 5, 0.8),
    }
    assert lines.loc["Non-neuronal classes", "n"] == 0


def test_published_figures_and_those_of_other_cells_are_not_in_one_table() -> None:
    lines = agreement_by_hand((MODEL, frame(["23P"])), [], METAMODEL_ACCURACIES)
    assert [*lines] == ["what", "share", "n"]
    assert lines["what"].is_unique
    assert lines["n"].eq(0).all()
    assert lines["share"].isna().all()


def test_deep_inhibitory_nuclei_are_those_below_the_border() -> None:
    model = frame(["23P", "BC", "5P-IT", "MC", "5P-IT"])
    manual = frame(["BC", "BC", "MC", "MC", "5P-IT"], [100, 100, 500, 391.0, 500])
    found = deep_inhibitory_called_excitatory((MODEL, model), (MANUAL, manual), 391.0)
    assert found["nuclei"].to_dict() == {"above": 2, "below": 2}
    assert found["called_excitatory"].to_dict() == {"above": 1, "below": 1}
    assert found.loc["below", "share"] == 0.5


def test_contradictions_are_counted_by_the_type_that_the_column_table_names() -> None:
    coarse = frame(["excitatory", "inhibitory", "inhibitory", "inhibitory", "excitatory"])
    fine = frame(["23P", "23P", "5P-PT", "BC", "MC"])
    found = contradiction_counts((COARSE, coarse), (FINE, fine))
    assert found.index.tolist() == ["23P", "5P-ET", "MC"]
    assert found["nuclei"].tolist() == [1, 1, 1]
    assert found["compared"].tolist() == [2, 1, 1]
    assert (found.loc["MC", "class"], found.loc["MC", "other_class"]) == ("inhibitory", "excitatory")


def test_tables_that_agree_contradict_nowhere() -> None:
    assert contradiction_counts((COARSE, frame(["excitatory"])), (FINE, frame(["4P"]))).empty


def test_contradictions_of_the_real_rows(realdata: Path, tmp_path: Path) -> None:
    settings = read_settings({"source": "folder", "folder": realdata, "cache": tmp_path})
    release = open_release(settings, sample_when_offline=False)
    coarse, fine = release.load_labels(COARSE.name), release.load_labels(FINE.name)
    assert isinstance(coarse, LabelTable)
    found = contradiction_counts((COARSE, coarse.frame), (FINE, fine.frame))
    assert found.groupby("class", observed=True)["nuclei"].sum().to_dict() == {
        "excitatory": 362,
        "inhibitory": 147,
    }
    assert found.loc["5P-ET", "nuclei"] == 142
    assert found.loc["6P-CT", "nuclei"] == 137
