"""Select by ID: nuclei or roots that the reader pastes or uploads."""

from collections.abc import Iterable
from hashlib import blake2b

import pandas as pd
import streamlit as st

from components.analysis.labels.number_words import of_nuclei, plural
from components.analysis.selection.id_lists import (
    LARGEST_FILE,
    FoundIds,
    WrittenIds,
    file_text,
    find_ids,
    read_ids,
)
from components.analysis.selection.listed import listed
from components.ui.selection.selection import choose
from components.ui.session.notices import plain, show_problem
from data.errors import DataError
from data.volume import VOLUME

TEXT, FILE, KEPT = "ids-text", "ids-file", "ids-kept"
FEW = 5
EXAMPLE = ", ".join(map(str, VOLUME.example_nuclei))
ABOUT = (
    "Nucleus IDs or root IDs, with anything between them; or a CSV with a column nucleus_id or root_id. A "
    "root ID means every nucleus on that root, as this release has it at the nuclei's centres."
)


def show_id_list(wide: pd.DataFrame) -> None:
    """Let the reader paste or upload IDs, say what is found of them, and offer to select it.

    Parameters
    ----------
    wide : DataFrame
        The nucleus table: index `nucleus_id`, column `root_id`.
    """
    with st.expander("Select by ID", icon=":material/tag:", key="select-by-id"):
        st.session_state[TEXT] = st.session_state.get(KEPT, "")
        left, right = st.columns([3, 2], gap="medium")
        left.text_area(
            "IDs", key=TEXT, height=120, on_change=_keep_text, placeholder=f"{EXAMPLE} …", help=ABOUT
        )
        file = right.file_uploader(
            "or a file of them",
            type=["csv", "tsv", "txt", "json"],
            key=FILE,
            max_upload_size=LARGEST_FILE // 10**6,
        )
        try:
            text = st.session_state.get(KEPT, "")
            given = [read_ids(text)] if text.strip() else []
            given += [read_ids(file_text(file.getvalue(), file.name))] if file else []
            for written in given:
                _show_found(written, find_ids(written, wide.index.to_numpy(), wide["root_id"].to_numpy()))
        except DataError as error:
            show_problem(error)


def _keep_text() -> None:
    """Keep the text over pages that do not draw it."""
    st.session_state[KEPT] = st.session_state[TEXT]


def _show_found(written: WrittenIds, found: FoundIds) -> None:
    st.caption(found_words(written, found))
    n = len(found.nucleus_ids)
    place = "select-column" if written.column else "select-list"
    digest = blake2b(repr(written).encode(), digest_size=8).hexdigest()
    st.button(
        f"Select {'this nucleus' if n == 1 else f'these {n:,} nuclei'}"
        if n
        else "None of these is a nucleus at hand",
        key=f"{place}-{digest}", on_click=choose, args=(listed(found.nucleus_ids),), disabled=not n,
        icon=":material/ads_click:",
    )  # fmt: skip


def found_words(written: WrittenIds, found: FoundIds) -> str:
    """Say what was read, what it means, and what is wrong with the rest."""
    of = f" in the column {plain(written.column)}" if written.column else ""
    said = [
        f"**{plural(found.written, 'ID', 'IDs')} read**{of}",
        f"{of_nuclei(len(found.nucleus_ids))} found",
    ]
    if found.roots:
        several = sum(n > 1 for n in found.roots.values())
        on_roots = sum(found.roots.values())
        said.append(
            f"{found.as_nuclei:,} by nucleus ID and {on_roots:,} on "
            + plural(len(found.roots), "root", "roots")
            + (f", of which {plural(several, 'carries', 'carry')} several" if several else "")
        )
    if found.repeats:
        said.append(f"{found.repeats:,} repeated")
    if found.unknown:
        said.append(f"{len(found.unknown):,} unknown in this release: {_first(map(str, found.unknown))}")
    sentence = " · ".join(said) + "."
    if written.refused:
        first = _first(f"“{plain(one.word)}” in line {one.line} ({one.why})" for one in written.refused)
        sentence += (
            f"  \n{plural(len(written.refused), 'word is no ID', 'words are no IDs')}, left out: {first}."
        )
    return sentence


def _first(words: Iterable[str]) -> str:
    every = list(words)
    more = len(every) - FEW
    return ", ".join(every[:FEW]) + (f" and {more:,} more" if more > 0 else "")
