"""What the signals say of London's boroughs: twelve months of published monthly counts beside the ten years before.

The counts are the Metropolitan Police's by borough and strand; strands overlap (faith lies within racist and
religious), so `all` is racist and religious, homophobic, disability and transgender together, an upper figure.
Populations are mid-year estimates. Give the folder of the two data sets.
"""

import argparse
from pathlib import Path

import pandas as pd

from transforms.signals.inputs import Inputs, Period
from transforms.signals.panel import Panel, judged

STRANDS = {
    "Racist and Religious Hate Crime": "race",
    "Faith Hate Crime": "religion",
    "Homophobic Hate Crime": "sexual_orientation",
    "Disability Hate Crime": "disability",
    "Transgender Hate": "transgender",
}
COUNTS = "uk_mps_monthly_borough/Monthly Crime Other Crime Borough Level Off Type.csv"
PEOPLE = "geo_uk/lad23_mid_year_population_long.csv"


def london(folder: Path, last_month: str) -> Inputs:
    """Return the boroughs' counts up to a month as the signals read them; nothing is known of single reports."""
    counts = pd.read_csv(folder / COUNTS)
    counts = counts[(counts["MajorText"] == "Hate") & counts["MinorText"].isin(STRANDS)]
    people = pd.read_csv(folder / PEOPLE)
    year = int(last_month[:4]) - 1
    people = people[(people["year"] == year) & people["code"].str.startswith("E09")]
    codes = {name.casefold(): code for name, code in zip(people["name"], people["code"], strict=True)}
    monthly = counts.melt(
        id_vars=["Borough", "MinorText"],
        value_vars=[name for name in counts.columns if name.isdigit()],
        var_name="month",
        value_name="report_count",
    )
    monthly["area_code"] = monthly["Borough"].str.casefold().map(codes)
    monthly["characteristic"] = monthly["MinorText"].map(STRANDS)
    # Aviation Security has no residents and is left out.
    monthly = monthly[monthly["area_code"].notna()].drop(columns=["Borough", "MinorText"])
    monthly["month"] = pd.to_datetime(monthly["month"], format="%Y%m")
    monthly = monthly[monthly["month"] <= last_month]
    whole = monthly[monthly["characteristic"] != "religion"]
    total = whole.groupby(["area_code", "month"], as_index=False)["report_count"].sum().assign(characteristic="all")
    last = pd.Timestamp(last_month)
    first = last - pd.DateOffset(months=11)
    areas = people.rename(columns={"code": "area_code", "name": "area_name", "population": "persons"})
    columns = "area_code characteristic month told_month recorded_date reporting_delay_days reporting_route"
    details = "offence_group_code outcome_code occurred_date"
    return Inputs(
        period=Period(first.date(), last.date(), (last + pd.DateOffset(months=1, days=14)).date(), "recorded", "crime"),
        areas=areas[["area_code", "area_name", "persons"]].assign(
            area_type="district", persons=areas["persons"].astype(float)
        ),
        monthly=pd.concat([monthly, total], ignore_index=True),
        reports=pd.DataFrame(columns=[*columns.split(), *details.split()]),
        breaks=pd.DataFrame({"starts_on": [pd.Timestamp("2014-01-01")], "characteristic": ["all"]}),
        snapshots=pd.DataFrame(columns=["date_basis", "characteristic"]),
    )


def told(panel: Panel) -> str:
    """Return the verdicts that point somewhere, and how many cells could be told."""
    lines = [", ".join(f"{count} {name}" for name, count in panel.verdicts["verdict"].value_counts().items())]
    pointed = panel.verdicts[panel.verdicts["verdict"].isin(["watch", "look_here_first"])]
    lines += [f"  {row.area_name}, {row.characteristic}: {row.verdict}. {row.reasons}" for row in pointed.itertuples()]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder that holds uk_mps_monthly_borough and geo_uk")
    parser.add_argument("--months", nargs="+", default=["2019-12-01", "2021-05-01"], help="last months to judge")
    options = parser.parse_args()
    for month in options.months:
        print(f"twelve months to {month[:7]}: {told(judged(london(options.folder, month)))}")


if __name__ == "__main__":
    main()
