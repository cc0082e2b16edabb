"""Files as the reader drops or pastes them, and what their columns mean: a guess that the reader corrects."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from components.ui.own.start import show_example
from components.ui.page.own_table import show_uploader
from components.ui.session.notices import plain, show_problem
from components.ui.session.own_files import SHOWN, Draft, added_draft, files_at_hand, guessed_columns
from components.ui.session.own_tables import own_tables
from data.errors import DataError
from data.number_words import plural
from data.own.columns import Choices, Columns
from data.own.file import OwnFile, text_array
from data.own.points import STATED, UNITS
from data.settings import WITHIN_UM
from data.volume import VOLUME

TEXT, OFFERED = "own-text", "own-offered"
THREE = "three columns of a position"
ROWS_SHOWN = 6
WHAT = {"nucleus": "nucleus ID", "root": "root ID", "position": "position"}


def pick_own_file() -> OwnFile | None:
    """Let the reader drop files or paste a table; give the one to look at, None without any."""
    show_uploader("Drop a table")
    with st.container(horizontal=True):
        with st.popover("Paste a table", icon=":material/content_paste:"):
            text = st.text_area("Rows with a header", key=TEXT, height=200) or ""
        files = files_at_hand(text)
        if not files and not own_tables():
            show_example()
    for error in files.values():
        if isinstance(error, DataError):
            show_problem(error)
    good = {name: file for name, file in files.items() if isinstance(file, OwnFile)}
    before, st.session_state[OFFERED] = st.session_state.get(OFFERED, ()), tuple(good)
    if new := [name for name in good if name not in before]:
        st.session_state[SHOWN] = new[0]
    if len(good) < 2:
        return next(iter(good.values()), None)
    return good[st.selectbox("File", list(good), key=SHOWN)]


def pick_columns(file: OwnFile) -> Draft | None:
    """Show the guess over the first rows and let the reader correct it; None while a choice is missing."""
    names, key, added = file.rows.column_names, file.sha256[:8], added_draft(file)
    guess = added.columns if added else guessed_columns(file, Choices())
    before = added.choices if added else Choices()
    above = st.container()
    if isinstance(guess, DataError):
        above.warning(f"{plain(guess.problem)} Choose below what names the nucleus.")
    with st.container(horizontal=True):
        choices = _pick_nucleus(file, names, guess, key)
        meant = (
            guess if choices and choices.id == _named(guess) else choices and guessed_columns(file, choices)
        )
        if isinstance(meant, DataError):
            show_problem(meant)
        if not isinstance(meant, Columns) or choices is None:
            return None
        choices = _pick_how(file, meant, choices, before, key)
        for doubt in meant.doubts if choices.unit == meant.unit else ():
            above.warning(f"{plain(doubt.problem)} Check the choices below.")
        labels = st.multiselect(
            "Labels", [name for name in names if name not in meant.names], key=f"own-labels-{key}",
            default=[] if isinstance(guess, DataError) else [n for n in guess.labels if n not in meant.names],
            width=220,
            help="Each column becomes a table. Without one, the file lists nuclei.",
        )  # fmt: skip
        rest = [name for name in names if name not in (*meant.names, *labels)]
        confidence = _pick_optional("Confidence", rest, meant.confidence, key)
        group = _pick_optional("Group", rest, meant.system, key)
    unit = choices.unit or meant.unit
    columns = replace(
        meant, labels=tuple(labels), confidence=confidence, system=group, unit=unit, left_out=(), doubts=()
    )
    _show_first_rows(file, columns)
    return Draft(file, columns, replace(choices, labels=tuple(labels)))


def _named(guess: Columns | DataError) -> str:
    return "" if isinstance(guess, DataError) else ",".join(guess.names)


def _pick_nucleus(
    file: OwnFile, names: Sequence[str], guess: Columns | DataError, key: str
) -> Choices | None:
    """Let the reader say what names the nucleus: a column, or three."""
    guessed = _named(guess)
    options = [*dict.fromkeys([*names, *([guessed] if guessed else [])]), THREE]
    chosen = st.selectbox(
        "Names the nucleus", options, options.index(guessed) if guessed else None,
        key=f"own-id-{key}", placeholder="Choose a column", width=190,
        help="A nucleus ID, a root ID, or a position: one column or three.",
    )  # fmt: skip
    if chosen == THREE:
        axes = st.multiselect(
            "x, y and z", names, key=f"own-axes-{key}", max_selections=len("xyz"), width=360
        )
        chosen = ",".join(axes) if len(axes) == len("xyz") else None
    return Choices(id=chosen) if chosen else None


def _pick_how(file: OwnFile, meant: Columns, choices: Choices, before: Choices, key: str) -> Choices:
    """Let the reader decide how positions or root IDs are matched."""
    if meant.by == "position":
        units = [*UNITS, *([STATED] if file.statement.position_nm else [])]
        words: dict[str, str] = {STATED: "as the file states", **dict(UNITS.items())}
        unit = st.selectbox(
            "Unit", units, units.index(meant.unit), key=f"own-unit-{key}", format_func=words.__getitem__,
            width=270,
        )  # fmt: skip
        within = st.number_input(
            "Nucleus within (µm)", *WITHIN_UM, before.within_um, key=f"own-within-{key}", width=170,
            help="The largest distance of a position to the nucleus that it names.",
        )  # fmt: skip
        return replace(choices, unit=unit, within_um=within)
    if meant.by == "root":
        numbers = [None, *VOLUME.releases]
        release = st.selectbox(
            "Root IDs of", numbers, numbers.index(before.release), key=f"own-release-{key}", width=180,
            format_func=lambda number: f"v{number}" if number else "the open release",
            help="A root ID changes with proofreading: name the release that yours come from.",
        )  # fmt: skip
        shared = st.toggle(
            "Label every nucleus on a root", before.shared_roots, key=f"own-shared-{key}",
            help="A root ID with several nuclei labels none of them, unless you say so.",
        )  # fmt: skip
        return replace(choices, release=release, shared_roots=shared)
    return choices


def _pick_optional(title: str, names: Sequence[str], guessed: str, key: str) -> str:
    options = [None, *names]
    chosen = st.selectbox(
        title, options, options.index(guessed) if guessed in names else 0,
        key=f"own-{title.lower()}-{key}", format_func=lambda name: name or "none", width=130,
    )  # fmt: skip
    return chosen or ""


def _show_first_rows(file: OwnFile, columns: Columns) -> None:
    """The first rows, each column with what it is taken for."""
    meant = dict.fromkeys(columns.names, WHAT[columns.by]) | dict.fromkeys(columns.labels, "label")
    meant |= {columns.confidence: "confidence", columns.system: "group"}
    first = file.rows.slice(0, ROWS_SHOWN)
    shown = {
        f"{meant[name]}: {name}" if name in meant else name: text_array(first[name]).to_pylist()
        for name in sorted(first.column_names, key=lambda name: name not in meant)
    }
    st.dataframe(pd.DataFrame(shown), hide_index=True, height="content")
    n = file.rows.num_rows
    st.caption(f"The first {min(n, ROWS_SHOWN)} of {plural(n, 'row')}; columns that are used come first.")
    for note in file.notes:
        st.caption(plain(note))
