"""The cloud on a Streamlit page: a carrier that brings the nuclei once, and a view that shows them.

The carrier stands outside the fragment. Its message is the same on every run, so Streamlit sends it once
and a hash afterwards. The view stands inside the fragment: its message is a few kilobytes, and the browser
finds the nuclei in the carrier's store. What the view knows how to do comes with the carrier as well.
"""

import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from components.point_cloud.cloud import Cloud
from components.point_cloud.message import view_message
from components.point_cloud.scripts import joined, stylesheet
from components.point_cloud.sets import unpack_bits
from components.point_cloud.view import Picked, View

KNOWN = "_point_cloud_known"
"""Where the session keeps the names of what its browser knows, by cloud."""
_MODULE = f"const STYLESHEET = {json.dumps(stylesheet())};\n{joined('carrier')}"
_carrier = st.components.v2.component("nuclei_carrier", js=_MODULE)
_view = st.components.v2.component("nuclei_view", js=joined("view"))


def show_carrier(cloud: Cloud, *, address: str | None = None) -> None:
    """Bring the nuclei to the browser. Call it on every run, outside the fragment that shows them.

    Parameters
    ----------
    cloud : Cloud
    address : str, optional
        Where the browser can fetch `cloud.content` by itself; for clouds of millions of nuclei.
    """
    brought: bytes | dict[str, str] = cloud.content
    if address is not None:
        brought = {"cloud": cloud.version, "address": address}
    _carrier(data=brought, key=f"nuclei-{cloud.version}", height="content")


def show_cloud(
    cloud: Cloud,
    view: View,
    *,
    key: str,
    height: int = 640,
    on_pick: Callable[[Picked], None] | None = None,
) -> Picked | None:
    """Show nuclei and return what the reader has just picked; call it inside `st.fragment`.

    Parameters
    ----------
    cloud : Cloud
        Also given to `show_carrier` on this page.
    view : View
    key : str
        Of the element; unique on the page.
    height : int
        In CSS pixels.
    on_pick : callable, optional
        Called with what the reader picks, before the run that the pick causes.

    Returns
    -------
    Picked or None
        Once, on the run that the pick caused; None on every other.
    """
    known: set[str] = st.session_state.setdefault(KNOWN, {}).setdefault(cloud.version, set())
    message = view_message(cloud, view, key, height, known)

    def picked() -> None:
        answer = st.session_state[key]["picked"]
        if answer:  # the sets that the browser made itself are not sent back to it
            known.update(answer.get("have", ()))
        found = read_pick(cloud, answer)
        if found and on_pick:
            on_pick(found)

    result = _view(
        data=message,
        key=key,
        height="content",
        on_picked_change=picked,
        on_missing_change=known.clear,
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
    return Picked(answer["act"], answer["mode"], nucleus_ids, answer.get("title"))
