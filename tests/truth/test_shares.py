"""Shares of reports: printed only in steps that leave small numbers open, true, steady, and never telling."""

import math
import random
from datetime import date

import numpy as np
import pandas as pd
import pytest
from drawing import drawn
from scipy.optimize import LinearConstraint, milp

from data.policies import PARTNER, PUBLIC, Policy
from data.schema import PUBLISHED
from data.shares import SHARES, step_of
from expectations.disclosure.shares import faulty_shares
from transforms.disclosure.shares import printed_shares
from transforms.publishing import exact_shares

FORCE = ("E23000027", "Hertfordshire", "police_force")
KINDS = ("race", "religion", "sexual_orientation", "disability", "transgender")


def counts(numbers: dict[str, int], policy: Policy = PUBLIC) -> pd.DataFrame:
    """The force's printed counts of the year ending March 2025; small ones hidden."""
    rows = []
    for kind, number in numbers.items():
        small = 0 < number < policy.threshold
        of = ("report_count", *FORCE, kind, "crime", "recorded", "year_ending_march", "2024-04-01", "2025-03-31")
        value = None if small else float(policy.printed(number))
        rows.append((*of, value, None, None, "reports", "[c]" if small else "", "public"))
    return pd.DataFrame(rows, columns=PUBLISHED.column_names)


def exact(picture: str) -> pd.DataFrame:
    """Exact shares from `measure | kind | reports | trials | events`."""
    rows = [
        {
            "measure": f"share_{row['measure']}",
            "area_code": FORCE[0],
            "characteristic": row["kind"],
            "record_class": "crime",
            "date_basis": "recorded",
            "period_start": date(2024, 4, 1),
            **{to: int(row[name]) for to, name in (("report_count", "reports"), ("trials", "trials"),
                                                   ("events", "events"))},
        }
        for row in drawn(picture)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def told(shares: pd.DataFrame) -> list[str]:
    return [
        f"{row.measure.removeprefix('share_')} {row.characteristic} {row.value:g} "
        f"({row.lower_ci:g} to {row.upper_ci:g}) within "
        f"{step_of(row.note_ids.split())}{' ' + row.marker if row.marker else ''}"
        for row in shares.itertuples()
    ]


DRAWN = """
| measure            | kind               | reports | trials | events |
| online             | all                | 1479    | 1479   | 226    |
| online             | race               | 1159    | 1159   | 171    |
| online             | sexual_orientation | 200     | 200    | 36     |
| online             | religion           | 106     | 106    | 16     |
| online             | transgender        | 38      | 38     | 9      |
| told_within_7_days | all                | 1479    | 1300   | 1247   |
| told_within_7_days | race               | 1159    | 1159   | 1159   |
| not_supported      | sexual_orientation | 200     | 104    | 50     |
| not_supported      | race               | 1159    | 500    | 255    |
"""
NUMBERS = {"all": 1479, "race": 1159, "sexual_orientation": 200, "religion": 106, "transgender": 38}


def test_a_share_is_printed_at_the_finest_step_that_leaves_small_numbers_open():
    """None for 38 reports, tens for 106, fives for 200; none where less than the least is known of its base."""
    assert told(printed_shares(exact(DRAWN), counts(NUMBERS), PUBLIC)) == [
        "online all 15 (8 to 23) within 5",
        "online race 15 (8 to 23) within 5",
        "online sexual_orientation 20 (10 to 32) within 5",
        "online religion 20 (5 to 40) within 10",
        "told_within_7_days race 100 (93 to 100) within 5",
        "not_supported sexual_orientation 50 (30 to 70) within 10",
    ]


def test_a_share_stands_only_beside_a_printed_count_of_a_force_and_a_year():
    hidden = counts(NUMBERS)
    hidden.loc[hidden["characteristic"] == "race", ["value", "marker"]] = None, "[c]"
    assert {row.split()[1] for row in told(printed_shares(exact(DRAWN), hidden, PUBLIC))} == {
        "all", "sexual_orientation", "religion",
    }  # fmt: skip
    district = counts(NUMBERS).assign(area_type="district")
    assert printed_shares(exact(DRAWN), district, PUBLIC).empty
    assert printed_shares(exact(DRAWN), counts(NUMBERS).assign(period_type="quarter"), PUBLIC).empty


@pytest.mark.parametrize(
    ("events", "expected"),
    [(44, "20 (10 to 32) within 5"), (49, "20 (10 to 32) within 5"), (50, "25 (15 to 37) within 5 [r]"),
     (31, "20 (10 to 32) within 5"), (30, "15 (6 to 27) within 5 [r]")],
)  # fmt: skip
def test_a_printed_share_stands_until_it_is_a_whole_step_off(events, expected):
    """So that a change never tells that the true share lies at the edge between two steps."""
    picture = "| measure | kind | reports | trials | events |\n| online | sexual_orientation | 200 | 200 | {} |"
    first = printed_shares(exact(picture.format(40)), counts(NUMBERS), PUBLIC)
    again = printed_shares(exact(picture.format(events)), counts(NUMBERS), PUBLIC, first.assign(policy="public"))
    assert told(again) == [f"online sexual_orientation {expected}"]


# 34 of all and at most 31 of race: three of religion's 30 reports came online, and it would show.
TELLING = """
| measure | kind     | reports | trials | events |
| online  | all      | 445     | 445    | 34     |
| online  | race     | 415     | 415    | 31     |
| online  | religion | 30      | 30     | 3      |
"""
FEW = {"all": 445, "race": 415, "religion": 30}


def test_the_share_of_all_is_left_out_where_it_would_tell_a_few_of_a_characteristic():
    assert [one.split()[1] for one in told(printed_shares(exact(TELLING), counts(FEW), PUBLIC))] == ["race"]
    # Thirteen are no small number, so nobody is singled out by them.
    many = exact(TELLING.replace("| 34     |", "| 44     |").replace("| 3      |", "| 13     |"))
    assert [one.split()[1] for one in told(printed_shares(many, counts(FEW), PUBLIC))] == ["all", "race"]


WAYS = """
| measure       | kind | reports | trials | events |
| online        | race | 163     | 163    | 77     |
| third_party   | race | 163     | 163    | 44     |
| officer       | race | 163     | 163    | 36     |
| route_unknown | race | 163     | 163    | 4      |
"""


def test_a_way_of_reporting_is_left_out_where_few_are_left_over_and_would_show():
    """Where counts are printed exactly, 77 + 44 + 36 + 4 of 163 are the most that print so: two came otherwise."""
    shown = told(printed_shares(exact(WAYS), counts({"race": 163}, PARTNER), PARTNER))
    assert [one.split()[0] for one in shown] == ["online", "third_party", "officer"]
    assert len(printed_shares(exact(WAYS), counts({"race": 163}), PUBLIC)) == 4


def test_what_is_counted_is_each_report_once_in_its_year_and_grounds(count_drawn):
    """A wait of eight days is over a week; an outcome counts once its year had 120 days to end."""
    core = count_drawn(
        (
            "2024-08-15",
            """
        | report_id | grounds       | occurred_date | reported_date | recorded_date | reporting_route | outcome_code |
        | HCa       | race          | 2023-05-01    | 2023-05-08    | 2023-05-08    | online          | 14           |
        | HCb       | race religion | 2023-05-01    | 2023-05-09    | 2023-05-09    | third_party     | 1            |
        | HCc       | religion      | 2023-05-01    | 2023-05-01    | 2023-05-01    | unknown         |              |
        | HCd       | race          | 2024-04-01    | 2024-04-01    | 2024-04-02    | officer         | 16           |
            """.replace("HC", "HC00000000000000"),
        ),
    )
    found = exact_shares(core.database, core.folder)
    found["year"] = [f"{day:%Y}" for day in found["period_start"]]
    rows = found[["measure", "characteristic", "year", "report_count", "trials", "events"]].to_string(
        index=False, header=False
    )
    assert {" ".join(line.split()) for line in rows.splitlines()} >= {
        "share_told_within_7_days all 2023 3 3 2",
        "share_told_within_7_days race 2023 2 2 1",
        "share_told_within_7_days religion 2023 2 2 1",
        "share_online all 2023 3 3 1",
        "share_third_party religion 2023 2 2 1",
        "share_route_unknown all 2023 3 3 1",
        "share_officer all 2024 1 1 1",
        "share_not_supported all 2023 3 2 1",
    }
    assert not ((found["measure"] == "share_not_supported") & (found["year"] == "2024")).any()


def planted(picture: str, numbers: dict[str, int], policy: Policy, **change: object) -> pd.DataFrame:
    """The counts with the shares that may be printed, all of one changed; and `all` of TELLING as it must not be."""
    figures = counts(numbers, policy)
    shares = printed_shares(exact(picture), figures, policy)
    return pd.concat([figures, shares.assign(**change)], ignore_index=True)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("share_of_few", {"note_ids": "public points_1"}),
        ("share_of_few", {"note_ids": "public"}),
        ("share_of_few", {"area_type": "district"}),
        ("share_of_few", {"characteristic": "transgender"}),
        ("share_not_rounded", {"value": 17.0}),
        ("share_not_rounded", {"value": 105.0}),
        ("share_untrue", {"value": 25.0}),
    ],
)
def test_the_audit_finds_a_share_that_is_wrong_as_printed(kind, change):
    header, _, race, *_ = DRAWN.strip().splitlines()
    picture = f"{header}\n{race}"
    sound = planted(picture, NUMBERS, PUBLIC)
    assert faulty_shares(sound, exact(picture), KINDS, PUBLIC) == []
    found = dict(faulty_shares(planted(picture, NUMBERS, PUBLIC, **change), exact(picture), KINDS, PUBLIC))
    assert found.get(kind) == 1


def test_the_audit_finds_shares_that_tell_of_few_together():
    sound = planted(TELLING, FEW, PUBLIC)
    race = sound[sound["measure"] == "share_online"]
    whole = race.assign(characteristic="all", value=10.0)
    leaking = pd.concat([sound, whole], ignore_index=True)
    assert faulty_shares(sound, exact(TELLING), FEW, PUBLIC) == []
    assert faulty_shares(leaking, exact(TELLING), FEW, PUBLIC) == [("share_tells", 1)]
    ways = planted(WAYS, {"race": 163}, PARTNER)
    rest = ways[ways["measure"] == "share_officer"].assign(measure="share_route_unknown", value=0.0)
    assert faulty_shares(ways, exact(WAYS), ["race"], PARTNER) == []
    leaking = pd.concat([ways, rest], ignore_index=True)
    assert faulty_shares(leaking, exact(WAYS), ["race"], PARTNER) == [("share_tells", 1)]


def drawn_world(random_of: random.Random) -> tuple[dict[str, int], pd.DataFrame]:
    """Reports of a force's year with one or two characteristics each, and how each came."""
    rows = []
    for _ in range(random_of.choice((90, 200, 450, 900))):
        first = random_of.choices(KINDS, (60, 12, 12, 10, 6))[0]
        second = random_of.choice(KINDS) if random_of.random() < 0.08 else first
        way = random_of.choices(("online", "third_party", "officer", "route_unknown", "other"), weights(random_of))[0]
        rows.append(({first, second}, way))
    numbers = {"all": len(rows)} | {kind: sum(kind in named for named, _ in rows) for kind in KINDS}
    lines = ["measure | kind | reports | trials | events"]
    for measure in ("online", "third_party", "officer", "route_unknown"):
        for kind, number in numbers.items():
            events = sum(way == measure and (kind == "all" or kind in named) for named, way in rows)
            lines += [f"{measure} | {kind} | {number} | {number} | {events}"] if number else []
    return numbers, exact("\n".join(lines))


def weights(random_of: random.Random) -> tuple[float, ...]:
    return tuple(random_of.choice(((20, 6, 9, 2, 60), (50, 27, 22, 1, 0.3), (1, 95, 2, 1, 1))))


def test_an_outsider_who_solves_for_all_of_it_finds_no_small_number():
    """For every small number of events or others a whole table fits everything printed in which it is 1 or less."""
    random_of = random.Random(7)
    asked = printed = 0
    for _ in range(12):
        numbers, truth = drawn_world(random_of)
        figures = counts(numbers)
        shares = printed_shares(truth, figures, PUBLIC)
        printed += len(shares)
        assert faulty_shares(pd.concat([figures, shares]), truth, KINDS, PUBLIC) == []
        for (measure, kind), events, others in small_numbers(truth):
            for is_event in (True, False):
                if (events if is_event else others) < PUBLIC.threshold:
                    asked += 1
                    low, high = bounds(figures, shares, measure, kind, is_event)
                    assert low <= PUBLIC.protected_from
                    assert high >= min(PUBLIC.protected_to, numbers[kind])
    assert printed > 100
    assert asked > 100


def small_numbers(truth: pd.DataFrame) -> list[tuple[tuple[str, str], int, int]]:
    keys = zip(truth["measure"], truth["characteristic"], strict=True)
    return list(zip(keys, truth["events"], truth["trials"] - truth["events"], strict=True))


def bounds(figures: pd.DataFrame, shares: pd.DataFrame, measure: str, kind: str, is_event: bool) -> tuple[int, int]:
    """The least and the most that a table which fits all that is printed of one measure can have of one number.

    Unknowns: reports and events of `all` and of every characteristic, whole numbers.
    """
    names = ["all", *KINDS]
    reports, events = ({name: at + shift for at, name in enumerate(names)} for shift in (0, len(names)))
    low, high = np.zeros(2 * len(names)), np.full(2 * len(names), np.inf)
    for row in figures.itertuples():
        bound = (0, 4) if pd.isna(row.value) else PUBLIC.interval(int(row.value))
        low[reports[row.characteristic]], high[reports[row.characteristic]] = bound
    rows, least, most = [], [], []

    def add(terms: dict[int, float], lowest: float, highest: float) -> None:
        line = np.zeros(2 * len(names))
        for at, factor in terms.items():
            line[at] = factor
        rows.append(line)
        least.append(lowest)
        most.append(highest)

    for name in names:
        add({events[name]: 1, reports[name]: -1}, -math.inf, 0)
    for which in (reports, events):
        add({which["all"]: 1} | {which[one]: -1 for one in KINDS}, -math.inf, 0)
        for one in KINDS:
            add({which["all"]: 1, which[one]: -1}, 0, math.inf)
    others = {reports["all"]: 1, events["all"]: -1}
    add(others | {reports[one]: -1 for one in KINDS} | {events[one]: 1 for one in KINDS}, -math.inf, 0)
    for row in shares[shares["measure"] == measure].itertuples():
        half = step_of(row.note_ids.split()) / 2
        name = row.characteristic
        add({events[name]: 1, reports[name]: -(row.value - half) / 100}, 0, math.inf)
        add({events[name]: 1, reports[name]: -(row.value + half) / 100}, -math.inf, 0)
    goal = np.zeros(2 * len(names))
    goal[events[kind]] = 1
    if not is_event:
        goal[reports[kind]], goal[events[kind]] = 1, -1
    found = [
        milp(sign * goal, constraints=LinearConstraint(np.array(rows), least, most), bounds=(low, high),
             integrality=np.ones(len(goal)))
        for sign in (1, -1)
    ]  # fmt: skip
    assert all(one.success for one in found)
    return round(found[0].fun), round(-found[1].fun)


def test_every_share_says_what_it_is_of_and_what_it_can_mean():
    for share in SHARES:
        assert share.title
        assert share.base
        assert share.meaning.endswith(".")
        assert 0 < share.least_known <= 1
