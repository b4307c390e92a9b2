"""A profile says how a source maps onto our schema; a mistake in one names the entry at fault."""

import pytest

from data import profile
from data.errors import InputRejected, UsageError

SHIPPED = (profile.SHIPPED / "hertfordshire.toml").read_text(encoding="utf-8")


def test_every_shipped_profile_loads():
    assert profile.shipped_names() == ["fbi", "hertfordshire", "nypd", "toronto"]
    for name in profile.shipped_names():
        assert profile.load(name).name == name


def test_a_profile_is_any_file_by_path(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(SHIPPED.replace('name = "hertfordshire"', 'name = "mine"', 1))
    assert profile.load(str(path)).name == "mine"


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('revision_rule = "report"', 'revision_rule = "newest"', "extract.revision_rule"),
        ('Y = "race"', 'Y = "rase"', "rase"),
        ('online = "online"\nin_person', 'online = "web"\nin_person', "reporting_route"),
        ('recorded = "%Y-%m-%d"', "", "dates: formats are needed"),
        ('area = "district_code"', "", "must be mapped"),
        ("[scope]", "[scoop]", "scoop"),
        ('title = "Hertfordshire', "title = Hertfordshire", "not valid TOML"),
        ("(\\d{4}-\\d{2}-\\d{2})", "\\d{4}", "exactly one group"),
    ],
)
def test_a_mistake_names_its_entry(tmp_path, before, after, words):
    assert before in SHIPPED
    path = tmp_path / "mine.toml"
    path.write_text(SHIPPED.replace(before, after, 1))
    with pytest.raises(UsageError) as mistake:
        profile.load(str(path))
    assert words in mistake.value.problem


@pytest.mark.parametrize(
    ("tiles", "words"),
    [
        ("N1 = [1, 1]\nS1 = [5, 12]", ""),
        ("N1 = [1, 1]", "'S1'"),
        ("N1 = [1, 1]\nS1 = [1, 1]", "the same column and row"),
        ("N1 = [1, 1]\nS1 = [6, 1]", "area.tiles.S1"),
    ],
)
def test_every_place_has_a_tile_of_its_own_or_none_has(tmp_path, tiles, words):
    path = tmp_path / "mine.toml"
    labels = f'[area.labels]\nN1 = "North"\nS1 = "South"\n[area.tiles]\n{tiles}'
    path.write_text(SHIPPED.replace("reference = true", labels, 1))
    if not words:
        assert profile.load(str(path)).area.tiles == {"N1": (1, 1), "S1": (5, 12)}
        return
    with pytest.raises(UsageError) as mistake:
        profile.load(str(path))
    assert words in mistake.value.problem


def test_a_profile_for_a_newer_contract_is_no_mistake_of_the_analysts(tmp_path):
    """S7: exit 3, for the file cannot be read by this program however it is asked."""
    path = tmp_path / "mine.toml"
    path.write_text(SHIPPED.replace("contract_version = 1", "contract_version = 4", 1))
    with pytest.raises(InputRejected, match="made for contract v4; this program knows v1"):
        profile.load(str(path))


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(UsageError) as mistake:
        profile.load("herts")
    assert "hertfordshire" in mistake.value.next_step


def test_a_class_that_a_source_cannot_hold_is_not_among_its_zeros():
    assert profile.load("nypd").record_classes == ["crime"]
    assert profile.load("hertfordshire").record_classes == ["crime", "non_crime_incident"]
