"""Fewer than peers, silence, fewer than before: published limits, gates, no area that judges itself."""

import math

import numpy as np
import pandas as pd
import pytest
from drawing import drawn
from statsmodels.stats.meta_analysis import combine_effects

from data.errors import UsageError
from transforms.signals import expected, past, silence
from transforms.signals.result import RESULT_COLUMNS


def table(picture: str, *numbers: str) -> pd.DataFrame:
    frame = pd.DataFrame(drawn(picture))
    return frame.astype(dict.fromkeys(numbers, float))


def test_funnel_limits_are_those_of_funnelplotr() -> None:
    """FunnelPlotR, tests/testthat/test-poisson_limits.R, expectations of 15, 20 and 30."""
    limits = expected.funnel_limits([15, 20, 30])
    assert limits["lower_95"].round(7).tolist() == [0.5596924, 0.6108260, 0.6746958]
    assert limits["upper_95"].round(6).tolist() == [1.649348, 1.544419, 1.427562]
    assert limits["lower_998"].round(7).tolist() == [0.3862650, 0.4479107, 0.5289724]
    assert limits["upper_998"].round(6).tolist() == [2.082907, 1.902094, 1.702771]


def test_adjusted_limits_lie_outside_the_exact_ones_where_areas_differ() -> None:
    limits = expected.funnel_limits([15, 40, 200], tau2=0.02)
    assert (limits["lower_998_adjusted"] < limits["lower_998"]).all()
    assert (limits["upper_95_adjusted"] > limits["upper_95"]).all()


def test_additive_variance_is_dersimonian_and_lairds() -> None:
    """statsmodels' random-effects meta-analysis finds the same variance between, from another formula."""
    ratio = np.array([0.7, 1.3, 0.9, 1.6, 1.1, 0.5])
    error = np.array([0.1, 0.12, 0.2, 0.15, 0.08, 0.11])
    effect = np.sqrt(ratio)
    pooled = combine_effects(effect, error**2, method_re="dl")
    tau2 = expected.additive_variance((effect - pooled.mean_effect_fe) / error, error)[1]
    assert tau2 == pytest.approx(pooled.tau2, rel=1e-10)


def test_one_wild_peer_does_not_set_the_spread() -> None:
    calm = np.full(20, 25.0)
    wild = np.append(calm[:-1], 400.0)
    assert expected.overdispersion(calm, calm) == (0.0, 0.0)
    assert expected.overdispersion(wild, calm) == (0.0, 0.0)


COUNTS = """
| area_code | characteristic | observed | exposure |
| A         | race           | 12       | 100      |
| B         | race           | 31       | 100      |
| C         | race           | 28       | 100      |
| D         | race           | 31       | 100      |
| E         | race           | 0        | 9        |
| F         | race           | 7        | 0        |
"""


def test_an_area_is_judged_by_its_peers_and_never_by_itself() -> None:
    found = expected.lower_than_expected(table(COUNTS, "observed", "exposure")).set_index("area_code")
    assert found.loc["A", "expected"] == pytest.approx(100 * (31 + 28 + 31) / 309)
    assert found["state"].to_dict() == {
        "A": "flag",
        "B": "clear",
        "C": "clear",
        "D": "clear",
        "E": "cannot_tell",
        "F": "cannot_tell",
    }
    assert found.loc["A", "lower"] < found.loc["A", "estimate"] < found.loc["A", "upper"] < 1
    assert "not surely 3" in found.loc["E", "reason"]
    assert found.loc["F", "reason"].startswith("There is no population")
    assert math.isnan(found.loc["E", "p_value"])


def test_spread_between_peers_widens_what_chance_allows() -> None:
    alike = table(COUNTS, "observed", "exposure")
    unlike = alike.assign(observed=[12.0, 60.0, 5.0, 25.0, 0.0, 7.0])
    p_alike, p_unlike = (expected.lower_than_expected(frame)["p_value"].iloc[0] for frame in (alike, unlike))
    assert p_alike < 0.02
    assert p_unlike > 0.1


def test_an_exposure_counted_from_few_reports_is_worth_less() -> None:
    counts = table(COUNTS, "observed", "exposure")
    known = expected.lower_than_expected(counts)["p_value"].iloc[0]
    counted = expected.lower_than_expected(counts, exposure_is_count=True)["p_value"].iloc[0]
    assert known < counted


def test_result_frames_have_the_columns_that_verdicts_join() -> None:
    found = expected.lower_than_expected(table(COUNTS, "observed", "exposure"), signal="lower_before")
    assert tuple(found.columns) == RESULT_COLUMNS
    assert set(found["signal"]) == {"lower_before"}


def test_tables_that_lack_columns_or_repeat_keys_are_refused() -> None:
    counts = table(COUNTS, "observed", "exposure")
    with pytest.raises(UsageError, match="exposure"):
        expected.lower_than_expected(counts.drop(columns="exposure"))
    with pytest.raises(UsageError, match="repeats 1"):
        expected.lower_than_expected(pd.concat([counts, counts.iloc[[0]]]))


@pytest.mark.parametrize(("mean", "chance"), [(2.7, 0.067), (4.7, 0.009)])
def test_chance_of_no_report_is_the_domain_handbooks(mean: float, chance: float) -> None:
    assert round(silence.chance_of_silence(0, mean), 3) == chance


def months(area: str, observed: list[int], mean: float) -> pd.DataFrame:
    start = pd.date_range("2023-01-01", periods=len(observed), freq="MS")
    return pd.DataFrame(
        {"area_code": area, "characteristic": "race", "month": start, "observed": observed, "expected": mean}
    )


def test_silence_is_judged_over_a_window_that_grows_until_seven_are_expected() -> None:
    periods = pd.concat([months("quiet", [9] * 12 + [0] * 12, 0.6), months("usual", [0, 1] * 12, 0.6)])
    found = silence.silence(periods).set_index("area_code")
    assert found.loc["quiet", ["observed", "state"]].tolist() == [0.0, "flag"]
    assert found.loc["quiet", "expected"] == pytest.approx(7.2)
    assert found.loc["usual", ["observed", "state"]].tolist() == [6.0, "clear"]


def test_below_three_expected_silence_is_never_judged() -> None:
    periods = pd.concat([months("tiny", [0] * 24, 0.12), months("small", [0] * 24, 0.25)])
    found = silence.silence(periods).set_index("area_code")
    assert set(found["state"]) == {"cannot_tell"}
    assert "below 3" in found.loc["tiny", "reason"]
    assert "below 7" in found.loc["small", "reason"]


def test_one_quiet_area_among_many_must_be_quieter_to_be_found() -> None:
    alone = silence.silence(months("quiet", [0, 0, 2], 2.5))
    crowd = pd.concat([months("quiet", [0, 0, 2], 2.5)] + [months(f"usual{n}", [3, 2, 2], 2.5) for n in range(40)])
    assert alone["state"].tolist() == ["flag"]
    assert silence.silence(crowd).set_index("area_code").loc["quiet", "state"] == "clear"


BEFORE = """
| area_code | characteristic | now | before | has_break |
| A         | race           | 15  | 60     |           |
| B         | race           | 60  | 90     |           |
| C         | race           | 90  | 120    |           |
| D         | race           | 9   | 9      |           |
| E         | race           | 15  | 60     | yes       |
"""


def test_own_past_is_moved_on_by_what_happened_elsewhere() -> None:
    counts = table(BEFORE, "now", "before")
    found = past.lower_than_before(counts.assign(has_break=counts["has_break"] == "yes")).set_index("area_code")
    assert found.loc["A", "expected"] == pytest.approx(60 * 174 / 279)
    assert found["state"].tolist() == ["flag", "clear", "clear", "cannot_tell", "cannot_tell"]
    assert found.loc["A", "upper"] < 1
    assert "Recording changed" in found.loc["E", "reason"]


def test_a_fall_that_everyone_shares_is_not_one_areas_signal() -> None:
    counts = pd.DataFrame(
        {"area_code": list("ABCD"), "characteristic": "race", "now": 40, "before": 160, "has_break": False}
    )
    assert set(past.lower_than_before(counts)["state"]) == {"clear"}
