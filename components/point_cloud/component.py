"""The cloud on a Streamlit page: a carrier that brings the nuclei once, and a view that shows them.

The carrier is outside the fragment. It brings the nuclei, and the code of all views, once in a session;
afterwards it only names them. The view is inside the fragment: its message is a few kilobytes, and the
browser finds the nuclei in the carrier's store.
"""

import base64
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import streamlit as st
from streamlit.runtime import get_instance

from components.point_cloud.cloud import Cloud
from components.point_cloud.message import view_message
from components.point_cloud.published import PUBLISHED
from components.point_cloud.scripts import joined, stylesheet
from components.point_cloud.sets import checksum, unpack_bits
from components.point_cloud.view import Picked, TourStep, View

ASKED = "_point_cloud_asked"
"""Where the session keeps the versions of the clouds that its browser could not fetch."""
KNOWN = "_point_cloud_known"
"""Where the session keeps the names of what its browser knows, by cloud."""
ANSWERED = "_point_cloud_answered"
"""Where the session keeps when the pick was made that was answered last, by element."""
TOUR = "_point_cloud_tour"
"""Where the session keeps the element whose reader asked for a tour."""
_CODE = f"const STYLESHEET = {json.dumps(stylesheet())};\n{joined('carrier')}"
_MODULE = f'const CODE = "{checksum(_CODE.encode())}";\n{_CODE}'
PUBLISHED.code = _MODULE
# Without styles of its own it needs no second pass of the page, and fetches the nuclei sooner.
_carrier = st.components.v2.component("nuclei_carrier", js=_MODULE, isolate_styles=False)
# Its shadow is made by its script: Streamlit would make one in a second pass of the page.
_view = st.components.v2.component("nuclei_view", js=joined("view"), isolate_styles=False)


def show_carrier(cloud: Cloud, *, served: bool = True) -> None:
    """Bring the nuclei to the browser. Call it on every run, outside the fragment that shows them.

    The browser fetches them by itself, while the page is drawn; where it cannot, as behind a proxy that
    passes no media files, they come with the next run's messages.

    Parameters
    ----------
    cloud : Cloud
    served : bool
        False sends it with the page's messages to this session alone: no other can fetch it.
    """
    asked: set[str] = st.session_state.setdefault(ASKED, set())
    if served and cloud.version not in asked:
        content: bytes | dict[str, str] = {"cloud": cloud.version, "address": _address(cloud)}
    else:
        content = cloud.content
        asked.discard(cloud.version)
    key = f"carrier-{cloud.version}"
    _carrier(data=content, key=key, height="content", on_missing_change=partial(asked.add, cloud.version))


def _address(cloud: Cloud) -> str:
    """Have the server give out the nuclei; one without a route for them as it gives a page's pictures."""
    if address := PUBLISHED.address(cloud):
        return address
    files = get_instance().media_file_mgr
    return files.add(cloud.compressed, "application/gzip", f"cloud-{cloud.version}").lstrip("/")


def show_cloud(
    cloud: Cloud,
    view: View,
    *,
    key: str,
    height: int | None = None,
    on_pick: Callable[[Picked], None] | None = None,
    tour: Callable[[], Sequence[TourStep]] | None = None,
) -> Picked | None:
    """Show nuclei and return what the reader has just picked; call it inside `st.fragment`.

    Parameters
    ----------
    cloud : Cloud
        Also given to `show_carrier` on this page.
    view : View
    key : str
        Of the element; unique on the page.
    height : int, optional
        In CSS pixels; without it the cloud is as high as its container.
    on_pick : callable, optional
        Called with what the reader picks, before the run that the pick causes.
    tour : callable, optional
        Makes the views that are presented when the reader asks for them.

    Returns
    -------
    Picked or None
        Once, on the run that the pick caused; None on every other.
    """
    known: set[str] = st.session_state.setdefault(KNOWN, {}).setdefault(cloud.version, set())
    answered: dict[str, int] = st.session_state.setdefault(ANSWERED, {})
    steps = tour() if tour and st.session_state.pop(TOUR, None) == key else ()
    message = view_message(cloud, view, known, key=key, height=height, answered=answered.get(key), tour=steps)

    def picked() -> None:
        answer = (st.session_state.get(key) or {}).get("picked")
        if answer:  # the sets that the browser made itself are not sent back to it
            known.update(answer.get("have", ()))
            answered[key] = answer["at"]
        found = read_pick(cloud, answer)
        if found and on_pick:
            on_pick(found)

    result = _view(
        data=message,
        key=key,
        height="content" if height else "stretch",
        on_picked_change=picked,
        on_missing_change=known.clear,
        on_tour_change=partial(st.session_state.__setitem__, TOUR, key),
    )
    return read_pick(cloud, result["picked"])


def read_pick(cloud: Cloud, answer: dict[str, Any] | None) -> Picked | None:
    """Turn the browser's answer into nucleus IDs.

    Parameters
    ----------
    cloud : Cloud
    answer : dict or None
        With `cloud`, `act`, `mode` and either `row` or `bits` (base64).

    Returns
    -------
    Picked or None
        None where there is no answer, or it is about another cloud.
    """
    if not answer or answer.get("cloud") != cloud.version:
        return None
    nucleus_ids = np.empty(0, dtype=np.int64)
    if "row" in answer:
        nucleus_ids = cloud.nucleus_id[[int(answer["row"])]]
    elif "bits" in answer:
        nucleus_ids = cloud.nuclei_at(unpack_bits(base64.b64decode(answer["bits"]), len(cloud)))
    depths = answer.get("depths")
    between = None if depths is None else (float(depths[0]), float(depths[1]))
    return Picked(answer["act"], answer["mode"], nucleus_ids, answer.get("title"), between)
