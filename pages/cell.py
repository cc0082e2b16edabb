"""Old links to the page of one nucleus, `cell?…`, open where it is now."""

from components.ui.page.frame import open_instead

open_instead("nucleus")
