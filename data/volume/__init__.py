"""The tissue: one file of facts per volume, and the code that reads them."""

import os
from importlib import import_module

from data.volume.volume import Volume

_NAME = os.environ.get("CELL_TYPES_VOLUME", "minnie65")

VOLUME: Volume = getattr(import_module(f"data.volume.{_NAME}"), _NAME.upper())
"""The volume whose tables are shown; a second one is a second file, and `CELL_TYPES_VOLUME` names it."""
