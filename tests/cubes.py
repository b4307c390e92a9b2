"""Cubes of counts, drawn or random, for the tests of disclosure control."""

from datetime import date

import numpy as np
import pandas as pd
from drawing import drawn

FORCE = "force"


def cube(picture: str, record_class: str = "crime") -> pd.DataFrame:
    """Exact counts from a table drawn with the columns area, characteristic and one a month (2024-04)."""
    rows = []
    for line in drawn(picture):
        area, characteristic = line.pop("area"), line.pop("characteristic")
        rows += [
            (area, "district", characteristic, date.fromisoformat(f"{month}-01"), int(count))
            for month, count in line.items()
        ]
    return with_force(
        pd.DataFrame(rows, columns=["area_code", "area_type", "characteristic", "month", "report_count"]),
        record_class,
    )


def yearly(reports: dict[str, list[int]], first: date) -> pd.DataFrame:
    """Reports of race in each place, year by year from the first month, spread over the months of each year."""
    rows = []
    for area, years in reports.items():
        for number, count in enumerate(years):
            months = [
                day.date() for day in pd.date_range(first.replace(year=first.year + number), periods=12, freq="MS")
            ]
            rows += [
                (area, "district", "race", month, count // 12 + (at < count % 12)) for at, month in enumerate(months)
            ]
    return with_force(pd.DataFrame(rows, columns=["area_code", "area_type", "characteristic", "month", "report_count"]))


def with_force(places: pd.DataFrame, record_class: str = "crime") -> pd.DataFrame:
    """The places' counts and the force's, which is their sum."""
    force = places.groupby(["characteristic", "month"], as_index=False, sort=False)["report_count"].sum()
    counts = pd.concat([places, force.assign(area_code=FORCE, area_type="police_force")], ignore_index=True)
    return counts.assign(area_name=counts["area_code"], record_class=record_class, date_basis="recorded")


def random_cube(seed: int, place_count: int, month_count: int, first: date = date(2023, 4, 1)) -> pd.DataFrame:
    """Overlapping characteristics with the small counts of real life; one place has no district."""
    random = np.random.default_rng(seed)
    months = [day.date() for day in pd.date_range(first, periods=month_count, freq="MS")]
    kinds, rates = ["race", "religion", "transgender"], np.array([6.0, 1.2, 0.4])
    rows = []
    for place in range(place_count):
        size = random.uniform(0.3, 1.6)
        for month in months:
            alone = random.poisson(rates * size)
            both = min(int(alone.min()), int(random.integers(0, 2)))
            pair = int(random.random() < 0.1)
            counts = alone + both + np.array([pair, pair, 0])
            total = int(alone.sum()) + both + pair
            kind = "not_geographic" if place == 0 else "district"
            for name, count in zip([*kinds, "all"], [*counts, total], strict=True):
                rows.append((f"place{place}", kind, name, month, int(count)))
    return with_force(pd.DataFrame(rows, columns=["area_code", "area_type", "characteristic", "month", "report_count"]))


def late(counts: pd.DataFrame, seed: int, changes: int) -> pd.DataFrame:
    """The same places after some late reports and cancellations of race, in the newest six months."""
    random = np.random.default_rng(seed)
    places = counts[counts["area_code"] != FORCE].drop(columns=["area_name", "record_class", "date_basis"]).copy()
    recent = sorted(places["month"].unique())[-6:]
    codes = sorted(places["area_code"].unique())
    for _ in range(changes):
        here = (places["area_code"] == random.choice(codes)) & (places["month"] == recent[random.integers(len(recent))])
        step = int(random.choice([1, 1, -1]))
        rows = places.index[here & places["characteristic"].isin(["race", "all"])]
        if (places.loc[rows, "report_count"] + step >= 0).all() and _still_overlaps(places.loc[here], step):
            places.loc[rows, "report_count"] += step
    return with_force(places)


def _still_overlaps(here: pd.DataFrame, step: int) -> bool:
    count = here.set_index("characteristic")["report_count"]
    single = count.drop("all").copy()
    single["race"] += step
    return bool(single.max() <= count["all"] + step <= single.sum())


def true_counts(counts: pd.DataFrame) -> "Truth":
    return Truth(counts)


class Truth(dict):
    """The exact count of any (area, characteristic, first day, last day), added up when asked."""

    def __init__(self, counts: pd.DataFrame) -> None:
        super().__init__()
        self._counts = counts.assign(month=counts["month"].astype(str))

    def __missing__(self, cell: tuple[str, str, str, str]) -> int:
        area, kind, first, last = cell
        counts = self._counts
        mine = counts[(counts["area_code"] == area) & (counts["characteristic"] == kind)]
        self[cell] = int(mine.loc[mine["month"].between(first, last), "report_count"].sum())
        return self[cell]
