"""A synthetic release: one made-up world, and the release's tables as noisy readers of it.

It is drawn from published and measured aggregates (`lists.FIGURES`) and from named assumptions
(`lists.ASSUMPTIONS`), never from rows. Its nuclei do not exist: their IDs have seven digits where real ones
have four to six, and their root IDs begin with 999.
"""

from data.catalog.entry import Table
from data.errors import SettingsError, TableAbsent
from data.sources.sample.lists import grounds
from data.sources.sample.tables.frames import frame_names, make_release, raw_frame
from data.tables.raw import Raw, ReportProgress, Source
from data.volume import VOLUME
from data.volume.minnie65 import MINNIE65

FORMAT = 2
"""Version of the drawing: rows drawn in another one have another place in the cache."""
RELEASE = MINNIE65.release
SEED = 661


class SampleSource(Source):
    """The synthetic release as a source.

    Parameters
    ----------
    release : int
        Only 661: its figures are known for no other.
    seed : int
        The same seed gives the same bytes, on every machine.

    Raises
    ------
    SettingsError
        If another volume, another release or a negative seed is asked for.
    """

    name = "sample"
    title = "the sample"
    synthetic = True
    local = True

    def __init__(self, release: int = RELEASE, seed: int = SEED) -> None:
        if VOLUME is not MINNIE65:
            raise SettingsError(
                f"There is no synthetic {VOLUME.name}: the sample is drawn from figures of {MINNIE65.name}.",
                "Choose another source.",
            )
        if release != RELEASE:
            raise SettingsError(
                f"There is no synthetic release {release}: the sample is drawn from figures of {RELEASE}.",
                f"Choose release {RELEASE}, or another source.",
            )
        if seed < 0:
            raise SettingsError(f"{seed} is not a seed.", "Give a whole number from 0 on.")
        self.seed = seed
        self.key = f"sample-{FORMAT}-{seed}"
        self.location = f"a synthetic release drawn from published aggregates, seed {seed}"

    @staticmethod
    def is_drawn_for(release: int) -> bool:
        """Whether there is a sample of this release of the volume in use."""
        return VOLUME is MINNIE65 and release == RELEASE

    def fetch_table(self, table: Table, report: ReportProgress) -> Raw:
        """Draw one table's rows; the first call makes the whole world (a few seconds).

        Raises
        ------
        TableAbsent
            If the sample has no such table.
        """
        if table.name not in frame_names():
            raise TableAbsent(
                f"The sample (release {RELEASE}) does not hold {table.name}.", "Choose another source for it."
            )
        rows = raw_frame(table.name, make_release(self.seed))
        report(rows.num_rows, rows.num_rows)
        return Raw(
            rows=rows,
            origin=f"{self.location}; nucleus IDs from 9,000,001 and root IDs from 999… are not real ones",
            made_from=grounds(),
        )
