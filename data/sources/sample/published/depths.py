"""Depths (oriented µm below the pia) and nucleus volumes by type."""

from collections.abc import Mapping

from data.catalog.minnie65.expected import MANUAL, MEASURED
from data.sources.sample.published.figures import M_TYPES, Assumption, PublishedFigure

QUANTILES = "1, 5, 25, 50, 75, 95 and 99 % depths, µm"

FINE_DEPTHS: PublishedFigure[Mapping[str, tuple[float, ...]]] = PublishedFigure(
    f"Baylor fine: {QUANTILES}",
    {
        "23P": (76.8, 100.0, 150.5, 209.4, 266.8, 348.3, 583.2),
        "4P": (107.2, 240.2, 298.8, 328.7, 354.8, 433.1, 630.4),
        "5P-IT": (252.5, 338.7, 397.7, 463.5, 547.4, 635.3, 680.0),
        "5P-NP": (359.7, 411.6, 458.9, 491.0, 521.1, 580.4, 681.2),
        "5P-PT": (77.8, 129.8, 420.9, 457.5, 483.8, 521.4, 581.3),
        "6P-CT": (222.1, 477.1, 571.3, 615.5, 652.7, 698.8, 720.1),
        "6P-IT": (103.0, 467.5, 569.5, 626.7, 675.6, 722.7, 741.7),
        "BC": (94.8, 134.6, 299.2, 414.9, 525.0, 638.5, 693.4),
        "BPC": (58.3, 85.1, 140.3, 229.8, 373.0, 620.4, 683.1),
        "MC": (32.4, 71.3, 338.5, 447.0, 512.3, 605.2, 671.5),
        "NGC": (19.9, 31.6, 75.6, 206.1, 429.4, 677.7, 730.4),
    },
    MEASURED,
)
MANUAL_DEPTHS: PublishedFigure[Mapping[str, tuple[float, ...]]] = PublishedFigure(
    f"manual neurons: {QUANTILES}",
    {
        "23P": (79.8, 95.7, 124.4, 164.4, 207.8, 245.8, 299.1),
        "4P": (251.9, 257.8, 282.2, 312.5, 340.2, 367.8, 382.2),
        "5P-IT": (347.8, 359.5, 383.0, 402.2, 441.4, 489.1, 499.7),
        "5P-NP": (440.7, 454.9, 485.1, 522.7, 542.3, 568.0, 577.7),
        "5P-PT": (394.8, 412.0, 445.4, 460.3, 481.7, 510.1, 514.2),
        "6P-CT": (515.6, 529.6, 583.5, 621.4, 640.4, 681.6, 697.4),
        "6P-IT": (507.9, 514.7, 564.3, 633.8, 679.5, 711.9, 719.8),
        "6P-U": (505.1, 507.2, 574.2, 634.4, 670.0, 699.8, 712.3),
        "BC": (127.8, 154.7, 280.6, 394.6, 473.3, 645.0, 657.9),
        "BPC": (132.5, 135.2, 191.3, 316.7, 378.2, 611.1, 639.6),
        "MC": (81.7, 107.5, 273.5, 417.4, 497.4, 563.2, 622.6),
        "NGC": (23.3, 27.8, 43.1, 50.1, 170.9, 546.6, 649.8),
        "Unsure": (728.0, 732.8, 756.6, 758.9, 763.9, 768.8, 769.8),
        "Unsure E": (289.0, 296.5, 333.7, 425.0, 438.9, 465.1, 470.4),
        "Unsure I": (570.9, 576.8, 602.0, 626.4, 677.2, 708.9, 720.0),
        "WM-P": (726.5, 726.6, 732.2, 734.7, 740.1, 747.1, 757.1),
    },
    MANUAL,
)
M_TYPE_DEPTHS: PublishedFigure[Mapping[str, tuple[float, ...]]] = PublishedFigure(
    f"column M-types (second vocabulary): {QUANTILES}",
    {
        "DTC": (85.7, 108.8, 278.0, 457.3, 563.2, 647.7, 688.2),
        "ITC": (135.0, 145.4, 197.0, 316.7, 360.6, 570.7, 623.0),
        "L2a": (68.3, 79.1, 101.7, 112.6, 128.1, 152.6, 154.3),
        "L2b": (82.3, 88.7, 107.5, 119.0, 127.6, 158.2, 176.3),
        "L2c": (115.4, 123.7, 142.5, 153.7, 168.5, 196.6, 224.2),
        "L3a": (154.3, 160.1, 179.1, 198.3, 220.8, 234.5, 243.3),
        "L3b": (167.1, 181.9, 207.2, 240.3, 261.4, 283.1, 290.4),
        "L4a": (260.1, 271.1, 289.9, 305.6, 325.5, 343.1, 346.6),
        "L4b": (236.4, 257.5, 282.1, 311.3, 333.6, 370.8, 464.0),
        "L4c": (325.9, 333.8, 348.8, 364.7, 375.5, 389.8, 405.5),
        "L5ET": (409.7, 425.4, 445.0, 460.3, 479.5, 509.3, 514.2),
        "L5NP": (440.7, 454.9, 485.1, 522.7, 542.3, 568.0, 577.7),
        "L5a": (382.1, 384.2, 395.3, 402.3, 430.4, 457.1, 466.4),
        "L5b": (384.0, 390.0, 407.1, 429.5, 447.0, 466.2, 485.4),
        "L6short-a": (428.9, 476.1, 514.4, 547.0, 574.6, 607.2, 622.9),
        "L6short-b": (529.6, 541.8, 572.6, 631.8, 664.5, 696.3, 716.9),
        "L6tall-a": (481.6, 505.8, 541.9, 569.7, 605.1, 626.5, 636.1),
        "L6tall-b": (511.2, 578.2, 622.0, 635.1, 665.2, 688.9, 697.2),
        "L6tall-c": (582.2, 616.1, 640.0, 665.3, 687.8, 710.2, 716.3),
        "L6wm": (711.0, 711.8, 720.0, 732.5, 738.4, 742.9, 756.1),
        "PTC": (127.5, 154.4, 276.2, 393.7, 465.6, 623.9, 648.8),
        "STC": (23.7, 29.4, 43.9, 122.7, 461.8, 675.6, 675.9),
    },
    M_TYPES,
)
FINE_MEANS: PublishedFigure[Mapping[str, tuple[float, ...]]] = PublishedFigure(
    "Baylor fine: mean and spread of depth, µm",
    {
        "23P": (217.3, 91.6),
        "4P": (330.7, 76.8),
        "5P-IT": (473.0, 97.5),
        "5P-NP": (491.2, 57.3),
        "5P-PT": (425.1, 111.1),
        "6P-CT": (602.3, 83.3),
        "6P-IT": (609.3, 106.0),
        "BC": (408.0, 153.6),
        "BPC": (272.0, 160.5),
        "MC": (407.4, 155.7),
        "NGC": (268.6, 213.9),
    },
    MEASURED,
)
COARSE_MEANS: PublishedFigure[Mapping[str, tuple[float, ...]]] = PublishedFigure(
    "Baylor coarse: mean and spread of depth, µm",
    {
        "excitatory": (376.8, 183.1),
        "inhibitory": (366.3, 181.7),
    },
    MEASURED,
)
MANUAL_MEANS: PublishedFigure[Mapping[str, tuple[float, ...]]] = PublishedFigure(
    "manual neurons: mean and spread of depth, µm",
    {
        "23P": (168.6, 52.2),
        "4P": (311.6, 35.3),
        "5P-IT": (414.9, 41.1),
        "5P-NP": (513.3, 43.4),
        "5P-PT": (462.9, 29.6),
        "6P-CT": (614.6, 44.9),
        "6P-IT": (622.3, 64.2),
        "6P-U": (620.0, 65.7),
        "BC": (383.3, 145.2),
        "BPC": (320.1, 150.4),
        "MC": (370.9, 156.4),
        "NGC": (156.3, 195.9),
        "Unsure": (755.3, 16.7),
        "Unsure E": (391.3, 77.5),
        "Unsure I": (637.0, 49.3),
        "WM-P": (736.6, 8.1),
    },
    MANUAL,
)
GLIA_MEANS: PublishedFigure[Mapping[str, tuple[float, ...]]] = PublishedFigure(
    "non-neuronal cells: mean and spread of depth, µm",
    {
        "astrocyte": (332.0, 195.0),
        "oligo": (498.0, 131.0),
        "OPC": (434.0, 170.0),
        "microglia": (383.0, 194.0),
        "pericyte": (268.0, 163.0),
    },
    "measured on a small sample of the metamodel (v117)",
)
COARSE_BY_DEPTH: PublishedFigure[Mapping[str, tuple[int, ...]]] = PublishedFigure(
    "Baylor coarse: nuclei in slices of 50 µm from the pia, the last open",
    {
        "excitatory": (
            18,
            1161,
            4291,
            4399,
            4786,
            5318,
            5560,
            3823,
            2363,
            2224,
            2958,
            3765,
            4092,
            3166,
            1133,
            37,
        ),
        "inhibitory": (154, 374, 445, 420, 345, 372, 380, 547, 644, 616, 514, 392, 334, 188, 61, 19),
    },
    MEASURED,
)
VOLUME_UM3: Assumption[Mapping[str, float]] = Assumption(
    "mean nucleus volume by hidden type, µm³",
    {
        "23P": 275.0,
        "4P": 245.0,
        "5P-IT": 285.0,
        "5P-ET": 420.0,
        "5P-NP": 260.0,
        "6P-IT": 245.0,
        "6P-CT": 250.0,
        "BC": 300.0,
        "MC": 280.0,
        "BPC": 230.0,
        "NGC": 230.0,
        "astrocyte": 170.0,
        "oligo": 95.0,
        "OPC": 120.0,
        "microglia": 90.0,
        "pericyte": 100.0,
        "error": 55.0,
    },
    "no table was at hand; from single rows shown in the tutorial",
)
VOLUME_SPREAD = Assumption(
    "spread of volumes within a type (and of false detections)", (0.18, 0.4), "as above"
)
ERROR_DEPTH_UM = Assumption(
    "depths of false detections, ends and quartiles, µm",
    (5.0, 60.0, 400.0, 720.0, 790.0),
    "likelier near the pia and the white matter",
)
