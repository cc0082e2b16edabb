"""What the reader is told when rows are missing, odd or made up: the only place errors become words."""

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
    """Say what is wrong and what to do, with a button that tries again; `place` tells two of them apart."""
    show = st.info if isinstance(error, TableAbsent) else st.error
    icon = ":material/inventory_2:" if isinstance(error, TableAbsent) else ":material/error:"
    show(f"**{plain(error.problem)}**  \n{plain(error.remedy)}", icon=icon)
    if table is not None:
        st.button(
            "Try again",
            key=f"retry-{table.name}{place}",
            on_click=retry,
            args=(table.name,),
            icon=":material/refresh:",
        )


def show_release_problem(error: DataError) -> None:
    """Say that no release could be opened, with a button that tries again; then end the page."""
    show_problem(error)
    st.button("Try again", on_click=reopen_release, icon=":material/refresh:")
    st.stop()


def show_synthetic_banner(opened: OpenRelease) -> None:
    """Mark the page where its rows are made up."""
    if not opened.source.synthetic:
        return
    why = f" {opened.why}" if opened.why else ""
    st.warning(
        f"**Synthetic rows.** Nothing on this page was measured: it shows {opened.source.place}.{why}",
        icon=":material/science:",
    )
    if opened.why:
        st.button("Look for the archive again", on_click=reopen_release, icon=":material/refresh:")


def show_nothing(reason: str) -> None:
    """Say why there is nothing to show; that is not an error."""
    st.info(reason, icon=":material/visibility_off:")


def doubts_at_hand(loaded: Mapping[str, LabelTable]) -> dict[str, tuple[Doubt, ...]]:
    """Doubts about the numbers of tables from a reader's own files; whole sources are not asked."""
    return _doubts(dict(loaded)) if current_release().source.partial else {}


@cached(max_entries=8)
def _doubts(loaded: dict[str, LabelTable]) -> dict[str, tuple[Doubt, ...]]:
    return table_doubts(loaded)


def show_notes(one: LabelTable) -> None:
    """Say what a table's rows lack, what is doubtful in them, and how they differ from what was published."""
    opened = current_release()
    compared = opened.source.partial and one.provenance.release == opened.release.number
    others = load_at_hand() if compared else {}
    for doubt in doubts_at_hand({**others, one.table.name: one}).get(one.table.name, ()):
        show = st.error if doubt.certain else st.warning
        words = f"**{plain(one.table.title)}: {plain(doubt.problem)}**  \n{plain(doubt.remedy)}"
        show(words, icon=":material/error:" if doubt.certain else ":material/warning:")
    lacking = [OPTIONAL_COLUMNS[name] for name in one.provenance.absent if name in OPTIONAL_COLUMNS]
    said = [*one.provenance.notes, *one.provenance.notices]
    if lacking:
        said.append(f"These rows do not hold {', '.join(lacking)}.")
    if said:
        st.caption(f":material/info: **{one.table.title}** — " + " ".join(plain(text) for text in said))


def plain(text: str) -> str:
    """Text from files and servers, with nothing in it that Markdown would act on."""
    return re.sub(r"([\\`*_\[\]<>$#~|:])", r"\\\1", text)
