"""Whether root IDs of another release still hold: pasted or dropped, and followed through their nuclei."""

import numpy as np
import pandas as pd
import streamlit as st

from components.analysis.code_export.carried import rot_snippet
from components.analysis.labels.ids import Ids, each_once
from components.analysis.output.carried_lists import written_roots
from components.analysis.releases.carried import ROOT_OUTCOMES, UNPLACED, WHOLE, root_fates
from components.analysis.releases.carried_table import rooted_nuclei
from components.figures.bars import changes_figure
from components.ui.code_export.code import origins_of_release, show_snippets
from components.ui.releases.changes import select_nuclei
from components.ui.selection.id_lists import show_kept_text
from components.ui.session.background import watched_here
from components.ui.session.cached import cached
from components.ui.session.charts import clicked_points, figure_caption, show_chart
from components.ui.session.exports import export_name, marked, show_csv_download, with_text_ids
from components.ui.session.notices import show_problem
from components.ui.session.own_tables import kept_in_session
from components.ui.session.release import current_release, load_labels, release_of
from components.ui.session.release_choice import other_releases
from data.errors import DataError
from data.loader import OpenRelease
from data.lookup import follow_roots
from data.number_words import of_nuclei, plural
from data.tables.id_tables import FILE_TYPES, LARGEST_FILE, file_text
from data.tables.raw import Progress
from data.volume import VOLUME

FILE, OF, CHART = "rot-file", "roots-of", "rot-chart"
ANSWERS = "rot-answers"
"""Key of what CAVE answered in this session."""
MOST_ASKED = 100
"""Root IDs that CAVE is asked about at once."""
ABOUT = (
    "Root IDs of another release, one on a line or as a column of a table. Each is followed through the "
    "nuclei on it: a nucleus keeps its ID, a root ID does not."
)


def show_rot_check(against: int) -> None:
    """Let the reader paste or drop root IDs of another release, and say what became of each here.

    Parameters
    ----------
    against : int
        The release that they are of unless the reader chooses another.
    """
    opened = current_release()
    others = other_releases(opened)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        pasted = show_kept_text("rot", "Root IDs", ABOUT, height=90)
        file = st.file_uploader(
            "or a file of them", type=FILE_TYPES, key=FILE, max_upload_size=LARGEST_FILE // 10**6, width=220
        )
    of = st.selectbox(
        "They are of release", others, index=others.index(against), key=OF,
        format_func=lambda number: f"v{number}",
    )  # fmt: skip
    text = file_text(file.getvalue(), file.name) if file else pasted
    if not text.strip():
        st.caption(f"What became of them in v{opened.release.number}: whole, another root ID, or gone.")
        return
    try:
        roots, left_out = _written(text)
        earlier = release_of(of)
        for release in (earlier, opened):
            load_labels(VOLUME.detections, release)  # shows progress on the page if it must be fetched
        fates, later = _followed(roots, earlier, opened)
    except DataError as error:
        show_problem(error)
        return
    _show_fates(fates, later, (earlier, opened), left_out)


@cached(show_spinner="Reading the IDs …")
def _written(text: str) -> tuple[list[int], int]:
    return written_roots(text)


def _followed(
    roots: list[int], earlier: OpenRelease, opened: OpenRelease
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What became of each root ID, and the nuclei of the opened release."""
    nuclei = rooted_nuclei(earlier), rooted_nuclei(opened)
    key = repr((earlier.key, opened.key, [*map(len, nuclei)], roots))
    return kept_in_session("rot", key, lambda: root_fates(roots, *nuclei), 1), nuclei[1]


def _show_fates(
    fates: pd.DataFrame, later: pd.DataFrame, releases: tuple[OpenRelease, OpenRelease], left_out: int
) -> None:
    """Bars by outcome, the list with its file and script, and the nuclei as a selection."""
    first, last = (release.release.number for release in releases)
    none = f"; {plural(left_out, 'word is not a root ID', 'words are not root IDs')}" if left_out else ""
    n, n_whole = len(fates), int((fates["outcome"] == WHOLE).sum())
    st.caption(
        f"**{plural(n, 'root ID')}** of v{first}, each once{none}: {n_whole:,} still whole in "
        f"v{last}. Click a bar to select its nuclei."
    )
    counts = fates["outcome"].value_counts().reindex([*ROOT_OUTCOMES])
    frame = pd.DataFrame({"n": counts, "share": counts / n})[counts > 0]
    caption = figure_caption(f"Root IDs of v{first}", f"n = {plural(n, 'root ID')}")

    def nuclei_of(rows: pd.DataFrame) -> Ids:
        ids = np.array(" ".join(rows["nucleus_ids"]).split(), dtype=np.int64)
        return each_once(ids[np.isin(ids, later["nucleus_id"])])

    def select() -> None:
        for point in clicked_points(CHART):
            select_nuclei(nuclei_of(fates[fates["outcome"] == point["y"]]), point.get("held", "new"))

    show_chart(
        CHART, (caption, frame.to_json()),
        lambda: changes_figure(frame, caption, "root IDs", clickable=True),
        alt=f"What became of root IDs of v{first} in v{last}", on_select=select,
    )  # fmt: skip
    shown = with_text_ids(fates)
    st.dataframe(marked(shown), hide_index=True, height=min(240, 40 + 35 * len(shown)), lazy=True, key="rot")
    found, file = nuclei_of(fates), f"roots-of-v{first}"
    with st.container(horizontal=True):
        show_csv_download("What became of each, as CSV", shown, file)
        st.button(
            f"Select {of_nuclei(len(found))} on them", key="select-rot", disabled=not len(found),
            icon=":material/ads_click:", on_click=select_nuclei, args=(found,),
        )  # fmt: skip
    _offer_cave(fates[fates["outcome"] == UNPLACED]["root_id"].tolist(), releases[1])
    with st.expander("Code of this check", icon=":material/code:"):
        earlier, opened = (origins_of_release(release)[0] for release in releases)
        roots = fates["root_id"].tolist()
        show_snippets([rot_snippet((earlier, opened), roots, f"{export_name(file)}.csv")])


def _offer_cave(roots: list[int], opened: OpenRelease) -> None:
    """Ask CAVE about root IDs without a nucleus, once the reader says so, and show what it answered."""
    if not roots:
        return
    key = repr((opened.key, roots))
    asked: dict[str, dict[int, tuple[int, ...]] | DataError] = st.session_state.setdefault(ANSWERS, {})
    if st.button(
        f"Ask CAVE about {plural(len(roots), 'root ID')} without a nucleus",
        key="rot-cave",
        icon=":material/cloud_download:",
        help=f"With a token. At most {MOST_ASKED} are asked about, each that changed by two requests.",
    ):
        asked[key] = _ask_cave(roots[:MOST_ASKED], opened)
    answer = asked.get(key)
    if isinstance(answer, DataError):
        show_problem(answer, place="-rot-cave")
    elif answer is not None:
        whole = sum(now == (root,) for root, now in answer.items())
        gone = sum(not now for now in answer.values())
        left = f" {len(roots) - len(answer):,} more were not asked about." if len(answer) < len(roots) else ""
        st.caption(
            f"CAVE, at the moment of v{opened.release.number}: of {plural(len(answer), 'root ID')} "
            f"{whole:,} still whole, {len(answer) - whole - gone:,} became others, {gone:,} unknown.{left}"
        )
        rows = [(str(root), " ".join(map(str, now))) for root, now in answer.items()]
        frame = pd.DataFrame(rows, columns=["root_id", "later_root_ids"])
        show_csv_download("What CAVE says about each, as CSV", frame, "roots-by-cave")


def _ask_cave(roots: list[int], opened: OpenRelease) -> dict[int, tuple[int, ...]] | DataError:
    """Ask, with the progress on the page; where the page is left, no more are asked about."""
    lead = "Asking CAVE for root IDs"

    def words(progress: Progress) -> tuple[float, str]:
        return progress.done / (progress.total or 1), f"{lead}: {progress.done} of {progress.total}"

    try:
        return watched_here(lead, lambda report: follow_roots(opened, roots, report), len(roots), words)
    except DataError as error:
        return error
