"""What is due, late or missing, on drawn dates."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.operations import Moment
from flows.due import LONDON, is_due, last_due, late_month, missing_months, next_due

MONTHLY, DAILY, WEEKLY = Moment(at=time(6), day=5), Moment(at=time(7)), Moment(at=time(5), weekday="sunday")
MOMENTS = st.sampled_from([MONTHLY, DAILY, WEEKLY])
NOWS = st.datetimes(datetime(2023, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def days(text: str) -> list[date]:
    return [date.fromisoformat(day) for day in text.split()]


@pytest.mark.parametrize(
    ("moment", "now", "due"),
    [
        # Winter and summer, in UTC: London's six o'clock is five in summer.
        (MONTHLY, "2025-01-05T06:00", "2025-01-05T06:00"),
        (MONTHLY, "2025-01-05T05:59", "2024-12-05T06:00"),
        (MONTHLY, "2025-07-05T05:00", "2025-07-05T05:00"),
        (MONTHLY, "2025-07-05T04:59", "2025-06-05T05:00"),
        # The nights on which clocks change, 30 March and 26 October 2025.
        (DAILY, "2025-03-30T06:30", "2025-03-30T06:00"),
        (DAILY, "2025-10-26T06:30", "2025-10-25T06:00"),
        (DAILY, "2025-10-26T07:30", "2025-10-26T07:00"),
        (WEEKLY, "2025-10-26T05:00", "2025-10-26T05:00"),
        (WEEKLY, "2025-11-01T23:00", "2025-10-26T05:00"),
        # 1 April, while UTC still has 31 March.
        (Moment(at=time(0, 30), day=1), "2025-03-31T23:30", "2025-03-31T23:30"),
    ],
)
def test_the_newest_due_time_is_by_londons_clock(moment, now, due):
    found = last_due(moment, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert found.astimezone(UTC) == datetime.fromisoformat(due).replace(tzinfo=UTC)


@given(MOMENTS, NOWS)
def test_now_lies_between_the_last_due_time_and_the_next(moment, now):
    before, after = last_due(moment, now), next_due(moment, now)
    assert before <= now < after and last_due(moment, after) == after
    assert {before.astimezone(LONDON).time(), after.astimezone(LONDON).time()} == {moment.at}


@given(MOMENTS, NOWS, st.integers(1, 60), st.integers(1, 200))
def test_after_any_downtime_a_job_is_due_once(moment, down, length, tries):
    """Done before the machine went down for some days; then asked every few minutes: it runs at most once."""
    done, ran = last_due(moment, down), 0
    up = down + timedelta(days=length)
    for number in range(min(tries, 40)):
        now = up + timedelta(minutes=number)
        if is_due(moment, now, done):
            done, ran = last_due(moment, now), ran + 1
    crossed = next_due(moment, up) < up + timedelta(minutes=40)
    assert ran <= 1 + crossed
    assert ran >= (last_due(moment, up) > last_due(moment, down))


@pytest.mark.parametrize(
    ("taken", "today", "late"),
    [
        ("", "2025-04-20", None),
        ("2025-03-04", "2025-04-05", None),
        ("2025-03-04", "2025-04-06", "2025-04-01"),
        ("2025-03-04 2025-04-06", "2025-04-06", None),
        # Two months behind: the newest that was due is named, whatever the day.
        ("2025-02-04", "2025-04-02", "2025-03-01"),
        ("2025-02-04", "2025-04-28", "2025-04-01"),
        ("2024-12-04", "2025-01-06", "2025-01-01"),
        ("2024-12-04", "2025-01-05", None),
    ],
)
def test_an_extract_is_late_from_the_day_after_it_was_due(taken, today, late):
    found = late_month(days(taken), date.fromisoformat(today), 5)
    assert found == (date.fromisoformat(late) if late else None)


def test_months_between_others_are_missing():
    taken = days("2024-11-04 2025-02-04 2025-02-11 2025-03-04 2025-06-04")
    assert missing_months(taken) == days("2024-12-01 2025-01-01 2025-04-01 2025-05-01")
    assert missing_months(days("2025-02-04")) == missing_months([]) == []
