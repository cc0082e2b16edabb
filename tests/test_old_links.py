"""Links that people have kept open to the same nuclei and the same numbers.

`old_links.json` holds thirty, recorded before modules and pages were moved and renamed: each kind of
selection, filters, levels, partners, layers, releases, and every page. For each it says how many nuclei the
lists on the page hold, with the checksums of their IDs (the selection first, where there is one); the key
numbers, whose titles are for people alone; what is chosen, as the link says it; and some words. A page may
show more by now, and in another order, with all its panels and its drawer open. Two lists by place were
recorded anew when nuclei of the sample that lay too near each other were moved apart.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.page_reader import ROOT, opened, words

Link = dict[str, Any]

pytestmark = pytest.mark.usefixtures("sample")

LINKS: list[Link] = json.loads(Path(__file__).with_name("old_links.json").read_text("utf-8"))
SCRIPTS = {"cell": "nucleus"}
"""Pages by the name in their old links, whose scripts have another name by now."""
LATER = {"your_labels", "review", "type"}
"""Pages that came after the links."""
ONLY_ON_AGREEMENT = "Adjusted Rand index"
"""A number that family pages showed too."""
WITHOUT_KAPPA = {"0.000", "undefined"}
"""What κ was said to be where one table gives all nuclei one label; there it is a dash by now."""


def opened_link(link: str) -> AppTest:
    """Open a page by its link, in a session of its own."""
    page, _, query = link.partition("?")
    return opened(f"{SCRIPTS.get(page, page)}.py", **parse_qs(query))


def lists(app: AppTest) -> list[list[int | str]]:
    """The lists of nuclei on a page, each by its number of nuclei and the checksum of their IDs."""
    frames = [frame.value for frame in app.dataframe]
    return [checked(frame["nucleus_id"]) for frame in frames if "nucleus_id" in frame]


def checked(ids: Any) -> list[int | str]:
    """How many nuclei there are, each counted once, and the checksum of their IDs in ascending order."""
    found = np.unique(np.array(ids, dtype=np.int64))
    return [len(found), hashlib.sha256(",".join(map(str, found)).encode()).hexdigest()]


def numbers(link: Link, now: Collection[str] = ()) -> list[str]:
    """The key numbers of a link's page, as far as the page still shows them, as it says them now."""
    whole = link["link"].startswith("agreement")
    return [
        "—" if "κ" in name and value in WITHOUT_KAPPA and value not in now else value
        for name, value in link["metrics"].items()
        if whole or name != ONLY_ON_AGREEMENT
    ]


def lacking(old: list[Any], now: list[Any]) -> list[Any]:
    """What a page held and holds no longer, or not as often."""
    return [*(Counter(map(repr, old)) - Counter(map(repr, now))).elements()]


def choices(app: AppTest) -> set[str]:
    """All that is chosen on a page, as links say it."""
    values: list[Any] = []
    for widget in [*app.selectbox, *app.button_group, *app.multiselect, *app.slider, *app.text_input]:
        values += widget.value if isinstance(widget.value, list | tuple) else [widget.value]
    return {str(value) for value in values} | {str(toggle.value).lower() for toggle in app.toggle}


def test_every_page_has_a_link():
    named = [link["link"].partition("?")[0] for link in LINKS]
    scripts = {path.stem for path in (ROOT / "pages").glob("*.py")} - LATER
    assert len(LINKS) == 30
    assert {SCRIPTS.get(name, name) for name in named} == {SCRIPTS.get(name, name) for name in scripts}


@pytest.mark.parametrize("link", LINKS, ids=lambda link: link["link"][:80])
def test_an_old_link_opens_to_the_same_nuclei_and_numbers(link: Link) -> None:
    app = opened_link(link["link"])
    said = words(app)
    assert not app.error
    assert lacking(link["lists"], lists(app)) == []
    now = [metric.value for metric in app.metric]
    assert lacking(numbers(link, now), now) == []
    assert set(link["chosen"]) <= choices(app)
    assert [part for part in link["says"] if part not in said] == []
