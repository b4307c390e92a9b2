"""Real boundaries, where a force gives them as GeoJSON: read once, made small, and drawn as a plain outline map."""

import json
import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from markupsafe import Markup

from data.errors import UsageError

FILE: Final = "boundaries.geojson"
"""In a force's own folder of texts; in a release it holds the places of its figures alone, simplified."""

MOST_BYTES: Final = 50_000_000
"""The full-resolution districts of a country fit in; more is not a map of a force."""

WIDTH: Final = 1000
"""The map's width in its own whole units; nothing finer than one of them is kept."""

_GRID: Final = 16
_CODE_NAMES: Final = re.compile(r"area_code|[A-Z]{3,4}\d{2}CD")
"""What holds the code of a place: our own name, or the ONS's, such as LAD24CD."""

_READ_AGAIN: Final = "Give a GeoJSON FeatureCollection of polygons with the code of each place in area_code or LAD24CD."
Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True)
class Boundaries:
    """The outer and inner rings of each place by its code, in flat units with y downwards, and whom to credit."""

    rings: dict[str, tuple[Ring, ...]]
    attribution: str = ""

    def of(self, codes: Collection[str]) -> "Boundaries | None":
        """Return those of these places alone, fitted to the map and simplified; None unless every place has one."""
        if not codes or not set(codes) <= set(self.rings):
            return None
        points = [point for code in codes for ring in self.rings[code] for point in ring]
        left, top = (min(point[axis] for point in points) for axis in (0, 1))
        span = max(max(point[axis] for point in points) - low for axis, low in ((0, left), (1, top)))
        if not span:
            return None
        fitted = {
            code: _kept(tuple((round((x - left) / span * WIDTH), round((y - top) / span * WIDTH)) for x, y in ring)
                        for ring in self.rings[code])
            for code in sorted(codes)
        }  # fmt: skip
        return Boundaries(fitted, self.attribution)

    def geojson(self) -> bytes:
        """Return the rings as GeoJSON that holds nothing else of the file they came from; y is upwards there."""
        features = [
            {
                "type": "Feature",
                "properties": {"area_code": code},
                "geometry": {"type": "MultiPolygon", "coordinates": [[[[x, -y] for x, y in ring]] for ring in rings]},
            }
            for code, rings in sorted(self.rings.items())
        ]
        whole = {"type": "FeatureCollection", "attribution": self.attribution, "features": features}
        return (json.dumps(whole, sort_keys=True, separators=(",", ":")) + "\n").encode()


def read(content: bytes) -> Boundaries:
    """Return the boundaries in a GeoJSON file, degrees made flat about their middle; other units are taken as they are.

    Raises UsageError, without a value, where the file is none or a place has no code or no polygon.
    """
    if len(content) > MOST_BYTES:
        raise UsageError(f"{FILE} is larger than {MOST_BYTES // 1_000_000} MB.", "Give generalised boundaries.")
    try:
        whole = json.loads(content)
        features = whole["features"]
        rings = {_code(feature["properties"]): tuple(_rings(feature["geometry"])) for feature in features}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        raise UsageError(f"{FILE} is no GeoJSON of places.", _READ_AGAIN) from None
    if not rings or len(rings) != len(features) or not all(rings.values()):
        raise UsageError(f"{FILE} has no place, two of one code, or one without a polygon.", _READ_AGAIN)
    attribution = whole.get("attribution", "")
    return Boundaries(_flat(rings), attribution if isinstance(attribution, str) else "")


def svg(boundaries: Boundaries, names: dict[str, str], kinds: dict[str, str]) -> Markup:
    """Return the map: an outline a place with its name and its kind as a class; the figures stand in the tiles."""
    points = [point for rings in boundaries.rings.values() for ring in rings for point in ring]
    height = max(y for _, y in points)
    width = max(x for x, _ in points)
    shapes = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(kinds[code], "".join(map(_path, rings)))
        for code, rings in boundaries.rings.items()
    )
    words = Markup("").join(
        Markup('<text x="{:.0f}" y="{:.0f}">{}</text>').format(*_middle(rings), names[code])
        for code, rings in boundaries.rings.items()
    )
    return Markup('<svg class="map" viewBox="-4 -4 {} {}" aria-hidden="true" focusable="false">{}{}</svg>').format(
        width + 8, height + 8, shapes, words
    )


def _code(properties: dict[str, Any]) -> str:
    [name] = [name for name in sorted(properties) if _CODE_NAMES.fullmatch(name)][:1]
    return str(properties[name])


def _rings(geometry: dict[str, Any]) -> Iterator[Ring]:
    several = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[geometry["type"]]
    for polygon in several:
        for ring in polygon:
            points = tuple((float(point[0]), float(point[1])) for point in ring)
            if len(points) < 4 or not all(math.isfinite(x) and math.isfinite(y) for x, y in points):
                raise ValueError
            yield points


def _flat(rings: dict[str, tuple[Ring, ...]]) -> dict[str, tuple[Ring, ...]]:
    points = [point for several in rings.values() for ring in several for point in ring]
    is_degrees = all(abs(x) <= 180 and abs(y) <= 90 for x, y in points)
    middle = (min(y for _, y in points) + max(y for _, y in points)) / 2
    narrow = math.cos(math.radians(middle)) if is_degrees else 1.0
    return {
        code: tuple(tuple((x * narrow, -y) for x, y in ring) for ring in several) for code, several in rings.items()
    }


def _kept(rings: Iterator[Ring]) -> tuple[Ring, ...]:
    """The rings that are seen at this size, each simplified; of several too small to see, the largest."""
    simple = [_simplified(ring) for ring in rings]
    seen = [ring for ring in simple if len(ring) >= 4 and _area(ring) >= 1]
    return tuple(seen) or (max(simple, key=_area),)


def _simplified(ring: Ring) -> Ring:
    """Douglas and Peucker 1973: the points without which the line would move by more than one unit."""
    points = [point for at, point in enumerate(ring) if not at or point != ring[at - 1]]
    kept = {0, len(points) - 1}
    # A closed ring starts and ends at one point, so it is first cut where it is farthest from there.
    far = max(range(len(points)), key=lambda at: math.dist(points[at], points[0]))
    kept.add(far)
    spans = [(0, far), (far, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        off = [_distance(points[at], points[first], points[last]) for at in range(first + 1, last)]
        worst = max(range(len(off)), key=off.__getitem__)
        if off[worst] > 1:
            middle = first + 1 + worst
            kept.add(middle)
            spans += [(first, middle), (middle, last)]
    return tuple(points[at] for at in sorted(kept))


def _distance(point: Point, first: Point, last: Point) -> float:
    length = math.dist(first, last)
    if not length:
        return math.dist(point, first)
    across = (last[0] - first[0]) * (first[1] - point[1]) - (first[0] - point[0]) * (last[1] - first[1])
    return abs(across) / length


def _area(ring: Sequence[Point]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


@cache
def _middle(rings: tuple[Ring, ...]) -> Point:
    """Where a place's name stands: of a grid over its largest ring, the point inside that is farthest from any edge."""
    ring = max(rings, key=_area)
    across, down = ([point[axis] for point in ring] for axis in (0, 1))
    edges = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    grid = [
        (min(across) + (max(across) - min(across)) * column / _GRID, min(down) + (max(down) - min(down)) * row / _GRID)
        for column in range(1, _GRID)
        for row in range(1, _GRID)
    ]
    inside = [point for point in grid if _is_inside(point, edges)]
    return max(inside or grid, key=lambda point: min(math.dist(point, corner) for corner in ring))


def _is_inside(point: Point, edges: Sequence[tuple[Point, Point]]) -> bool:
    x, y = point
    crossed = [(x2 - x1) * (y - y1) / (y2 - y1) + x1 for (x1, y1), (x2, y2) in edges if (y1 > y) != (y2 > y)]
    return sum(x < at for at in crossed) % 2 == 1


def _path(ring: Ring) -> str:
    return f"M{'L'.join(f'{x:g} {y:g}' for x, y in ring)}Z"
