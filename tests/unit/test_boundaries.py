"""Boundaries that a force gives: read safely, kept small, and nothing of the file but outlines carried further."""

import json

import pytest

from dashboards.boundaries import WIDTH, read, svg
from data.errors import UsageError

WEST, EAST = "E07000096", "E07000103"


def square(left: float, right: float) -> list[list[float]]:
    """A square ring with a corner too many on its southern side, on the equator, where a degree is as wide as high."""
    return [[left, 0], [(left + right) / 2, 0.0001], [right, 0], [right, 1], [left, 1], [left, 0]]


def geojson(*places: tuple[object, dict], **more: object) -> bytes:
    features = [{"type": "Feature", "properties": properties, "geometry": shape} for properties, shape in places]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def polygon(left: float, right: float) -> dict:
    return {"type": "Polygon", "coordinates": [square(left, right)]}


TWO = geojson(
    ({"LAD24CD": WEST, "LAD24NM": "SECRET", "officer": "SECRET"}, polygon(0, 1)),
    ({"LAD24CD": EAST}, {"type": "MultiPolygon", "coordinates": [[square(1, 2)]]}),
    attribution="Contains OS data <b>©</b>",
)


def test_places_are_fitted_to_the_map_and_lose_what_cannot_be_seen():
    found = read(TWO).of([WEST, EAST])
    assert found is not None
    assert set(found.rings[WEST][0]) == {(0, 500), (500, 500), (500, 0), (0, 0)}
    assert {x for x, _ in found.rings[EAST][0]} == {500, WIDTH}


def test_only_the_places_asked_for_are_kept_and_none_where_one_is_missing():
    alone = read(TWO).of([EAST])
    assert alone is not None
    assert set(alone.rings) == {EAST}
    assert read(TWO).of([EAST, "E07000098"]) is None
    assert read(TWO).of([]) is None


def test_nothing_else_of_the_file_is_carried_further_and_what_is_reads_the_same_again():
    kept = read(TWO).of([WEST, EAST])
    assert kept is not None
    written = kept.geojson()
    assert b"SECRET" not in written
    again = read(written).of([WEST, EAST])
    assert again is not None
    assert again.geojson() == written


@pytest.mark.parametrize(
    "content",
    [
        b"", b"SECRET", b"[]", b'{"features": []}', b'{"features": {"a": "SECRET"}}', b"\xff\xfe", b"[" * 100_000,
        geojson(({"name": "SECRET"}, polygon(0, 1))),
        geojson(({"LAD24CD": WEST}, {"type": "Point", "coordinates": [1, 2]})),
        geojson(({"LAD24CD": WEST}, {"type": "Polygon", "coordinates": []})),
        geojson(({"LAD24CD": WEST}, {"type": "Polygon", "coordinates": [[[0, 0], [1, "SECRET"], [1, 1], [0, 0]]]})),
        geojson(({"LAD24CD": WEST}, {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, float("nan")], [0, 0]]]})),
        geojson(({"LAD24CD": WEST}, polygon(0, 1)), ({"LAD24CD": WEST}, polygon(1, 2))),
    ],
)  # fmt: skip
def test_what_is_no_map_is_refused_without_its_values(content):
    with pytest.raises(UsageError) as refusal:
        read(content)
    assert "SECRET" not in str(refusal.value)


def test_a_map_draws_each_place_with_its_kind_and_its_name_as_text():
    found = read(TWO).of([WEST, EAST])
    assert found is not None
    drawn = svg(found, {WEST: "<b>West</b>", EAST: "East"}, {WEST: "above", EAST: "within"})
    assert drawn.count("<path") == 2
    assert '<path class="above"' in drawn
    assert "&lt;b&gt;West&lt;/b&gt;" in drawn
    assert "<b>" not in drawn


def test_the_ten_districts_of_hertfordshire_make_a_small_map_that_reads_the_same_again(real_data):
    content = (real_data / "geo_uk" / "herts_10_lads.geojson").read_bytes()
    codes = [feature["properties"]["LAD23CD"] for feature in json.loads(content)["features"]]
    found = read(content).of(codes)
    assert found is not None
    assert len(found.rings) == 10
    assert len(found.geojson()) < len(content) / 2
    again = read(found.geojson()).of(codes)
    assert again is not None
    assert again.rings == found.rings
