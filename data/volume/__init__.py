"""The tissue: one file of facts per volume, and the code that reads them."""

from data.volume.minnie65 import MINNIE65
from data.volume.volume import Volume

VOLUME: Volume = MINNIE65
"""The volume whose tables are shown; a second volume is a second file, named here."""
