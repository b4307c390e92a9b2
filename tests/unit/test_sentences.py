"""Sentences never claim more than their facts, and facts never put unlike figures side by side."""

import random
import re
from datetime import date

import pytest

from dashboards import sentences
from dashboards.facts import Break, Change, Count, NotComparable, ReportShare, Run, ShareChange, Subject
from dashboards.periods import label, name, span, spanned
from dashboards.sentences import CAVEAT, accounting, cell, change, count, finding, gaps, number, place, run
from data.policies import INTERNAL, PUBLIC
from data.shares import SHARES

RACE = Subject("E07000103", "race", "crime", "recorded")
LATEST = (date(2025, 4, 1), date(2026, 3, 31))
EARLIER = (date(2024, 4, 1), date(2025, 3, 31))


def year(value, marker="", of=RACE, period=LATEST):
    return Count(of, *period, value, marker)


def beside(latest, earlier, markers=("", ""), policy=INTERNAL, breaks=()):
    return Change(year(latest, markers[0]), year(earlier, markers[1], period=EARLIER), policy, breaks)


@pytest.mark.parametrize(
    ("latest", "earlier", "opening"),
    [
        (1843, 1479, "Up from 1,479 the year before. That is more than chance alone would give (rate ratio 1.25, "),
        (1479, 1843, "Down from 1,843 the year before. That is more than chance alone would give (rate ratio 0.80, "),
        (36, 40, "The year before there were 40: chance alone could give this difference (rate ratio 0.90, "),
        (40, 36, "The year before there were 36: chance alone could give this difference (rate ratio 1.11, "),
        (2, 1, "The year before there was 1: chance alone could give"),
        (40, 40, "There were 40 the year before too (rate ratio 1.00, 95% limits "),
        (7, 0, "The year before there were none. A ratio cannot be formed with zero."),
        (0, 7, "The year before there were 7. A ratio cannot be formed with zero."),
    ],
)
def test_direction_is_named_only_beyond_chance(latest, earlier, opening):
    assert change(beside(latest, earlier)).startswith(opening)


def test_rounding_can_take_a_direction_away():
    assert "Up from 103" in change(beside(135, 103))
    assert "chance alone could give" in change(beside(135, 105, policy=PUBLIC))


def test_no_pair_of_figures_makes_a_direction_within_the_limits():
    draw = random.Random(6)
    for _ in range(2000):
        latest, earlier = (draw.choice([0, 5, 10, draw.randrange(0, 3000, 5)]) for _ in range(2))
        fact = beside(latest, earlier, policy=PUBLIC)
        said = f"{change(fact)} {finding(fact)}"
        limits = re.search(r"95% limits ([\d.]+) to ([\d.]+)", said)
        claims = bool(re.search(r"\b(up|down|more than chance)\b", said, re.IGNORECASE))
        if claims:
            assert latest != earlier
            assert float(limits[1]) >= 1 or float(limits[2]) <= 1
        if limits and float(limits[1]) < 1 < float(limits[2]):
            assert not claims
        assert not re.search(r"\b(fell|rose|spike|worst|surge|victims)\b|%(?! limits)", said)


@pytest.mark.parametrize(
    "unlike",
    [
        {"latest": year(5, of=Subject("E07000103", "religion", "crime", "recorded"))},
        {"latest": year(5, of=Subject("E07000096", "race", "crime", "recorded"))},
        {"latest": year(5, of=Subject("E07000103", "race", "non_crime_incident", "recorded"))},
        {"latest": year(5, of=Subject("E07000103", "race", "crime", "occurred"))},
        {"earlier": year(5, period=(date(2024, 10, 1), date(2025, 3, 31)))},
        {"earlier": year(5, period=(date(2025, 1, 1), date(2025, 12, 31)))},
        {"latest": year(5, period=EARLIER), "earlier": year(5)},
    ],
)
def test_unlike_figures_are_never_put_side_by_side(unlike):
    with pytest.raises(NotComparable):
        Change(**{"latest": year(9), "earlier": year(7, period=EARLIER), **unlike})


@pytest.mark.parametrize("on", [date(2024, 6, 1), date(2025, 4, 1), date(2026, 3, 31)])
def test_a_change_of_recording_stops_a_comparison(on):
    fact = beside(1843, 1479, breaks=(Break(on, "A new system."),))
    said = change(fact)
    assert said == f"It is not compared with the year before. Recording changed on {_day(on)}. A new system."
    assert finding(fact) == "1,843 reports"


@pytest.mark.parametrize("on", [date(2024, 4, 1), date(2026, 4, 1)])
def test_a_change_of_recording_at_the_edge_does_not(on):
    assert "Up from 1,479" in change(beside(1843, 1479, breaks=(Break(on, "A new system."),)))


def test_a_fall_in_reports_is_never_a_fall_in_hate_crime():
    said = change(beside(100, 1000)) + finding(beside(100, 1000)) + CAVEAT
    assert "hate crime fell" not in said
    assert "fewer hate crimes" not in said
    assert "not all hate crime" in said


@pytest.mark.parametrize("markers", [("[c]", ""), ("", "[c]"), ("[c]", "[c]")])
def test_a_hidden_figure_is_named_hidden_and_its_partner_not_repeated(markers):
    fact = beside(*(None if marker else 6271 for marker in markers), markers)
    assert "hidden to protect people" in change(fact)
    assert "6,271" not in change(fact)
    assert finding(fact) == ("6,271 reports" if not markers[0] else "Hidden to protect people")


def test_a_missing_figure_is_not_called_hidden():
    said = change(beside(None, 12, ("[x]", "")))
    assert "not available" in said
    assert "hidden" not in said


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        (year(1843), "1,843 reports in the year ending March 2026"),
        (year(0), "No reports in the year ending March 2026"),
        (year(1), "1 report in the year ending March 2026"),
        (year(None, "[c]"), "The number of reports in the year ending March 2026 is hidden to protect people"),
        (year(None, "[x]"), "The number of reports in the year ending March 2026 is not available"),
        (
            year(3, of=Subject("E07000103", "race", "non_crime_incident", "recorded")),
            "3 reports of non-crime incidents in the year ending March 2026",
        ),
    ],
)
def test_counts_in_words(fact, text):
    assert count(fact) == text
    assert count(fact, "in Watford") == re.sub(r" in the", " in Watford in the", text)


@pytest.mark.parametrize(
    ("latest", "earlier", "text"),
    [
        (1435, 1160, "1,435 reports, up from 1,160: more than chance alone would give"),
        (1160, 1435, "1,160 reports, down from 1,435: more than chance alone would give"),
        (85, 75, "85 reports; 75 the year before, which may be chance"),
        (40, 40, "40 reports, as before"),
        (0, 5, "0 reports"),
    ],
)
def test_findings_in_words(latest, earlier, text):
    assert finding(beside(latest, earlier, policy=PUBLIC)) == text


def test_hidden_zero_and_missing_are_three_things():
    assert [cell(None, "[c]"), cell(0, ""), cell(None, ""), cell(None, "[z]")] == [
        "hidden to protect people",
        "0",
        "not available",
        "not applicable",
    ]
    assert cell(1204, "[p]") == "1,204 [p]"


def test_months_are_told_by_their_range_and_gaps_by_their_number():
    months = Run((9, 3, 12), 1, 2, date(2025, 4, 1), date(2025, 9, 30))
    assert run(months) == "3 to 12 reports in each month shown, April to September 2025"
    assert gaps(months) == "1 month is hidden to protect people, which is not zero; 2 months are not available."
    quarters = Run((1, 1), 2, 0, date(2024, 10, 1), date(2025, 3, 31), "quarter")
    assert run(quarters) == "1 report in each quarter shown, October 2024 to March 2025"
    assert run(Run((3, 12), 0, 0, *LATEST)) == "3 to 12 reports a month, April 2025 to March 2026"
    assert gaps(quarters) == "2 quarters are hidden to protect people, which is not zero."
    assert gaps(Run((1, 1), 0, 0, *LATEST)) == ""
    assert run(Run((), 5, 0, date(2025, 5, 1), date(2025, 5, 31))) == "No figure can be shown for May 2025"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (*LATEST, "the year ending March 2026"),
        (date(2025, 7, 1), date(2026, 6, 30), "the 12 months to June 2026"),
        (date(2023, 4, 1), date(2026, 3, 31), "the three years ending March 2026"),
        (date(2025, 4, 1), date(2025, 6, 30), "April to June 2025"),
        (date(2025, 11, 1), date(2026, 1, 31), "November 2025 to January 2026"),
        (date(2025, 5, 1), date(2025, 5, 31), "May 2025"),
    ],
)
def test_periods_in_words(start, end, text):
    assert name(start, end) == text
    assert label(start, end).casefold() == text.removeprefix("the ").casefold()


def test_only_whole_periods_are_spanned():
    assert spanned("quarter", date(2024, 5, 1), date(2025, 2, 1)) == [
        (date(2024, 7, 1), date(2024, 9, 30)),
        (date(2024, 10, 1), date(2024, 12, 31)),
    ]
    assert spanned("year_ending_march", date(2023, 4, 1), date(2025, 2, 1)) == [(date(2023, 4, 1), date(2024, 3, 31))]
    assert len(spanned("month", date(2023, 4, 1), date(2025, 4, 1))) == 25


def test_places_outside_chance_are_named_and_not_ranked():
    assert sentences.funnel([], [], 10) == "Chance alone could give the differences between the 10 places"
    said = sentences.funnel(["Dacorum", "Watford"], ["Hertsmere"], 10)
    assert said == "More reports for its people than chance would give: Dacorum and Watford; fewer: Hertsmere"
    assert sentences.funnel([], ["Hertsmere"], 10) == "Fewer reports for its people than chance would give: Hertsmere"


def test_rows_that_do_not_add_up_are_said_not_to():
    assert accounting({"received": 10, "counted": 7, "rejected": 3}) == (
        "Every one of the 10 rows received is accounted for."
    )
    assert "are accounted for: 2 apart" in accounting({"received": 10, "counted": 8})
    rounded = {"received": 15370, "counted": 9230, "superseded": 5965, "cancelled": 170}
    said = "The rows received, about 15,370, are accounted for, each count rounded by itself."
    assert accounting(rounded, PUBLIC) == said
    assert "30 apart" in accounting(rounded | {"received": 15395}, PUBLIC)


def test_small_words():
    assert number(1234567) == "1,234,567"
    assert number(2.5) == "2.5"
    assert place("St Albans", "district") == "in St Albans"
    assert place("Online", "not_geographic") == "with the place given as “Online”"
    assert span(*LATEST) == "April 2025 to March 2026"
    assert sentences.revised(0, 0).startswith("No figure in this release is marked as changed")
    assert sentences.revised(1, 2) == (
        "Since an earlier release printed them, 1 figure has changed and 2 are no longer shown."
    )
    assert sentences.rounded(INTERNAL) == ""


def _day(on):
    return sentences.day_name(on)


WEEK = next(one for one in SHARES if one.measure == "share_told_within_7_days")


def told(percent, lower, upper, step=5, period=LATEST, of=WEEK, subject=RACE):
    return ReportShare(subject, of, *period, percent, lower, upper, step)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (told(85, 77, 92), "About 85% of reports reached the police within a week"),
        (told(0, 0, 9), "Under 5% of reports reached the police within a week"),
        (told(100, 82, 100, step=10), "Over 90% of reports reached the police within a week"),
        (told(12.3, 9, 16, step=0), "12.3% of reports reached the police within a week"),
    ],
)
def test_a_share_is_said_about_and_never_none_or_all(share, said):
    assert sentences.share(share) == said


@pytest.mark.parametrize(
    ("latest", "earlier", "said"),
    [
        ((85, 77, 92), (60, 52, 68), "Up from about 60% the year before. That is more than chance alone would give."),
        ((60, 52, 68), (85, 77, 92), "Down from about 85% the year before. That is more than chance alone would give."),
        (
            (85, 77, 92),
            (75, 67, 83),
            "The year before it was about 75%: chance and rounding could give this difference.",
        ),
        ((85, 77, 92), (85, 70, 95), "It was about 85% the year before too."),
    ],
)
def test_a_share_has_a_direction_only_beyond_chance_and_rounding(latest, earlier, said):
    assert sentences.share_change(ShareChange(told(*latest), told(*earlier, period=EARLIER))) == said


def test_shares_are_not_compared_across_a_break_or_with_another_share():
    crossed = ShareChange(told(85, 77, 92), told(60, 52, 68, period=EARLIER), (Break(date(2025, 6, 3), "A new code."),))
    assert sentences.share_change(crossed) == (
        "It is not compared with the year before. Recording changed on 3 June 2025. A new code."
    )
    for other in ({"of": SHARES[1]}, {"subject": Subject("E07000103", "religion", "crime", "recorded")}):
        with pytest.raises(NotComparable):
            ShareChange(told(85, 77, 92), told(60, 52, 68, period=EARLIER, **other))
    with pytest.raises(NotComparable):
        ShareChange(told(85, 77, 92), told(60, 52, 68))
