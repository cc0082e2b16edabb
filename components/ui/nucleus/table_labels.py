"""Every table's label of the nucleus, and where the tables contradict each other."""

from collections.abc import Sequence
from itertools import chain

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.levels import NO_LABEL
from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.analysis.nucleus.consensus import JUDGED, Contradiction, contradicting_tables
from components.analysis.nucleus.table_labels import Label, TableAnswer
from components.ui.context.raters import with_consensus
from components.ui.nucleus.cave import look_up, offer_look_up, show_look_up
from components.ui.nucleus.page import Profile
from components.ui.session.colours import ODD
from components.ui.session.exports import marked, show_csv_download
from components.ui.session.notices import plain
from components.ui.session.release import current_release, load_at_hand, load_labels
from data.labels.crosswalk import LEVELS, colour_of, ordered
from data.labels.entry import Level
from data.number_words import plural

ABOUT = "≈ "
CHIP_COLUMNS = {"Says": 96, "Neuron": 100, "Class": 112, "Subclass": 92, "Type": 96}
"""Columns of coloured labels, with their widths in pixels."""
NOT_AT_HAND, ABSENT = "table not at hand", "not in this release"
FEW = 3


def show_table_labels(profile: Profile) -> None:
    """Every table's label, manual tables first."""
    st.caption(
        "Each table's label as it spells it, and what that counts as at each level.",
        help="≈: the mapping is ambiguous, the likeliest of several; unmapped: no counterpart at that level. "
        "Manual labels come first, then clusterings, classifiers and measurements.",
    )
    labels = [(answer, label) for answer in profile.answers for label in answer.labels or (None,)]
    shown = pd.DataFrame([_row(answer, label) for answer, label in labels])
    st.dataframe(
        marked(shown), hide_index=True, height=35 * len(shown) + 40, key=f"labels-{profile.nucleus_id}",
        placeholder="", column_config={
            **{name: label_chips(shown[name], width) for name, width in CHIP_COLUMNS.items()},
            "Table": st.column_config.TextColumn(width=165, pinned=True),
            "Made by": st.column_config.TextColumn(width=92),
            "Here": st.column_config.TextColumn(width=135),
        },
    )  # fmt: skip
    _offer_fetch(profile)
    file_rows = pd.DataFrame([_file_row(answer, label) for answer, label in labels])
    file_rows.insert(0, "nucleus_id", profile.nucleus_id)
    loaded = load_at_hand()
    show_csv_download(
        "What every table says, as CSV",
        lambda: with_consensus(file_rows.set_index("nucleus_id"), loaded).reset_index(),
        f"nucleus-{profile.nucleus_id}",
    )


def _offer_fetch(profile: Profile) -> None:
    """Offer to get what is not at hand from a source that has to be asked: of this nucleus, or whole."""
    opened, nucleus = current_release(), profile.nucleus_id
    missing = [
        answer
        for answer in profile.answers
        if (answer.state == NOT_AT_HAND or answer.looked_up) and _state_words(answer) != ABSENT
    ]
    unasked = [answer.table.name for answer in missing if not answer.looked_up]
    with st.container(horizontal=True):
        ask = offer_look_up(len(unasked))
        label = f"Get the {plural(len(missing), 'table')} that are not at hand"
        fetch = (
            missing
            and not opened.source.local
            and st.button(label, key="fetch-missing", icon=":material/cloud_download:")
        )
    if ask:
        look_up(nucleus, unasked)
        st.rerun()
    if fetch:
        for answer in missing:
            load_labels(answer.table.name)
        st.rerun()
    show_look_up(nucleus, unasked)


def _row(answer: TableAnswer, label: Label | None) -> dict[str, object]:
    """A label as it is shown; None: why the table gives none."""
    readings = {level.capitalize(): _reading(label, level) for level in LEVELS}
    finest = {"Type": readings.pop("Type")}
    return {
        "Table": answer.table.title,
        "Made by": "hand" if answer.table.method == "manual" else answer.table.method,
        "Says": [label.cell_type or NO_LABEL] if label else [],
        **readings,
        "Here": _state_words(answer),
        **finest,
        "classification_system": label.classification_system if label else None,
        "Release": f"v{current_release().release.number}",
        "Name in CAVE": answer.table.name,
    }


def _file_row(answer: TableAnswer, label: Label | None) -> dict[str, object]:
    """The same for a file, with each mapping by its name."""
    row: dict[str, object] = {
        "table": answer.table.name,
        "method": answer.table.method,
        "state": answer.state,
        "looked_up": answer.looked_up,
        "rows": label.rows if label else answer.rows,
        "classification_system": label.classification_system if label else None,
        "cell_type": label.cell_type if label else None,
    }
    for level in LEVELS:
        row[level], row[f"{level}_mapping"] = label.readings[level] if label else (None, None)
    return row


def _state_words(answer: TableAnswer) -> str:
    in_release = answer.table.name in current_release().tables.held
    if answer.state == NOT_AT_HAND:
        return ABSENT if answer.looked_up or not in_release else NOT_AT_HAND
    if answer.state == "not in this table" and not answer.looked_up:
        return answer.state
    words = plural(answer.rows, "row") if answer.rows else "no rows"
    if answer.state == "conflicting":
        words += ", conflicting"
    elif answer.state == "labelled" and answer.rows > 1:
        words += ", the same label"
    return f"looked up: {words}" if answer.looked_up else words


def _reading(label: Label | None, level: Level) -> list[str]:
    if label is None:
        return []
    reads_as, mapping = label.readings[level]
    return [UNMAPPED] if reads_as is None else [f"{ABOUT if mapping == 'ambiguous' else ''}{reads_as}"]


def label_chips(cells: pd.Series, width: int) -> ColumnConfig:
    """A column whose cells are lists of labels, shown in the labels' colours."""
    labels = list(dict.fromkeys(chain.from_iterable(cells)))
    colours = [NO_LABEL_COLOUR if label in ODD else colour_of(label.removeprefix(ABOUT)) for label in labels]
    return st.column_config.MultiselectColumn(options=labels, color=colours or None, width=width)


def show_table_contradictions(profile: Profile) -> None:
    """Where tables contradict each other, in plain words, level by level."""
    st.subheader("Contradictions", anchor=False)
    by_level = {level: contradicting_tables(profile.answers, level) for level in JUDGED}
    for answer in profile.answers:
        if answer.state == "conflicting":
            labels = " and ".join(dict.fromkeys(label.cell_type or NO_LABEL for label in answer.labels))
            st.markdown(plain(f"{answer.table.title} contradicts itself: its rows say {labels}."))
    _show_nested(profile, by_level["class"])
    if not any(by_level.values()):
        n_naming = sum(answer.at("neuron") is not None for answer in profile.answers)
        alone = "Fewer than two tables name it, so none contradicts another."
        agreed = "No two tables differ at the level of neuron, class or subclass."
        st.markdown(alone if n_naming < 2 else agreed)
    for level, contradictions in by_level.items():
        if contradictions:
            _show_level(profile, level, contradictions)


def _show_nested(profile: Profile, contradictions: Sequence[Contradiction]) -> None:
    """Whether a table and the wider one that holds its nuclei put it into one class."""
    by_class = {answer.table.name: answer.table for answer in profile.answers if answer.at("class")}
    pairs = [{pair.first.table.name, pair.second.table.name} for pair in contradictions]
    for table in by_class.values():
        if wider := by_class.get(table.within or ""):
            same = "different classes" if {table.name, wider.name} in pairs else "the same class"
            st.markdown(plain(f"{wider.titles_with(table)} put it into") + f" **{same}**.")


def _show_level(profile: Profile, level: Level, contradictions: Sequence[Contradiction]) -> None:
    """Which tables contradict each other at a level; each pair in a sentence."""
    sentences = "\n".join(
        f"- {plain(pair.words)}{' (an ambiguous mapping)' if pair.ambiguous else ''}"
        for pair in contradictions
    )
    n = len(contradictions)
    pairs = plural(n, "pair of tables differs", "pairs of tables differ")
    st.markdown(f"**{level.capitalize()}** — {plain(_tables_by_label(profile, level))} ({pairs})")
    if n <= FEW:
        st.markdown(sentences)
    else:
        with st.expander(f"The {plural(n, 'pair')}, in sentences"):
            st.markdown(sentences)


def _tables_by_label(profile: Profile, level: Level) -> str:
    """Each label at a level with the tables that give it, and their own spelling where it differs."""
    titles: dict[str, list[str]] = {}
    for answer in profile.answers:
        if reading := answer.at(level):
            label, own = reading[0], answer.labels[0].cell_type
            titles.setdefault(label, []).append(answer.table.title + (f" ({own})" if own != label else ""))
    return "; ".join(f"{label}: {', '.join(titles[label])}" for label in ordered(titles))
