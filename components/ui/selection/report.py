"""The report of a selection: one printable page that says what is in it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape

import numpy as np
import pandas as pd

from components.analysis.comparison.agreement import Agreement, measure_within
from components.analysis.comparison.matrix import folded_matrix
from components.analysis.comparison.metrics import METRICS, interval_words, metric_intervals
from components.analysis.output.citation import citation_text
from components.analysis.output.viewer_link import drawn_nuclei, viewer_link
from components.figures.written import TEAL, bars_svg, matrix_svg
from data.catalog.entry import Table
from data.labels.crosswalk import colour_of, ordered
from data.number_words import of_nuclei, plural
from data.tables.schema import POSITION
from data.volume import VOLUME
from data.volume.space import layer_of
from data.volume.volume import LayerPreset, Release

SLICE_UM, EXAMPLES, MOST_LABELS = 100, 10, 14
LONGEST_LINK = 300
"""Letters of a link that is written in full, for readers of the page on paper."""
MEASURED = ("agreement", "kappa", "ac1")
STYLE = """
@page { size: A4; margin: 10mm; }
body { font: 10px/1.28 system-ui, sans-serif; color: #1c1c1c; background: #fff; }
body { max-width: 186mm; margin: 10mm auto; }
h1 { font-size: 18px; margin: 0 0 1mm; } h2 { font-size: 13px; margin: 2mm 0 0.5mm; break-after: avoid; }
p { margin: 0.5mm 0; overflow-wrap: anywhere; } svg { max-width: 100%; height: auto; display: block; }
table { border-collapse: collapse; }
td, th { text-align: left; padding: 0 8px 0 0; vertical-align: top; }
section { break-inside: avoid; min-width: 0; }
.beside {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(75mm, 1fr)); gap: 0 6mm;
}
.mark { font-weight: 700; }
pre { white-space: pre-wrap; font: inherit; font-size: 8px; line-height: 1.25; }
@media print { body { margin: 0; max-width: none; } a { color: inherit; } }
"""


def selection_report(
    words: str,
    nuclei: pd.DataFrame,
    tables: Mapping[str, Table],
    *,
    counted: str,
    release: Release,
    source: str,
    preset: LayerPreset,
    synthetic: bool,
    link: str,
    written: date,
    result: Agreement | None = None,
) -> str:
    """Write one page of HTML, for a screen and for A4, about the nuclei of a selection.

    Parameters
    ----------
    words : str
        How the nuclei were selected.
    nuclei : DataFrame
        Those at hand, index the nucleus IDs: `root_id`, `x_um`, `depth_um`, `z_um`, and for each of `tables`
        its labels, missing where it does not hold the nucleus.
    tables : mapping of str to Table
        That label nuclei.
    counted : str
        The one whose labels are counted.
    release : Release
    source : str
        Where the rows came from.
    preset : LayerPreset
        Whose layers.
    synthetic : bool
        Whether the rows were made up.
    link : str
        To the view that the page is of.
    written : date
    result : Agreement, optional
        Of two tables, over all nuclei that they compare.
    """
    title = f"{of_nuclei(len(nuclei))} of {VOLUME.name}, release v{release.number}"
    inside = measure_within(result, nuclei.index.to_numpy(), MEASURED) if result else None
    parts = [
        f"<h1>{escape(title)}</h1>",
        '<p class="mark">SYNTHETIC ROWS: made up, not measured.</p>' if synthetic else "",
        f"<p>{escape(words)}.</p><p>Written {written:%Y-%m-%d} from {_link(link)}.</p>",
        '<div class="beside"><div>',
        _section(f"Labels in {tables[counted].title}", _counts(nuclei[counted])) if counted in tables else "",
        _section("Depth", _depths(nuclei["depth_um"])),
        _section(f"Layers, after {preset.name}, approximate", _layers(nuclei["depth_um"], preset)),
        "</div><div>",
        _section("What each table says", _by_table(nuclei, tables)),
        _agreement(inside) if inside else "",
        "</div></div>",
        _section("Some of the nuclei", _examples(nuclei, tables, release, synthetic=synthetic)),
        _section("Methods", _methods(release, source, inside)),
        f"<h2>To cite</h2><pre>{escape(citation_text(release, synthetic=synthetic))}</pre>",
    ]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>"
    )


def _link(link: str) -> str:
    words = link if len(link) <= LONGEST_LINK else "the view on screen"
    return f'<a href="{escape(link)}">{escape(words)}</a>'


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _lines(rows: Iterable[Sequence[str]], head: Sequence[str]) -> str:
    """A table; its cells are HTML."""
    top = "".join(f"<th>{escape(name)}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{top}</tr>{body}</table>"


def _counts(labels: pd.Series) -> str:
    known = labels.dropna().astype(str).value_counts()
    shown = known.head(MOST_LABELS)
    shown = shown.loc[ordered([*shown.index])]
    rarer = len(known) - len(shown)
    more = f"; {plural(rarer, 'rarer label is', 'rarer labels are')} not drawn" if rarer else ""
    words = (
        f"{of_nuclei(int(known.sum()))} of {len(labels):,} are in the table{more}. Shares are of those drawn."
    )
    return f"<p>{words}</p>{bars_svg(shown, [colour_of(label) for label in shown.index], 'Labels')}"


def _by_table(nuclei: pd.DataFrame, tables: Mapping[str, Table]) -> str:
    def row(name: str, table: Table) -> list[str]:
        known = nuclei[name].dropna().astype(str).value_counts()
        commonest = ", ".join(f"{n:,} {label}" for label, n in known.head(4).items())
        more = f", {plural(int(known.iloc[4:].sum()), 'other')}" if len(known) > 4 else ""
        return [escape(table.title), f"{int(known.sum()):,}", escape(commonest + more) or "–"]

    rows = [row(name, table) for name, table in tables.items() if name in nuclei]
    return _lines(rows, ["Table", f"of {len(nuclei):,}", "Commonest labels"])


def _depths(depth_um: pd.Series) -> str:
    known = depth_um.dropna()
    if known.empty:
        return "<p>No nucleus has a known depth.</p>"
    low, middle, high = known.quantile([0.25, 0.5, 0.75])
    slices = (known // SLICE_UM).astype(int)
    counts = slices.value_counts().reindex(range(slices.min(), slices.max() + 1), fill_value=0)
    counts.index = pd.Index([f"{SLICE_UM * i}–{SLICE_UM * (i + 1)} µm" for i in counts.index])
    lacking = f" {len(depth_um) - len(known):,} have no known depth." if len(known) < len(depth_um) else ""
    words = f"Median {middle:.0f} µm below the pia (quartiles {low:.0f} to {high:.0f}), n = {len(known):,}."
    return f"<p>{words}{lacking}</p>{bars_svg(counts, [TEAL] * len(counts), 'Nuclei by depth')}"


def _layers(depth_um: pd.Series, preset: LayerPreset) -> str:
    layers = pd.Series(layer_of(depth_um, preset))
    counts = layers[layers != ""].value_counts().sort_index()
    if counts.empty:
        return "<p>None is in a known layer.</p>"
    return bars_svg(counts, [TEAL] * len(counts), "Nuclei by layer")


def _agreement(inside: Agreement) -> str:
    pairs, n = inside.pairs, len(inside.pairs.frame)
    title = f"<h2>{escape(pairs.rows.title)} and {escape(pairs.columns.title)}</h2>"
    if not n:
        return f"{title}<p>{pairs.at_level.capitalize()}, none of these nuclei has a label in both.</p>"
    intervals = metric_intervals(inside.matrix.to_numpy(), square=pairs.square)

    def row(name: str, value: float | None) -> list[str]:
        metric = METRICS[name]
        shown = escape(inside.undefined.get(name, "")) if value is None else metric.text(value)
        ends = "" if value is None else interval_words(name, intervals[name])
        return [escape(metric.title), shown, escape(ends)]

    rows = [row(name, inside.metrics[name]) for name in MEASURED]
    words = f"{of_nuclei(n)} that both label, {pairs.at_level}; neither table is the truth."
    caveat = "Where labels chose the nuclei, these numbers are a description, not an estimate."
    measured = _lines(rows, ["", "", "95 % interval"])
    matrix = matrix_svg(folded_matrix(inside.matrix))
    return f"{title}<p>{words}</p>{measured}<p>{caveat}</p>{matrix}"


def _examples(nuclei: pd.DataFrame, tables: Mapping[str, Table], release: Release, *, synthetic: bool) -> str:
    shown = nuclei.loc[drawn_nuclei(nuclei.index.to_numpy(dtype=np.int64), EXAMPLES)]
    names = [name for name in tables if name in shown and shown[name].notna().any()][:5]

    def link(nucleus_id: int) -> str:
        one = shown.loc[[nucleus_id]]
        if synthetic or one[[*POSITION]].isna().to_numpy().any():
            return ""
        labels = one[names[0]] if names else pd.Series(index=one.index, dtype=object)
        url = viewer_link(one, labels, release=release.number, title=f"nucleus {nucleus_id}").url
        return f'<a href="{escape(url)}">microscopy</a>'

    depths = ["–" if np.isnan(depth) else f"{depth:.0f}" for depth in shown["depth_um"]]
    labels = [[escape(str(word)) if pd.notna(word) else "–" for word in shown[name]] for name in names]
    roots = [str(root) if root else "none" for root in shown["root_id"].tolist()]
    cells = [map(str, shown.index), roots, depths, *labels, map(link, shown.index)]
    how = f"{len(shown)} of {len(nuclei):,}, drawn at random, the same in each report"
    head = ["Nucleus", "Root ID", "Depth, µm", *(tables[name].title for name in names), ""]
    return f"<p>{'All' if len(shown) == len(nuclei) else how}.</p>{_lines(zip(*cells, strict=True), head)}"


def _methods(release: Release, source: str, inside: Agreement | None) -> str:
    intervals = (
        " The interval of agreement is Wilson’s, the others’ are with the variance of the delta method. They "
        "say how much the choice of nuclei moves a number, not whether either table is right."
    )
    return (
        f"<p>Tables of {escape(VOLUME.datastack)} at materialization version {release.number}, from "
        f"{escape(source)}. Nuclei are counted, each once, and joined on the nucleus ID. Depths are oriented "
        f"µm below the pia.{intervals if inside else ''}</p>"
    )
