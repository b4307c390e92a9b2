"""A small release written by hand: names that hold HTML, and cells that are hidden, zero, missing and provisional.

`write` gives the documents every release has; `add_optional` those that some have.
"""

import json
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from data.policies import INTERNAL, Policy
from data.schema import PUBLISHED

NASTY = '<b>Watford</b> & "co" <img src=x onerror=1>'
STAMP = "internal: contains unprotected counts"
FIRST, LAST_COMPLETE, LAST = "2023-04-01", "2025-03-01", "2025-04-01"
FORCE, WATFORD, PLACELESS = (
    ("E23000027", "Hertfordshire"),
    ("E07000103", NASTY),
    ("=none/../x", "Not recorded"),
)
DACORUM, HERTSMERE = ("E07000096", "Dacorum"), ("E07000098", "Hertsmere")
PLACES = {"force": FORCE, "watford": WATFORD, "none": PLACELESS, "dacorum": DACORUM, "hertsmere": HERTSMERE}
TYPES = {FORCE[0]: "police_force", PLACELESS[0]: "not_geographic"}
NAMES = {
    "race": "Race",
    "religion": "Religion",
    "sexual_orientation": "Sexual orientation",
    "disability": "Disability </script><script>window.hit = 1</script>",
    "transgender": "%{y} <b>Trans</b>",
}

# Twenty-five months from April 2023; c hidden, x absent, the last one after the last complete month.
MONTHS = """
force all crime | 120 118 131 125 c 140 122 119 117 121 124 126 150 155 149 160 x x 151 148 152 158 149 162 12
force race crime                    | 80 81 79 83 85 90 84 82 78 80 81 86 100 99 98 102 101 97 96 95 99 103 100 104 9
force religion crime                | 10 9 c c 12 14 11 c 0 10 9 8 11 13 12 15 10 c 9 11 14 13 12 10 c
force sexual_orientation crime      | 14 15 16 13 12 18 17 14 15 16 12 11 15 16 19 18 17 13 14 15 16 18 17 19 0
force disability crime              | 6 5 7 c 8 6 5 9 7 6 5 8 7 6 9 8 7 6 5 c 8 9 7 6 c
force transgender crime             | c c c 5 c c 6 c c c 0 c c c c 0 c 5 c c c 6 c c c
watford all crime                   | 9 8 7 0 0 c 12 11 10 9 8 7 10 9 8 7 12 14 9 8 11 10 9 8 c
watford race crime                  | c c c 0 0 c 5 c c c c 0 c c c c 6 7 c c 5 c c c 0
none all crime                      | 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
force all non_crime_incident        | 20 22 19 25 23 21 20 18 22 24 21 20 22 25 26 24 23 22 20 21 25 24 22 23 c
force race non_crime_incident       | 12 13 11 15 13 12 11 10 12 14 12 11 12 15 16 14 13 12 11 12 15 14 12 13 c
"""
# The years ending March 2024 and March 2025.
YEARS = """
force all crime                | 1479 1843
force race crime               | 1009 1194
force religion crime           | c 147
force sexual_orientation crime | 173 197
force disability crime         | 78 c
force transgender crime        | 40 36
watford all crime              | 85 115
watford race crime             | 14 c
dacorum all crime              | 160 250
dacorum race crime             | 110 125
hertsmere all crime            | 95 100
hertsmere race crime           | 60 65
none all crime                 | 0 0
force all non_crime_incident   | 255 277
force race non_crime_incident  | 146 159
"""
# The eight quarters of those two years.
QUARTERS = """
force transgender crime | 10 11 10 9 10 c 9 10
watford race crime      | c 5 c 5 6 7 c 5
"""
# Shares of the force's reports in those two years, each in percent with its limits; x where none is told.
SHARES = """
told_within_7_days all             | 60,52,68 85,77,92
told_within_7_days race            | 65,57,73 80,71,88
told_within_7_days religion        | x 70,50,86
third_party all                    | 5,0,12 5,0,12
third_party sexual_orientation     | 10,2,21 0,0,9
not_supported all                  | 25,16,34 x
on_record_after_0_months all       | 70,61,78 x
on_record_after_2_months all       | 95,88,99 x
"""
# Reports a 100,000 people in the years ending March 2024 and March 2025, each with its limits.
RATES = """
force all crime     | 123.7,117.5,130.2 154.1,147.2,161.3
watford all crime   | 88,70.3,108.8 119,98.3,142.9
dacorum all crime   | 102.9,87.6,120.2 160.8,141.5,182
hertsmere all crime | 90.1,72.9,110.1 94.8,77.1,115.3
force race crime    | 84.4,79.3,89.8 99.9,94.3,105.7
"""


def write(folder: Path, policy: Policy = INTERNAL) -> Path:
    """Write the files that the pages are made from, and return the folder; counts are rounded as by the policy."""
    folder.mkdir(parents=True, exist_ok=True)
    months = [date(2023 + (3 + index) // 12, (3 + index) % 12 + 1, 1) for index in range(25)]
    years = [date(2023, 4, 1), date(2024, 4, 1)]
    starts = {"month": months, "quarter": months[:24:3], "year_ending_march": years}
    rows = []
    for period_type, picture in (("month", MONTHS), ("quarter", QUARTERS), ("year_ending_march", YEARS)):
        for line in picture.strip().splitlines():
            label, cells = line.split("|")
            place, characteristic, record_class = label.split()
            code, name = PLACES[place]
            for start, cell in zip(starts[period_type], cells.split(), strict=True):
                if cell == "x":
                    continue
                end = _end_of(start, period_type)
                value, marker = (None, "[c]") if cell == "c" else (float(cell), "")
                of = (code, name, TYPES.get(code, "district"), characteristic, record_class, "recorded")
                rows.append(("report_count", *of, period_type, start, end, value, None, None, "reports", marker, "n1"))
    for line in RATES.strip().splitlines():
        label, cells = line.split("|")
        place, characteristic, record_class = label.split()
        code, name = PLACES[place]
        of = (code, name, TYPES.get(code, "district"), characteristic, record_class, "recorded")
        for start, cell in zip(years, cells.split(), strict=True):
            rate = [float(part) for part in cell.split(",")]
            end = _end_of(start, "year_ending_march")
            rows.append(
                ("rate_per_100_000", *of, "year_ending_march", start, end, *rate, "reports a 100,000", "", "n1")
            )
    for line in SHARES.strip().splitlines():
        label, cells = line.split("|")
        measure, characteristic = label.split()
        of = (f"share_{measure}", *FORCE, "police_force", characteristic, "crime", "recorded", "year_ending_march")
        for start, cell in zip(years, cells.split(), strict=True):
            if cell != "x":
                share = [float(part) for part in cell.split(",")]
                end = _end_of(start, "year_ending_march")
                rows.append((*of, start, end, *share, "percent", "", "n1 points_5"))
    # Another date basis and another measure, which no page may show.
    rows.append((*rows[0][:6], "occurred", *rows[0][7:10], 977.0, *rows[0][11:]))
    rows.append(("other_measure", *rows[0][1:10], 9119.0, *rows[0][11:]))
    figures = pd.DataFrame(rows, columns=PUBLISHED.column_names)
    shown = (figures["measure"] == "report_count") & figures["value"].notna()
    figures.loc[shown, "value"] = [float(policy.printed(int(value))) for value in figures.loc[shown, "value"]]
    figures.to_parquet(folder / "published.parquet", index=False)
    figures.to_csv(folder / "published.csv", index=False)
    accounts = {
        "received": 4000,
        "counted": 3700,
        "superseded": 200,
        "cancelled": 50,
        "rejected": 30,
        "out_of_scope": 20,
    }
    about = {
        "release_id": "2025-04-drawn",
        "title": "Hate crime reports to police: Hertfordshire",
        "force_name": "Hertfordshire",
        "force_code": FORCE[0],
        "source": "drawn",
        "headline_date_basis": "recorded",
        "first_month": FIRST,
        "last_month": LAST,
        "last_complete_month": LAST_COMPLETE,
        "extracted_on": "2025-04-04",
        "stamp": STAMP,
        "policy": policy.name,
        "version": "0.0.0",
        "rows": accounts,
        "reports_counted": 3322,
        "notes": {"n1": "Drawn <i>by hand</i>.", "n2": "Of no figure here."},
        "characteristics": NAMES,
    }
    rule = {"stage": "core", "table": "core.reports", "severity": "stop", "checked_count": 3700}
    quality = {
        "accounting": [{"extract": "0123456789abcdef", "extracted_on": "2025-04-04", **accounts}],
        "rules": [
            {**rule, "rule": "a", "sentence": "Every report has a date.", "failed_count": 0, "passed": True},
            {
                **rule,
                "rule": "b",
                "sentence": "Few have no place.",
                "severity": "warn",
                "failed_count": 41,
                "passed": False,
            },
        ],
    }
    (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
    (folder / "quality.json").write_text(json.dumps(quality), encoding="utf-8")
    return folder


def add_optional(folder: Path) -> Path:
    """Add a table of grains, a certificate, verdicts and evidence, each with text that holds HTML."""
    of = {"record_class": "crime", "date_basis": "recorded"}
    grains = [
        {"area_code": FORCE[0], "characteristic": "religion", "period_type": "year_ending_march", "sentence": "Years."},
        {"area_code": FORCE[0], "characteristic": "race", "period_type": "month", "sentence": "Months."},
    ]
    pd.DataFrame([{**grain, **of} for grain in grains]).to_csv(folder / "grain.csv", index=False)
    of = {"record_class": "crime", "evidence": "", "unit": "verdict", "question": "", "other_explanations": ""}
    of |= {"value": "", "lower_ci": "", "upper_ci": ""}
    verdicts = [
        (WATFORD, "race", "look_here_first", "Fewer <b>than</b> expected."),
        (DACORUM, "race", "watch", "Two kinds of evidence agree."),
        (DACORUM, "religion", "no_signal", "No signal: nothing flags."),
        (HERTSMERE, "race", "cannot_tell", "Cannot tell: too few were expected."),
    ]
    rows = [
        {**of, "area_code": area[0], "characteristic": code, "signal": "verdict", "state": state, "sentence": said}
        for area, code, state, said in verdicts
    ]
    signal = {"signal": "lower_than_expected", "state": "flag", "evidence": "level", "unit": "ratio", "value": 0.417}
    signal |= {"lower_ci": 0.14, "upper_ci": 0.97, "sentence": "5 where 12 were <i>expected</i>."}
    signal |= {"question": "Whom would people tell?", "other_explanations": "Fewer people of this group here."}
    rows.append({**of, "area_code": WATFORD[0], "characteristic": "race", **signal})
    pd.DataFrame(rows).to_csv(folder / "evidence.csv", index=False)
    certificate = {
        "passed": True,
        "figures": 250,
        "earlier_releases": 2,
        "assumptions": ["One."],
        "not_covered": ["Two."],
    }
    (folder / "certificate.json").write_text(json.dumps(certificate), encoding="utf-8")
    return folder


def _end_of(start: date, period_type: str) -> date:
    if period_type == "year_ending_march":
        return date(start.year + 1, 3, 31)
    following = start + timedelta(days=93 if period_type == "quarter" else 31)
    return following - timedelta(days=following.day)
