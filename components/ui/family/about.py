"""About a table: its columns and labels, how it was made, its successor, corrections, citations."""

from collections.abc import Iterable, Mapping

import pandas as pd
import streamlit as st

from components.ui.session.notices import plain
from components.ui.session.release import current_release
from data.catalog import CATALOG
from data.catalog.columns import Column, columns_of
from data.catalog.entry import Table
from data.catalog.tables import ReleaseTables
from data.labels.crosswalk import LEVELS, find_label
from data.labels.entry import CellType
from data.number_words import plural
from data.tables.records import Provenance
from data.volume import VOLUME
from data.volume.volume import Correction

METHODS = {
    "manual": "Made by hand.",
    "clustering": "Made by clustering, without labels to learn from.",
    "classifier": "Made by a classifier: each label is a prediction.",
    "measurement": "Measured by an automatic procedure.",
    "own": "Yours.",
}
SOURCE_NAMES = {"cave": "CAVE", "own": "you", "sample": "synthetic sample"}
"""What gave the rows of a table, where that is not the name of the source."""


def show_about(*tables: Table) -> None:
    """Fold out all that the catalogue knows of each table."""
    site = f"[{VOLUME.site_name}]({VOLUME.site})"
    for table in tables:
        with st.expander(f"About this table: {plain(table.title)}", icon=":material/menu_book:"):
            st.markdown(plain(table.about))
            opened = current_release()
            st.markdown(as_list([*facts(table, opened.tables), *rows_from(opened.provenance(table.name))]))
            corrections = corrections_of(table)
            if corrections:
                st.markdown("**Corrections to the manual**")
                st.markdown(as_list(map(correction_words, corrections)))
            st.markdown("**Columns of the raw table**, and the columns that this dashboard makes of them")
            # Tables, not dataframes: their cells wrap, and definitions are not marked as synthetic.
            st.table(column_lines(columns_of(table)), hide_index=True, border="horizontal")
            if table.level:
                st.markdown("**Labels** (`cell_type`), and the class and subclass they count under; –: none")
                if table.vocabulary:
                    st.table(expected_labels(table).map(plain), hide_index=True, border="horizontal")
                else:
                    st.markdown("The labels of this table are not published; they are shown as they come.")
            papers = [CATALOG.citations[key] for key in table.citations]
            st.markdown("**Cite**")
            st.markdown(as_list(f"{plain(paper.full)} [doi:{paper.doi}]({paper.url})" for paper in papers))
            st.markdown(f"Wherever these rows are shown, name the papers beside a link to {site}.")


def as_list(lines: Iterable[str]) -> str:
    """Lines as a Markdown list."""
    return "\n".join(f"- {line}" for line in lines)


def facts(table: Table, tables: Mapping[str, Table]) -> list[str]:
    """How a table was made, what it points at, its size and its releases, a line each."""
    points_at = f", which points at `{table.reference}`" if table.reference else ""
    rows = table.expected_rows
    releases = [
        f"v{number}" + ("" if VOLUME.releases[number].live else " (expired)") for number in table.releases
    ]
    lines = {
        "Name in CAVE": f"`{table.name}`" + (", a view and not a table" if table.view else ""),
        "Method": METHODS[table.method],
        "Nucleus": f"the column `{table.id_column}`{points_at}",
        "classification\\_system": plain(table.classification),
        "Content-aware query": _query_words(table),
        "Published rows": f"{rows} ({plain(rows.source)})" if rows else "no source says how many",
        **model_facts(table, tables),
        "Releases that hold it": ", ".join(releases),
        "Deprecated": table.deprecated_by and f"`{table.deprecated_by}` took its place in later releases",
    }
    return [f"**{name}**: {words}" for name, words in lines.items() if words]


def rows_from(record: Provenance | None) -> list[str]:
    """Which source gave the rows at hand, and when; nothing while there are none."""
    if record is None:
        return []
    when = f"{record.fetched:%d %B %Y, %H:%M} UTC".lstrip("0")
    checksum = f", SHA-256 `{record.sha256[:12]}…`" if record.sha256 else ""
    source = SOURCE_NAMES.get(record.source, record.source)
    return [f"**Rows from**: {source}, `{record.origin}`, read on {when}{checksum}"]


def _query_words(table: Table) -> str:
    """The query as the release page writes it, beside the argument that is the nucleus everywhere."""
    if not table.queried_by:
        return ""
    query = f"`client.materialize.tables.{table.name}({table.queried_by}=example_nucleus_id).query()`"
    if table.queried_by == "target_id":
        return f"{query}, as the release page writes it"
    return (
        f"{query}, as the release page writes it, or `(target_id=example_nucleus_id)`. In this interface "
        "`id` is the nucleus, in query\\_table the row's own number; `target_id` is the nucleus in both"
    )


def model_facts(table: Table, tables: Mapping[str, Table]) -> dict[str, str]:
    """What a model was trained on, with the source of that, and its features; "" where it is not a model."""
    kinds = [f"{kind}: {', '.join(f'`{name}`' for name in names)}" for kind, names in table.features]
    words, training = "", table.trained_on
    if training:
        teachers = " and ".join(plain(tables[name].title) for name in training.tables)
        words = f"{teachers}, so agreement with their labels is optimistic"
        inferred = "inferred: " if training.standing == "inferred" else ""
        words = "unknown" if training.standing == "unknown" else words
        words = f"{words} ({inferred}{plain(training.source)})"
    return {"Trained on": words, "Features": "; ".join(kinds)}


def corrections_of(table: Table) -> list[Correction]:
    """Corrections to the manual about a table or its successor."""
    about = {table.name, table.deprecated_by} | ({"every reference table"} if table.reference else set())
    corrections = VOLUME.manifest.corrections if VOLUME.manifest else ()
    return [correction for correction in corrections if correction.about in about]


def correction_words(correction: Correction) -> str:
    """What the manual says about what, and what is true."""
    return f"**{plain(correction.about)}**: {plain(correction.says)} In fact: {plain(correction.found)}"


def column_lines(columns: Iterable[Column]) -> pd.DataFrame:
    """Raw columns with unit, meaning, the tidy columns made of them (`Here`), and the manual's errors."""
    return pd.DataFrame(
        [
            {
                "Column": f"`{column.name}`",
                "Unit": column.unit or "–",
                "Meaning": plain(column.meaning)
                + (f" **Correction to the manual**: {plain(column.correction)}" if column.correction else ""),
                "Here": ", ".join(f"`{name}`" for name in column.here) or "not used",
            }
            for column in columns
        ]
    )


def expected_labels(table: Table) -> pd.DataFrame:
    """The labels a table is expected to hold, in display order.

    `Exact?` says whether class and subclass hold for all cells of the label, or for how many of those
    counted; `Why` gives the source.
    """
    lines = []
    for spelling in table.vocabulary:
        entry = find_label(spelling)
        loose = [level for level in LEVELS if entry and level in entry.ambiguous_at]
        lines.append(
            {
                "Label": spelling,
                "Meaning": entry.meaning if entry else "–",
                "Class": (entry and entry.cell_class) or "–",
                "Subclass": (entry and entry.subclass) or "–",
                "Exact?": f"ambiguous ({', '.join(loose)})" if loose else _certainty(entry),
                "Why": entry.source if entry else "–",
            }
        )
    return pd.DataFrame(lines)


def _certainty(entry: CellType | None) -> str:
    """How surely a label that is not ambiguous has its subclass: in how many of the cells counted."""
    if entry is None:
        return "–"
    if entry.counted is None:
        return "exact" if entry.standing == "neither" else "by description; no counts known"
    same, counted = entry.counted
    return "exact" if same == counted else f"{same} of {plural(counted, 'cell')}"


def show_deprecation(table: Table) -> None:
    """Say what replaced a deprecated table; nothing of a current one."""
    words = deprecation_words(table, current_release().tables)
    if words:
        with st.popover("Deprecated", icon=":material/update:", type="tertiary"):
            st.caption(words)


def deprecation_words(table: Table, tables: Mapping[str, Table]) -> str:
    """The last release with a table and what replaced it, as Markdown; "" for a current table."""
    last = max(table.releases)
    if not table.gone:
        return ""
    words = f"**{table.title}** is deprecated: release {last} was the last to hold it."
    if not table.deprecated_by:
        return f"{words} No public table took its place."
    later = tables[table.deprecated_by]
    number = tables.release.number if isinstance(tables, ReleaseTables) else VOLUME.release
    what = f": {later.as_successor};" if later.as_successor else ""
    there = f" Release {number} does not hold that table, so nothing here is from it."
    return (
        f"{words} `{later.name}` took its place{what} from release {min(later.releases)} on."
        f"{'' if number in later.releases else there}"
    )
