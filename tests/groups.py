"""Which tests one worker takes whole, and which groups begin: those in a real browser, one on each worker."""

import functools
import re
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling

BROWSER = Path(__file__).parent / "browser"
OWN_PAGES = {"test_exports", "test_late_view", "test_point_cloud"}
# About half of the time of the journeys through the app.
WALKS = {
    *("test_accessibility", "test_agreement_journey", "test_family_journeys", "test_find_anything"),
    *("test_first_light", "test_idle_server", "test_layout", "test_old_links_cold"),
    *("test_own_journey", "test_tour", "test_two_servers"),
}
USES_SAMPLE = re.compile(r"usefixtures\(\"sample\"\)|\bsample: ")
# What takes longest begins: a long group that is left for the end has one worker wait for the other.
LONGEST_FIRST = (
    *("walks in the browser", "acts in the browser", "parts in the browser", "sample"),
    *("test_your_labels", "test_hostile_input"),
)


@functools.cache
def group_of(path: Path) -> str:
    """Name what one worker takes whole: half of the app in the browser, its parts, the sample, or a file.

    The tests of a group share a server, a browser or the figures of the sample.
    """
    if path.is_relative_to(BROWSER):
        what = "parts" if path.stem in OWN_PAGES else "walks" if path.stem in WALKS else "acts"
        return f"{what} in the browser"
    return "sample" if USES_SAMPLE.search(path.read_text("utf-8")) else path.stem


def turn_of(path: Path, *, on_a_worker: bool) -> int:
    """Return when a file's group is handed out, from 0.

    Without workers the browser comes last, for the fast tests to speak first.
    """
    if on_a_worker:
        group = group_of(path)
        return LONGEST_FIRST.index(group) if group in LONGEST_FIRST else len(LONGEST_FIRST)
    return int(path.is_relative_to(BROWSER))


class WholeGroups(LoadScopeScheduling):
    """Hand each group of tests to one worker, in the order in which the groups were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(self.config.rootpath / nodeid.split("::", maxsplit=1)[0])
