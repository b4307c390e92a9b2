"""Limits are those of the published formulas, and never narrower than rounding allows."""

import pytest
from scipy import stats

from dashboards.chance import Percent, chance_range, count_limits, difference, ratio
from data.policies import PUBLIC


@pytest.mark.parametrize(
    ("latest", "earlier", "estimate", "lower", "upper"),
    [(1843, 1479, 1.246, 1.164, 1.334), (36, 40, 0.900, 0.574, 1.412), (10, 10, 1, 0.416, 2.403)],
)
def test_a_ratio_is_as_worked_out_by_hand(latest, earlier, estimate, lower, upper):
    found = ratio(latest, earlier)
    assert (found.estimate, found.lower, found.upper) == pytest.approx((estimate, lower, upper), abs=0.0006)


@pytest.mark.parametrize(("latest", "earlier"), [(1845, 1480), (40, 45), (5, 10), (130, 105)])
def test_limits_of_rounded_figures_hold_those_of_every_count_that_prints_so(latest, earlier):
    wide = ratio(latest, earlier, PUBLIC)
    for a in range(max(5, latest - 2), latest + 3):
        for b in range(max(5, earlier - 2), earlier + 3):
            exact = ratio(a, b)
            assert wide.lower <= exact.lower + 1e-12
            assert exact.upper <= wide.upper + 1e-12


def test_what_exact_counts_would_show_rounding_may_leave_open():
    assert ratio(130, 102).is_beyond_chance is False
    assert ratio(135, 103).is_beyond_chance
    assert not ratio(135, 105, PUBLIC).is_beyond_chance


@pytest.mark.parametrize("pair", [(0, 5), (5, 0), (0, 0)])
def test_there_is_no_ratio_with_zero(pair):
    assert ratio(*pair) is None


@pytest.mark.parametrize(("printed", "lower", "upper"), [(0, 0, 3.69), (10, 4.79, 18.39), (100, 81.36, 121.63)])
def test_limits_of_a_count_are_near_the_exact_ones(printed, lower, upper):
    # Exact Poisson limits from tables; Byar's approximation is within a percent or two of them.
    found = count_limits(printed)
    assert found == pytest.approx((lower, upper), rel=0.02, abs=0.02)
    wide = count_limits(printed, PUBLIC)
    assert wide[0] <= found[0]
    assert wide[1] >= found[1]


@pytest.mark.parametrize("expected", [3, 20, 240])
@pytest.mark.parametrize("share", [0.95, 0.998])
def test_a_count_is_outside_a_range_exactly_where_its_tail_is_rarer(expected, share):
    lower, upper = chance_range(expected, share)
    tail = (1 - share) / 2
    for count in range(int(expected + 8 * expected**0.5) + 2):
        assert (count < lower) == (stats.poisson.cdf(count, expected) < tail)
        assert (count > upper) == (stats.poisson.sf(count - 1, expected) < tail)


def test_two_shares_differ_as_newcombe_published():
    """Newcombe 1998, table II, method 10: 56 of 70 beside 48 of 80 differ by 0.0524 to 0.3339."""

    def share(events, of):
        limits = stats.binomtest(events, of).proportion_ci(method="wilson")
        return Percent(100 * events / of, 100 * events / of, 100 * limits.low, 100 * limits.high)

    assert difference(share(56, 70), share(48, 80)) == pytest.approx((5.24, 33.39), abs=0.005)


def test_what_a_step_leaves_open_widens_a_difference():
    """Within five points either way, 80% beside 60% can be 75% beside 65%."""
    narrow = difference(Percent(80, 80, 69, 88), Percent(60, 60, 49, 70))
    wide = difference(Percent(75, 85, 64, 92), Percent(55, 65, 44, 75))
    assert wide[0] == pytest.approx(75 - 65 - (11**2 + 10**2) ** 0.5)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
