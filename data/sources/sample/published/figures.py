"""The numbers the synthetic release is drawn from: published or measured figures, and assumptions.

Nothing else of the sample is taken from anywhere. The larger ones (label counts, confusions,
depths, mistakes) are in `counts.py`, `m_types.py`, `depths.py` and `readers.py`; `lists.py` names them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from data.catalog.minnie65.expected import MANUAL, MEASURED
from data.number_words import plural

Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True)
class PublishedFigure(Generic[Value_co]):
    """A published or measured number (or table of numbers) and who says so."""

    what: str
    value: Value_co
    source: str

    @property
    def text(self) -> str:
        """The value in words, short enough for a table."""
        return value_text(self.value)


@dataclass(frozen=True)
class Assumption(Generic[Value_co]):
    """A number without a published source, and why this one was taken."""

    what: str
    value: Value_co
    reason: str

    @property
    def text(self) -> str:
        """The value in words, short enough for a table."""
        return value_text(self.value)


def value_text(value: object) -> str:
    """Write a value for a reader; a long table of numbers by what it lists."""
    if isinstance(value, Mapping):
        if len(value) > 6 or any(isinstance(part, Mapping | tuple) for part in value.values()):
            return f"{plural(len(value), 'entry', 'entries')}: {', '.join(str(key) for key in value)}"
        return ", ".join(f"{key} {value_text(part)}" for key, part in value.items())
    if isinstance(value, tuple):
        return ", ".join(value_text(part) for part in value)
    if isinstance(value, int) and value < 10_000_000:
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


TUTORIAL = "MICrONS tutorial, overview of annotation tables"
DATABOOK = "SWDB 2023 databook, all tables"
M_TYPES = "measured on the column M-types of v795 (lelabbady/Perisomatic_Based_CellTyping)"
ELABBADY = "Elabbady et al. 2025, soma and nucleus models"
FLAGSHIP = "MICrONS Consortium 2025, functional coregistration"

NUCLEI = PublishedFigure("nuclei detected", 144_120, TUTORIAL)
ALTERNATIVE_POINTS = PublishedFigure("alternative points", 8_388, TUTORIAL)
SMALLEST_UM3 = PublishedFigure("smallest volume that counts as a nucleus, µm³", 25.0, TUTORIAL)
VOLUME_VOXEL_UM3 = Assumption(
    "step of nucleus volumes, µm³",
    64 * 64 * 40 * 1e-9,
    "one voxel of the nucleus segmentation, 64 × 64 × 40 nm",
)
GRID_VOXELS = PublishedFigure("grid of nucleus centres in x and y, voxels", 16, MEASURED)
ROOT_ZERO_SHARE = PublishedFigure(
    "share of nuclei without a root", 0.097, "estimated from the size of a public v661 table"
)
X_UM = PublishedFigure("x of nuclei: ends and quartiles, µm", (195.0, 587.0, 850.0, 1139.0, 1589.0), MEASURED)
Z_UM = PublishedFigure("z of nuclei: ends and quartiles, µm", (594.0, 720.0, 838.0, 959.0, 1114.0), MEASURED)
COLUMN_NUCLEI = PublishedFigure("nuclei in the V1 column", 2_204, TUTORIAL)
SVM_RECALL = PublishedFigure(
    "recall of the neuron classifier", 0.996, "MICrONS tutorial, static repositories"
)
SVM_PRECISION = PublishedFigure(
    "precision of the neuron classifier", 0.969, "MICrONS tutorial, static repositories"
)
METAMODEL_DATASET = PublishedFigure("metamodel against experts, mean over types", 0.82, ELABBADY)
METAMODEL_COLUMN = PublishedFigure(
    "metamodel (v661) against manual labels", 0.866, "measured on v661 rows, n = 1,323"
)
METAMODEL_COLUMN_N = PublishedFigure("manual neurons with a metamodel label", 1_323, "measured on v661 rows")
COARSE_COLUMN = PublishedFigure("Baylor coarse against manual labels, class", 0.991, f"{MANUAL}, n = 1,098")
FINE_COLUMN = PublishedFigure("Baylor fine against manual labels, subclass", 0.814, f"{MANUAL}, n = 983")
METAMODEL_BY_FINE = PublishedFigure(
    "metamodel (v661) against Baylor fine", 0.647, "measured on v661 rows, n = 46,572"
)
METAMODEL_BY_COARSE = PublishedFigure(
    "metamodel against Baylor coarse, class", 0.973, "measured on v661 rows, n = 51,580"
)
METAMODEL_ROOT_ZERO = PublishedFigure(
    "share of metamodel rows without a root", 175 / 94_014, "MICrONS tutorial, cell types at version 1718"
)
COREG_MULTIPLICITY = PublishedFigure(
    "nuclei by number of manual matches", {1: 10_372, 2: 1_513, 3: 141, 4: 24, 5: 1}, MEASURED
)
COREG_ROWS = PublishedFigure("rows of the manual coregistration", 13_925, DATABOOK)
COREG_NUCLEI = PublishedFigure("nuclei of the manual coregistration", 12_052, DATABOOK)
COREG_DEPTH_UM = PublishedFigure("depths of manually matched nuclei, µm", (53.0, 602.0), MEASURED)
COREG_AREAS = PublishedFigure(
    "manual matches by area", {"V1": 9_236, "RL": 3_622, "AL": 1_032, "LM": 32}, MEASURED
)
COREG_COARSE = PublishedFigure(
    "manually matched nuclei by Baylor coarse", {"excitatory": 10_544, "inhibitory": 80}, MEASURED
)
COREG_COLUMN = PublishedFigure("manually matched nuclei among manual neurons", 454, MEASURED)
AUTO_ROWS = PublishedFigure("rows of the automated coregistration", 68_436, DATABOOK)
AUTO_NUCLEI = PublishedFigure("nuclei of the automated coregistration", 36_078, DATABOOK)
AUTO_AGREEMENT = PublishedFigure("automated against manual matches", 0.83, f"{FLAGSHIP} (fiducial transform)")
AUTO_AGREEMENT_BEST = PublishedFigure(
    "the same without the 30 % of lowest score", 0.90, f"{FLAGSHIP} (fiducial transform)"
)

RESIDUAL_MEAN_UM = PublishedFigure("mean residual of the transform, µm", 3.8, FLAGSHIP)

NUCLEUS_IDS = Assumption("first nucleus ID", 9_000_001, "seven digits: real ones have four to six")
NUCLEUS_ID_STEP = Assumption(
    "step between nucleus IDs, at most", 5, "real IDs have gaps; these stay seven digits"
)
ROOT_IDS = Assumption("first root ID", 999_000_000_000_000_000, "as long as a real one, which begin 86469113")
ROOT_ID_STEP = Assumption("step between root IDs, at most", 6_500_000_000, "all roots stay within 18 digits")
SUPERVOXEL_IDS = Assumption("first supervoxel ID", 998_000_000_000_000_000, "outside the range of real ones")
ERRORS_IN_COLUMN = Assumption(
    "share of detections that are not cells", 305 / 2_204, "column nuclei that carry no manual label"
)
ROOT_ZERO_REACH_UM = Assumption(
    "reach of missing roots from the side faces, µm", 16.0, "most lie within 20 µm"
)
SHARED_ROOTS = Assumption(
    "roots by number of nuclei that share them",
    {
        **{346: 1, 102: 1, 60: 1, 43: 1, 31: 1, 24: 1, 19: 1, 16: 1, 14: 1, 12: 1, 11: 1, 10: 1, 9: 2, 8: 3},
        **{7: 5, 6: 8, 5: 15, 4: 35, 3: 120, 2: 930},
    },
    "the largest are those of a later metamodel table; the rest a tail that makes 2.5 % of nuclei",
)
APART_UM = Assumption(
    "least distance between two nuclei, µm",
    3.5,
    "the nearest two of 54,899 real neurons lie 4.70 µm apart",
)
FLAT_PIA_UM = Assumption(
    "how far cortex waves up and down, µm (bowl, twist, tilt)",
    (14.0, 8.0, 6.0),
    "first cells lie at 25 to 59 µm",
)
MENDED_ROOTS = Assumption(
    "alternative points that find a missing root", 3_800, "no source; under half of them"
)
SAME_ROOT_SHARE = Assumption("other alternative points that find the same root", 0.1, "no source; few")
ALTERNATIVE_REACH_UM = Assumption(
    "displacement of alternative points along each axis, µm, at most",
    1.5,
    "half of the documented 3 µm window",
)
GLIA_AS_NEURON = Assumption(
    "part of false neurons that are glia", 0.5, "no source; the rest are false detections"
)
METAMODEL_SKILL = Assumption(
    "metamodel agreement with the hidden type of neurons, before fitting",
    0.76,
    "the published agreement with experts is a mean over all types",
)
METAMODEL_DUPLICATES = Assumption(
    "second rows of the metamodel (and conflicting)", (40, 8), "a few are known"
)
M_TYPE_DUPLICATES = Assumption(
    "second rows of predicted M-types (and conflicting)", (30, 6), "a few are known"
)
COARSE_DUPLICATES = Assumption(
    "second rows of Baylor coarse (and conflicting)",
    (82, 6),
    "164 rows are duplicates or without root; half of each, the split is unknown",
)
M_TYPE_KEPT = Assumption(
    "predicted M-types that keep the column's cluster", 0.85, "the model learned from these cells"
)
COREG_PLACE_UM = Assumption(
    "x of two-photon fields, µm", (380.0, 1_485.0), "the functional volume is narrower than the EM volume"
)
AUTO_ATTEMPTED = Assumption(
    "share of manual units also matched automatically", 0.85, "no source; most of them"
)
AUTO_AGREEMENT_KNOTS = Assumption(
    "chance to agree at the lowest, the 30 % and the highest score",
    (0.513, 0.82, 0.98),
    "the straight lines whose means are the published 83 % and 90 %",
)
SCANS = Assumption(
    "two-photon scans (session, scan) and their share of manual units, %",
    {
        **{
            (4, 7): 7.3,
            (5, 3): 3.1,
            (5, 6): 7.2,
            (5, 7): 7.2,
            (6, 2): 7.3,
            (6, 4): 8.3,
            (6, 6): 7.6,
            (6, 7): 7.4,
        },
        **{
            (7, 3): 5.3,
            (7, 4): 8.2,
            (7, 5): 4.5,
            (8, 5): 8.0,
            (8, 7): 0.1,
            (9, 3): 8.4,
            (9, 4): 7.4,
            (9, 6): 2.7,
        },
    },
    "measured on the public rows of the manual table; shares rounded",
)
UNITS_PER_SCAN = Assumption("unit IDs of a scan, up to", 9_600, "the highest seen is about 9,600")
FIELDS = Assumption("imaging fields, first and last, from shallow to deep", (2, 6), "range of the rows seen")
RESIDUAL_UM = Assumption(
    "residual at nine quantiles, µm",
    (0.2, 0.5, 1.0, 2.1, 3.3, 4.8, 8.0, 11.0, 17.0),
    "published mean 3.8, rows seen 2 to 10",
)
SCORE_UM = Assumption(
    "score at nine quantiles, µm", (-9.0, -3.5, -0.8, 1.8, 3.7, 6.2, 10.0, 13.5, 18.0), "rows seen −1 to 10"
)
GROUPS = Assumption(
    "connectivity groups within each M-type",
    {"PTC": (1, 6), "DTC": (7, 11), "ITC": (12, 15), "STC": (16, 18)},
    "the paper shows 18 motif groups; names and sizes are not published",
)
GROUP_STRAYS = Assumption(
    "share of cells in a group of another M-type", 0.1, "groups are said to cut across M-types"
)
