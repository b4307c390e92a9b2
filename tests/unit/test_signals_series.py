"""Changes, events and nowcasts: published results reproduced, and refusals where too little is known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from data.errors import UsageError
from transforms.signals import change, events, nowcast, series, triangle

# Lopez Bernal, Cummins and Gasparrini 2017, International Journal of Epidemiology 46:348: acute coronary
# events in Sicily from January 2002 to November 2006, standardised population, smoking ban from January
# 2005.
SICILY = """
728 659 791 734 757 726 760 740 720 814 795 858 887 766 851 769 781 756 766 752 765 831 879 928 914
808 937 840 916 828
845 818 860 839 887 886 831 796 833 820 877 758 767 738 781 843 850 908 1021 859 976 888 962 838 810
876 843 936 912
"""
PEOPLE = """
379875.3 376495.5 377040.8 377116.4 377383.4 374113.1 379513.3 376295.5 374653.2 378485.6 375955.5
378349.7 376762.4
379032.3 379360.4 376162.0 377972.4 381830.7 379888.6 380872.2 380966.9 381240.4 382104.9 381802.7
381656.3 383680.0
383504.2 386462.9 383783.1 380836.8 383483.0 380906.2 382926.8 384052.4 384449.6 383428.4 388153.2
388373.2 386470.1
386033.2 383686.4 385509.3 385901.9 386516.6 388436.5 383255.2 390148.7 385874.9 391613.6 391750.4
394005.6 391364.9
391664.6 389022.3 391878.5 388575.3 392989.0 390018.8 390712.3
"""


def sicily() -> pd.DataFrame:
    months = pd.date_range("2002-01-01", periods=59, freq="MS")
    return pd.DataFrame(
        {
            "month": months,
            "report_count": [int(n) for n in SICILY.split()],
            "exposure": [float(n) for n in PEOPLE.split()],
        }
    )


@pytest.mark.parametrize(("pairs", "published"), [(0, [0.894, 0.839, 0.953]), (2, [0.885, 0.839, 0.933])])
def test_interrupted_series_reproduces_the_smoking_ban_of_sicily(pairs: int, published: list[float]) -> None:
    """The paper uses normal limits and no autocorrelation; ours use t and the larger error, so are never
    narrower.
    """
    data = sicily()
    effect = series.step_effect(data, np.asarray(data["month"] >= "2005-01-01"), pairs=pairs)
    assert round(effect.ratio, 3) == published[0]
    assert effect.lower <= published[1] + 5e-4
    assert effect.upper >= published[2] - 5e-4
    error = np.log(effect.upper / effect.ratio) / stats.t.ppf(0.975, effect.freedom)
    normal = effect.ratio * np.exp(stats.norm.ppf([0.025, 0.975]) * error)
    assert normal == pytest.approx(published[1:], abs=1.3e-3)


def test_autocorrelated_errors_are_statsmodels() -> None:
    """statsmodels' HAC covariance of the same Poisson fit, with 3 lags and its small-sample correction."""
    data = sicily()
    design = series.seasonal_terms(series.months_of(data)).assign(constant=1.0, ban=data["month"] >= "2005-01-01")
    design = design.astype(float)
    model = sm.GLM(data["report_count"], design, offset=np.log(data["exposure"]), family=sm.families.Poisson())
    theirs = model.fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})
    residual = (data["report_count"] - theirs.mu).to_numpy()
    ours = series._newey_west(design.to_numpy(), residual, theirs.mu)
    assert np.sqrt(np.diag(ours)) == pytest.approx(theirs.bse.to_numpy(), rel=1e-6)


def monthly(counts: np.ndarray, area: str = "A") -> pd.DataFrame:
    months = pd.date_range("2021-01-01", periods=len(counts), freq="MS")
    return pd.DataFrame({"area_code": area, "characteristic": "race", "month": months, "report_count": counts})


def seasonal_counts(
    rng: np.random.Generator, length: int, mean: float, factor: float = 1.0, last: int = 12
) -> np.ndarray:
    months = np.arange(length)
    level = mean * (1 + 0.3 * np.cos(2 * np.pi * (months - 6) / 12))
    level[length - 12 :] *= factor
    return rng.poisson(level)


def test_a_halving_flags_and_a_rise_is_told_but_never_flags() -> None:
    rng = np.random.default_rng(1)
    frames = [monthly(seasonal_counts(rng, 60, 30, factor), area) for area, factor in (("half", 0.5), ("double", 2.0))]
    found = change.change(pd.concat(frames), date(2025, 1, 1)).set_index("area_code")
    assert found["state"].to_dict() == {"half": "flag", "double": "clear"}
    assert found.loc["half", "upper"] < 0.7
    assert "more than" in found.loc["double", "reason"]
    assert "beyond chance" in found.loc["double", "reason"]


def test_a_fall_that_the_control_shares_is_no_change_of_its_own() -> None:
    rng = np.random.default_rng(2)
    data = monthly(seasonal_counts(rng, 48, 40, 0.5)).assign(control_count=seasonal_counts(rng, 48, 900, 0.5))
    alone = change.change(data.drop(columns="control_count"), date(2024, 1, 1))
    beyond = change.change(data, date(2024, 1, 1))
    assert alone["state"].tolist() == ["flag"]
    assert beyond["state"].tolist() == ["clear"]
    assert beyond["lower"].iloc[0] < 1 < beyond["upper"].iloc[0]


def test_changes_are_refused_where_the_series_cannot_carry_them() -> None:
    rng = np.random.default_rng(3)
    good = monthly(seasonal_counts(rng, 48, 20))
    since = date(2024, 1, 1)

    def reason(data: pd.DataFrame, start: date = since, broke: date | None = None) -> str:
        found = change.change(data, start, {("A", "race"): broke} if broke else None).iloc[0]
        return found["reason"] if found["state"] == "cannot_tell" else ""

    assert reason(good) == ""
    assert "Too few months before: 12" in reason(good, date(2022, 1, 1))
    assert "Too few months since: 3" in reason(good, date(2024, 10, 1))
    assert "Too few reports a month" in reason(good.assign(report_count=4))
    assert "Recording changed" in reason(good, broke=date(2023, 4, 1))
    assert reason(good, broke=date(2020, 4, 1)) == ""
    assert "Months are missing" in reason(good.drop(index=5))


def test_a_series_that_stops_is_the_clearest_change_and_not_too_few_to_judge() -> None:
    counts = np.random.default_rng(5).poisson(10, 60).astype(float)
    counts[-12:] = 0
    found = change.change(monthly(counts), date(2025, 1, 1)).iloc[0]
    assert found["state"] == "flag"
    assert 90 < found["expected"] < 170
    assert found["upper"] < 0.2


def test_a_series_without_scatter_or_with_empty_months_is_judged_all_the_same() -> None:
    steady = change.change(monthly(np.full(60, 10.0)), date(2025, 1, 1)).iloc[0]
    assert steady["state"] == "clear"
    assert steady["lower"] < 1 < steady["upper"]
    controlled = monthly(np.random.default_rng(6).poisson(10, 60).astype(float)).assign(control_count=4)
    controlled.loc[5, ["report_count", "control_count"]] = 0
    assert change.change(controlled, date(2025, 1, 1)).iloc[0]["state"] == "clear"


def campaign(factor: float, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    counts = seasonal_counts(rng, 60, 80).astype(float)
    counts[50:53] = rng.poisson(80 * (1 + 0.3 * np.cos(2 * np.pi * (np.arange(50, 53) - 6) / 12)) * factor)
    return monthly(counts)[["month", "report_count"]]


def test_a_campaign_that_adds_half_is_found_and_a_date_without_one_is_not() -> None:
    found = events.event_effect(campaign(1.5, 1), date(2025, 3, 1), declared_on=date(2025, 1, 6))
    assert found.state == "found"
    assert found.lower < 1.5 < found.upper
    assert found.placebo_share <= events.RARE
    assert not found.is_exploratory
    nothing = events.event_effect(campaign(1.0, 2), date(2025, 3, 1))
    assert nothing.state == "not_found"
    assert nothing.is_exploratory
    assert len(nothing.placebos) >= events.MIN_PLACEBOS


def test_a_campaign_that_adds_three_in_ten_is_found_with_honest_limits_and_a_placebo_is_not() -> None:
    """A force with 130 reports a month, season and trend; six campaigns and six dates at which nothing happened."""
    held, found, wrong = 0, 0, 0
    for seed in range(6):
        for factor in (1.3, 1.0):
            rng = np.random.default_rng(100 + seed)
            mean = 130 * (1 + 0.12 * np.cos(2 * np.pi * (np.arange(60) - 3) / 12)) * (1 + 0.002 * np.arange(60))
            mean[49:52] *= factor
            series = monthly(rng.poisson(mean).astype(float))[["month", "report_count"]]
            effect = events.event_effect(series, date(2025, 2, 1), declared_on=date(2025, 1, 6))
            held += effect.lower <= factor <= effect.upper
            found += factor > 1 and effect.state == "found"
            wrong += factor == 1 and effect.state == "found"
    assert found == 6
    assert wrong <= 1
    assert held >= 10


def test_events_need_a_history_and_all_their_months() -> None:
    with pytest.raises(UsageError, match="all 3 months"):
        events.event_effect(campaign(1.0, 2), date(2025, 11, 1))
    assert events.event_effect(campaign(1.0, 2), date(2022, 3, 1)).state == "cannot_tell"


def snapshots_of(rows: list[list[float]]) -> pd.DataFrame:
    """Increments by month and age as snapshots: every extract from the first month's on."""
    snapshots = []
    for month, increments in enumerate(rows):
        for extract in range(month, len(rows)):
            seen = increments[: extract - month + 1]
            snapshots.append((extract, month, sum(seen)))
    frame = pd.DataFrame(snapshots, columns=["extracted_month", "month", "report_count"])
    start = pd.Period("2024-01", "M")
    for name in ("extracted_month", "month"):
        frame[name] = [(start + n).to_timestamp() for n in frame[name]]
    return frame


def test_delay_shares_are_those_that_made_the_triangle() -> None:
    """baselinenowcast, tests/testthat/test-estimate_delay.R: 0.4, 0.3, 0.2, 0.1 of 100 … 300."""
    rows = [[total * share for share in (0.4, 0.3, 0.2, 0.1)] for total in (100, 150, 200, 250, 300)]
    cumulative = triangle.reporting_triangle(snapshots_of(rows), 3)
    as_of = int(cumulative.index.max())
    assert triangle.delay_shares(cumulative, as_of) == pytest.approx([0.4, 0.7, 0.9, 1.0], abs=1e-12)


def test_what_is_to_come_is_baselinenowcasts() -> None:
    """baselinenowcast, tests/testthat/test-apply_delay.R: shares 0.4, 0.2, 0.2, 0.2, tolerance 0.1."""
    reached = [0.4, 0.6, 0.8, 1.0]
    assert triangle.still_to_come(40, reached[2:]) == pytest.approx(10, rel=0.1)
    assert triangle.still_to_come(60, reached[1:]) == pytest.approx(40, rel=0.1)
    last = triangle.still_to_come(0, reached) - triangle.still_to_come(0, reached[:3])
    assert last == pytest.approx(0.2, rel=0.1)


def steady(length: int, counts: tuple[float, ...]) -> list[list[float]]:
    return [list(counts) for _ in range(length)]


def test_a_month_without_a_report_so_far_gets_a_positive_nowcast() -> None:
    rows = steady(14, (12, 7, 1))
    rows.append([0, 7, 1])
    found = nowcast.nowcast(snapshots_of(rows), 2).set_index("age")
    assert found.loc[0, "observed"] == 0
    assert found.loc[0, "nowcast"] > 0
    assert found.loc[0, "upper"] >= 1
    assert found.loc[0, "completeness"] == 0
    assert found.loc[2, ["nowcast", "lower", "upper"]].tolist() == [20, 20, 20]
    assert found["is_provisional"].to_dict() == {2: False, 1: False, 0: True}


def test_records_that_leave_are_expected_to_leave_again() -> None:
    found = nowcast.nowcast(snapshots_of(steady(14, (20, 4, -3))), 2).set_index("age")
    assert found.loc[1, "nowcast"] == pytest.approx(21, abs=0.2)
    assert found.loc[1, "lower"] < 24
    assert found.loc[0, "nowcast"] == pytest.approx(21, abs=0.2)


def test_without_enough_past_extracts_there_is_no_nowcast() -> None:
    snapshots = snapshots_of(steady(14, (12, 7, 1)))
    recent = snapshots[snapshots["extracted_month"] >= snapshots["extracted_month"].max() - pd.DateOffset(months=2)]
    found = nowcast.nowcast(recent, 2)
    assert set(found["state"]) == {"cannot_tell"}
    assert "Too few past extracts" in found["reason"].iloc[0]
    assert found["nowcast"].isna().all()
    assert found["observed"].tolist() == [20, 19, 12]
