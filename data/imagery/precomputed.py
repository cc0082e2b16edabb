"""One precomputed volume, read by TensorStore over https, http or from files."""

import os
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from data.errors import DataError, HostUnreachable
from data.imagery.scales import Info, Sampling, VolumeKind, fitting_scale, read_info, sampling
from data.imagery.section import PixelMask, SectionError, SectionWanted

if TYPE_CHECKING:
    import tensorstore

OPEN_SECONDS = 20.0
SILENT_SECONDS = 30.0
"""How long a reading waits for its next chunk."""
LOOK_SECONDS = 0.25
"""How often a reading asks whether it is still wanted."""
AGAIN_SECONDS = 10.0
"""How long a volume that could not be opened is not asked again."""
_REQUESTS_AT_ONCE, _DECODERS, _CHUNK_BYTES = 64, 2, 128_000_000
_RETRIES = {"max_retries": 4, "initial_delay": "250ms", "max_delay": "4s"}
_BREAK_OFF = {"CONNECT_TIMEOUT_SECONDS": "5", "LOW_SPEED_TIME_SECONDS": "10", "LOW_SPEED_LIMIT_BYTES": "100"}
"""When a request is broken off and repeated: TensorStore waits for a silent host for ever."""
_TRY_AGAIN = "Try again in a moment; other sections are not affected."
_CHECK_NETWORK = "Check the network, or name a copy of the imagery by CELL_TYPES_IMAGERY."
_UNREACHABLE = ("resolve", "connect")
_RAISED = (ValueError, RuntimeError, OSError)
"""Errors of TensorStore; TimeoutError, an OSError too, says that a result has not come yet."""


class NotWanted(Exception):
    """A reading was given up because no visitor waits for it."""


def make_context() -> "tensorstore.Context":
    """Make what volumes share: requests at once, threads that decode, memory for chunks, retries."""
    import tensorstore  # noqa: PLC0415  # its import takes time that pages without pictures save

    for name, value in _BREAK_OFF.items():
        os.environ.setdefault(f"TENSORSTORE_CURL_{name}", value)
    return tensorstore.Context(
        {
            "cache_pool": {"total_bytes_limit": _CHUNK_BYTES},
            "data_copy_concurrency": {"limit": _DECODERS},
            "http_request_concurrency": {"limit": _REQUESTS_AT_ONCE},
            "http_request_retries": _RETRIES,
        }
    )


class PrecomputedVolume:
    """A volume whose `info` is read with the first section.

    Parameters
    ----------
    address : str
        https:// or http:// address, or the path of a folder.
    kind : {"image", "segmentation"}
    context : callable
        Returns the context that it shares with others, from `make_context`; called with the first section.
    """

    def __init__(self, address: str, kind: VolumeKind, context: Callable[[], "tensorstore.Context"]) -> None:
        self.address, self.kind = address, kind
        self._context = context
        self._lock = threading.Lock()
        self._asked: Any = None
        self._info: Info | None = None
        self._failed: tuple[float, DataError] | None = None
        self._stores: dict[str, Any] = {}

    def ask(self) -> None:
        """Send for the `info` without waiting for it."""
        import tensorstore  # noqa: PLC0415

        with self._lock:
            if self._info is None and self._asked is None:
                base = tensorstore.KvStore.open(self._kvstore(), context=self._context()).result()
                self._asked = base.read("info")

    def request(self, wanted: SectionWanted) -> "SectionReading":
        """Send for the voxels of a section.

        Raises
        ------
        DataError
            If the volume cannot be opened, or the section lies outside it.
        """
        self.ask()
        info = self._open()
        if not np.isfinite(wanted.centre_nm).all():
            problem = f"Nucleus {wanted.nucleus_id} has no position."
            raise DataError(problem, "Open a release whose tables place it.")
        scale = fitting_scale(info.scales, wanted)
        found = sampling(scale, wanted)
        if not found.known.any():
            x, y, z = (f"{nm / 1000:,.1f}" for nm in wanted.centre_nm)
            raise SectionError(
                "Outside the volume",
                f"Nucleus {wanted.nucleus_id} at x {x}, y {y}, z {z} µm lies outside the {self.kind} of "
                f"{self.address}.",
                "Check that its position is in voxels of 4×4×40 nm.",
            )
        return SectionReading(self, self._store(info, scale.metadata), found)

    def error(self, raised: Exception, what: str) -> DataError:
        """What the reader is told about an error of TensorStore."""
        text = " ".join(str(raised).split()).replace(self.address, "")
        if isinstance(raised, TimeoutError):
            problem = f"The {what} from {self.address} did not come in time."
            return SectionError("No answer in time", problem, _TRY_AGAIN)
        if any(words in text for words in _UNREACHABLE):
            return HostUnreachable(f"The host of {self.address} cannot be reached.", _CHECK_NETWORK)
        reason = ": ".join(text.split(": ")[-2:])
        return DataError(f"The {what} from {self.address} cannot be read: {reason}.", _TRY_AGAIN)

    def _kvstore(self) -> dict[str, str]:
        if self.address.startswith(("https://", "http://")):
            parts = urlsplit(self.address)
            host = f"{parts.scheme}://{parts.netloc}"
            return {"driver": "http", "base_url": host, "path": f"{unquote(parts.path)}/"}
        return {"driver": "file", "path": f"{self.address}/"}

    def _open(self) -> Info:
        with self._lock:
            if self._failed and time.monotonic() < self._failed[0]:
                raise self._failed[1]
            if self._info is None:
                try:
                    self._info = self._read_info()
                except DataError as error:
                    self._failed = time.monotonic() + AGAIN_SECONDS, error
                    raise
                finally:
                    self._asked = None
            return self._info

    def _read_info(self) -> Info:
        try:
            answer = self._asked.result(timeout=OPEN_SECONDS)
        except TimeoutError as error:
            problem = f"The host of {self.address} did not answer within {OPEN_SECONDS:g} seconds."
            raise HostUnreachable(problem, _CHECK_NETWORK) from error
        except _RAISED as error:
            raise self.error(error, "description (info)") from error
        if answer.state != "value":
            raise DataError(
                f"{self.address} holds no volume: its description (info) is missing.",
                "Check CELL_TYPES_IMAGERY; the address must hold the folders em and nuclei.",
            )
        return read_info(answer.value, self.address, self.kind)

    def _store(self, info: Info, scale: dict[str, Any]) -> Any:  # noqa: ANN401  # a tensorstore.TensorStore
        import tensorstore  # noqa: PLC0415

        with self._lock:
            if scale["key"] not in self._stores:
                spec = {
                    "driver": "neuroglancer_precomputed",
                    "kvstore": self._kvstore(),
                    "multiscale_metadata": info.multiscale,
                    "scale_metadata": scale,
                    "recheck_cached_data": False,
                }
                try:
                    opening = tensorstore.open(
                        spec, open=True, read=True, assume_metadata=True, context=self._context()
                    )
                    self._stores[scale["key"]] = opening.result()
                except _RAISED as error:
                    raise self.error(error, f"scale {scale['key']}") from error
            return self._stores[scale["key"]]


class SectionReading:
    """A section's voxels on their way.

    Parameters
    ----------
    volume : PrecomputedVolume
    store : tensorstore.TensorStore
        Of the scale.
    found : Sampling
    """

    def __init__(self, volume: PrecomputedVolume, store: Any, found: Sampling) -> None:  # noqa: ANN401
        import tensorstore  # noqa: PLC0415

        self.volume, self.found = volume, found
        with tensorstore.Batch() as batch:  # neighbouring chunks of a shard come with one request
            self._parts = [
                (piece, store[self._index(*piece)].read(batch=batch, order="F")) for piece in found.tiles()
            ]

    def _index(self, columns: range, rows: range) -> tuple[slice | int, ...]:
        index: list[slice | int] = [self.found.across] * 3
        index[self.found.axes[0]] = slice(columns.start, columns.stop)
        index[self.found.axes[1]] = slice(rows.start, rows.stop)
        return (*index, 0)

    def collect(self, still_wanted: Callable[[], bool]) -> tuple[NDArray[Any], PixelMask]:
        """Wait for the voxels and sample them.

        Returns
        -------
        ndarray, ndarray of bool
            A value for each pixel, and whether the volume holds it; 0 where it does not.

        Raises
        ------
        DataError
            If a chunk cannot be read.
        NotWanted
            If no visitor waits any longer.
        """
        columns, rows = self.found.box
        voxels: NDArray[Any] | None = None
        held = np.zeros((len(rows), len(columns)), dtype=bool)
        for (piece_columns, piece_rows), future in self._parts:
            piece = self._wait(future, still_wanted)
            if not piece.any():  # a chunk that is missing, or black because it lies outside the tissue
                continue
            if self.found.axes[0] < self.found.axes[1]:
                piece = piece.T
            if voxels is None:
                voxels = np.zeros(held.shape, dtype=piece.dtype)
            at = (
                slice(piece_rows.start - rows.start, piece_rows.stop - rows.start),
                slice(piece_columns.start - columns.start, piece_columns.stop - columns.start),
            )
            voxels[at], held[at] = piece, True
        if voxels is None:
            voxels = np.zeros(held.shape, dtype=np.uint8)
        inside = self.found.known
        at_rows = np.clip(self.found.rows - rows.start, 0, len(rows) - 1)
        at_columns = np.clip(self.found.columns - columns.start, 0, len(columns) - 1)
        pixels = np.ix_(at_rows, at_columns)
        known = inside & held[pixels]
        return np.where(known, voxels[pixels], voxels.dtype.type(0)), known

    def cancel(self) -> None:
        """Give the voxels up."""
        for _, future in self._parts:
            future.cancel()

    def _wait(self, future: Any, still_wanted: Callable[[], bool]) -> NDArray[Any]:  # noqa: ANN401
        """The voxels of a piece."""
        until = time.monotonic() + SILENT_SECONDS
        while True:
            try:
                return future.result(timeout=LOOK_SECONDS)
            except TimeoutError as error:
                if not still_wanted():
                    self.cancel()
                    raise NotWanted from None
                if time.monotonic() > until:
                    self.cancel()
                    raise self.volume.error(error, "voxels") from error
            except _RAISED as error:
                self.cancel()
                raise self.volume.error(error, "voxels") from error
