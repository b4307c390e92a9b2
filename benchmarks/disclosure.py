"""What disclosure control keeps of the demo's Hertfordshire, beside plain hiding and plain rounding, and its time."""

import argparse
import time

import numpy as np
import pandas as pd

from data import reference
from data.policies import INTERNAL, PARTNER, PUBLIC, Policy
from data.schema import GRAINS, MONITORED_CHARACTERISTICS
from data.synthetic import World, generate
from expectations.disclosure import audit
from transforms.disclosure import protect
from transforms.publishing import roll_ups

FORCE = "E23000027"


def demo_counts(world: World) -> pd.DataFrame:
    """The demo's exact counts in the shape that `protect` takes."""
    counts = generate(world).report_counts
    kinds = {"all": "police_force", "outside": "not_geographic", "online": "not_geographic"}
    kinds["unknown"] = "not_geographic"
    kind = counts["area_code"].str.removeprefix("herts_").map(kinds).fillna("district")
    code = counts["area_code"].where(counts["area_code"] != "all", FORCE)
    return counts.assign(area_code=code, area_name=code, area_type=kind, date_basis="recorded")


def kept(counts: pd.DataFrame, figures: pd.DataFrame, area_types: list[str]) -> dict[str, pd.Series]:
    """For each period type, the reports of crime (characteristic × district) that lie in a figure so fine."""
    crimes = counts[(counts["record_class"] == "crime") & (counts["area_type"] == "district")]
    crimes = crimes[crimes["characteristic"].isin(MONITORED_CHARACTERISTICS)]
    roll_ups = reference.read("area_roll_ups").groupby("roll_up_code")["area_code"].apply(list).to_dict()
    table = crimes.pivot_table(index=["area_code", "characteristic"], columns="month", values="report_count")
    covered = pd.DataFrame(False, index=table.index, columns=table.columns)
    printed = figures[(figures["record_class"] == "crime") & figures["value"].notna()]
    printed = printed[printed["area_type"].isin(area_types) & printed["characteristic"].isin(MONITORED_CHARACTERISTICS)]
    found = {}
    for period_type in GRAINS:
        for row in printed[printed["period_type"] == period_type].itertuples():
            inside = (table.columns >= pd.Timestamp(row.period_start)) & (table.columns <= pd.Timestamp(row.period_end))
            for area in roll_ups.get(row.area_code, [row.area_code]):
                covered.loc[(area, row.characteristic), inside] = True
        reports = (table * covered).sum(axis=1).groupby("characteristic").sum()
        found[period_type] = reports / table.sum(axis=1).groupby("characteristic").sum()
        found[f"{period_type}, together"] = reports.sum() / table.to_numpy().sum()
    return found


def shares(counts: pd.DataFrame, figures: pd.DataFrame) -> str:
    """One line: the share of reports in a district figure for a year, a quarter, a month or finer."""
    found = kept(counts, figures, ["district"])
    names = {"year_ending_march": "year", "quarter": "quarter", "month": "month"}
    return ", ".join(f"{name} {found[f'{kind}, together']:.1%}" for kind, name in names.items())


def measure(counts: pd.DataFrame, policy: Policy, with_audit: bool) -> pd.DataFrame:
    started = time.perf_counter()
    protected = protect(counts, policy, roll_ups=roll_ups())
    seconds = time.perf_counter() - started
    print(f"{policy.name}: protected in {seconds:.0f} s; {shares(counts, protected.figures)}", flush=True)
    if with_audit:
        started = time.perf_counter()
        verdict = audit(protected.figures, protected.structure, policy)
        seconds = time.perf_counter() - started
        outcome = "clean" if verdict.passed else f"{len(verdict.findings)} findings"
        print(f"  audit {outcome} in {seconds:.0f} s: {verdict.judged_count:,} cells, {verdict.table_count:,} tables")
    return protected.figures


def hide_small_alone(counts: pd.DataFrame) -> pd.DataFrame:
    """Every figure exact but those of 1 to 4: what a plain rule leaves, and what protects nothing."""
    figures = protect(counts, INTERNAL, roll_ups=roll_ups()).figures
    return figures.assign(value=figures["value"].where(~figures["value"].between(1, INTERNAL.threshold - 1)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--no-audit", action="store_true")
    parser.add_argument("--suppression", action="store_true", help="also protect exact figures by hiding alone")
    options = parser.parse_args()
    counts = demo_counts(World(crimes_by_year=World().crimes_by_year[-options.years :]))
    cells = counts["report_count"].to_numpy()
    print(f"{len(cells):,} finest counts, {np.mean((cells > 0) & (cells < 5)):.0%} of them 1 to 4")
    print(f"only small counts hidden, which protects nothing: {shares(counts, hide_small_alone(counts))}")
    figures = measure(counts, PUBLIC, not options.no_audit)
    below = kept(counts, figures, ["district", "roll_up"])["several_years"]
    print("  in a district or roll-up over at most three years: " + ", ".join(f"{k} {v:.1%}" for k, v in below.items()))
    hidden = (figures["marker"] == "[c]").mean()
    print(f"  {len(figures):,} figures, {hidden:.0%} hidden")
    if options.suppression:
        measure(counts, PARTNER, not options.no_audit)


if __name__ == "__main__":
    main()
