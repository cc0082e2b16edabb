"""What a page knows of its tables without their rows: about them, and code that fetches them."""

from components.ui.code_export.code import show_code
from components.ui.family.about import show_about
from data.catalog import TABLES


def show_background(*names: str) -> None:
    """Fold out the tables' background, where there are no rows to show of them.

    Parameters
    ----------
    *names : str
        Tables, as CAVE spells them.
    """
    tables = [TABLES[name] for name in names]
    show_about(*tables)
    show_code(*tables)
