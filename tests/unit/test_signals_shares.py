"""Delay, route mix, drop-out, severity, repeats, unknown: what is compared with what, and when not."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from drawing import drawn

from data.errors import UsageError
from transforms.signals import delay, dropout, repeats, routes, severity, shares, unknown


def counted(**shares_by_area: tuple[int, int]) -> pd.DataFrame:
    rows = [(area, "race", events, trials) for area, (events, trials) in shares_by_area.items()]
    return pd.DataFrame(rows, columns=["area_code", "characteristic", "events", "trials"])


def test_a_higher_share_than_elsewhere_flags_and_a_lower_one_does_not() -> None:
    found = shares.higher_share(counted(A=(45, 80), B=(20, 80), C=(21, 80), D=(8, 80)), "drop_out", "ended")
    assert found["state"].tolist() == ["flag", "clear", "clear", "clear"]
    assert found.loc[0, ["estimate", "observed", "expected"]].tolist() == [45 / 80, 45, 80 * 49 / 240]
    assert found.loc[0, "reason"] == "56% of 80 ended; elsewhere 20%."


def test_shares_of_few_reports_cannot_be_told() -> None:
    found = shares.higher_share(counted(A=(19, 19), B=(20, 80), C=(21, 80), D=(18, 80)), "drop_out", "ended")
    assert found["state"].tolist() == ["cannot_tell", "clear", "clear", "clear"]
    alone = shares.higher_share(counted(A=(45, 80), B=(2, 20)), "drop_out", "ended")
    assert set(alone["state"]) == {"cannot_tell"}


def test_areas_that_differ_anyway_make_a_high_share_less_telling() -> None:
    alike = shares.higher_share(counted(A=(40, 80), B=(24, 80), C=(24, 80), D=(24, 80)), "x", "y")
    unlike = shares.higher_share(counted(A=(40, 80), B=(4, 80), C=(24, 80), D=(44, 80)), "x", "y")
    assert alike["p_value"].iloc[0] < 0.01
    assert unlike["p_value"].iloc[0] > 0.05


def reports_with_delays(slow: list[int], usual: list[int]) -> pd.DataFrame:
    rows = [("slow", "race", lag) for lag in slow] + [(f"usual{i % 3}", "race", lag) for i, lag in enumerate(usual)]
    return pd.DataFrame(rows, columns=["area_code", "characteristic", "reporting_delay_days"])


def test_longer_delays_than_elsewhere_flag() -> None:
    found = delay.delay(reports_with_delays([0, 9, 20, 40] * 10, [0, 0, 1, 9] * 30)).set_index("area_code")
    assert found.loc["slow", "state"] == "flag"
    assert found.loc["slow", "estimate"] == 14.5
    assert found.loc["slow", "reason"] == "75% waited more than 7 days; elsewhere 25%."
    assert set(found.drop("slow")["state"]) == {"clear"}


def test_delays_without_both_dates_or_below_zero_do_not_count() -> None:
    frame = reports_with_delays([0] * 19, [0] * 60).astype({"reporting_delay_days": "Int64"})
    more = pd.DataFrame({"area_code": "slow", "characteristic": "race", "reporting_delay_days": [None, -3]})
    found = delay.delay(pd.concat([frame, more.astype({"reporting_delay_days": "Int64"})])).set_index("area_code")
    assert found.loc["slow", "state"] == "cannot_tell"
    assert "19 of 21" in found.loc["slow", "reason"]


def test_delay_summary_counts_shares_of_known_delays() -> None:
    frame = pd.DataFrame({"month": ["m"] * 6 + ["n"], "reporting_delay_days": [0, 7, 8, 30, 400, None, None]})
    found = delay.delay_summary(frame, ["month"]).set_index("month")
    assert found.loc["m", ["report_count", "known_count", "median_days"]].tolist() == [6, 5, 8]
    names = ["within_7_share", "within_30_share", "within_365_share"]
    assert found.loc["m", names].tolist() == [0.4, 0.8, 0.8]
    assert found.loc["m", "within_7_share_lower_ci"] < 0.4 < found.loc["m", "within_7_share_upper_ci"]
    assert found.loc["n", names].isna().all()


def test_median_limits_are_those_of_the_sign_test() -> None:
    """Conover, Practical Nonparametric Statistics: for 16 values the 4th and 13th hold the median (95%)."""
    assert delay.median_limits(np.arange(1, 17)) == (4, 13)


def test_recent_incidents_do_not_make_delays_look_short() -> None:
    rng = np.random.default_rng(7)
    seen = rng.integers(0, 400, 6_000)
    lag = rng.geometric(0.02, 6_000) - 1
    reported = lag <= seen
    frame = pd.DataFrame({"reporting_delay_days": lag[reported], "days_seen": seen[reported]})
    true = 1 - 0.98**51
    naive = float(np.mean(frame["reporting_delay_days"] <= 50))
    found = delay.delay_distribution(frame, 300)
    assert naive > true + 0.03
    assert found.loc[50] == pytest.approx(true, abs=0.02)
    assert found.iloc[-1] == 1


ROUTES = """
| area_code | reporting_route | report_count |
| A         | third_party     | 25           |
| A         | online          | 25           |
| A         | unknown         | 50           |
| B         | online          | 90           |
| B         | officer         | 10           |
| C         | online          | 90           |
| C         | third_party     | 10           |
| D         | in_person       | 90           |
| D         | officer         | 10           |
"""


def test_route_mix_compares_known_routes_and_keeps_unknown_apart() -> None:
    counts = pd.DataFrame(drawn(ROUTES)).astype({"report_count": int}).assign(characteristic="race")
    found = routes.route_mix(counts).set_index("area_code")
    assert found.loc["A", ["estimate", "state"]].tolist() == [0.5, "flag"]
    assert found.loc["B", ["estimate", "state"]].tolist() == [0.1, "clear"]
    mix = routes.route_shares(counts, ["area_code"]).set_index(["area_code", "reporting_route"])
    assert mix.loc[("A", "unknown"), "share"] == 0.5
    assert mix.groupby("area_code")["share"].sum().tolist() == [1, 1, 1, 1]


def test_a_change_is_split_into_growth_and_substitution() -> None:
    before = pd.Series({"online": 40, "in_person": 60})
    now = pd.Series({"online": 80, "in_person": 40, "third_party": 30})
    found = routes.route_changes(before, now).set_index("reporting_route")
    assert found["growth"].to_dict() == {"in_person": 30, "online": 20, "third_party": 0}
    assert found["substitution"].to_dict() == {"in_person": -50, "online": 20, "third_party": 30}
    assert (found["growth"] + found["substitution"]).sum() == found["change"].sum() == 50
    with pytest.raises(UsageError, match="period before"):
        routes.route_changes(before * 0, now)


def cases(area: str, outcomes: str, recorded: str) -> pd.DataFrame:
    """One case a letter: s supported, n not supported (14 or 16), . no outcome yet."""
    codes = {"s": "15", "n": "16", ".": None}
    rows = [(area, "race", recorded, "14" if i % 2 and c == "n" else codes[c]) for i, c in enumerate(outcomes)]
    return pd.DataFrame(rows, columns=["area_code", "characteristic", "recorded_date", "outcome_code"])


def test_drop_out_counts_mature_cases_with_an_outcome() -> None:
    frames = [cases(area, "s" * 30 + "n" * 10, "2024-01-10") for area in "BCD"]
    frames += [cases("A", "s" * 20 + "n" * 20 + "." * 5, "2024-01-10"), cases("A", "n" * 30, "2024-03-05")]
    steps = dropout.journey(pd.concat(frames), date(2024, 7, 1)).set_index("area_code").drop(columns="characteristic")
    assert steps.loc["A"].tolist() == [75, 45, 40, 20]
    found = dropout.drop_out(pd.concat(frames), date(2024, 7, 1)).set_index("area_code")
    assert found.loc["A", ["estimate", "state"]].tolist() == [0.5, "flag"]
    assert found.loc["B", ["estimate", "state"]].tolist() == [0.25, "clear"]


def test_drop_out_waits_until_most_cases_have_an_outcome() -> None:
    frames = [cases(area, "s" * 30 + "n" * 10, "2024-01-10") for area in "BCD"]
    frames.append(cases("A", "n" * 25 + "." * 30, "2024-01-10"))
    found = dropout.drop_out(pd.concat(frames), date(2024, 7, 1)).set_index("area_code")
    assert found.loc["A", "state"] == "cannot_tell"


def test_severity_looks_at_known_offence_groups() -> None:
    rows = [(a, g, n) for a in "BCD" for g, n in (("public_order", 60), ("violence_with_injury", 20), (None, 40))]
    rows += [("A", "public_order", 20), ("A", "violence_without_injury", 20), ("A", None, 90)]
    counts = pd.DataFrame(rows, columns=["area_code", "offence_group_code", "report_count"])
    found = severity.severity(counts.assign(characteristic="race")).set_index("area_code")
    assert found["estimate"].tolist() == [0.5, 0.25, 0.25, 0.25]
    assert found.loc["A", "state"] == "flag"


def test_repeats_count_victims_and_need_pseudonyms() -> None:
    rows = [("A", f"a{i % 20}") for i in range(40)] + [("E", None if i % 5 == 0 else f"e{i}") for i in range(50)]
    rows += [(area, f"{area}{i % 36}") for area in "BCD" for i in range(40)]
    reports = pd.DataFrame(rows, columns=["area_code", "victim_pseudonym"]).assign(characteristic="race")
    found = repeats.repeats(reports).set_index("area_code")
    assert found.loc["A", ["estimate", "state"]].tolist() == [1.0, "flag"]
    assert found.loc["B", "estimate"] == pytest.approx(4 / 36)
    assert found.loc["E", "state"] == "cannot_tell"


def test_unknown_share_flags_where_the_field_is_left_empty() -> None:
    counts = counted(A=(40, 80), B=(16, 80), C=(16, 80), D=(16, 80))
    counts = counts.rename(columns={"events": "unknown_count", "trials": "report_count"})
    assert unknown.unknown(counts)["state"].tolist() == ["flag", "clear", "clear", "clear"]
