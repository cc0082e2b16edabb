"""The tissue: one file of facts per volume, and the code that reads them."""

import os
from importlib import import_module

from data.volume.volume import Volume

_NAME = os.environ.get("CELL_TYPES_VOLUME") or "minnie65"

try:
    VOLUME: Volume = getattr(import_module(f"data.volume.{_NAME}"), _NAME.upper())
except (ImportError, AttributeError) as error:  # “space” is a module, and no volume
    remedy = "Set CELL_TYPES_VOLUME to minnie65, or add the three files of that volume (CONTRIBUTING.md)."
    raise ImportError(f"There is no volume “{_NAME}”. {remedy}") from error
"""The volume whose tables are shown; a second one is a second file, and `CELL_TYPES_VOLUME` names it."""
