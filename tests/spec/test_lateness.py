"""Late reports: how much of a month is on record later is counted from past years, and says which months are whole."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from drawing import hertfordshire, pseudonym

from data import lateness
from transforms import publishing

OURS = Path(lateness.__file__).parent / "profiles" / "hertfordshire.toml"
HEADER = "| report_id | occurred_date | reported_date | recorded_date |"


def lines(*drawn: tuple[str, str, int]) -> str:
    """Draw so many reports that happened on one day and were recorded on another."""
    made = [
        f"| {pseudonym(happened, recorded, n)} | {happened} | {recorded} | {recorded} |"
        for happened, recorded, count in drawn
        for n in range(count)
    ]
    return "\n".join([HEADER, *made])


def occurred(core, tmp_path, day: str, picture: str):
    """Build core from a drawn extract of a force that counts reports in the month in which they happened."""
    theirs = tmp_path / "theirs.toml"
    ours = OURS.read_text(encoding="utf-8")
    theirs.write_text(ours.replace('basis = "recorded"', 'basis = "occurred"'), encoding="utf-8")
    file = tmp_path / f"hertfordshire_{day}.csv"
    file.write_text(hertfordshire(picture), encoding="utf-8")
    return core.build(str(theirs), file)


# A hundred happened in May 2023: 80 were recorded in May, 15 in June and 5 in August. The year was over in March 2024.
PAST = (("2023-05-03", "2023-05-09", 80), ("2023-05-03", "2023-06-02", 15), ("2023-05-03", "2023-08-01", 5))


def test_what_was_on_record_later_is_counted_for_years_that_ended_a_year_ago(core, tmp_path):
    recent = ("2024-06-03", "2024-06-03", 7)
    built = occurred(core, tmp_path, "2025-04-04", lines(*PAST, recent))
    found = publishing.exact_shares(built.database, built.folder)
    late = found[found["measure"].str.startswith("share_on_record_after") & (found["characteristic"] == "all")]
    assert [(row.measure[22], str(row.period_start), row.trials, row.events) for row in late.itertuples()] == [
        ("0", "2023-04-01", 100, 80),
        ("1", "2023-04-01", 100, 95),
        ("2", "2023-04-01", 100, 95),
        ("3", "2023-04-01", 100, 100),
        ("4", "2023-04-01", 100, 100),
        ("5", "2023-04-01", 100, 100),
    ]
    # The day before a year has passed it is not told yet; and where months are those of recording, it never is.
    early = occurred(core, tmp_path, "2025-03-30", lines(*PAST, recent))
    found = publishing.exact_shares(early.database, early.folder)
    assert not found["measure"].str.startswith("share_on_record_after").any()


@pytest.mark.parametrize(
    ("on_record", "months"),
    [({}, 0), ({0: 95}, 0), ({0: 90}, 0), ({0: 85, 1: 95}, 1), ({0: 50, 1: 70, 2: 85, 3: 90}, 3), ({0: 50, 5: 80}, 6)],
)
def test_a_month_is_complete_once_nine_tenths_are_on_record(on_record, months):
    assert lateness.incomplete_months(on_record) == months


def test_the_latest_complete_month_is_read_from_printed_shares_of_the_latest_year():
    rows = [
        (lateness.measure(months), start, value)
        for start, values in (("2022-04-01", (95, 95)), ("2023-04-01", (75, 90)))
        for months, value in enumerate(values)
    ]
    printed = pd.DataFrame(rows, columns=["measure", "period_start", "value"])
    assert publishing.last_complete_month(printed, date(2025, 1, 1)) == date(2024, 12, 1)
    assert publishing.last_complete_month(printed[:2], date(2025, 1, 1)) == date(2025, 1, 1)
    assert publishing.last_complete_month(printed[:0], date(2025, 1, 1)) == date(2025, 1, 1)
