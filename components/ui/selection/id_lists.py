"""Select by ID: nuclei or roots that the reader pastes or uploads."""

from collections.abc import Callable
from hashlib import blake2b

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from components.analysis.selection.id_lists import EVERY_COLUMN, IdColumn, IdText, ids_left_out, read_ids
from components.analysis.selection.listed import listed
from components.ui.selection.selection import choose
from components.ui.session.cached import cached
from components.ui.session.exports import show_csv_download
from components.ui.session.notices import plain, show_problem
from data.errors import DataError
from data.number_words import first_of, of_nuclei, plural
from data.tables.id_tables import FILE_TYPES, LARGEST_FILE, file_text
from data.volume import VOLUME

FILE = "ids-file"
FEW = 5
EXAMPLE = ", ".join(map(str, VOLUME.example_nuclei))
ABOUT = (
    "A list of nucleus IDs or root IDs, or a table with a column of them: CSV, JSON, or as pandas or R print "
    "it. A root ID means every nucleus on that root, as this release has it at the nuclei's centres."
)
CUT = (
    ":material/content_cut: This print leaves out rows or columns, marked “…”. Only what is written is read: "
    "save the table as CSV to select all of it."
)


def show_id_list(wide: pd.DataFrame) -> None:
    """Let the reader paste or upload IDs, say what is found of them, and offer to select it.

    Parameters
    ----------
    wide : DataFrame
        The nucleus table: index `nucleus_id`, column `root_id`.
    """
    left, right = st.columns([3, 2], gap="medium")
    with left:
        pasted = show_kept_text("ids", "IDs", ABOUT, height=120, placeholder=f"{EXAMPLE} …")
    file = right.file_uploader(
        "or a file of them", type=FILE_TYPES, key=FILE, max_upload_size=LARGEST_FILE // 10**6
    )
    nuclei = wide.index.to_numpy(), wide["root_id"].to_numpy()
    texts: dict[str, tuple[str, Callable[[], str]]] = {}
    if pasted.strip():
        texts["pasted"] = "Pasted", pasted.strip
    if file:
        texts["uploaded"] = file.name, lambda: file_text(file.getvalue(), file.name)
    for how, (title, read) in texts.items():
        if len(texts) > 1:
            st.markdown(f"**{plain(title)}**")
        try:
            _show_ids(_read_ids(text := read(), *nuclei), how, text)
        except DataError as error:
            show_problem(error)


def show_kept_text(name: str, label: str, about: str, *, height: int, placeholder: str = "") -> str:
    """Show a text area whose text outlasts panels and pages that do not draw it; return the text.

    Parameters
    ----------
    name : str
        Unique among such text areas.
    label, about, placeholder : str
        About it is said behind the help icon.
    height : int
        In pixels.
    """
    key, kept = f"{name}-text", f"{name}-kept"

    def keep() -> None:
        st.session_state[kept] = st.session_state.get(key, st.session_state.get(kept, ""))

    st.session_state[key] = st.session_state.get(kept, "")
    return st.text_area(label, key=key, height=height, help=about, on_change=keep, placeholder=placeholder)


@cached(show_spinner="Reading the IDs …")
def _read_ids(text: str, nucleus_ids: NDArray[np.int64], root_ids: NDArray[np.int64]) -> IdText:
    return read_ids(text, nucleus_ids, root_ids)


def _show_ids(ids: IdText, how: str, text: str) -> None:
    """Show which column is read, or ask; offer its nuclei, and a file of the IDs that are none."""
    key = f"{how}-{blake2b(text.encode(), digest_size=8).hexdigest()}"
    column = ids.read
    if ids.cut:
        st.caption(CUT)
    if not ids.columns:
        st.caption("**No IDs read**: no column of this table holds whole numbers.")
    elif column is None or len(ids.columns) > 1:
        names = [
            f"{each.written.column or 'every number in the text'} — {of_nuclei(len(each.found.nucleus_ids))}"
            for each in ids.columns
        ]
        place = st.selectbox(
            "Column of IDs" if column else "Which column holds the IDs? None is selected before you choose.",
            range(len(names)), index=0 if column else None, key=f"ids-column-{key}",
            format_func=names.__getitem__, placeholder="Choose a column",
        )  # fmt: skip
        column = None if place is None else ids.columns[place]
    if column is None:
        return
    st.caption(found_words(column))
    n = len(column.found.nucleus_ids)
    st.button(
        f"Select {'this nucleus' if n == 1 else f'these {of_nuclei(n)}'}"
        if n
        else "None of these is a nucleus at hand",
        key=f"select-{key}", on_click=choose, args=(listed(column.found.nucleus_ids),), disabled=not n,
        icon=":material/ads_click:",
    )  # fmt: skip
    left_out = ids_left_out(column)
    if len(left_out):
        words = plural(len(left_out), "entry that is", "entries that are")
        show_csv_download(f"Download {words} left out", left_out, f"{how}-ids-left-out")


def found_words(column: IdColumn) -> str:
    """Describe what was read, which nuclei it means, and what is wrong with the rest."""
    written, found = column.written, column.found
    of = f" in the column {plain(written.column)}" if written.column not in {"", EVERY_COLUMN} else ""
    parts = [
        f"**{plural(found.written, 'ID')} read**{of}",
        f"{of_nuclei(len(found.nucleus_ids))} found",
    ]
    if found.roots:
        several = sum(n > 1 for n in found.roots.values())
        on_roots = sum(found.roots.values())
        by_nucleus = f"{found.as_nuclei:,} by nucleus ID and " if found.as_nuclei else ""
        parts.append(
            f"{by_nucleus}{on_roots:,} on "
            + plural(len(found.roots), "root")
            + (f", of which {plural(several, 'carries', 'carry')} several" if several else "")
        )
    if found.repeats:
        parts.append(f"{found.repeats:,} repeated")
    if found.unknown:
        unknown = first_of(map(str, found.unknown), FEW)
        parts.append(f"{len(found.unknown):,} unknown in this release: {unknown}")
    sentence = " · ".join(parts) + "."
    if written.refused:
        refused = [f"“{plain(word.word)}” in line {word.line} ({word.why})" for word in written.refused]
        sentence += (
            f"  \n{plural(len(refused), 'word is not an ID', 'words are not IDs')}, left out: "
            f"{first_of(refused, FEW)}."
        )
    return sentence
