"""Limits of counts, rates, shares and ratios agree with published worked examples."""

import math

import numpy as np
import pandas as pd
import pytest

from data.errors import UsageError
from transforms.signals import intervals, standardised

# Public Health England's PHEindicatormethods, test sheets testdata_Byars_Wilson, testdata_Rate and
# testdata_DSR_ISR.
BYAR = [
    (65, 0.95, 50.16318771045946, 82.84913854593984),
    (1045, 0.95, 982.593201807332548, 1110.33121298564993),
    (1, 0.95, 0.01307213290150435, 5.56375558247526),
    (65, 0.998, 42.8802614714802, 94.00029084431802),
    (1045, 0.998, 947.9407035610367, 1148.80616098803307),
    (10, 0.998, 2.916318374695686, 24.19372492788053),
]
WILSON = [
    (65, 100, 0.95, 0.5525444329688797, 0.7363575175690247),
    (1045, 5000, 0.95, 0.19795549880013297, 0.2204913037318903),
    (65, 100, 0.998, 0.49549465740704313, 0.7783540614089697),
    (1045, 5000, 0.998, 0.19179381799015244, 0.22731562902525818),
]
RATES = [
    (1, 100, 1_000.0, 25.317808, 5_571.643391, "exact Poisson"),
    (5, 100, 5_000.0, 1_623.486390, 11_668.332079, "exact Poisson"),
    (10, 200, 5_000.0, 2_393.724957, 9_195.729303, "Byar"),
    (65, 100, 65_000.0, 50_163.187710, 82_849.138546, "Byar"),
    (250, 220, 113_636.363636, 99_984.947385, 128_631.144875, "Byar"),
]
PEOPLE = [636, 558, 609, 543, 384, 594, 669, 843, 660, 576, 606, 522, 426, 273, 300, 288, 153, 123, 207]
EUROPE_2013 = [5000, 5500, 5500, 5500, 6000, 6000, 6500, 7000, 7000, 7000, 7000, 6500, 6000, 5500, 5000, 4000]
EUROPE_2013 += [2500, 1500, 1000]
BIG = [127, 25, 18, 21, 12, 27, 48, 27, 29, 32, 32, 34, 45, 65, 38, 68, 74, 82, 91]
SMALL = [12, 4, 3, 2, 3, 4, 8, 2, 2, 3, 4, 5, 6, 8, 5, 6, 5, 5, 4]


@pytest.mark.parametrize(("count", "confidence", "lower", "upper"), BYAR)
def test_byar_limits_are_those_of_public_health_england(
    count: int, confidence: float, lower: float, upper: float
) -> None:
    assert intervals.byar_limits(count, confidence) == pytest.approx((lower, upper), rel=1e-13)


@pytest.mark.parametrize(("events", "trials", "confidence", "lower", "upper"), WILSON)
def test_wilson_limits_are_those_of_public_health_england(
    events: int, trials: int, confidence: float, lower: float, upper: float
) -> None:
    assert intervals.wilson_limits(events, trials, confidence) == pytest.approx((lower, upper), rel=1e-12)


@pytest.mark.parametrize(("count", "people", "rate", "lower", "upper", "method"), RATES)
def test_rates_are_exact_below_ten_and_byar_from_ten(
    count: int, people: int, rate: float, lower: float, upper: float, method: str
) -> None:
    found = intervals.rates(pd.DataFrame({"report_count": [count], "population": [people]})).iloc[0]
    assert found[["rate_per_100_000", "lower_ci", "upper_ci"]].tolist() == pytest.approx([rate, lower, upper], rel=1e-9)
    assert found["ci_method"] == method


def test_no_reports_still_has_an_upper_limit() -> None:
    lower, upper = intervals.poisson_limits(0)
    assert lower == 0
    assert upper == pytest.approx(3.689, abs=5e-4)


def test_a_rate_without_population_is_not_available() -> None:
    counts = pd.DataFrame({"report_count": [3, 3], "population": [0.0, np.nan]})
    assert intervals.rates(counts)[["rate_per_100_000", "lower_ci", "upper_ci"]].isna().to_numpy().all()


@pytest.mark.parametrize(
    ("counts", "rate", "lower", "upper"),
    [
        (BIG, 10_430.247991469423, 9_717.709067985681, 11_178.94091547925),
        (SMALL, 1_103.212025300104, 877.455767536709, 1_367.08822272518),
    ],
)
def test_standardised_rate_is_that_of_public_health_england(
    counts: list[int], rate: float, lower: float, upper: float
) -> None:
    ages = pd.DataFrame({"report_count": counts, "population": PEOPLE, "standard_population": EUROPE_2013})
    found = standardised.directly_standardised_rate(ages)
    assert found[["rate", "lower_ci", "upper_ci"]].tolist() == pytest.approx([rate, lower, upper], rel=1e-12)


def test_standardised_rate_is_not_available_below_ten_events() -> None:
    ages = pd.DataFrame({"report_count": [9, 0], "population": [100, 100], "standard_population": [1, 1]})
    found = standardised.directly_standardised_rate(ages)
    assert found[["rate", "lower_ci", "upper_ci"]].isna().all()
    assert found["report_count"] == 9


@pytest.mark.parametrize(
    ("count", "base", "ratio", "lower", "upper"),
    [(1843, 1479, 1.246, 1.164, 1.334), (36, 40, 0.90, 0.57, 1.41)],
)
def test_ratio_of_two_years_is_the_domain_handbooks(
    count: int, base: int, ratio: float, lower: float, upper: float
) -> None:
    found = intervals.rate_ratio(count, 1, base, 1)
    places = 3 if count > 100 else 2
    assert [round(number, places) for number in found[:3]] == [ratio, lower, upper]


def test_small_ratio_is_exact_given_the_sum() -> None:
    """Clopper and Pearson's limits turn over with the ratio, and hold the narrower mid-P limits."""
    found = intervals.rate_ratio(6, 1083, 11, 800, mid_p=False)
    assert found.ci_method == "exact conditional"
    inverse = intervals.rate_ratio(11, 800, 6, 1083, mid_p=False)
    assert (found.lower, found.upper) == pytest.approx((1 / inverse.upper, 1 / inverse.lower))
    narrower = intervals.rate_ratio(6, 1083, 11, 800)
    assert found.lower < narrower.lower < narrower.ratio < narrower.upper < found.upper


def test_ratio_against_no_reports_has_no_upper_limit() -> None:
    found = intervals.rate_ratio(4, 1, 0, 1)
    assert math.isinf(found.upper)
    assert found.lower > 0
    nothing = intervals.rate_ratio(0, 1, 0, 1)
    assert math.isnan(nothing.ratio)
    assert (nothing.lower, nothing.upper) == (0, math.inf)


def test_impossible_numbers_are_refused() -> None:
    with pytest.raises(UsageError, match="below 0"):
        intervals.poisson_limits([-1, 4])
    with pytest.raises(UsageError, match="more events than trials"):
        intervals.wilson_limits(5, 4)
    with pytest.raises(UsageError, match="exposures above 0"):
        intervals.rate_ratio(3, 0, 3, 1)


def test_indirect_ratio_sets_the_count_beside_the_standards_rates_with_the_counts_own_limits() -> None:
    """5 and 4 are expected, 10 are observed, whose published Byar limits are 4.787 and 18.391."""
    ages = pd.DataFrame(
        {
            "report_count": [7, 3],
            "population": [1_000, 2_000],
            "standard_count": [50, 20],
            "standard_population": [10_000, 10_000],
        }
    )
    found = standardised.indirectly_standardised_ratio(ages)
    assert found[["ratio", "lower_ci", "upper_ci"]].tolist() == pytest.approx([10 / 9, 0.53194, 2.04350], abs=5e-6)
    assert found["expected"] == 9
    nobody = standardised.indirectly_standardised_ratio(ages.assign(population=0))
    assert math.isnan(nobody["ratio"])
    with pytest.raises(UsageError, match="1 age group"):
        standardised.indirectly_standardised_ratio(ages.assign(standard_population=[10_000, 0]))


def test_mid_p_limits_of_nothing_end_where_half_its_chance_is_the_tail() -> None:
    """Half of exp(−m) is 0.025 at m = ln 20."""
    lower, upper = intervals.mid_p_poisson_limits([0, 4])
    assert lower[0] == 0
    assert upper[0] == pytest.approx(math.log(20), abs=1e-9)
    exact_lower, exact_upper = intervals.exact_poisson_limits([0, 4])
    assert exact_lower[1] < lower[1] < upper[1] < exact_upper[1]
    rates = intervals.rates(pd.DataFrame({"report_count": [4, 40], "population": [100, 100]}), mid_p=True)
    assert rates["ci_method"].tolist() == ["mid-P Poisson", "Byar"]


def test_odds_ratio_is_the_same_whichever_way_round_and_finite_at_zero() -> None:
    found, other = intervals.odds_ratio(12, 88, 5, 95), intervals.odds_ratio(5, 95, 12, 88)
    assert (found.ratio, found.lower, found.upper) == pytest.approx((1 / other.ratio, 1 / other.upper, 1 / other.lower))
    assert found.ratio == pytest.approx(2.59, abs=5e-3)
    none = intervals.odds_ratio(0, 100, 5, 95)
    assert 0 < none.lower < none.ratio < none.upper < math.inf
