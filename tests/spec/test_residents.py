"""Rates of places that only a profile knows are worked out with the residents it names, and with nothing else."""

from pathlib import Path

import pytest
from drawing import hertfordshire

from data import profile as profiles
from data.errors import UsageError
from data.policies import PUBLIC
from transforms import publishing

LABELS = """[area.labels]
N1 = "North"
S1 = "South"
"""
RESIDENTS = """
[residents]
reference_date = 2022-06-30
edition = "mid-2022"
source = "An office of statistics, an estimate"

[residents.persons]
E23000027 = 400000
N1 = 100000
"""


@pytest.fixture
def mine(tmp_path):
    """Hertfordshire's profile, but for places of its own."""

    def write(residents: str) -> str:
        text = (profiles.SHIPPED / "hertfordshire.toml").read_text(encoding="utf-8")
        areas, values = text.index("[area]"), text.index("[values.record_class]")
        path = tmp_path / "mine.toml"
        path.write_text(text[:areas] + LABELS + text[values:] + residents, encoding="utf-8")
        return str(path)

    return write


def extract(folder: Path) -> Path:
    """From April 2023 to March 2024, 10 reports a month in North and 20 in South, each by its name."""
    months = [f"2023-{n:02}" for n in range(4, 13)] + [f"2024-{n:02}" for n in range(1, 4)]
    lines = [
        f"| HC{month[:4]}{month[5:]}{area}{n:02}00000000 | race | {area} | {month}-10 | {month}-10 | {month}-10 |"
        for month in months
        for area, size in (("North", 10), ("South", 20))
        for n in range(size)
    ]
    file = folder / "hertfordshire_2024-04-04.csv"
    head = "| report_id | grounds | district_code | occurred_date | reported_date | recorded_date |"
    file.write_text(hertfordshire("\n".join([head, *lines])), encoding="utf-8")
    return file


def test_a_rate_is_the_printed_count_over_the_people_the_profile_names(core, mine, tmp_path):
    """120 reports over 100,000 people, and 360 over the force's 400,000; nobody says how many live in South."""
    core.build(mine(RESIDENTS), extract(tmp_path))
    people = publishing.populations(core.database, tmp_path)
    counts = publishing.exact_counts(core.database, tmp_path)
    figures = publishing.release_figures(
        counts, publishing.exact_shares(core.database, tmp_path), PUBLIC, None, people
    ).figures
    rates = figures[(figures["measure"] == "rate_per_100_000") & (figures["characteristic"] == "all")]
    rates = rates[rates["record_class"] == "crime"].set_index("area_code")["value"]
    assert dict(rates) == {"E23000027": 90.0, "N1": 120.0}


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [("N1 = 1", "North = 1", "North"), ("100000", "0", "N1"), ('source = "An off', 'note = "An off', "residents")],
)
def test_a_mistake_in_it_is_named(mine, before, after, words):
    with pytest.raises(UsageError, match=words):
        profiles.load(mine(RESIDENTS.replace(before, after)))
