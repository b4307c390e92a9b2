"""Overlapping lists and survey benchmarks reproduce published estimates and refuse what cannot be known."""

from itertools import combinations

import pandas as pd
import pytest

from data.errors import UsageError
from transforms.signals import overlap, survey

# Abeni, Brancato and Perucci 1994, Epidemiology 5:410: people with HIV known to four centres in Rome.
HIV = """
1111 0 1110 3 1101 1 1100 33 1011 0 1010 20 1001 6 1000 403 0111 3 0110 35 0101 10 0100 545 0011 11
0010 621 0001 205
"""
# Silverman 2014, Home Office: potential victims of modern slavery, UK 2013, five lists (police joined
# with the National Crime Agency): local authority, non-government, police, government, public.
SLAVERY = """
10000 54 01000 463 00100 995 00010 695 00001 316 11000 15 10100 19 10010 3 01100 62 01010 19 01001 1
00110 76 00101 11
00011 8 11100 1 11010 1 01110 4 11110 1
"""


def histories(text: str) -> pd.DataFrame:
    words = text.split()
    rows = [(*map(int, seen), int(count)) for seen, count in zip(words[::2], words[1::2], strict=True)]
    names = [f"list{n}" for n in range(1, len(words[0]) + 1)]
    return pd.DataFrame(rows, columns=[*names, "person_count"])


HIV_PAIRS = tuple(combinations(["list1", "list2", "list3", "list4"], 2))


def test_chapmans_estimate_is_the_domain_handbooks() -> None:
    found = overlap.chapman(120, 60, 18)
    assert round(found.estimate, 2) == 387.47
    assert round(found.standard_error, 2) == 66.18
    assert (round(found.lower, 1), round(found.upper, 1)) == (290.4, 558.1)


@pytest.mark.parametrize(
    ("pairs", "estimate", "error"),
    [((), 11_124.6, 904.8), ((("list1", "list2"),), 12_318.5, 1_188.7), (HIV_PAIRS, 23_443.5, 9_594.9)],
)
def test_log_linear_models_are_those_of_rcapture(pairs: overlap.Pairs, estimate: float, error: float) -> None:
    """Baillargeon and Rivest 2007, Journal of Statistical Software 19(5); standard error of 12,318.5
    computed.
    """
    found = overlap.multiple_systems(histories(HIV), pairs)
    assert round(found.estimate, 1) == estimate
    assert round(found.standard_error, 1) == error


def test_selected_model_of_modern_slavery_is_silvermans() -> None:
    """Home Office 2014: 10,000 to 13,000; SparseMSE 11,313 (9,884 to 13,027), 13,444 without interactions."""
    lists = histories(SLAVERY)
    selected = overlap.multiple_systems(lists, overlap.select_pairs(lists))
    assert [round(selected.estimate), round(selected.lower), round(selected.upper)] == [11_313, 9_884, 13_027]
    assert round(overlap.multiple_systems(lists).estimate) == 13_444


def test_models_stand_side_by_side_so_that_none_is_taken_alone() -> None:
    spread = overlap.model_spread(histories(HIV)).set_index("model")
    assert {"independent", "list1 with list2", "selected", "all pairs"} <= set(spread.index)
    assert spread["estimate"].max() > 2 * spread["estimate"].min()
    assert spread.loc["list1 with list2", "bic"] < spread.loc["independent", "bic"]


def test_lists_that_never_meet_have_no_finite_effect() -> None:
    lists = histories("100 30 010 40 001 50 110 9 101 0 011 12 111 0")
    spread = overlap.model_spread(lists).set_index("model")
    assert spread.loc["list1 with list3", "never_overlap"] == 1
    assert spread.loc["list1 with list2", "never_overlap"] == 0


def test_too_small_an_overlap_is_refused() -> None:
    with pytest.raises(UsageError, match="fewer than 7"):
        overlap.chapman(120, 60, 6)
    with pytest.raises(UsageError, match="fewer than 7"):
        overlap.multiple_systems(histories("100 90 010 80 001 70 110 3 011 2 101 1"))
    with pytest.raises(UsageError, match="larger than a list"):
        overlap.chapman(12, 60, 13)
    with pytest.raises(UsageError, match="dependence needs 3"):
        overlap.model_spread(histories("10 30 01 40 11 9"))


def test_dependence_between_two_lists_moves_the_total() -> None:
    found = overlap.dependence(120, 60, 18).set_index("odds_ratio")["estimate"]
    assert found[1.0] == pytest.approx(120 * 60 / 18)
    assert found.is_monotonic_increasing
    assert found[4.0] - 162 == pytest.approx(4 * (found[1.0] - 162))


def test_recorded_over_survey_is_refused_as_a_reporting_rate() -> None:
    with pytest.raises(UsageError, match="not a reporting rate"):
        survey.recorded_to_surveyed(43_000, 278_000, None, 0.1, "country")
    with pytest.raises(UsageError, match="standard error is not known"):
        survey.recorded_to_surveyed(43_000, 278_000, 1.0, None, "country")
    with pytest.raises(UsageError, match="below a region"):
        survey.recorded_to_surveyed(1_500, 8_000, 1.0, 0.1, "police_force")


def test_comparable_ratio_carries_the_surveys_error() -> None:
    """43,000 ÷ 278,000 with a relative error of 10%: 15.5% (12.7 to 18.8), by hand from the log-normal."""
    found = survey.recorded_to_surveyed(43_000, 278_000, 1.0, 0.1, "country")
    assert [round(100 * number, 1) for number in found[:3]] == [15.5, 12.7, 18.8]
    assert survey.recorded_to_surveyed(300, 200, 1.0, 0.1, "region").upper > 1


def test_scenario_is_a_band_over_surveys_and_needs_a_comparable_count() -> None:
    band = survey.scenario_band(400, (0.40, 0.53), without_public_order=True, adults_only=True)
    assert band.lower < 400 / 0.53 < 400 / 0.40 < band.upper
    assert "not a confidence interval" in band.label
    with pytest.raises(UsageError, match="public order"):
        survey.scenario_band(400, (0.40, 0.53), without_public_order=False, adults_only=True)
    with pytest.raises(UsageError, match="two surveys"):
        survey.scenario_band(400, (0.40,), without_public_order=True, adults_only=True)
