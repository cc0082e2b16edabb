"""What the reader is told about missing, odd or synthetic rows; the one place where errors become words."""

import re
from collections.abc import Mapping

import streamlit as st

from components.analysis.checks.doubts import Doubt, table_doubts
from components.ui.session.cached import cached
from components.ui.session.release import (
    can_take_from_cave,
    current_release,
    load_at_hand,
    reopen_release,
    retry,
    take_from_cave,
)
from data.catalog.entry import Table
from data.errors import DataError, TableAbsent
from data.loader import LabelTable, OpenRelease
from data.tables.schema import OPTIONAL_COLUMNS


def show_problem(error: DataError, table: Table | None = None, *, place: str = "") -> None:
    """Say what is wrong and what to do; for a table, with a button that tries again.

    Two such buttons for one table on a page differ in `place`.
    """
    show, icon = (st.info, "inventory_2") if isinstance(error, TableAbsent) else (st.error, "error")
    show(f"**{plain(error.problem)}**  \n{plain(error.remedy)}", icon=f":material/{icon}:")
    if table is not None:
        st.button(
            "Try again", key=f"retry-{table.name}{place}", on_click=retry, args=(table.name,),
            icon=":material/refresh:",
        )  # fmt: skip
        if isinstance(error, TableAbsent) and can_take_from_cave(table.name):
            st.button(
                "Take it from CAVE", key=f"cave-{table.name}{place}", on_click=take_from_cave,
                args=(table.name,), icon=":material/cloud_download:",
                help="CAVE is asked with the token that is set.",
            )  # fmt: skip


def show_release_problem(error: DataError) -> None:
    """Say that no release could be opened, with a button that tries again; then end the page."""
    show_problem(error)
    st.button("Try again", on_click=reopen_release, icon=":material/refresh:")
    st.stop()


def show_synthetic_badge(opened: OpenRelease) -> None:
    """Mark a page of synthetic rows."""
    if opened.source.synthetic:
        words = f"Synthetic rows: nothing on this page was measured. It shows {opened.source.location}."
        st.badge("Synthetic rows", icon=":material/science:", color="orange", help=words)


def show_offline(opened: OpenRelease) -> None:
    """Say why the rows come from elsewhere than asked; over synthetic rows, with a button to ask again."""
    if not opened.why:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if opened.source.synthetic:
            st.warning(f"**Synthetic rows.** {plain(opened.why)}", icon=":material/science:")
            st.button("Look for the archive again", on_click=reopen_release, icon=":material/refresh:")
        else:
            st.info(plain(opened.why), icon=":material/cloud_off:")


def show_nothing(reason: str) -> None:
    """Say why there is nothing to show, which is not an error."""
    st.info(reason, icon=":material/visibility_off:")


def show_doubts(loaded: Mapping[str, LabelTable], *names: str) -> None:
    """Say what is doubtful in the numbers of tables from a reader's own files, by default of all."""
    for name, doubts in doubts_at_hand(loaded).items():
        for doubt in doubts if name in names or not names else ():
            show, icon = (st.error, "error") if doubt.certain else (st.warning, "warning")
            words = f"**{plain(loaded[name].table.title)}: {plain(doubt.problem)}**  \n{plain(doubt.remedy)}"
            show(words, icon=f":material/{icon}:")


def doubts_at_hand(loaded: Mapping[str, LabelTable]) -> dict[str, tuple[Doubt, ...]]:
    """Doubts about the numbers of tables from a reader's own files; whole sources are not asked."""
    return _doubts(dict(loaded)) if current_release().source.partial else {}


@cached()
def _doubts(loaded: dict[str, LabelTable]) -> dict[str, tuple[Doubt, ...]]:
    return table_doubts(loaded)


def show_table_doubts(loaded: LabelTable) -> None:
    """Say what is doubtful in a table's rows, beside the others at hand."""
    opened, record = current_release(), loaded.provenance
    compared = opened.source.partial and record.release == opened.release.number
    show_doubts({**(load_at_hand() if compared else {}), loaded.table.name: loaded}, loaded.table.name)


def table_notes(loaded: LabelTable) -> str:
    """What a table's rows lack, and how they differ from what was published, as Markdown; "" if nothing."""
    record = loaded.provenance
    lacking = [OPTIONAL_COLUMNS[name] for name in record.absent if name in OPTIONAL_COLUMNS]
    notes = [*record.notes, *record.notices]
    if lacking:
        notes.append(f"These rows do not hold {', '.join(lacking)}.")
    return f"**{loaded.table.title}** — {' '.join(map(plain, notes))}" if notes else ""


def plain(text: str) -> str:
    """Escape what Markdown would act on in text from files and servers."""
    return re.sub(r"([\\`*_\[\]<>$#~|:])", r"\\\1", text)


def unlinked(text: str) -> str:
    """Text as words alone: what Streamlit would make an address of by itself is parted, unseen."""
    return re.sub(r"(//|www\.|@)", "\\1\u200b", plain(text))
