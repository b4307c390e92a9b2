"""Both of New York's snapshots through the whole flow, in either order: real rows, few enough that it is cheap.

Complaints since 2023 in two precincts, under the shipped profile with its list of precincts cut to them. What must
come out is worked out here from the files' own rows, by Python's csv module alone.
"""

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from histories import at_rest, bytes_of

from data import profile as profiles
from data.policies import INTERNAL
from data.workspace import Workspace
from flows import backfilling, keeping, running
from flows.job import Job

PRECINCTS, SINCE = ("14", "66"), 2023
SEPTEMBER, DECEMBER = "20240929", "20241206"
EXACT = """
    select strftime(month, '%Y-%m'), report_count from core.monthly_counts
    where area_code = 'all' and characteristic = 'all' and date_basis = 'reported' and report_count > 0
"""
Row = dict[str, str]


@pytest.fixture(scope="module")
def profile(tmp_path_factory) -> str:
    """New York's profile with no other precincts than these."""
    text = (profiles.SHIPPED / "nypd.toml").read_text(encoding="utf-8")
    kept = [
        line
        for line in text.splitlines()
        if not (named := re.match(r'"(\d+)" = "Precinct', line)) or named.group(1) in PRECINCTS
    ]
    path = tmp_path_factory.mktemp("profile") / "nypd.toml"
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return str(path)


@pytest.fixture
def snapshots(real_data, tmp_path) -> dict[str, Path]:
    """Both files, cut to these rows."""
    cut = {}
    for day in (SEPTEMBER, DECEMBER):
        name = f"NYPD_Hate_Crimes_{day}.csv"
        with (real_data / "nypd_2024" / name).open(encoding="utf-8", newline="") as received:
            rows = csv.DictReader(received)
            kept = [
                row
                for row in rows
                if row["Complaint Precinct Code"] in PRECINCTS and int(row["Complaint Year Number"]) >= SINCE
            ]
        cut[day] = tmp_path / name
        with cut[day].open("w", encoding="utf-8", newline="") as written:
            writer = csv.DictWriter(written, list(kept[0]))
            writer.writeheader()
            writer.writerows(kept)
        at_rest(cut[day])
    return cut


def complaints(file: Path) -> dict[str, Row]:
    """One row a complaint: which of its rows does not matter for what is asked here."""
    with file.open(encoding="utf-8", newline="") as received:
        return {row["Full Complaint ID"]: row for row in csv.DictReader(received)}


def month_of(row: Row) -> str:
    return f"{int(row['Complaint Year Number'])}-{int(row['Month Number']):02}"


def by_month(said: dict[str, Row]) -> dict[str, int]:
    return dict(Counter(map(month_of, said.values())))


def published(place: Workspace, profile: str, snapshots: dict[str, Path], order: tuple[str, str]) -> Workspace:
    """Keep both snapshots one after the other, then publish."""
    place.prepare()
    for day in order:
        backfilling.take_in(Job(place.root, profile, ()), [snapshots[day]], 1, lambda sentence: None)
    running.run(place, [snapshots[day] for day in order], profile, "local", None, 0, lambda sentence: None)
    return place


def test_either_order_of_two_snapshots_gives_the_seconds_figures_and_tells_what_moved(profile, snapshots, tmp_path):
    one = published(Workspace(tmp_path / "one"), profile, snapshots, (SEPTEMBER, DECEMBER))
    other = published(Workspace(tmp_path / "other"), profile, snapshots, (DECEMBER, SEPTEMBER))
    assert bytes_of(one.public) == bytes_of(other.public) and len(bytes_of(one.public)) > 20
    keeping.verify(other)
    before, now = complaints(snapshots[SEPTEMBER]), complaints(snapshots[DECEMBER])
    with duckdb.connect(str(other.warehouse), read_only=True) as con:
        assert dict(con.execute(EXACT).fetchall()) == by_month(now)
    # The figures of a day between them are those of the first.
    folder = running.as_at(other, date(2024, 11, 1), profile, lambda sentence: None, policy=INTERNAL)
    exact = pd.read_parquet(folder / "published.parquet")
    exact = exact[(exact["area_code"] == "NYPD") & (exact["characteristic"] == "all")]
    exact = exact[(exact["measure"] == "report_count") & (exact["period_type"] == "month")]
    months = exact["period_start"].astype(str).str[:7]
    found = {month: int(count) for month, count in zip(months, exact["value"], strict=True) if count}
    assert found == {month: count for month, count in by_month(before).items() if month < "2024-09"}
    assert by_month(before) != by_month(now)
    # What moved: by month, in bands.
    moved: Counter[tuple[str, str]] = Counter()
    for key in before.keys() | now.keys():
        if key not in before:
            moved[month_of(now[key]), "added"] += 1
        elif key not in now:
            moved[month_of(before[key]), "removed"] += 1
        else:
            then, today = before[key], now[key]
            moved[month_of(today), "moved_month"] += month_of(then) != month_of(today)
            moved[month_of(today), "moved_area"] += then["Complaint Precinct Code"] != today["Complaint Precinct Code"]
    (report,) = (other.private / "revisions").glob("*.json")
    told = {
        (row["month"], row["change"]): row["size"]
        for row in json.loads(report.read_text(encoding="utf-8"))["revisions"]
        if row["characteristic"] == "all" and row["change"] in ("added", "removed", "moved_month", "moved_area")
    }
    assert set(told) == {what for what, count in moved.items() if count} and told
    assert {what for what, size in told.items() if "hidden" in size} == {
        what for what, count in moved.items() if 0 < count < 5
    }
