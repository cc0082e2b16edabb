"""What the reader's labels mean: certain meanings are used, others asked for, none guessed silently."""

from collections.abc import Sequence
from hashlib import blake2b

import pandas as pd
import streamlit as st

from components.ui.session.exports import show_csv_download
from components.ui.session.notices import plain, show_problem
from components.ui.session.own_files import MAPPING, own_mapping, uploads
from components.ui.session.own_tables import kept_in_session
from data.errors import DataError
from data.labels.crosswalk import CELL_TYPES, find_label, ordered
from data.labels.spellings import Offer, offer
from data.number_words import plural
from data.own.mapping import mapping_frame, parse_mapping, shown_label

MAPPING_MB = 5
IMPORTED, REFUSED = "own-mapping-file", "own-mapping-problem"
MOST_ASKED = 40
"""Labels asked about one by one; a table asks about more."""
MEANS = "counts as"
HOW = {"exact": "the same word", "synonym": "a synonym", "spelling": "another spelling"}


def show_meanings(labels: Sequence[str]) -> None:
    """Show what each label counts as, and ask the reader about those that are uncertain."""
    offers = [offer(label) for label in labels]
    asked = [found for found in offers if not found.certain]
    taken = [found for found in offers if found.certain]
    if asked:
        st.caption(
            f"{plural(len(asked), 'label is', 'labels are')} not known for certain. A label that you leave "
            "as it is has its own colour and agrees only with itself."
        )
    if len(asked) > MOST_ASKED:
        _ask_in_table(asked)
    else:
        with st.container(horizontal=True):
            for found in asked:
                _ask(found)
    if taken:
        mapping = own_mapping()
        means = [mapping.get(found.label, found.means) or found.label for found in taken]
        rows = {
            "Label": [shown_label(found.label) for found in taken],
            MEANS: means,
            "Class": [entry.cell_class if (entry := find_label(word)) else None for word in means],
            "because": ["yours" if found.label in mapping else HOW[found.how] for found in taken],
        }
        st.dataframe(pd.DataFrame(rows), hide_index=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        show_csv_download("Export this mapping", mapping_frame(labels, own_mapping()), "mapping")
        st.file_uploader(
            "Import a mapping", type=["csv", "tsv"], key=IMPORTED, on_change=_import,
            max_upload_size=MAPPING_MB,
        )  # fmt: skip
    if problem := st.session_state.get(REFUSED):
        show_problem(problem)


def _import() -> None:
    """Take a mapping from the file, or keep why it is none until the next one."""
    st.session_state[REFUSED] = None
    try:
        for file in uploads(IMPORTED):
            st.session_state[MAPPING] = {**own_mapping(), **parse_mapping(file.getvalue(), file.name)}
    except DataError as error:
        st.session_state[REFUSED] = error
    st.rerun()  # the page, whose tables count by it


def _ask(found: Offer) -> None:
    """Ask what a label means; the likely meaning is offered first, never assumed."""
    known = list(dict.fromkeys([*([found.means] if found.means else []), *CELL_TYPES]))
    key = f"own-means-{_digest(found.label)}"
    means = own_mapping().get(found.label, "")
    st.session_state[key] = means if means in known else None

    def keep() -> None:
        if key in st.session_state:
            st.session_state[MAPPING] = {**own_mapping(), found.label: st.session_state.get(key) or ""}
            st.rerun()  # the page, whose tables count by it

    st.selectbox(
        f"{plain(shown_label(found.label))} means", known, index=None, key=key, on_change=keep, width=220,
        format_func=lambda word: f"{word} (likely)" if word == found.means else word,
        placeholder="the label itself",
    )  # fmt: skip


def _ask_in_table(asked: Sequence[Offer]) -> None:
    """Ask what many labels mean: a row each, where a column of a spreadsheet can be pasted too."""
    labels = ordered([found.label for found in asked])
    imported = st.session_state.get(IMPORTED)
    of = f"{_digest(repr(labels))}-{imported.file_id if imported else ''}"
    key = f"own-means-{of}"

    def keep() -> None:
        edited = (st.session_state.get(key) or {}).get("edited_rows", {})
        means = {labels[row]: cells[MEANS] or "" for row, cells in edited.items() if MEANS in cells}
        st.session_state[MAPPING] = {**own_mapping(), **means}
        st.rerun()  # the page, whose tables count by it

    def begin() -> pd.DataFrame:
        rows = {
            "Label": [shown_label(label) for label in labels],
            MEANS: [own_mapping().get(label) or None for label in labels],
            "likely": [offer(label).means or None for label in labels],
        }
        return pd.DataFrame(rows, dtype=object)

    st.caption(
        "Choose under “counts as” what a label means, or export this mapping, fill in its column “means” in "
        "a spreadsheet, and import it."
    )
    # The editor adds the reader's choices to the same rows until another mapping is imported.
    st.data_editor(
        kept_in_session("own asked", of, begin, 2), hide_index=True, key=key, on_change=keep,
        disabled=["Label", "likely"], height=320, placeholder="–",
        column_config={MEANS: st.column_config.SelectboxColumn(options=list(CELL_TYPES))},
    )  # fmt: skip


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()
