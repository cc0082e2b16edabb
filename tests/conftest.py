"""What every test may ask for, and what none may touch: the reader's own cache and settings."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings

# A busy machine is no failure: no test measures time, so hypothesis may not either.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

REALDATA = "CELL_TYPES_TEST_REALDATA"


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test a cache of its own and no setting of the machine's."""
    for name in tuple(os.environ):
        if name.startswith("CELL_TYPES_") and not name.startswith("CELL_TYPES_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CELL_TYPES_CACHE", str(tmp_path / "cache"))


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """List the seconds that are waited for a busy server, which no test spends."""
    waited: list[float] = []
    monkeypatch.setattr("data.sources.connection.time", SimpleNamespace(sleep=waited.append))
    return waited


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Return the folder of real v661 rows, in the archive's layout; without one the test is skipped."""
    folder = os.environ.get(REALDATA)
    if not folder:
        pytest.skip(f"{REALDATA} names no folder of real rows")
    if not Path(folder).is_dir():
        pytest.fail(f"{REALDATA} names {folder}, which is not a folder", pytrace=False)
    return Path(folder).absolute()
