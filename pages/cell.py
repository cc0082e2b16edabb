"""Old links to the page of one nucleus, `cell?…`, open where it is now."""

from components.ui.page.frame import open_moved

open_moved("cell")
