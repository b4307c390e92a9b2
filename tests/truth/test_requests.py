"""A request under freedom of information gets each published figure, and one wording for any that is not."""

import csv
import io
import json
import re

import asking_release
import pytest

from dashboards.asking import requests, words
from dashboards.asking.published import Published
from data.errors import StorageFailed, UsageError
from flows import answering, pulls


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return Published(asking_release.write(tmp_path_factory.mktemp("release")))


@pytest.fixture
def released(place):
    """A workspace whose current release is the drawn one."""
    asking_release.write(place.releases / "2025-04-drawn")
    place.current.write_text("2025-04-drawn\n", encoding="ascii")
    return place


def rows(published, *parts, by=""):
    asked = requests.dimensions(published, words.table(published), *parts, by)
    found = requests.answers(published, asked)
    table = list(csv.DictReader(io.StringIO(requests.as_csv(found, published))))
    return table, requests.wording(found, published)


def test_the_table_has_a_row_for_each_figure_asked_for_and_says_why_one_is_empty(published):
    table, said = rows(published, ["watford", "Herts"], ["race", "trans"], ["2024/25"], ["crimes"])
    assert [(r["area_name"], r["characteristic"], r["value"], r["marker"], r["note"]) for r in table] == [
        ("Watford", "race", "", "[c]", "hidden to protect people"),
        ("Watford", "transgender", "", "[x]", "no figure is published for this period"),
        ("Hertfordshire", "race", "1195", "", ""),
        ("Hertfordshire", "transgender", "35", "", ""),
    ]
    assert {(r["period_start"], r["period_end"], r["release_id"]) for r in table} == {
        ("2024-04-01", "2025-03-31", "2025-04-drawn")
    }
    assert said.startswith("2 of the 4 figures asked for are given.")
    assert "- Race, Watford, year ending March 2025, hate crimes" in said
    assert "Any number may stand behind this, none included: the reply is the same whatever it is." in said
    assert "That says nothing of how many reports there were." in said
    assert "- Race, Watford, January to March 2025, hate crimes: about 5 reports" in said
    assert "Which exemption of the law applies is for the authority to say" in said


def test_a_period_is_cut_into_the_parts_asked_for(published):
    table, _ = rows(published, ["Watford"], ["race"], ["2023/24"], [], by="quarter")
    assert [(r["period_start"], r["value"] or r["marker"]) for r in table] == [
        ("2023-04-01", "[c]"), ("2023-07-01", "5"), ("2023-10-01", "[c]"), ("2024-01-01", "5"),
    ]  # fmt: skip


def test_a_sum_says_in_its_row_how_far_it_can_be_off(published):
    ((row,), _) = rows(published, ["Watford"], [], ["January to December 2024"], [])
    assert (row["value"], "up to 24 more or fewer" in row["note"]) == ("115", True)


def test_the_reply_says_no_number_that_is_not_in_its_table_or_published(published):
    table, said = rows(published, list(published.places), list(published.characteristics), [], [], by="month")
    there = {str(one.value) for figures in published.series.values() for one in figures}
    assert {row["value"] for row in table} - {""} <= there
    printed = {size.replace(",", "") for size in re.findall(r"about ([\d,]+) report", said)}
    assert printed
    assert printed <= there


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ((["Luton"], ["race"], ["2024/25"], []), "Luton"),
        ((["Watford"], ["star sign"], ["2024/25"], []), "star sign"),
        ((["Watford"], ["race"], ["soon"], []), "soon"),
        ((["Watford"], ["race"], ["2031/32"], []), "2031/32"),
        ((["Watford"], ["race"], ["2024/25"], ["rumours"]), "rumours"),
    ],
)
def test_a_part_that_is_not_known_is_named_with_what_is(published, parts, what):
    with pytest.raises(UsageError, match=what):
        rows(published, *parts)


def test_a_request_is_logged_figure_by_figure_before_anything_is_given(released):
    table, _ = answering.request(released, ["Watford"], ["race"], ["2023/24", "2024/25"], [], purpose="request 14")
    assert table.count("\r\n") == 3
    (pull,) = pulls.entries(released)
    assert (pull.command, pull.purpose, pull.outcome) == ("foi", "request 14", "given")
    assert [one.outcome for one in pull.asked] == ["given", "merged"]
    assert "15" not in json.dumps([one.__dict__ for one in pull.asked])
    released.pulls.unlink()
    released.pulls.mkdir()
    with pytest.raises(StorageFailed):
        answering.request(released, ["Watford"], ["race"], ["2023/24"], [])
