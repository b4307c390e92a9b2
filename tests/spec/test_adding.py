"""The latest twelve months and the year to date are sums of printed figures, and say how far they can be off."""

from datetime import date

import pandas as pd
from drawing import drawn

from data import policies
from data.added import notes, off_by
from data.schema import PUBLISHED
from expectations.disclosure.claims import faulty_prints, read_claims
from transforms.adding import added_figures, wanted

FIRST, NOVEMBER = date(2024, 4, 1), date(2025, 11, 1)


def printed(picture: str) -> pd.DataFrame:
    """Published counts of one place and characteristic, from rows of first day, last day and figure."""
    rows = []
    for line in drawn(picture):
        value, marker = (None, "[c]") if line["figure"] == "[c]" else (float(line["figure"]), "")
        rows.append(
            {
                **{"measure": "report_count", "area_code": "A", "area_name": "A", "area_type": "district"},
                **{"characteristic": "race", "record_class": "crime", "date_basis": "recorded"},
                "period_type": line["kind"],
                "period_start": date.fromisoformat(line["from"]),
                "period_end": date.fromisoformat(line["to"]),
                **{"value": value, "lower_ci": None, "upper_ci": None, "unit": "reports"},
                **{"marker": marker, "note_ids": "public"},
            }
        )
    return pd.DataFrame(rows, columns=PUBLISHED.column_names)


QUARTERS = """
    kind    | from       | to         | figure
    month   | 2024-12-01 | 2024-12-31 | 5
    quarter | 2025-01-01 | 2025-03-31 | 20
    quarter | 2025-04-01 | 2025-06-30 | 15
    month   | 2025-04-01 | 2025-04-30 | 5
    month   | 2025-05-01 | 2025-05-31 | 0
    month   | 2025-06-01 | 2025-06-30 | 5
    quarter | 2025-07-01 | 2025-09-30 | 0
    month   | 2025-10-01 | 2025-10-31 | 10
"""
ALL_MONTHS = QUARTERS + "    month   | 2025-11-01 | 2025-11-30 | 5\n"


def sums(figures: pd.DataFrame) -> dict[tuple[str, str], tuple[float, int]]:
    found = added_figures(figures, policies.PUBLIC, FIRST, NOVEMBER)
    return {
        (str(row.period_start), str(row.period_end)): (row.value, off_by(row.note_ids.split()))
        for row in found.itertuples()
    }


def test_the_longest_printed_periods_are_added_and_each_but_a_zero_can_be_two_off():
    found = sums(printed(ALL_MONTHS))
    assert found[("2024-12-01", "2025-11-30")] == (5 + 20 + 15 + 0 + 10 + 5, 10)
    assert found[("2025-04-01", "2025-11-30")] == (15 + 0 + 10 + 5, 6)
    assert found[("2025-01-01", "2025-11-30")] == (20 + 15 + 0 + 10 + 5, 8)


def test_every_whole_calendar_year_is_wanted_and_none_that_is_not_covered():
    years = [window for window in wanted(date(2022, 2, 1), NOVEMBER) if window.period_type == "calendar_year"]
    whole = [window.first_day.year for window in years if window.end - window.start == 12]
    assert whole == [2023, 2024]
    assert {window.last_day for window in years if window.end - window.start == 11} == {
        date(2025, 11, 30),
        date(2024, 11, 30),
    }


def test_nothing_is_added_where_a_part_is_not_printed():
    hidden = printed(QUARTERS + "    month   | 2025-11-01 | 2025-11-30 | [c]\n")
    assert sums(hidden) == sums(printed(QUARTERS)) == {}


def test_a_period_that_has_a_figure_of_its_own_is_not_added_again():
    own = "    year_to_date | 2025-04-01 | 2025-11-30 | [c]\n"
    assert ("2025-04-01", "2025-11-30") not in sums(printed(ALL_MONTHS + own))


def test_a_sum_says_in_words_how_far_it_can_be_off():
    found = added_figures(printed(ALL_MONTHS), policies.PUBLIC, FIRST, NOVEMBER)
    words = notes(" ".join(found["note_ids"]).split())
    assert words["within_6"].endswith("it can be up to 6 more or fewer.")
    assert off_by(["public"]) == 0 and notes(["public"]) == {}


def test_the_audit_takes_a_sum_for_what_it_is_and_anything_else_for_a_leak():
    figures = printed(ALL_MONTHS)
    added = added_figures(figures, policies.PUBLIC, FIRST, NOVEMBER)
    whole = pd.concat([figures, added], ignore_index=True)
    assert faulty_prints(whole, read_claims(whole, policies.PUBLIC), policies.PUBLIC) == []
    whole.loc[len(whole) - 1, "value"] += 1
    assert faulty_prints(whole, read_claims(whole, policies.PUBLIC), policies.PUBLIC) == [("not_a_sum", 1)]
