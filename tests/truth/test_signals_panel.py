"""The evidence panel of a warehouse: what it counts is what core counts, and no cell or signal is left out."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from conftest import Core

from data.errors import UsageError
from data.schema import MONITORED_CHARACTERISTICS
from data.synthetic import World, generate, make_extracts, named_world
from transforms.signals.claims import CLAIMS
from transforms.signals.events import event_effect
from transforms.signals.inputs import Inputs, last_delivered, read_inputs
from transforms.signals.panel import EVIDENCE_COLUMNS, Panel, evidence_panel, judged
from transforms.signals.wording import overclaims


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("world")
    return make_extracts(World(crimes_by_year=(1_600, 1_700)), folder / "landing", folder / "truth")


@pytest.fixture(scope="module")
def built(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Core:
    return Core(tmp_path_factory.mktemp("core")).build("hertfordshire", *files)


@pytest.fixture(scope="module")
def inputs(built: Core) -> Inputs:
    return read_inputs(built.database, built.folder)


@pytest.fixture(scope="module")
def panel(inputs: Inputs) -> Panel:
    return judged(inputs)


def test_every_area_characteristic_and_signal_has_one_row(panel: Panel) -> None:
    evidence = panel.evidence
    assert tuple(evidence.columns) == EVIDENCE_COLUMNS
    assert len(evidence) == 10 * len(MONITORED_CHARACTERISTICS) * len(CLAIMS)
    assert not evidence.duplicated(["area_code", "characteristic", "signal"]).any()
    assert len(panel.verdicts) == 10 * len(MONITORED_CHARACTERISTICS)
    # A gate that failed says why; one that passed says nothing.
    assert ((evidence["state"] == "cannot_tell") == (evidence["gate"] != "")).all()
    assert evidence.loc[evidence["state"] == "cannot_tell", "p_value"].isna().all()


def test_what_is_observed_is_what_core_counts(panel: Panel, built: Core) -> None:
    counted = dict(
        built.ask(
            "select (area_code, characteristic), sum(report_count)::int from core.monthly_counts where "
            "record_class = 'crime' and date_basis = 'recorded' and month between '2021-04-01' and '2022-03-01' "
            "group by all"
        )
    )
    assert set(panel.evidence["period_end"].astype(str)) == {"2022-03-31"}
    level = panel.evidence[panel.evidence["signal"] == "lower_than_before"]
    for area, characteristic, observed in zip(
        level["area_code"], level["characteristic"], level["observed"], strict=True
    ):
        assert observed == counted[area, characteristic]


def test_snapshots_are_what_each_extract_alone_would_have_said(
    inputs: Inputs, files: list[Path], tmp_path: Path
) -> None:
    """Core built from the first 14 extracts counts what the panel says that those extracts showed."""
    (tmp_path / "core").mkdir()
    then = Core(tmp_path / "core").build("hertfordshire", *files[:14])
    counted = {
        (basis, characteristic, str(month)): count
        for basis, characteristic, month, count in then.ask(
            "select date_basis, characteristic, month, report_count from core.monthly_counts "
            "where area_code = 'all' and record_class = 'crime' and month between '2018-04-01' and '2021-05-01'"
        )
    }
    shown = inputs.snapshots[inputs.snapshots["extracted_month"] == "2021-05-01"]
    shown = {
        (row["date_basis"], row["characteristic"], f"{row['month']:%Y-%m-%d}"): row["report_count"]
        for row in shown.to_dict("records")
    }
    assert len(counted) > 200
    assert {key: shown[key] for key in counted} == counted


def test_a_snapshot_source_counts_only_what_the_newest_table_says(core: Core, real_data: Path) -> None:
    folder = real_data / "nypd_2024"
    september, december = (folder / f"NYPD_Hate_Crimes_{day}.csv" for day in ("20240929", "20241206"))
    core.build("nypd", september)
    alone = core.ask(
        "select characteristic, sum(report_count)::int from core.monthly_counts where area_code = 'all' "
        "and date_basis = 'reported' and month between '2022-01-01' and '2024-08-01' group by all order by all"
    )
    core.build("nypd", september, december)
    shown = read_inputs(core.database, core.folder).snapshots
    shown = shown[
        (shown["extracted_month"] == "2024-08-01") & (shown["date_basis"] == "reported") & (shown["month"] >= "2022")
    ]
    counted = shown.groupby("characteristic")["report_count"].sum()
    assert counted[counted > 0].to_dict() == {characteristic: count for characteristic, count in alone if count}


def test_order_of_rows_decides_nothing(inputs: Inputs, panel: Panel) -> None:
    shuffled = Inputs(
        inputs.period,
        *(
            getattr(inputs, name).sample(frac=1, random_state=5)
            for name in ("areas", "monthly", "reports", "breaks", "snapshots")
        ),
    )
    again = judged(shuffled)
    pd.testing.assert_frame_equal(again.evidence, panel.evidence)
    pd.testing.assert_frame_equal(again.verdicts, panel.verdicts)
    pd.testing.assert_frame_equal(again.nowcasts, panel.nowcasts)


def test_no_sentence_says_more_than_its_claim(panel: Panel) -> None:
    for row in panel.evidence.to_dict("records"):
        assert overclaims(row["sentence"], row["claim_class"]) == [], row["sentence"]
    assert set(panel.evidence["claim_class"]) <= {"observed", "modelled", "cannot_say"}


def test_a_change_of_recording_within_the_year_stops_every_comparison_with_the_past(inputs: Inputs) -> None:
    broken = pd.DataFrame({"starts_on": [pd.Timestamp("2021-09-01")], "characteristic": ["all"]})
    found = judged(Inputs(inputs.period, inputs.areas, inputs.monthly, inputs.reports, broken, inputs.snapshots))
    own_past = found.evidence[found.evidence["evidence"] == "own past"]
    assert set(own_past["state"]) == {"cannot_tell"}
    assert own_past["gate"].str.contains("Recording changed").any()


def test_two_sources_are_never_added_up(built: Core, tmp_path: Path) -> None:
    database = tmp_path / "two.duckdb"
    shutil.copy(built.database, database)
    with duckdb.connect(str(database)) as con:
        con.execute("insert into ref.sources select * replace ('another' as source) from ref.sources")
    with pytest.raises(UsageError, match="2 sources"):
        evidence_panel(database, tmp_path)


@pytest.mark.parametrize(
    ("monthly", "reached"),
    [
        ([40] * 24, "2022-12"),
        ([40] * 22 + [1, 0], "2022-10"),
        ([40] * 23 + [18], "2022-12"),
        ([3] * 22 + [0, 0], "2022-12"),
    ],
    ids=["whole", "two months empty", "half as many is no gap", "too few to tell a gap"],
)
def test_months_an_extract_does_not_reach_are_missing_and_not_silent(monthly: list[int], reached: str) -> None:
    months = pd.date_range("2021-01-01", periods=24, freq="MS")
    counts = pd.DataFrame({"area_code": "A", "characteristic": "all", "month": months, "report_count": monthly})
    assert f"{last_delivered(counts):%Y-%m}" == reached


def test_where_reporting_halves_and_people_wait_and_withdraw_is_where_to_look_first(core: Core, tmp_path: Path) -> None:
    """From sixty extracts of a world of known truth to its verdict; nowhere else is pointed at as strongly."""
    core.build("hertfordshire", *make_extracts(named_world("withdrawing", 2), tmp_path / "landing", tmp_path / "truth"))
    found = evidence_panel(core.database, core.folder).verdicts
    first = found[found["verdict"] == "look_here_first"]
    assert first[["area_name", "characteristic"]].to_numpy().tolist() == [["Watford", "race"]]
    assert {"delay", "drop_out", "lower_than_before"} <= set(first["agreeing"].item().split())
    assert (found["verdict"] == "watch").sum() <= 5


@pytest.mark.parametrize(("world", "state"), [("campaign", "found"), ("nothing_wrong", "not_found")])
def test_a_campaign_is_found_in_the_worlds_months_and_its_date_without_one_is_not(world: str, state: str) -> None:
    counts = generate(named_world(world, 2)).report_counts
    force = (counts["area_code"] == "all") & (counts["characteristic"] == "all") & (counts["record_class"] == "crime")
    effect = event_effect(counts.loc[force, ["month", "report_count"]], date(2024, 5, 1), declared_on=date(2024, 3, 1))
    assert effect.state == state
    assert (effect.lower < 1.3 < effect.upper) == (state == "found")
