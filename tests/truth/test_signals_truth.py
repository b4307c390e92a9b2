"""Known truth: limits hold it as often as they say, nothing wrong seldom flags, halved reporting is found.

Bounded trials; `benchmarks/signals.py` runs the long ones.
"""

import numpy as np
import pytest
from scipy import stats
from signal_worlds import SignalWorld, cell_of, late_reports, panel_of

from transforms.signals.intervals import mid_p_poisson_limits, odds_ratio, poisson_limits, rate_ratio, wilson_limits
from transforms.signals.nowcast import nowcast


@pytest.mark.parametrize("mean", [20, 100, 1000])
def test_limits_of_counts_hold_the_mean_nineteen_times_in_twenty(mean: int) -> None:
    drawn = np.random.default_rng(1).poisson(mean, 20_000)
    lower, upper = poisson_limits(drawn)
    assert 0.93 <= np.mean((lower <= mean) & (mean <= upper)) <= 0.97


@pytest.mark.parametrize(("mean", "base"), [(6, 9), (30, 40), (400, 300)])
def test_limits_of_ratios_hold_the_ratio_nineteen_times_in_twenty(mean: int, base: int) -> None:
    rng = np.random.default_rng(2)
    found = [rate_ratio(a, 1, b, 1) for a, b in zip(rng.poisson(mean, 1500), rng.poisson(base, 1500), strict=True)]
    assert 0.93 <= np.mean([ratio.lower <= mean / base <= ratio.upper for ratio in found]) <= 0.97


def test_limits_of_shares_hold_the_share_nineteen_times_in_twenty() -> None:
    lower, upper = wilson_limits(np.random.default_rng(3).binomial(80, 0.3, 20_000), 80)
    assert 0.93 <= np.mean((lower <= 0.3) & (upper >= 0.3)) <= 0.97


def test_forces_with_nothing_wrong_seldom_show_where_to_look_first() -> None:
    rng = np.random.default_rng(4)
    worlds = [panel_of(SignalWorld(), rng).verdicts for _ in range(8)]
    flagged = sum(bool((world["verdict"] == "look_here_first").any()) for world in worlds)
    # Three or more of 8 would be a share above 5% beyond chance (1 in 100).
    assert flagged < 3
    assert np.mean([(world["verdict"] == "watch").mean() for world in worlds]) < 0.08


def watched(world: SignalWorld, worlds: int, rng: np.random.Generator, *names: str) -> float:
    return float(np.mean([cell_of(panel_of(world, rng), world) in names for _ in range(worlds)]))


def only(yearly: float, **changes: float) -> SignalWorld:
    """A world of two characteristics, to be quick."""
    return SignalWorld(yearly=yearly, volumes={"religion": 15 * yearly, "sexual_orientation": 10 * yearly}, **changes)


@pytest.mark.parametrize("before", [0.5, 1.0])
def test_halved_reporting_is_watched_from_thirty_expected(before: float) -> None:
    """The exact test with known expectation finds 92% at one false flag in 28; ours must find 80%."""
    most = stats.poisson.ppf(0.05, 30) - 1
    bound = stats.poisson.cdf(most, 15)
    assert round(bound, 2) == 0.92
    world = only(30, factor_now=0.5, factor_before=before)
    found = watched(world, 14, np.random.default_rng(5), "watch", "look_here_first")
    # 14 trials of a share of 0.9 fall below 0.64 less than once in 100.
    assert found >= 0.64


def test_halved_reporting_with_delay_and_drop_out_is_where_to_look_first() -> None:
    world = only(60, factor_now=0.5, slower=2.0, drop_out=0.55)
    assert watched(world, 10, np.random.default_rng(6), "look_here_first") >= 0.8


def test_below_three_expected_the_answer_is_always_cannot_tell() -> None:
    world = only(2.5, factor_now=0.0, factor_before=0.5)
    assert watched(world, 8, np.random.default_rng(7), "cannot_tell") == 1


@pytest.mark.parametrize(("mean", "extracts"), [(10, 13), (60, 8)])
def test_nowcasts_hold_the_final_count_nineteen_times_in_twenty(mean: int, extracts: int) -> None:
    rng = np.random.default_rng(8)
    held: list[bool] = []
    for _ in range(25):
        snapshots, final = late_reports(rng, mean, extracts)
        found = nowcast(snapshots)
        truth = final[-len(found) :]
        inside = (found["lower"] <= truth) & (truth <= found["upper"])
        held += inside[found["age"] < 12].tolist()
    assert 0.90 <= np.mean(held) <= 0.98


def test_mid_p_limits_of_small_counts_hold_their_means_nineteen_times_in_twenty_on_the_whole() -> None:
    """No limits of small counts can do so at every mean, as counts are whole numbers; the exact ones hold 96.5%."""
    rng = np.random.default_rng(9)
    means = rng.uniform(1, 30, 20_000)
    lower, upper = mid_p_poisson_limits(rng.poisson(means))
    assert 0.94 <= np.mean((lower <= means) & (means <= upper)) <= 0.96


def test_limits_of_a_ratio_of_changes_hold_it_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(10)
    drawn = zip(*(rng.poisson(mean, 2_000) for mean in (20, 300, 160, 1_200)), strict=True)
    found = [odds_ratio(*counts) for counts in drawn]
    assert 0.93 <= np.mean([ratio.lower <= 0.5 <= ratio.upper for ratio in found]) <= 0.97
