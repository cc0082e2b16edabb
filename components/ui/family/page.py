"""A family page as the reader has set it: its tables, the one in view, and what that is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.ui.code_export.code import show_code
from components.ui.context.comparison import Comparison, pick_comparison, show_agreement_numbers
from components.ui.context.table_view import TableView, pick_table_view
from components.ui.family.about import show_about, show_deprecation
from components.ui.page.frame import show_frame
from components.ui.session.release import load_labels
from data.catalog.entry import Table
from data.catalog.pages import FAMILIES, FamilyPage
from data.errors import DataError
from data.loader import LabelTable


@dataclass(frozen=True)
class OpenFamily:
    """A family page as the reader has set it.

    Attributes
    ----------
    page : FamilyPage
    tables : sequence of Table
        The family's, in the page's order.
    view : TableView
    comparison : Comparison
    """

    page: FamilyPage
    tables: Sequence[Table]
    view: TableView
    comparison: Comparison

    def load(self, name: str) -> LabelTable | DataError:
        """Load a table for one of the page's panels, or say why it cannot be had."""
        return load_labels(name)


def open_family(name: str) -> OpenFamily:
    """Draw the head of a family page, its choices, and how far the table in view agrees with its partner.

    Parameters
    ----------
    name : str
        The family's and its page's.

    Returns
    -------
    OpenFamily
        Where the chosen table cannot be had, or no nucleus passes the filters, the page ends here with what
        is known of its tables without rows.
    """
    opened = show_frame(name)
    page = FAMILIES[name]
    tables = sorted(opened.tables.of_family(name), key=lambda table: table.name != page.first)
    labelling_first = sorted(tables, key=lambda table: table.level is None)
    view = pick_table_view(
        [table.name for table in labelling_first], key=name, otherwise=lambda: show_background(tables),
    )  # fmt: skip
    show_deprecation(view.one.table)
    comparison = pick_comparison(view, *page.partners)
    show_agreement_numbers(comparison)
    return OpenFamily(page, tables, view, comparison)


def show_background(
    tables: Sequence[Table], view: TableView | None = None, comparison: Comparison | None = None
) -> None:
    """Fold out what is known of tables without their rows, and code: of them, of the view, of its matrix."""
    show_about(*tables)
    show_code(*tables, view=view, comparison=comparison)
