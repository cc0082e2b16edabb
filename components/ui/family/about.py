"""About a table: its columns and labels, how it was made, what took its place, what to mind, whom to cite."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from components.ui.session.notices import plain
from components.ui.session.release import current_release
from data.catalog.citations import CITATIONS, EXPLORER_URL
from data.catalog.columns import Column, columns_of
from data.catalog.entry import Table
from data.labels.crosswalk import LEVELS, find_label
from data.volume import VOLUME
from data.volume.volume import Correction

METHODS = {
    "manual": "Made by hand.",
    "clustering": "Made by clustering, without labels to learn from.",
    "classifier": "Made by a classifier: each label is a prediction.",
    "measurement": "Measured by an automatic procedure.",
}


def show_about(*tables: Table) -> None:
    """Fold out, for each table, all that the catalogue knows of it."""
    for table in tables:
        with st.expander(f"About this table: {plain(table.title)}", icon=":material/menu_book:"):
            st.markdown(plain(table.about))
            st.markdown(_listed(facts(table, current_release().tables)))
            corrections = corrections_of(table)
            if corrections:
                st.markdown("**Corrections to the manual**")
                st.markdown(_listed([_correction(one) for one in corrections]))
            _show_columns(columns_of(table))
            _show_labels(table)
            _show_citations(table)


def facts(table: Table, tables: Mapping[str, Table]) -> list[str]:
    """Say in a line each how a table was made, what it points at, how large it is and where it stands."""
    lines = [
        f"**Name in CAVE**: `{table.name}`" + (", a view and not a table" if table.view else ""),
        f"**Method**: {METHODS[table.method]}",
        f"**Nucleus**: the column `{table.id_column}`"
        + (f", which points at `{table.reference}`" if table.reference else ""),
    ]
    if table.classification:
        lines.append(f"**classification\\_system**: {plain(table.classification)}")
    rows = table.expected_rows
    published = f"{rows} ({plain(rows.source)})" if rows else "no source says how many"
    lines.append(f"**Published rows**: {published}")
    lines += _training(table, tables)
    lines.append(f"**Releases that hold it**: {', '.join(_release(number) for number in table.releases)}")
    if table.deprecated_by:
        lines.append(f"**Deprecated**: `{table.deprecated_by}` took its place in later releases")
    return lines


def corrections_of(table: Table) -> list[Correction]:
    """Return the corrections to the manual that touch a table, or the one that took its place."""
    named = {table.name, table.deprecated_by}
    if table.reference:
        named.add("every reference table")
    return [one for one in VOLUME.manifest.corrections if one.about in named]


def column_lines(columns: tuple[Column, ...]) -> pd.DataFrame:
    """Make the list of raw columns: a line each, with what is made of it here and where the manual errs."""
    return pd.DataFrame(
        {
            "Column": [f"`{one.name}`" for one in columns],
            "Unit": [one.unit or "–" for one in columns],
            "Meaning": [_meaning(one) for one in columns],
            "Here": [", ".join(f"`{name}`" for name in one.here) or "not used" for one in columns],
        }
    )


def expected_labels(table: Table) -> pd.DataFrame:
    """Make the list of the labels a table is expected to hold, in their order of display.

    `Exact?` says whether class and subclass hold for all cells of the label; `Why` gives the source.
    """
    return pd.DataFrame([_label(spelling) for spelling in table.vocabulary])


def _show_columns(columns: tuple[Column, ...]) -> None:
    st.markdown("**Columns of the raw table**, and the columns that this dashboard makes of them")
    # Tables, not dataframes: their cells wrap, and definitions are no rows to be marked as synthetic.
    st.table(column_lines(columns), hide_index=True, border="horizontal")


def _show_labels(table: Table) -> None:
    if table.level is None:
        return
    st.markdown("**Labels** (`cell_type`), and the class and subclass they are counted under; –: none")
    if not table.vocabulary:
        st.markdown("Nobody has published the labels of this table, so they are shown as they come.")
        return
    st.table(expected_labels(table).map(plain), hide_index=True, border="horizontal")


def _show_citations(table: Table) -> None:
    papers = [CITATIONS[key] for key in table.citations]
    st.markdown("**Cite**")
    st.markdown(_listed([f"{plain(one.full)} [doi:{one.doi}]({one.url})" for one in papers]))
    link = f"[{EXPLORER_URL.removeprefix('https://')}]({EXPLORER_URL})"
    st.markdown(f"Wherever these rows are shown, the papers are to be named beside a link to {link}.")


def _training(table: Table, tables: Mapping[str, Table]) -> list[str]:
    if not table.trained_on:
        return []
    teachers = " and ".join(plain(tables[name].title) for name in table.trained_on)
    return [f"**Trained on**: {teachers}, so agreement with their labels is optimistic"]


def _release(number: int) -> str:
    return f"v{number}" + ("" if VOLUME.releases[number].live else " (expired)")


def _correction(one: Correction) -> str:
    return f"**{plain(one.about)}**: {plain(one.says)} In fact: {plain(one.found)}"


def _meaning(column: Column) -> str:
    correction = f" **Correction to the manual**: {plain(column.correction)}" if column.correction else ""
    return plain(column.meaning) + correction


def _label(spelling: str) -> dict[str, str]:
    entry = find_label(spelling)
    if entry is None:
        return dict.fromkeys(("Label", "Meaning", "Class", "Subclass", "Exact?", "Why"), "–") | {
            "Label": spelling
        }
    loose = [level for level in LEVELS if level in entry.ambiguous_at]
    return {
        "Label": spelling,
        "Meaning": entry.meaning,
        "Class": entry.cell_class or "–",
        "Subclass": entry.subclass or "–",
        "Exact?": f"ambiguous ({', '.join(loose)})" if loose else "exact",
        "Why": entry.source,
    }


def _listed(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def show_deprecation(table: Table) -> None:
    """Say what took a deprecated table's place; nothing of a current one."""
    words = deprecation_words(table, current_release().tables)
    if words:
        st.caption(f":material/update: {words}")


def deprecation_words(table: Table, tables: Mapping[str, Table]) -> str:
    """Say which release held a table last and what took its place, as Markdown; "" for a current one."""
    last = max(table.releases)
    if last == max(VOLUME.releases):
        return ""
    held = f"**{table.title}** is deprecated: release {last} was the last to hold it."
    if not table.deprecated_by:
        return f"{held} No public table took its place."
    later = tables[table.deprecated_by]
    return (
        f"{held} `{later.name}` took its place: {later.as_successor}; from release {min(later.releases)} on. "
        f"Release {VOLUME.release} does not hold that table, so nothing here is from it."
    )
