"""What monthly releases of the demo's crimes keep, and what protecting and auditing each costs, as late reports come.

python -m benchmarks.releases            # every release linked to the earlier ones
python -m benchmarks.releases --alone    # reckoning only with earlier figures that still hold
"""

import argparse
import time
from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.disclosure import FORCE, demo_counts, shares
from data.policies import PUBLIC
from data.synthetic import World
from expectations.disclosure import audit
from transforms.disclosure import protect
from transforms.publishing import roll_ups

OPEN_MONTHS = 6
ON_TIME = 0.85
"""The share of reports that are known by the end of their month, of those that were not yet known by the next, ..."""


def monthly(releases: int) -> Iterator[pd.DataFrame]:
    """The demo's counts of crime as they stood at the end of each of the last so many months.

    A report is known in its month or some months later, for all its grounds at once.
    """
    random = np.random.default_rng(5)
    counts = demo_counts(World())
    counts = counts[(counts["record_class"] == "crime") & (counts["area_type"] != "police_force")]
    months = sorted(counts["month"].unique())
    types = counts.drop_duplicates("area_code").set_index("area_code")["area_type"]
    cells = counts.pivot_table(index=["area_code", "month"], columns="characteristic", values="report_count")
    grounds = [name for name in cells.columns if name != "all"]
    reports = []
    for (area, month), row in cells.iterrows():
        # The grounds are dealt out in turn, so that every report has one and some have more.
        dealt = [ground for ground in grounds for _ in range(int(row[ground]))]
        for number in range(int(row["all"])):
            late = min(int(random.geometric(ON_TIME)) - 1, OPEN_MONTHS - 1)
            own = set(dealt[number :: int(row["all"])]) | {"all"}
            reports += [(area, month, ground, months.index(month) + late) for ground in own]
    known = pd.DataFrame(reports, columns=["area_code", "month", "characteristic", "known"])
    for now in range(len(months) - releases, len(months)):
        index = pd.MultiIndex.from_product(
            [types.index, [*grounds, "all"], months[: now + 1]], names=["area_code", "characteristic", "month"]
        )
        here = known[(known["known"] <= now) & (known["month"] <= months[now])]
        places = (
            here.groupby(list(index.names)).size().reindex(index, fill_value=0).rename("report_count").reset_index()
        )
        force = places.groupby(["characteristic", "month"], as_index=False, sort=False)["report_count"].sum()
        places["area_type"] = places["area_code"].map(types)
        both = pd.concat([places, force.assign(area_code=FORCE, area_type="police_force")], ignore_index=True)
        yield both.assign(area_name=both["area_code"], record_class="crime", date_basis="recorded")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--releases", type=int, default=12)
    parser.add_argument("--alone", action="store_true", help="do not link a release to the earlier ones")
    options = parser.parse_args()
    register = past = None
    for number, counts in enumerate(monthly(options.releases), start=1):
        started = time.process_time()
        protected = protect(counts, PUBLIC, register, roll_ups(), None if options.alone else past)
        made = time.process_time()
        verdict = audit(protected.figures, protected.structure, PUBLIC, register, counts, past=past)
        audited = time.process_time()
        hidden = int(protected.figures["value"].isna().sum())
        print(
            f"{number}: protected in {made - started:.0f} s of CPU, audited in {audited - made:.0f} s, "
            f"{len(verdict.findings)} findings, {verdict.told_count} told by earlier ones alone; "
            f"{len(protected.figures):,} figures, {hidden:,} hidden; {shares(counts, protected.figures)}",
            flush=True,
        )
        name = {"release_id": f"release {number}"}
        register = pd.concat([register, protected.entries.assign(**name)], ignore_index=True)
        past = pd.concat([past, counts.assign(**name)], ignore_index=True)


if __name__ == "__main__":
    main()
