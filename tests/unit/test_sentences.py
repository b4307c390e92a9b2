"""Sentences never claim more than their numbers, and never call a fall in reports a fall in hate crime."""

from datetime import date

import pytest

from dashboards.sentences import (
    CAVEAT,
    Comparison,
    Count,
    Run,
    accounting,
    cell,
    comparison,
    count,
    gaps,
    number,
    place,
    rate_ratio,
    run,
    year_name,
)

YEAR = "the year ending March 2026"


def compared(latest, earlier, markers=("", "")):
    return comparison(Comparison(Count(latest, YEAR, markers[0]), Count(earlier, "the year before", markers[1])))


@pytest.mark.parametrize(
    ("latest", "earlier", "estimate", "lower", "upper"),
    [(1843, 1479, 1.246, 1.164, 1.334), (36, 40, 0.900, 0.574, 1.412), (10, 10, 1, 0.416, 2.403)],
)
def test_rate_ratio_is_as_worked_out_by_hand(latest, earlier, estimate, lower, upper):
    ratio = rate_ratio(latest, earlier)
    assert (ratio.estimate, ratio.lower, ratio.upper) == pytest.approx((estimate, lower, upper), abs=0.0006)


@pytest.mark.parametrize(
    ("latest", "earlier", "opening"),
    [
        (1843, 1479, "Up from 1,479 the year before: more than chance alone would give (rate ratio 1.25, "),
        (1479, 1843, "Down from 1,843 the year before: more than chance alone would give (rate ratio 0.80, "),
        (36, 40, "The year before there were 40: no change beyond chance (rate ratio 0.90, "),
        (40, 36, "The year before there were 36: no change beyond chance (rate ratio 1.11, "),
        (2, 1, "The year before there was 1: no change beyond chance"),
        (7, 0, "The year before there were none. A ratio cannot be formed with zero."),
        (0, 7, "The year before there were 7. A ratio cannot be formed with zero."),
    ],
)
def test_direction_is_named_only_beyond_chance(latest, earlier, opening):
    assert compared(latest, earlier).startswith(opening)


def test_a_fall_in_reports_is_never_a_fall_in_hate_crime():
    said = compared(100, 1000) + CAVEAT
    assert "hate crime fell" not in said
    assert "fewer hate crimes" not in said
    assert "not all hate crime" in said


@pytest.mark.parametrize("markers", [("[c]", ""), ("", "[c]"), ("[c]", "[c]")])
def test_a_hidden_figure_is_named_hidden_and_its_partner_not_repeated(markers):
    numbers = [None if marker else 6271 for marker in markers]
    said = compared(*numbers, markers)
    assert "hidden to protect people" in said
    assert "6,271" not in said


def test_a_missing_figure_is_not_called_hidden():
    said = compared(None, 12, ("[x]", ""))
    assert "not available" in said
    assert "hidden" not in said


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (Count(1843, YEAR), "1,843 reports in the year ending March 2026"),
        (Count(1, YEAR, where="in Watford"), "1 report in Watford in the year ending March 2026"),
        (Count(0, YEAR), "No reports in the year ending March 2026"),
        (
            Count(None, YEAR, "[c]"),
            "The number of reports in the year ending March 2026 is hidden to protect people",
        ),
        (Count(None, YEAR, "[x]"), "The number of reports in the year ending March 2026 is not available"),
        (
            Count(3, YEAR, record_class="non_crime_incident"),
            "3 reports of non-crime incidents in the year ending March 2026",
        ),
    ],
)
def test_counts_in_words(fact, text):
    assert count(fact) == text


def test_hidden_zero_and_missing_are_three_things():
    assert [cell(None, "[c]"), cell(0, ""), cell(None, ""), cell(None, "[z]")] == [
        "hidden to protect people",
        "0",
        "not available",
        "not applicable",
    ]
    assert cell(1204, "[p]") == "1,204 [p]"


def test_months_are_told_by_their_range_and_gaps_by_their_number():
    months = Run((9, 3, 12), 1, 2, "April 2025 to September 2025")
    assert run(months) == "3 to 12 reports a month, April 2025 to September 2025"
    assert gaps(months) == "1 month is hidden to protect people, which is not zero; 2 months are not available."
    assert run(Run((1, 1), 0, 0, "May 2025 to June 2025")) == "1 report a month, May 2025 to June 2025"
    assert gaps(Run((1, 1), 0, 0, "")) == ""
    assert run(Run((), 5, 0, "May 2025")) == "No month's figure can be shown for May 2025"


def test_rows_that_do_not_add_up_are_said_not_to():
    assert accounting({"received": 10, "counted": 7, "rejected": 3}) == (
        "Every one of the 10 rows received is accounted for."
    )
    assert "are accounted for: 2 apart" in accounting({"received": 10, "counted": 8})


def test_small_words():
    assert number(1234567) == "1,234,567"
    assert number(2.5) == "2.5"
    assert year_name(date(2026, 3, 31)) == YEAR
    assert place("St Albans", "district") == "in St Albans"
    assert place("Online", "not_geographic") == "with the place given as “Online”"
