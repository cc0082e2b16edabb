"""What the reader is told of missing, odd or synthetic rows; the one place where errors become words."""

import re
from collections.abc import Mapping

import streamlit as st

from components.analysis.checks.doubts import Doubt, table_doubts
from components.ui.session.cached import cached
from components.ui.session.release import current_release, load_at_hand, reopen_release, retry
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


def show_release_problem(error: DataError) -> None:
    """Say that no release could be opened, with a button that tries again; then end the page."""
    show_problem(error)
    st.button("Try again", on_click=reopen_release, icon=":material/refresh:")
    st.stop()


def show_synthetic_banner(opened: OpenRelease) -> None:
    """Mark a page of synthetic rows."""
    if not opened.source.synthetic:
        return
    why = f" {opened.why}" if opened.why else ""
    st.warning(
        f"**Synthetic rows.** Nothing on this page was measured: it shows {opened.source.location}.{why}",
        icon=":material/science:",
    )
    if opened.why:
        st.button("Look for the archive again", on_click=reopen_release, icon=":material/refresh:")


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


@cached(max_entries=8)
def _doubts(loaded: dict[str, LabelTable]) -> dict[str, tuple[Doubt, ...]]:
    return table_doubts(loaded)


def show_notes(loaded: LabelTable) -> None:
    """Say what a table's rows lack, what is doubtful in them, and how they differ from what was published."""
    opened, record, name = current_release(), loaded.provenance, loaded.table.name
    compared = opened.source.partial and record.release == opened.release.number
    others = load_at_hand() if compared else {}
    show_doubts({**others, name: loaded}, name)
    lacking = [OPTIONAL_COLUMNS[name] for name in record.absent if name in OPTIONAL_COLUMNS]
    notes = [*record.notes, *record.notices]
    if lacking:
        notes.append(f"These rows do not hold {', '.join(lacking)}.")
    if notes:
        st.caption(f":material/info: **{loaded.table.title}** — " + " ".join(map(plain, notes)))


def plain(text: str) -> str:
    """Escape what Markdown would act on in text from files and servers."""
    return re.sub(r"([\\`*_\[\]<>$#~|:])", r"\\\1", text)
