"""Functions that a script may call, each written where it is: places, the column, areas, order of labels."""

from components.analysis.code_export.text import literal, literal_list
from components.analysis.labels.areas import NOT_IN_AREAS, WORD
from data.volume import VOLUME
from data.volume.volume import Border

_WITH_PLACES = '''\
def with_places(rows, point="pt_position"):
    """Turn voxels into micrometres: x, depth straight down from the pia, z."""
    voxels = rows[[f"{{point}}_{{axis}}" for axis in "xyz"]].to_numpy(dtype=float)
    x, depth, z = {dataset}.transform("vx").apply(voxels).astype("float32").T
    return rows.assign(x_um=x, depth_um=depth, z_um=z)
'''
_IN_COLUMN = '''\
def in_column(rows):
    """Whether places lie in the {column} named by hand, which slants below layer 5."""
    x, depth, z = (rows[axis].astype(float) for axis in ("x_um", "depth_um", "z_um"))
    depths = {depths}
    {walls}
    return x.between(left, right) & z.between(front, back)
'''
_AREA_OF = '''\
def area_of(rows):
    """Name the visual area around each place by planes between areas: approximate."""
    x, z = rows["x_um"].astype(float), rows["z_um"].astype(float)
    sides = [{sides}]
    return pd.Series(np.select(sides, {names}, {rest}), index=rows.index)
'''
_AREA_OF_TABLE = '''\
def area_of(rows):
    """Name the visual area of each nucleus by the release's own table of areas."""
    areas = read_table({table})
    areas = areas.drop_duplicates("nucleus_id").set_index("nucleus_id")[{word}].dropna()
    return rows["nucleus_id"].map(areas).fillna({absent})
'''
_IN_ORDER = '''\
def in_order(labels):
    """Sort labels by depth and class; those not in the list come last."""
    known = [label for label in ORDER if label in labels]
    return known + sorted(set(labels) - set(known))
'''


def functions(areas: str = "") -> dict[str, str]:
    """Functions by name, each written where it is called; `areas`: the table that gives them."""
    parted = {area: borders for area, borders in VOLUME.area_borders.items() if borders}
    rest = next((area for area in VOLUME.area_borders if area not in parted), "")
    sides = [
        " & ".join(f"({_side(border)})" if len(borders) > 1 else _side(border) for border in borders)
        for borders in parted.values()
    ]
    corners = [(*section.x_um, *section.z_um) for section in VOLUME.column]
    # Without a column there are no walls, and nothing calls the function.
    walls = zip(("left", "right", "front", "back"), zip(*corners, strict=True), strict=bool(corners))
    return {
        "with_places": _WITH_PLACES.format(dataset=VOLUME.orientation),
        "in_column": _IN_COLUMN.format(
            column=VOLUME.column_name,
            depths=literal_list(section.depth_um for section in VOLUME.column),
            walls="\n    ".join(_wall(name, ends) for name, ends in walls),
        ),
        # A place on no border's side is in the area without borders.
        "area_of": (
            _AREA_OF_TABLE.format(table=literal(areas), word=literal(WORD), absent=literal(NOT_IN_AREAS))
            if areas
            else _AREA_OF.format(sides=", ".join(sides), names=literal_list(parted), rest=literal(rest))
        ),
        "in_order": _IN_ORDER,
    }


def _side(border: Border) -> str:
    """Write the test for one side of a border: x < 1243 - 0.264 * z."""
    at, slope = border.at_um, border.slope
    sloping = f"{literal(abs(slope))} * {'z' if border.axis == 'x' else 'x'}"
    if slope > 0:
        limit = f"{sloping} {'-' if at < 0 else '+'} {literal(abs(at))}"
    else:
        limit = f"{literal(at)} - {sloping}" if slope else literal(at)
    return f"{border.axis} {border.side} {limit}"


def _wall(name: str, ends: tuple[float, ...]) -> str:
    """Write where a wall of the column is; one that does not slant is a number."""
    if len(set(ends)) == 1:
        return f"{name} = {literal(ends[0])}"
    return f"{name} = np.interp(depth, depths, {literal_list(ends)})"
