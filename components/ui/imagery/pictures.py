"""Pictures of sections: asked for in the background, and served as Streamlit serves a page's media."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime import get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.analysis.imagery.section_picture import CONTRAST, section_webp
from components.ui.session.cached import cached
from data.errors import DataError, HostUnreachable
from data.imagery.imagery import open_imagery
from data.imagery.section import Section, SectionError, SectionWanted
from data.imagery.section_queue import SectionQueue
from data.settings import read_settings
from data.volume import VOLUME


@dataclass(frozen=True)
class PictureLook:
    """How sections are drawn: the darkest and the lightest grey, and whether the nucleus is outlined."""

    contrast: tuple[int, int] = CONTRAST
    outline: bool = True


@dataclass(frozen=True)
class Picture:
    """A section's picture, or the words in its place.

    Attributes
    ----------
    address : str
        Where the browser finds it; "" while there is none.
    short : str
        In its place: that it is loading, or in a word or three what failed.
    account : str
        What failed and what to do, or what the picture lacks.
    section : Section or None
    pending : bool
        Whether it may still come.
    """

    address: str = ""
    short: str = ""
    account: str = ""
    section: Section | None = None
    pending: bool = False


def ask_picture(wanted: SectionWanted, look: PictureLook, place: str) -> Picture:
    """Ask for a section's picture, and give it if it is there; ask again as long as it is `pending`.

    Parameters
    ----------
    wanted : SectionWanted
        Never of a synthetic nucleus.
    look : PictureLook
    place : str
        Of the picture on the page, unique there.
    """
    settings = read_settings({})
    answer = _queue(settings.imagery, settings.cache).look(_visitor(), wanted)
    if answer.error is not None:
        return failed_picture(answer.error)
    section = answer.section
    if section is None:
        return Picture(short="Loading …", pending=True)
    content = _webp(section, look)
    return Picture(_served(content, place), account=" ".join(section.notes), section=section)


def failed_picture(error: DataError) -> Picture:
    """The words in place of a picture."""
    short = "Host not reached" if isinstance(error, HostUnreachable) else "Cannot be read"
    if isinstance(error, SectionError):
        short = error.short
    return Picture(short=short, account=f"{error.problem} {error.remedy}")


def imagery_address() -> str:
    """Where the microscopy comes from."""
    return read_settings({}).imagery or VOLUME.imagery.removeprefix("precomputed://")


def _served(content: bytes, place: str) -> str:
    files = get_instance().media_file_mgr
    return files.add(content, "image/webp", f"section-{place}").lstrip("/")


def _visitor() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else ""


@st.cache_resource(show_spinner=False, max_entries=4)
def _queue(base: str | None, cache: Path) -> SectionQueue:
    return SectionQueue(open_imagery(base, cache).read)


@cached()
def _webp(section: Section, look: PictureLook) -> bytes:
    return section_webp(section, contrast=look.contrast, outline=look.outline)
