"""A made-up second volume, as its file would state it; only its orientation is a real one's."""

from datetime import UTC, date, datetime

from data.volume.volume import Border, ColumnSection, LayerPreset, Manifest, Release, Volume

ELSEWHERE = Volume(
    name="elsewhere",
    project="Elsewhere",
    site="https://elsewhere.example.org",
    datastack="elsewhere_public",
    detections="soma_detection_v1",
    orientation="v1dd_ds",
    voxel_nm=(9, 9, 45),
    em_box_voxels=((10_000, 110_000), (20_000, 90_000), (1_000, 12_000)),
    layer_presets=(
        LayerPreset(
            name="Two lines", boundaries=(100.0, 300.0), source="made up", note="Approximate.",
            layers=("upper", "middle", "deep"),
        ),
    ),
    areas=("north", "south"),
    area_borders={
        "south": (Border(axis="z", side="<", at_um=200, slope=0.5), Border(axis="x", side=">", at_um=-50)),
        "north": (),
    },
    area_note="Made up.",
    deepest_um=900.0,
    column=(
        ColumnSection(depth_um=0, x_um=(0, 10), z_um=(0, 20)),
        ColumnSection(depth_um=100, x_um=(100, 110), z_um=(0, 20)),
    ),
    column_name="shaft",
    column_note="Made up.",
    archive="https://archive.example.org/elsewhere",
    cave="https://cave.example.org",
    imagery="precomputed://https://images.example.org/em",
    nuclei="precomputed://https://images.example.org/nuclei",
    segmentation="graphene://https://images.example.org/elsewhere_public",
    cache_folder="elsewhere",
    example_nuclei=(11, 12),
    example_root=864_691_130_000_000_000,
    example_place=(50_000, 50_000, 5_000),
    nucleus_digits="two digits",
    root_digits="18 digits",
    nucleus_ids_from=10,
    nucleus_ids_below=1_000,
    root_ids_from=10**16,
    release=5,
    releases_source="nowhere",
    releases={5: Release(number=5, timestamp=datetime(2026, 1, 2, tzinfo=UTC), live=False, archived="whole")},
    manifest=Manifest(
        release=5, frozen_on=date(2026, 1, 2), page_title="5", added=(), included={}, removed={}, views=(),
        corrections=(),
    ),
    out_of_scope={},
)  # fmt: skip
