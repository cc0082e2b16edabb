"""Made-up imagery in the form of the real volumes: small ones for tests, and a sparse one of the real sizes.

Every voxel is computed from its place in nm, so that whoever reads one knows what it must be.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import tensorstore

Places = tuple[np.ndarray, np.ndarray, np.ndarray]
"""x, y and z of voxels' middles in nm, shaped to be broadcast."""
Triple = tuple[int, int, int]
SHARDING = {
    "@type": "neuroglancer_uint64_sharded_v1",
    "hash": "identity",
    "preshift_bits": 9,
    "minishard_bits": 6,
    "shard_bits": 14,
    "minishard_index_encoding": "gzip",
    "data_encoding": "gzip",
}
"""Of the real microscopy."""


@dataclass(frozen=True)
class MadeScale:
    """A scale of a made-up volume: edges of its voxels in nm, first voxel, number of voxels, chunk."""

    voxel_nm: Triple
    offset: Triple
    size: Triple
    chunk: Triple

    @property
    def key(self) -> str:
        return "_".join(map(str, self.voxel_nm))


REAL_SCALES = tuple(
    MadeScale((8 * 2**i, 8 * 2**i, z), offset, size, chunk)
    for i, (z, offset, size, chunk) in enumerate(
        [
            (40, (13824, 13824, 14816), (212992, 180224, 13088), (128, 128, 32)),
            (40, (6912, 6912, 14816), (106496, 90112, 13088), (128, 128, 32)),
            (40, (3456, 3456, 14816), (53248, 45056, 13088), (64, 64, 64)),
            (80, (1728, 1728, 7408), (26624, 22528, 6544), (64, 64, 64)),
            (160, (864, 864, 3704), (13312, 11264, 3272), (64, 64, 64)),
        ]
    )
)
"""The real volume's five finest; a nucleus's position is inside."""
SMALL_SCALES = tuple(
    MadeScale(
        (8 * 2**i, 8 * 2**i, z),
        (320 // 2**i, 192 // 2**i, first),
        (256 // 2**i, 320 // 2**i, n),
        (64, 64, 16),
    )
    for i, (z, first, n) in enumerate([(40, 48, 64), (40, 48, 64), (40, 48, 64), (80, 24, 32)])
)
"""2 × 2.6 × 2.6 µm, with an offset, as in the real volume: z halves with the last."""
NUCLEUS_SCALES = tuple(
    MadeScale(
        (16 * n**2, 16 * n**2, 40 * n),
        (160 // n**2, 96 // n**2, 48 // n),
        (128 // n**2, 160 // n**2, 64 // n),
        (32, 32, 32),
    )
    for n in (1, 2)
)
"""Of the same box, at other scales."""


@dataclass(frozen=True)
class Ball:
    """A made-up nucleus: its ID, middle and radius in nm."""

    nucleus_id: int
    middle_nm: tuple[float, float, float]
    radius_nm: float

    def holds(self, places: Places) -> np.ndarray:
        """Which places lie in it."""
        squares = [(at - middle) ** 2 for at, middle in zip(places, self.middle_nm, strict=True)]
        return sum(squares[1:], squares[0]) < self.radius_nm**2


def position_values(places: Places) -> np.ndarray:
    """A grey value that tells where a voxel is: neighbours along every axis differ, at every scale."""
    x, y, z = (np.floor(at).astype(np.int64) for at in places)
    return ((x // 8 * 37 + y // 8 * 101 + z // 40 * 59) % 251 + 1).astype(np.uint8)


def labels_of(balls: Sequence[Ball]) -> Callable[[Places], np.ndarray]:
    """What a segmentation of these nuclei holds at places."""

    def labels(places: Places) -> np.ndarray:
        found = np.zeros(np.broadcast_shapes(*(at.shape for at in places)), dtype=np.uint64)
        for ball in balls:
            found[ball.holds(places)] = ball.nucleus_id
        return found

    return labels


def tissue_of(balls: Sequence[Ball]) -> Callable[[Places], np.ndarray]:
    """Grey values that look like tissue, with noise."""

    def tissue(places: Places) -> np.ndarray:
        x, y, z = ((at / 1000).astype(np.float32) for at in places)
        waves = np.sin(5.1 * x + 2.3 * np.sin(3.7 * y + z)) * np.sin(4.3 * y + 1.9 * np.sin(2.9 * x - z))
        grey = 134 + 12 * waves - 48 * (np.abs(waves) < 0.07)
        for ball in balls:
            inside = ball.holds(places)
            clumps = np.sin(3.1 * x + 2 * y) * np.sin(2.7 * y - z) * np.sin(2.2 * z + x) > 0.45
            rim = inside & ~replace(ball, radius_nm=ball.radius_nm - 120).holds(places)
            grey = np.where(inside, 146 - 26 * clumps, grey)
            grey = np.where(rim, 92, grey)
        return np.clip(grey + 12 * _noise(grey.shape), 1, 255).astype(np.uint8)

    return tissue


def noise_of(_: Sequence[Ball]) -> Callable[[Places], np.ndarray]:
    """Grey values that gzip packs to about three quarters."""

    def values(places: Places) -> np.ndarray:
        shape = np.broadcast_shapes(*(at.shape for at in places))
        return np.clip(130 + 16 * _noise(shape), 1, 255).astype(np.uint8)

    return values


def _noise(shape: tuple[int, ...]) -> np.ndarray:
    """Normal noise; the same row of numbers over and over, at a length that no chunk is a multiple of."""
    return np.resize(np.random.default_rng(1).standard_normal(1_000_003, dtype=np.float32), shape)


def write_volume(
    folder: Path,
    scales: Sequence[MadeScale],
    values: Callable[[Places], np.ndarray],
    *,
    kind: str = "image",
    encoding: str = "raw",
    sharded: bool = True,
    boxes: Mapping[str, Iterable[tuple[slice, slice, slice]]] | None = None,
) -> None:
    """Write a precomputed volume.

    Parameters
    ----------
    folder : Path
        Its own.
    scales : sequence of MadeScale
    values : callable
        Values of voxels, given their middles; uint64 for a segmentation.
    kind, encoding : str
        As in the `info`.
    sharded : bool
        As the real microscopy; else a file a chunk.
    boxes : mapping, optional
        What is written of each scale, by its key, in voxels; by default the whole.
    """
    data_type = "uint8" if kind == "image" else "uint64"
    for scale in scales:
        metadata: dict[str, Any] = {
            "key": scale.key, "resolution": scale.voxel_nm, "voxel_offset": scale.offset, "size": scale.size,
            "chunk_size": scale.chunk, "encoding": encoding, "sharding": SHARDING if sharded else None,
        }  # fmt: skip
        if encoding == "compressed_segmentation":
            metadata["compressed_segmentation_block_size"] = (8, 8, 8)
        store = tensorstore.open(
            {
                "driver": "neuroglancer_precomputed",
                "context": {"file_io_sync": False},
                "kvstore": {"driver": "file", "path": f"{folder}/"},
                "multiscale_metadata": {"data_type": data_type, "num_channels": 1, "type": kind},
                "scale_metadata": metadata,
            },
            open=True,
            create=True,
        ).result()
        whole = tuple(slice(first, first + n) for first, n in zip(scale.offset, scale.size, strict=True))
        with tensorstore.Transaction() as transaction:  # a shard is written once
            for box in boxes[scale.key] if boxes else [whole]:
                places = tuple(
                    ((np.arange(part.start, part.stop) + 0.5) * edge).reshape(
                        [-1 if at == axis else 1 for at in range(3)]
                    )
                    for axis, (part, edge) in enumerate(zip(box, scale.voxel_nm, strict=True))
                )
                store.with_transaction(transaction)[(*box, 0)] = values(places)  # type: ignore[arg-type]


def write_real_size(
    folder: Path,
    nuclei: Mapping[int, tuple[float, float, float]],
    *,
    pixels: int = 288,
    depth_nm: float = 1300,
    scales: Sequence[MadeScale] = REAL_SCALES,
    radius_nm: float = 3400,
    grey_of: Callable[[Sequence[Ball]], Callable[[Places], np.ndarray]] = tissue_of,
) -> None:
    """Write volumes of the real sizes, `em` and `nuclei`, with made-up tissue around nuclei alone.

    Parameters
    ----------
    folder : Path
        For `CELL_TYPES_IMAGERY`.
    nuclei : mapping
        Positions in voxels of 4×4×40 nm by nucleus ID, as in the tables.
    pixels : int
        Voxels written around each along x and y, of every scale.
    depth_nm : float
        Tissue written above and below each along z.
    scales : sequence of MadeScale
        Of the microscopy; the segmentation has those from 32 nm on, as files a chunk.
    radius_nm : float
        Of a nucleus; IDs vary it by a fifth.
    grey_of : callable
        Makes the microscopy of a nucleus.
    """
    balls = [
        Ball(nucleus_id, (x * 4.0, y * 4.0, z * 40.0), radius_nm * (0.8 + nucleus_id % 5 / 10))
        for nucleus_id, (x, y, z) in nuclei.items()
    ]
    coarse = [scale for scale in scales if scale.voxel_nm[0] >= 32]
    for ball in balls:  # one at a time: its chunks are computed from it alone, and few are in memory
        boxes = {scale.key: [_box(scale, ball, pixels, depth_nm)] for scale in scales}
        write_volume(folder / "em", scales, grey_of([ball]), boxes=boxes)
        write_volume(
            folder / "nuclei", coarse, labels_of([ball]), kind="segmentation", sharded=False,
            encoding="compressed_segmentation", boxes=boxes,
        )  # fmt: skip


def _box(scale: MadeScale, ball: Ball, pixels: int, depth_nm: float) -> tuple[slice, slice, slice]:
    """The chunks of a scale around a nucleus."""
    half = (pixels / 2 * scale.voxel_nm[0], pixels / 2 * scale.voxel_nm[1], depth_nm)
    parts = []
    for middle, reach, edge, offset, size, chunk in zip(
        ball.middle_nm, half, scale.voxel_nm, scale.offset, scale.size, scale.chunk, strict=True
    ):
        first = int((middle - reach) // edge - offset) // chunk * chunk
        last = -(-int((middle + reach) // edge + 1 - offset) // chunk) * chunk
        parts.append(slice(offset + max(0, first), offset + min(size, last)))
    return parts[0], parts[1], parts[2]
