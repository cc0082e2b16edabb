"""What is handed to others: charts as SVG text, the report of a selection, the page for a saved view."""

import re
from datetime import date
from html import escape
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from components.analysis.comparison.agreement import measure_agreement, pair_labels
from components.figures.written import bars_svg, matrix_svg
from components.point_cloud.saved_page import saved_page
from components.ui.selection.report import selection_report
from data.catalog import CATALOG
from data.volume import VOLUME
from tests.loopback_archive import COARSE, FINE

HOSTILE = "<script>alert(1)</script>&\"'"
SVG = "{http://www.w3.org/2000/svg}"
LINK = "http://localhost/baylor?select=filter:a:labels=23P&release=661"
TABLES = {table.name: table for table in CATALOG.tables if table.name in {COARSE, FINE}}


def texts(svg: str) -> list[str]:
    """The written words of an SVG element, in order; it is parsed as XML, so it must be well formed."""
    return [node.text or "" for node in ET.fromstring(svg).iter(f"{SVG}text")]


def test_a_matrix_is_written_with_every_count_and_with_labels_as_text() -> None:
    matrix = pd.DataFrame(
        [[12, 0], [3, 4500]],
        index=pd.Index(["BC", HOSTILE], name="A"), columns=pd.Index(["BC", "MC"], name="B"),
    )  # fmt: skip
    assert texts(matrix_svg(matrix)) == ["B →", "A ↓", "BC", "MC", "BC", "12", HOSTILE, "3", "4.5k"]
    tips = [node.text for node in ET.fromstring(matrix_svg(matrix)).iter(f"{SVG}title")]
    assert tips[-1] == f"A: {HOSTILE}, B: MC: 4,500 nuclei, 99.9% of the row"


def test_the_title_of_a_narrow_matrix_is_within_its_picture() -> None:
    title = "Soma-nucleus metamodel"
    columns, index = pd.Index(["neuron"], name=title), pd.Index(["neuron"], name="A")
    picture = ET.fromstring(matrix_svg(pd.DataFrame([[1]], index=index, columns=columns)))
    written = next(node for node in picture.iter(f"{SVG}text") if node.text == f"{title} →")
    assert float(picture.attrib["width"]) >= float(written.attrib["x"]) + 6 * len(title)


def test_bars_are_as_long_as_their_counts() -> None:
    svg = bars_svg(pd.Series({"23P": 30, HOSTILE: 10}), ["#111111", "#222222"], "Labels")
    assert texts(svg) == ["23P", "30 · 75.0%", HOSTILE, "10 · 25.0%"]
    long, short = (float(bar.attrib["width"]) for bar in ET.fromstring(svg).iter(f"{SVG}rect"))
    assert long == pytest.approx(3 * short, abs=0.1)
    assert texts(bars_svg(pd.Series(dtype=int), [], "Labels")) == []


def nuclei() -> pd.DataFrame:
    """Forty nuclei with IDs of 18 digits, a depth each but one, and labels of two tables."""
    index = pd.Index(np.arange(1, 41), name="nucleus_id")
    fine = ["23P"] * 20 + ["BC"] * 10 + [None] * 10
    return pd.DataFrame(
        {
            "root_id": 864691135000000000 + np.arange(1, 41),
            "x_um": 500.0, "depth_um": [np.nan, *np.linspace(110, 149, 39)], "z_um": 600.0,
            COARSE: ["excitatory"] * 18 + ["inhibitory"] * 22, FINE: fine,
        },
        index,
    )  # fmt: skip


def report(
    frame: pd.DataFrame, *, synthetic: bool = False, words: str = "23P in Baylor fine", link: str = LINK
) -> str:
    rows = frame.reset_index()
    fine, coarse = (
        (TABLES[name], rows[["nucleus_id"]].assign(cell_type=rows[name].astype("category")).dropna())
        for name in (FINE, COARSE)
    )
    result = measure_agreement(pair_labels(fine, coarse, "class"))
    return selection_report(
        words, frame, TABLES, counted=FINE, release=VOLUME.releases[661], source="a folder",
        preset=VOLUME.layer_presets[0], synthetic=synthetic, result=result, link=link,
        written=date(2026, 11, 29),
    )  # fmt: skip


def test_a_report_counts_what_is_selected_and_says_of_what() -> None:
    page = report(nuclei())
    plain = re.sub(r"<[^>]+>", "\n", page)
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    for expected in (
        "40 nuclei of minnie65, release v661",
        "30 nuclei of 40 are in the table. Shares are of those drawn.",
        "20 · 66.7%",
        "22 inhibitory, 18 excitatory",
        "30 nuclei that both label, at the level of class; neither table is the truth.",
        "93.3%",  # 28 of 30: two 23P are called inhibitory
        "10 of 40, drawn at random, the same in each report.",
    ):
        assert expected in lines, expected
    assert "n = 39. 1 have no known depth." in plain
    assert "SYNTHETIC" not in page
    assert len(set(re.findall(r"8646911350000000\d\d", page))) == 10
    places = re.findall(r"<td>(1\d\d|–)</td>", page.split("Some of the nuclei")[1])
    assert page.count(">microscopy</a>") == len([place for place in places if place != "–"])


def test_a_report_of_synthetic_rows_is_marked_and_links_to_no_microscopy() -> None:
    page = report(nuclei(), synthetic=True)
    assert "SYNTHETIC ROWS: made up, not measured." in page
    assert "microscopy</a>" not in page


def test_a_report_has_its_date_and_the_link_to_its_view_written_out_where_it_is_short() -> None:
    anchor = '<a href="http://localhost/baylor?select=filter:a:labels=23P&amp;release=661">{}</a>.'
    assert f"Written 2026-11-29 from {anchor.format(escape(LINK))}" in report(nuclei())
    long = report(nuclei(), link=f"{LINK}&ids={'1,' * 200}")
    assert ">the view on screen</a>." in long


def test_words_and_labels_in_a_report_are_text() -> None:
    page = report(nuclei().assign(**{FINE: HOSTILE}), words=HOSTILE)
    assert "<script" not in page
    assert "alert(1)" in page


def test_a_page_for_a_saved_view_keeps_words_as_text_and_asks_nobody() -> None:
    page = saved_page(matrix="<svg/>", matrix_words=HOSTILE, citation=HOSTILE, synthetic=True)
    assert page.count("<script") == page.count("</script>") == 3
    assert "SYNTHETIC ROWS" in page
    assert "SYNTHETIC ROWS" not in saved_page(matrix="", matrix_words="", citation="", synthetic=False)
    assert "default-src 'none'" in page
