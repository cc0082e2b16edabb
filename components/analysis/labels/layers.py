"""Layers as spans of depth."""

from data.volume.space import LayerPreset, layers_of

DEEPEST_UM = 850.0
"""Below the deepest classified nucleus (839 µm)."""


def layer_bounds(preset: LayerPreset) -> list[tuple[str, float, float]]:
    """Give each layer with the depths of its upper and lower border.

    Parameters
    ----------
    preset : LayerPreset
        Whose boundaries.

    Returns
    -------
    list of (name, top, bottom)
        From the pia (0 µm) down, µm.
    """
    drawn = [bound for bound in preset.boundaries if bound is not None]
    return list(zip(layers_of(preset), [0.0, *drawn], [*drawn, DEEPEST_UM], strict=True))
