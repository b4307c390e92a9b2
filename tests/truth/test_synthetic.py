"""The synthetic world keeps its contract, its published totals and its known truth."""

import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import UsageError
from data.schema import MONITORED_CHARACTERISTICS, REPORTING_ROUTES
from data.synthetic import WORLDS, Frames, World, generate, make_extracts, named_world

PROFILE = Path(__file__).parents[2] / "data" / "profiles" / "hertfordshire.toml"
FLAGS = list(MONITORED_CHARACTERISTICS)
AGGRAVATED = {"8P", "105B", "8M", "9B", "58J"}
FORMER = {
    "E07000097": "E07000242",
    "E07000100": "E07000240",
    "E07000101": "E07000243",
    "E07000104": "E07000241",
    "outside": "herts_outside",
    "online": "herts_online",
    "unknown": "herts_unknown",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Path]:
    folder = tmp_path_factory.mktemp("demo")
    return make_extracts(World(), folder / "landing", folder / "truth"), folder / "truth"


@pytest.fixture(scope="module")
def rows(demo: tuple[list[Path], Path]) -> pd.DataFrame:
    """Every row of every extract as text, with the date in the file's name."""
    paths, _ = demo
    read = {path.stem[-10:]: pd.read_csv(path, dtype=str, keep_default_na=False) for path in paths}
    return pd.concat(read, names=["extracted_on", "line"]).reset_index()


@pytest.fixture(scope="module")
def standing(rows: pd.DataFrame) -> pd.DataFrame:
    """What stands at the end: the newest row of each report, cancelled ones left out."""
    newest = rows.sort_values("extracted_on").drop_duplicates("report_id", keep="last")
    newest = newest[newest["status"] == "recorded"].copy()
    recorded = pd.to_datetime(newest["recorded_date"])
    newest["year_ending_march"] = recorded.dt.year + (recorded.dt.month > 3)
    newest["area_code"] = newest["district_code"].replace(FORMER)
    return newest


@pytest.fixture(scope="module")
def large() -> Frames:
    """A world big enough for a wrong rate to show."""
    return generate(World(seed=7, scale=25))


def test_extracts_follow_the_contract(demo: tuple[list[Path], Path]) -> None:
    paths, _ = demo
    header = (
        b"report_id,occurred_date,reported_date,recorded_date,district_code,disability,race,religion,"
        b"sexual_orientation,transgender,record_class,offence_code,offence_group,outcome_code,"
        b"reporting_route,status,is_aggravated\n"
    )
    assert len(paths) == 60
    assert (paths[0].name, paths[-1].name) == ("hertfordshire_2020-05-04.csv", "hertfordshire_2025-04-04.csv")
    assert [path.name for path in paths] == sorted(path.name for path in paths)
    for path in paths:
        content = path.read_bytes()
        assert content.startswith(header)
        assert content.endswith(b"\n")
        assert b"\r" not in content
        assert b'"' not in content


def test_every_label_is_one_the_profile_knows(rows: pd.DataFrame) -> None:
    profile = tomllib.loads(PROFILE.read_text(encoding="utf-8"))
    assert set(profile["columns"].values()) <= set(rows.columns)
    for field, labels in profile["values"].items():
        assert set(rows[profile["columns"][field]]) <= set(labels)
    assert set(rows["reporting_route"]) == set(REPORTING_ROUTES)
    assert set(rows["outcome_code"]) <= {"", *(str(number) for number in range(1, 23))}
    districts = {"E070000" + end for end in ("95", "96", "98", "99")} | {"E07000102", "E07000103"}
    districts |= {f"E0700024{end}" for end in range(4)}
    assert set(rows["district_code"]) == districts | set(FORMER)
    assert rows[FLAGS].isin(["Y", "N"]).all(axis=None)


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    def written(name: str, world: World) -> dict[str, bytes]:
        make_extracts(world, tmp_path / name, tmp_path / name / "truth")
        return {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}

    world = World(scale=0.1)
    first, again, other = written("a", world), written("b", world), written("c", replace(world, seed=5))
    assert len(first) == 64
    assert first == again
    assert all(first[name] != other[name] for name in first if not name.endswith("reporting_rates.csv"))


def test_standing_crimes_equal_the_published_totals(standing: pd.DataFrame) -> None:
    crimes = standing[standing["record_class"] == "crime"]
    assert crimes["year_ending_march"].value_counts().to_dict() == {
        2021: 1_627,
        2022: 1_675,
        2023: 1_430,
        2024: 1_479,
        2025: 1_843,
    }


@pytest.mark.parametrize(
    ("characteristic", "published"),
    [
        ("race", 1_101),
        ("sexual_orientation", 200),
        ("religion", 100),
        ("disability", 57),
        ("transgender", 36),
    ],
)
def test_characteristics_of_2022_23_are_like_the_published_ones(
    standing: pd.DataFrame, characteristic: str, published: int
) -> None:
    year = standing[(standing["record_class"] == "crime") & (standing["year_ending_march"] == 2023)]
    assert abs((year[characteristic] == "Y").sum() - published) <= 3.1 * published**0.5


def test_truth_counts_what_a_plain_count_of_the_newest_rows_counts(
    demo: tuple[list[Path], Path], standing: pd.DataFrame
) -> None:
    truth = pd.read_csv(demo[1] / "report_counts.csv")
    keys = ["area_code", "characteristic", "month", "record_class"]
    assert not truth.duplicated(keys).any()
    assert len(truth) == 14 * 6 * 60 * 2
    long = standing.assign(all="Y", month=standing["recorded_date"].str[:7] + "-01").melt(
        ["area_code", "month", "record_class"], [*FLAGS, "all"], "characteristic", "carries"
    )
    long = long[long["carries"] == "Y"]
    long = pd.concat([long, long.assign(area_code="all")])
    counted = long.groupby(keys).size()
    expected = truth.set_index(keys)["report_count"]
    pd.testing.assert_series_equal(expected[expected > 0].sort_index(), counted.sort_index(), check_names=False)


def test_characteristics_overlap_and_never_add_up_to_all(standing: pd.DataFrame, large: Frames) -> None:
    counts = large.report_counts.set_index(["area_code", "month", "record_class", "characteristic"])
    table = counts["report_count"].unstack()
    assert (table[FLAGS].max(axis=1) <= table["all"]).all()
    assert (table["all"] <= table[FLAGS].sum(axis=1)).all()
    carried = standing[FLAGS] == "Y"
    assert (carried.sum(axis=1) >= 1).all()
    assert 0.05 <= carried.sum().sum() / len(carried) - 1 <= 0.12
    pairs = carried.astype(int).T @ carried.astype(int)
    apart = pd.Series(pairs.where(~np.eye(5, dtype=bool), 0).stack())
    assert set(apart.nlargest(2).index) == {("race", "religion"), ("religion", "race")}


def test_aggravated_codes_need_race_or_religion(rows: pd.DataFrame) -> None:
    is_aggravated = rows["is_aggravated"] == "Y"
    assert (rows["offence_code"].isin(AGGRAVATED) == is_aggravated).all()
    assert (rows.loc[is_aggravated, ["race", "religion"]] == "Y").any(axis=1).all()
    assert set(rows["offence_code"]) == {*AGGRAVATED, "8N", "105A", "8L", "9A", "58A", ""}


def test_incidents_have_no_offence_and_no_outcome(rows: pd.DataFrame) -> None:
    incidents = rows[rows["record_class"] == "non_crime_incident"]
    assert (incidents[["offence_code", "offence_group", "outcome_code"]] == "").all(axis=None)
    crimes = rows[rows["record_class"] == "crime"]
    assert (crimes["offence_group"] != "").all()
    assert ((crimes["offence_code"] == "") == (crimes["offence_group"] == "other_notifiable")).all()


def test_dates_are_in_order_and_an_extract_is_of_the_month_before(rows: pd.DataFrame) -> None:
    assert (rows["occurred_date"] <= rows["reported_date"]).all()
    assert (rows["reported_date"] <= rows["recorded_date"]).all()
    assert (rows["recorded_date"] < rows["extracted_on"].str[:7]).all()
    first = rows.sort_values("extracted_on").drop_duplicates("report_id")
    month_after = pd.PeriodIndex(first["recorded_date"], freq="M") + 1
    assert (month_after == pd.PeriodIndex(first["extracted_on"], freq="M")).all()


def test_a_report_is_once_in_an_extract_and_comes_again_only_when_changed(rows: pd.DataFrame) -> None:
    assert rows["report_id"].str.fullmatch(r"HC[0-9a-f]{16}").all()
    assert not rows.duplicated(["report_id", "extracted_on"]).any()
    ordered = rows.sort_values(["report_id", "extracted_on"])
    said = ordered.drop(columns=["extracted_on", "line"])
    assert not (said == said.shift()).all(axis=1).any()


def test_every_kind_of_revision_happens_and_facts_of_a_report_stay(rows: pd.DataFrame) -> None:
    ordered = rows.sort_values(["report_id", "extracted_on"])
    before = ordered.shift()[ordered["report_id"] == ordered["report_id"].shift()]
    after = ordered.loc[before.index]
    carried_before, carried_after = before[FLAGS] == "Y", after[FLAGS] == "Y"
    happened = {
        "cancelled": (before["status"] == "recorded") & (after["status"] == "cancelled"),
        "to crime": (before["record_class"] != "crime") & (after["record_class"] == "crime"),
        "to incident": (before["record_class"] == "crime") & (after["record_class"] != "crime"),
        "moved": before["district_code"] != after["district_code"],
        "gained": (~carried_before & carried_after).any(axis=1),
        "lost": (carried_before & ~carried_after).any(axis=1),
        "outcome assigned": (before["outcome_code"] == "") & (after["outcome_code"] != ""),
        "outcome changed": (before["outcome_code"] != "")
        & (after["outcome_code"] != "")
        & (before["outcome_code"] != after["outcome_code"]),
    }
    assert {kind: bool(rows.any()) for kind, rows in happened.items()} == dict.fromkeys(happened, True)
    assert not ((before["status"] == "cancelled") & (after["status"] == "recorded")).any()
    for fixed in ("occurred_date", "reported_date", "recorded_date", "reporting_route"):
        assert (before[fixed] == after[fixed]).all()


def test_some_older_rows_carry_a_former_code_and_later_ones_none(rows: pd.DataFrame) -> None:
    former = rows[rows["district_code"].isin([code for code in FORMER if code.startswith("E")])]
    assert set(former["district_code"]) == {code for code in FORMER if code.startswith("E")}
    assert former["recorded_date"].max() < "2021-04-01"


def test_the_known_reporting_rate_is_recovered_in_every_pair(large: Frames) -> None:
    pair = ["area_code", "characteristic"]
    counts = large.incidents.groupby(pair)[["true_incident_count", "ever_reported_count"]].sum()
    rates = large.reporting_rates.set_index(pair)["reporting_rate"]
    true = counts["true_incident_count"]
    z = (counts["ever_reported_count"] - true * rates) / (true * rates * (1 - rates)) ** 0.5
    assert len(z) == 65
    assert z.abs().max() < 4
    assert 0.7 < z.std() < 1.3


def test_true_incidents_scatter_about_what_was_expected_by_chance_alone(large: Frames) -> None:
    cells = large.incidents[large.incidents["expected_incident_count"] >= 5]
    z = (cells["true_incident_count"] - cells["expected_incident_count"]) / cells["expected_incident_count"] ** 0.5
    assert len(z) > 2_000
    assert abs(z.mean()) < 4 / len(z) ** 0.5
    assert 0.95 < z.std() < 1.05


def test_one_pair_reports_half_as_often_and_the_extracts_show_it(large: Frames) -> None:
    rates = large.reporting_rates.pivot(index="area_code", columns="characteristic", values="reporting_rate")
    lowered = rates.lt(rates.max()).stack()
    assert [key for key, is_lower in lowered.items() if is_lower] == [("E07000095", "sexual_orientation")]

    pair = ["area_code", "characteristic"]
    reports = large.report_counts.groupby(pair)["report_count"].sum()
    per_incident = (reports / large.incidents.groupby(pair)["true_incident_count"].sum()).dropna().unstack()
    districts = per_incident[per_incident.index.str.startswith("E07")]["sexual_orientation"]
    ratio = districts["E07000095"] / districts.drop("E07000095").median()
    assert 0.45 < ratio < 0.6
    assert (districts.drop("E07000095") / districts.drop("E07000095").median()).between(0.85, 1.15).all()


def test_a_world_without_exact_totals_varies_about_them() -> None:
    world = World(crimes_by_year=(1_000, 4_000, 1_000), exact_totals=False, scale=20)
    totals = []
    for seed in range(4):
        counts = generate(replace(world, seed=seed)).report_counts
        force = counts[(counts["area_code"] == "all") & (counts["characteristic"] == "all")]
        crimes = force[force["record_class"] == "crime"]["report_count"].to_numpy()
        totals.append(crimes.reshape(3, 12).sum(axis=1))
    # Unequal years: late reports carry incidents of one into the total of the next.
    z = (np.array(totals) - world.crime_targets()) / world.crime_targets() ** 0.5
    assert np.abs(z).max() < 4
    assert np.abs(z).min() > 0
    assert abs(z.mean()) < 4 / z.size**0.5


def test_late_reports_have_a_tail_longest_for_transgender_and_sexual_orientation(large: Frames) -> None:
    first = large.versions.drop_duplicates("report_id")
    days = (first["reported_date"] - first["occurred_date"]).dt.days
    late = {name: (days[first[name] == "Y"] > 180).mean() for name in FLAGS}
    assert 0.45 < (days == 0).mean() < 0.7
    assert (days <= 7).mean() > 0.75
    assert days.max() > 4 * 365
    assert late["transgender"] > late["sexual_orientation"] > 2 * late["race"] > 0


def test_more_happens_in_summer_in_mid_october_and_in_february(large: Frames) -> None:
    first = large.versions.drop_duplicates("report_id")
    happened = first["occurred_date"]
    period = happened[happened.between("2020-04-01", "2025-03-31")]
    a_day = period.groupby([period.dt.month, period.dt.day]).size().drop((2, 29))
    summer, winter = a_day.loc[[6, 7, 8]].mean(), a_day.loc[[1, 12]].mean()
    assert summer > 1.15 * winter
    assert a_day.loc[(10, 10) : (10, 18)].mean() > 1.1 * a_day.loc[(9, 20) : (9, 28)].mean()
    assert a_day.loc[(2, 11) : (2, 19)].mean() > a_day.loc[(1, 11) : (1, 19)].mean()


def test_outcomes_of_old_crimes_follow_the_published_shares(large: Frames) -> None:
    newest = large.versions.drop_duplicates("report_id", keep="last")
    old = newest[(newest["recorded_date"] < "2023-04-01") & (newest["record_class"] == "crime")]
    old = old[old["status"] == "recorded"]
    assert 0.95 < old["outcome_code"].notna().mean() < 1
    assert (old["outcome_code"] == "1").mean() == pytest.approx(0.09, abs=0.01)
    violence = old["offence_group"].isin(["violence_with_injury", "violence_without_injury", "stalking_and_harassment"])
    assert old[violence]["outcome_code"].isin(["14", "16"]).mean() == pytest.approx(0.30, abs=0.02)


def test_scale_multiplies_the_totals_and_keeps_pseudonyms_unique(large: Frames) -> None:
    force = large.report_counts.query("area_code == 'all' and characteristic == 'all' and record_class == 'crime'")
    assert force["report_count"].sum() == 25 * (1_627 + 1_675 + 1_430 + 1_479 + 1_843)
    facts = large.versions[["report_id", "occurred_date", "reported_date", "recorded_date"]].drop_duplicates()
    assert facts["report_id"].is_unique


def test_a_world_may_be_longer_and_start_elsewhere() -> None:
    world = World(first_month="2015-04", crimes_by_year=(400,) * 11, scale=0.5)
    frames = generate(world)
    force = frames.report_counts.query("area_code == 'all' and characteristic == 'all' and record_class == 'crime'")
    assert (force["report_count"].to_numpy().reshape(11, 12).sum(axis=1) == 200).all()
    assert frames.versions["extracted_on"].max() == pd.Timestamp("2026-04-04")
    assert (frames.versions["occurred_date"] <= frames.versions["recorded_date"]).all()
    assert (frames.versions["recorded_date"] < frames.versions["extracted_on"]).all()


def yearly(name: str, area: str = "all", characteristic: str = "all", seed: int = 3) -> list[int]:
    """Crimes recorded in each of the five years of a named world."""
    counts = generate(named_world(name, seed)).report_counts
    here = (counts["area_code"] == area) & (counts["characteristic"] == characteristic)
    crimes = counts[here & (counts["record_class"] == "crime")]["report_count"]
    return [int(total) for total in crimes.to_numpy().reshape(5, 12).sum(axis=1)]


def test_named_worlds_differ_from_nothing_wrong_in_what_they_say_and_nowhere_else() -> None:
    watford, race = "E07000103", "race"
    plain, halved, ever = (yearly(name, watford, race) for name in ("nothing_wrong", "halved", "halved_for_ever"))
    # Years before the change are the same draws' size; the last is about half as large.
    assert 0.35 < halved[-1] / plain[-1] < 0.7
    assert all(0.7 < halved[year] / plain[year] < 1.4 for year in range(4))
    assert all(0.3 < ever[year] / plain[year] < 0.75 for year in range(5))
    # Elsewhere nothing is less.
    assert 0.85 < yearly("halved", "E07000096", race)[-1] / yearly("nothing_wrong", "E07000096", race)[-1] < 1.3
    assert 0.65 < yearly("break")[-1] / yearly("nothing_wrong")[-1] < 0.85
    assert 1.02 < yearly("campaign")[-1] / yearly("nothing_wrong")[-1] < 1.15


def test_those_who_withdraw_wait_longer_and_support_less() -> None:
    versions = generate(named_world("withdrawing", 4)).versions.drop_duplicates("report_id", keep="last")
    here = (versions["district_code"] == "E07000103") & (versions["race"] == "Y")
    days = (versions["reported_date"] - versions["occurred_date"]).dt.days
    assert days[here].median() >= 3 > days[~here].median()
    ended = versions["outcome_code"].isin(["14", "16"])
    known = versions["outcome_code"].notna()
    assert ended[here & known].mean() > ended[~here & known].mean() + 0.2


def test_an_unknown_world_is_refused_by_name() -> None:
    with pytest.raises(UsageError, match="flat_earth"):
        named_world("flat_earth", 1)
    for name, (what, world) in WORLDS.items():
        assert what and named_world(name, 7) == replace(world, seed=7)
