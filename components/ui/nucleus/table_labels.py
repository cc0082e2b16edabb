"""The heart of the profile: who says what, table by table, and where they contradict each other."""

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from components.analysis.labels.counts import UNMAPPED
from components.analysis.labels.label_source import NOT_IN_TABLE
from components.analysis.labels.levels import CONFLICTING, NO_LABEL
from components.analysis.labels.palette import NO_LABEL_COLOUR
from components.analysis.nucleus.consensus import JUDGED, Contradiction, contradicting_tables
from components.analysis.nucleus.table_labels import Label, TableWord
from components.ui.nucleus.cave import look_up, offer_look_up, show_look_up
from components.ui.nucleus.page import Profile
from components.ui.session.exports import marked, show_csv_download
from components.ui.session.notices import plain
from components.ui.session.release import current_release, load_labels
from data.labels.crosswalk import LEVELS, colour_of, ordered
from data.labels.entry import Level

ABOUT = "≈ "
ODD = (UNMAPPED, NO_LABEL, NOT_IN_TABLE, CONFLICTING)
CHIPS = {"Says": 96, "Neuron": 100, "Class": 112, "Subclass": 92, "Type": 96}
"""Columns of coloured labels, with their widths in pixels."""
BAYLOR = ("baylor_log_reg_cell_type_coarse_v1", "baylor_gnn_cell_type_fine_model_v2")
ABSENT = "not in this release"
FEW = 3


def show_words(profile: Profile) -> None:
    """Who says what: every table's word, by hand first."""
    st.subheader("Who says what", anchor=False)
    st.caption(
        "Each table's label as it spells it, and what that counts as at each level. ≈: the mapping is "
        "ambiguous, the likeliest of several; unmapped: no counterpart at that level. Manual labels come "
        "first, then clusterings, classifiers and measurements."
    )
    lines = [line for word in profile.words for line in _lines(word)]
    shown = pd.DataFrame(lines)
    st.dataframe(
        marked(shown), hide_index=True, height=35 * len(lines) + 40, key=f"words-{profile.nucleus_id}",
        placeholder="", column_config={
            **{name: chips(shown[name], width) for name, width in CHIPS.items()},
            "Table": st.column_config.TextColumn(width=165, pinned=True),
            "Made by": st.column_config.TextColumn(width=92),
            "Here": st.column_config.TextColumn(width=135),
        },
    )  # fmt: skip
    _offer_fetch(profile)
    show_csv_download("What every table says, as CSV", _rows(profile), f"nucleus-{profile.nucleus_id}")


def _offer_fetch(profile: Profile) -> None:
    """Offer to get what is not at hand from a source that has to be asked: of this nucleus, or whole."""
    opened, nucleus = current_release(), profile.nucleus_id
    whole = [word for word in profile.words if word.state == "table not at hand" or word.looked_up]
    held = [word for word in whole if _here(word) != ABSENT]
    unasked = [word.table.name for word in held if not word.looked_up]
    with st.container(horizontal=True):
        ask = offer_look_up(len(unasked))
        words = f"Get the {len(held)} tables that are not at hand"
        fetch = (
            held
            and not opened.source.local
            and st.button(words, key="fetch-missing", icon=":material/cloud_download:")
        )
    if ask:
        look_up(nucleus, unasked)
        st.rerun()
    if fetch:
        for word in held:
            load_labels(word.table.name)
        st.rerun()
    show_look_up(nucleus, unasked)


def _lines(word: TableWord) -> list[dict[str, object]]:
    """A line per label that a table gives, or one that says why there is none."""
    table = word.table
    release = f"v{current_release().release.number}"
    start: dict[str, object] = {"Table": table.title, "Made by": _made_by(word)}
    end = {"Release": release, "Name in CAVE": table.name}
    lines = []
    for label in word.labels or (None,):
        readings = {level.capitalize(): _reading(label, level) for level in LEVELS}
        kind = readings.pop("Type")
        says = [label.cell_type or NO_LABEL] if label else []
        system = label.classification_system if label else None
        middle = {
            "Says": says,
            **readings,
            "Here": _here(word),
            "Type": kind,
            "classification_system": system,
        }
        lines.append({**start, **middle, **end})
    return lines


def _made_by(word: TableWord) -> str:
    return "hand" if word.table.method == "manual" else word.table.method


def _here(word: TableWord) -> str:
    away = word.state == "table not at hand"
    if away and (word.looked_up or word.table.name not in current_release().tables.held):
        return ABSENT
    if word.looked_up:
        return f"looked up: {_held(word)}"
    return word.state if word.state in ("not in this table", "table not at hand") else _held(word)


def _held(word: TableWord) -> str:
    rows = "1 row" if word.rows == 1 else f"{word.rows or 'no'} rows"
    if word.state == "conflicting":
        return f"{rows}, conflicting"
    return f"{rows}, the same label" if word.rows > 1 and word.state == "labelled" else rows


def _reading(label: Label | None, level: Level) -> list[str]:
    if label is None:
        return []
    reads_as, mapping = label.readings[level]
    return [UNMAPPED] if reads_as is None else [f"{ABOUT if mapping == 'ambiguous' else ''}{reads_as}"]


def chips(cells: pd.Series, width: int) -> ColumnConfig:
    """A column whose cells are lists of labels, shown in the labels' colours."""
    words = list(dict.fromkeys(word for cell in cells for word in cell))
    colours = [NO_LABEL_COLOUR if word in ODD else colour_of(word.removeprefix(ABOUT)) for word in words]
    return st.column_config.MultiselectColumn(options=words, color=colours or None, width=width)


def _rows(profile: Profile) -> pd.DataFrame:
    """The same as rows of a file, with every mapping said in a word."""
    rows = []
    for word in profile.words:
        for label in word.labels or (None,):
            row: dict[str, object] = {"nucleus_id": profile.nucleus_id, "table": word.table.name}
            row |= {
                "method": word.table.method,
                "state": word.state,
                "looked_up": word.looked_up,
                "rows": label.rows if label else word.rows,
            }
            row["classification_system"] = label.classification_system if label else None
            row["cell_type"] = label.cell_type if label else None
            for level in LEVELS:
                row[level], row[f"{level}_mapping"] = label.readings[level] if label else (None, None)
            rows.append(row)
    return pd.DataFrame(rows)


def show_table_contradictions(profile: Profile) -> None:
    """Where tables contradict each other, in plain words, level by level."""
    st.subheader("Contradictions", anchor=False)
    found = [one for level in JUDGED for one in contradicting_tables(profile.words, level)]
    doubled = [word for word in profile.words if word.state == "conflicting"]
    for word in doubled:
        said = " and ".join(dict.fromkeys(label.cell_type or NO_LABEL for label in word.labels))
        st.markdown(plain(f"{word.table.title} contradicts itself: its rows say {said}."))
    _show_baylor(profile, found)
    if not found:
        speaking = sum(word.at("neuron") is not None for word in profile.words)
        alone = "Fewer than two tables name it, so none contradicts another."
        st.markdown(
            alone if speaking < 2 else "No two tables differ at the level of neuron, class or subclass."
        )
        return
    for level in JUDGED:
        _show_level(profile, level, [one for one in found if one.level == level])


def _show_baylor(profile: Profile, found: list[Contradiction]) -> None:
    by_name = {word.table.name: word for word in profile.words}
    if not all(by_name[name].at("class") for name in BAYLOR):
        return
    differ = [one for one in found if {one.first.table.name, one.second.table.name} == set(BAYLOR)]
    same = "different classes" if differ else "the same class"
    st.markdown(f"Baylor coarse and fine put it into **{same}**.")


def _show_level(profile: Profile, level: Level, found: list[Contradiction]) -> None:
    """Who stands against whom at a level; each pair of tables in a sentence."""
    if not found:
        return
    said = [f"- {plain(one.words)}{' (an ambiguous mapping)' if one.ambiguous else ''}" for one in found]
    pairs = "1 pair of tables differs" if len(found) == 1 else f"{len(found)} pairs of tables differ"
    st.markdown(f"**{level.capitalize()}** — {plain(_sides(profile, level))} ({pairs})")
    if len(said) <= FEW:
        st.markdown("\n".join(said))
    else:
        with st.expander(f"The {len(said)} pairs, in sentences"):
            st.markdown("\n".join(said))


def _sides(profile: Profile, level: Level) -> str:
    """Each label at a level with the tables that give it, in the words these use."""
    sides: dict[str, list[str]] = {}
    for word in profile.words:
        got = word.at(level)
        if got:
            own = word.labels[0].cell_type
            sides.setdefault(got[0], []).append(word.table.title + (f" ({own})" if own != got[0] else ""))
    return "; ".join(f"{label}: {', '.join(sides[label])}" for label in ordered(sides))
