"""The page “Review”: the nucleus in review in the cloud, beside what tables say and the reader's verdict."""

from collections.abc import Callable

from components.point_cloud.component import show_carrier, show_cloud
from components.point_cloud.view import Picked
from components.ui.cloud.cloud import release_cloud, show_release_cloud
from components.ui.nucleus.choice import show_absent_tables
from components.ui.nucleus.facts import show_facts
from components.ui.nucleus.neighbours import show_neighbours, view_of
from components.ui.nucleus.page import Profile, open_index, show_headline
from components.ui.nucleus.table_labels import show_table_contradictions, show_table_labels
from components.ui.page.frame import show_frame
from components.ui.review.panel import Review, come_to, restore_place, show_verdict_panel
from components.ui.review.queue_sheet import queue_sheet
from components.ui.review.queues import pick_queue
from components.ui.review.verdicts import show_verdicts
from components.ui.selection.picks import keep_pick
from components.ui.selection.selected import show_selection
from components.ui.selection.selection import refuse_pick
from components.ui.session.colours import Colouring
from components.ui.session.followers import follows_selection, redraw_followers
from components.ui.session.own_tables import has_own_tables
from components.ui.workbench.panels import Panel, show_panels


def show_review() -> None:
    """Show the page."""
    bench = show_frame("review")
    restore_place()
    index = open_index(bench)
    with bench.choices:
        queue = pick_queue(index)
    review = Review(index, queue, empty=not len(queue.find()))
    with bench.left:
        if review.empty:
            labelled = [name for name in release_cloud()[0].labels if name in index.loaded]
            show_release_cloud(Colouring(next(iter(labelled), "depth_um")), key="review-cloud")
        else:
            show_carrier(release_cloud()[0], served=not has_own_tables())
            _show_cloud(review)
    of_nucleus = [
        _of_nucleus("Labels", review, show_table_labels),
        _of_nucleus("Contradictions", review, _show_contradictions),
        _of_nucleus("Neighbours", review, lambda profile: show_neighbours(profile, opens=False)),
        _of_nucleus("Facts", review, show_facts),
        queue_sheet(review),
    ]
    with bench.right:
        show_verdict_panel(review)
        if review.empty:
            show_absent_tables(index)
        show_panels([*([] if review.empty else of_nucleus), Panel("Verdicts", show_verdicts, follows=True)])
    show_selection(bench, None)


def _of_nucleus(title: str, review: Review, show: Callable[[Profile], None]) -> Panel:
    """A panel about the nucleus in review, drawn again for each."""

    def show_profile() -> None:
        if profile := review.profile():
            show(profile)

    return Panel(title, show_profile, follows=True)


def _show_contradictions(profile: Profile) -> None:
    show_headline(profile)
    show_table_contradictions(profile)


@follows_selection("review-place")
def _show_cloud(review: Review) -> None:
    profile = review.profile()
    if profile is None:  # the page is laid out anew
        return
    view, colouring = view_of(profile)

    def pick(picked: Picked) -> None:
        if picked.act == "click":
            clicked = int(picked.nucleus_ids[0])
            if clicked in review.queue.find():
                come_to(clicked)
            else:
                refuse_pick(f"Nucleus {clicked} is not in this queue.")
        elif picked.act != "clear":  # the lit nucleus is not the selection
            keep_pick(picked, colouring)
            redraw_followers()

    show_cloud(release_cloud()[0], view, key="review-cloud", on_pick=pick)
