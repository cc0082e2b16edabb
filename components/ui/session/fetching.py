"""Fetches under way: one for each table, watched by every visitor who needs it, waited for by none."""

import threading
import time

import streamlit as st

from components.ui.session.background import Background
from data.loader import OpenRelease
from data.tables.raw import Progress
from data.tables.records import Provenance

PATIENCE_SECONDS = 30.0
"""So long a fetch goes on that nobody watches; whoever comes in time takes it over."""

FetchKey = tuple[str, int, str]
"""A table's: the source's key, the release, its name."""


def show_fetch(opened: OpenRelease, name: str) -> None:
    """Bring a table into the cache, with its progress on the page.

    Raises
    ------
    DataError
        If the source cannot give it.
    """
    verb = "Drawing" if opened.source.synthetic else "Fetching"
    lead = f"{verb} {opened.tables[name].title}"
    fetch = _joined(opened, name)
    fetch.watch(lead, lambda progress: _progress(progress, lead, opened.source.patience))


def begin_fetch(opened: OpenRelease, name: str) -> Background[Provenance]:
    """Begin to bring a table into the cache."""
    return Background(
        lambda report: opened.fetch_labels(name, report), f"fetch {name}", patience=PATIENCE_SECONDS
    )


def _progress(progress: Progress, lead: str, patience: float) -> tuple[float, str]:
    done, total, delay = progress.done, progress.total, progress.delay_words(patience)
    share = min(done / total, 1.0) if total else 0.0
    size = f"{done / 1e6:.1f} MB" + (f" of {total / 1e6:.1f} MB" if total else "")
    said = "; ".join(filter(None, [size if done else "", delay]))
    return share, f"{lead}: {said}" if said else f"{lead} …"


def _joined(opened: OpenRelease, name: str) -> Background[Provenance]:
    """Give the table's fetch that is under way, or begin one."""
    place = (opened.source.key, opened.release.number, name)
    with _starting():
        running = _running()
        for other in [key for key, fetch in running.items() if fetch.ended.done()]:
            del running[other]
        if place not in running:
            running[place] = begin_fetch(opened, name)
        running[place].watched = time.monotonic()
        return running[place]


@st.cache_resource(show_spinner=False)
def _running() -> dict[FetchKey, Background[Provenance]]:
    return {}


@st.cache_resource(show_spinner=False)
def _starting() -> threading.Lock:
    return threading.Lock()
