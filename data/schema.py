"""The tables: what each column holds and may hold. Suites, CSV headers and the README's tables derive from here."""

from typing import Final

from data.count_schema import COUNT_TABLES
from data.table import Column, Table

MONITORED_CHARACTERISTICS: Final = ("race", "religion", "sexual_orientation", "disability", "transgender")
"""The five centrally monitored strands of England and Wales, in the Home Office's order."""

CHARACTERISTICS: Final = (*MONITORED_CHARACTERISTICS, "other_local", "not_recorded")
"""Every protected ground a report can carry. `other_local`: recorded by the source, not centrally monitored.
`not_recorded`: the source names no ground. Both keep a report countable without lumping it into a strand."""

RECORD_CLASSES: Final = ("crime", "non_crime_incident")
DATE_BASES: Final = ("recorded", "reported", "occurred")
REPORTING_ROUTES: Final = (
    "emergency_999",
    "non_emergency_101",
    "online",
    "in_person",
    "third_party",
    "officer",
    "other",
    "unknown",
)
REPORT_STATUSES: Final = ("recorded", "cancelled", "out_of_scope")
ROW_OUTCOMES: Final = ("counted", "superseded", "cancelled", "rejected", "out_of_scope")
"""What became of each row received; every row has exactly one."""

MARKERS: Final = {
    "[c]": "confidential: hidden to protect people; not zero and not missing",
    "[x]": "not available",
    "[z]": "not applicable",
    "[p]": "provisional",
    "[r]": "revised",
    "[b]": "break in the series",
    "[u]": "low reliability",
    "[low]": "rounds to zero",
}
PERIOD_TYPES: Final = (
    "month",
    "quarter",
    "half_year",
    "year_ending_march",
    "several_years",
    "year_to_date",
    "rolling_12_months",
    "calendar_year",
)
"""Kinds of period. The last three are only ever added up from printed figures."""
GRAINS: Final = PERIOD_TYPES[:5]
"""The kinds of period that have counts of their own, finest first."""
MOVING_PERIOD_TYPES: Final = ("several_years",)
"""Kinds whose months change with a newer release, so that the one shown before is not shown again."""


_SOURCE = Column("source", "VARCHAR", "name of the profile the extract came under", required=True)
_EXTRACT = Column("extract_id", "VARCHAR", "content hash of the extract", required=True)
_LINE = Column("line_number", "BIGINT", "line of the file as received; the header is line 1", required=True, minimum=1)
_REPORT = Column("report_id", "VARCHAR", "the source's pseudonym of one recorded submission", required=True)
_AREA = Column("area_code", "VARCHAR", "GSS code where there is one, else the source's own code", required=True)
_CLASS = Column(
    "record_class",
    "VARCHAR",
    "crime or non-crime incident, never mixed",
    required=True,
    allowed=RECORD_CLASSES,
)

RAW_TEXT_FIELDS: Final = (
    Column("report_id", "VARCHAR", "key of the report, as received", required=True),
    Column("occurred", "VARCHAR", "when it happened, as received"),
    Column("reported", "VARCHAR", "when police were told, as received"),
    Column("recorded", "VARCHAR", "when police recorded it, as received"),
    Column("area", "VARCHAR", "where, as received"),
    Column("record_class", "VARCHAR", "crime or incident, as received"),
    Column("offence_code", "VARCHAR", "Home Office offence code, as received"),
    Column("offence_group", "VARCHAR", "offence group, as received"),
    Column("outcome_code", "VARCHAR", "outcome number, as received"),
    Column("reporting_route", "VARCHAR", "how it reached the police, as received"),
    Column("status", "VARCHAR", "recorded or cancelled, as received"),
    Column("aggravated", "VARCHAR", "racially or religiously aggravated, as received"),
)

RAW_REPORTS: Final = Table(
    "raw.reports",
    ("extract_id", "line_number"),
    "One row a line received, each column the profile maps still as text.",
    (
        _SOURCE,
        _EXTRACT,
        _LINE,
        *RAW_TEXT_FIELDS,
        Column("motivations", "VARCHAR", "every column that names a ground with its text, as one JSON object"),
    ),
)

_REPORT_COLUMNS: Final = (
    _AREA,
    _CLASS,
    Column("occurred_date", "DATE", "day it happened; null where only a month or nothing is known"),
    Column("occurred_month", "DATE", "first of the month it happened"),
    Column("reported_date", "DATE", "day police were told"),
    Column("reported_month", "DATE", "first of the month police were told"),
    Column("recorded_date", "DATE", "day police recorded it"),
    Column("recorded_month", "DATE", "first of the month police recorded it"),
    Column("reporting_delay_days", "INTEGER", "days from occurred_date to reported_date"),
    Column("offence_code", "VARCHAR", "Home Office offence code"),
    Column("offence_group_code", "VARCHAR", "offence group"),
    Column("outcome_code", "VARCHAR", "outcome number; null while none is assigned"),
    Column("reporting_route", "VARCHAR", "how it reached the police", required=True, allowed=REPORTING_ROUTES),
    Column("is_aggravated", "BOOLEAN", "racially or religiously aggravated; null where the source does not say"),
    Column("characteristics", "VARCHAR[]", "distinct grounds in alphabetical order; never empty", required=True),
)

CORE_REPORT_VERSIONS: Final = Table(
    "core.report_versions",
    ("source", "report_id", "extract_id"),
    "One row a report and extract that carried it; version 1 is the earliest.",
    (
        _SOURCE,
        _REPORT,
        _EXTRACT,
        Column("extracted_on", "DATE", "the day the extract was taken", required=True),
        Column("version_number", "BIGINT", "1 for the earliest", required=True, minimum=1),
        Column("is_latest", "BOOLEAN", "true for the version that stands", required=True),
        Column("status", "VARCHAR", "recorded, cancelled or out of scope", required=True, allowed=REPORT_STATUSES),
        Column("row_count", "BIGINT", "rows of the extract that make up this report", required=True, minimum=1),
        *_REPORT_COLUMNS,
        Column("motivations", "VARCHAR", "its columns of grounds as received; null where it stands on several rows"),
    ),
)

CORE_REPORTS: Final = Table(
    "core.reports",
    ("source", "report_id"),
    "One row a report that counts: its latest version, recorded and in scope.",
    (
        _SOURCE,
        _REPORT,
        _EXTRACT,
        Column("version_number", "BIGINT", "1 for the earliest", required=True, minimum=1),
        *_REPORT_COLUMNS,
    ),
)

CORE_REPORT_CHARACTERISTICS: Final = Table(
    "core.report_characteristics",
    ("source", "report_id", "characteristic"),
    "One row a counted report and characteristic; these rows add up to more than the reports.",
    (
        _SOURCE,
        _REPORT,
        Column("characteristic", "VARCHAR", "protected ground", required=True, allowed=CHARACTERISTICS),
    ),
)

CORE_REPORT_MOTIVATIONS: Final = Table(
    "core.report_motivations",
    ("source", "report_id", "column_name", "motivation", "characteristic"),
    "One row a counted report and the label the source gave its ground, with the characteristic it maps to.",
    (
        _SOURCE,
        _REPORT,
        Column("column_name", "VARCHAR", "the source's column", required=True),
        Column("motivation", "VARCHAR", "the source's own label", required=True),
        Column("characteristic", "VARCHAR", "protected ground", required=True, allowed=CHARACTERISTICS),
    ),
)

CORE_REJECTED_REPORTS: Final = Table(
    "core.rejected_reports",
    ("extract_id", "line_number", "rule", "column_name"),
    "One row a line set aside and rule it broke.",
    (
        _SOURCE,
        _EXTRACT,
        _LINE,
        Column("report_id", "VARCHAR", "key of the report, where it has one"),
        Column("rule", "VARCHAR", "name of the rule", required=True),
        Column("column_name", "VARCHAR", "our name of the column at fault", required=True),
    ),
)

CORE_ROW_OUTCOMES: Final = Table(
    "core.row_outcomes",
    ("extract_id", "outcome"),
    "How many rows of each extract were counted, superseded, cancelled, rejected or out of scope.",
    (
        _SOURCE,
        _EXTRACT,
        Column("outcome", "VARCHAR", "what became of the rows", required=True, allowed=ROW_OUTCOMES),
        Column("row_count", "BIGINT", "rows", required=True, minimum=0),
    ),
)

CORE_MONTHLY_COUNTS: Final = Table(
    "core.monthly_counts",
    ("area_code", "characteristic", "month", "record_class", "date_basis"),
    "Exact reports by area, characteristic and month, zeros present. `all` counts each report once.",
    (
        Column("area_code", "VARCHAR", "area, or `all`", required=True),
        Column("area_name", "VARCHAR", "name of the area", required=True),
        Column(
            "characteristic",
            "VARCHAR",
            "protected ground, or `all`",
            required=True,
            allowed=(*CHARACTERISTICS, "all"),
        ),
        Column("month", "DATE", "first of the month", required=True),
        _CLASS,
        Column(
            "date_basis",
            "VARCHAR",
            "which date places a report in a month",
            required=True,
            allowed=DATE_BASES,
        ),
        Column("report_count", "BIGINT", "reports, each counted once in this cell", required=True, minimum=0),
    ),
)

PUBLISHED: Final = Table(
    "published",
    (
        *("measure", "area_code", "characteristic", "record_class", "date_basis"),
        *("period_type", "period_start", "period_end"),
    ),
    "One row a figure that may be seen. `value` is empty where `marker` hides it.",
    (
        Column("measure", "VARCHAR", "what is measured, such as report_count", required=True),
        Column("area_code", "VARCHAR", "area", required=True),
        Column("area_name", "VARCHAR", "name of the area", required=True),
        Column("area_type", "VARCHAR", "kind of area, such as police_force or district", required=True),
        Column(
            "characteristic",
            "VARCHAR",
            "protected ground, or `all`",
            required=True,
            allowed=(*CHARACTERISTICS, "all"),
        ),
        _CLASS,
        Column(
            "date_basis",
            "VARCHAR",
            "which date places a report in a period",
            required=True,
            allowed=DATE_BASES,
        ),
        Column("period_type", "VARCHAR", "kind of period", required=True, allowed=PERIOD_TYPES),
        Column("period_start", "DATE", "first day", required=True),
        Column("period_end", "DATE", "last day", required=True),
        Column("value", "DOUBLE", "the figure; empty where hidden or not available"),
        Column("lower_ci", "DOUBLE", "lower 95% limit, where there is one"),
        Column("upper_ci", "DOUBLE", "upper 95% limit, where there is one"),
        Column("unit", "VARCHAR", "unit of the value", required=True),
        Column("marker", "VARCHAR", "why a cell is odd; empty for a plain figure"),
        Column("note_ids", "VARCHAR", "notes that apply, separated by spaces"),
    ),
)

EVIDENCE: Final = Table(
    "evidence",
    ("area_code", "characteristic", "record_class", "signal"),
    "One row a signal of an area and characteristic, and one for the verdict over them. No score, no ranking.",
    (
        Column("area_code", "VARCHAR", "area", required=True),
        Column("area_name", "VARCHAR", "name of the area", required=True),
        Column("area_type", "VARCHAR", "kind of area, such as district", required=True),
        Column("characteristic", "VARCHAR", "protected ground", required=True, allowed=CHARACTERISTICS),
        _CLASS,
        Column("period_start", "DATE", "first day of the year judged", required=True),
        Column("period_end", "DATE", "last day of the year judged", required=True),
        Column("signal", "VARCHAR", "name of the signal, or `verdict`", required=True),
        Column("evidence", "VARCHAR", "kind of evidence; signals of one kind count once"),
        Column(
            "claim_class",
            "VARCHAR",
            "what kind of claim the sentence makes",
            required=True,
            allowed=("observed", "modelled", "cannot_say"),
        ),
        Column(
            "state",
            "VARCHAR",
            "of a signal: flag, clear or cannot_tell; of a verdict: look_here_first, watch, no_signal or cannot_tell",
            required=True,
            allowed=("flag", "clear", "cannot_tell", "look_here_first", "watch", "no_signal"),
        ),
        Column("value", "DOUBLE", "the signal's own measure; empty where it has none"),
        Column("lower_ci", "DOUBLE", "lower 95% limit, of chance alone"),
        Column("upper_ci", "DOUBLE", "upper 95% limit, of chance alone"),
        Column("unit", "VARCHAR", "unit of the value: ratio, share or days", required=True),
        Column("observed", "DOUBLE", "reports, or events of a share, as they are shown"),
        Column("expected", "DOUBLE", "how many the comparison would give"),
        Column("sentence", "VARCHAR", "what may be said, and no more", required=True),
        Column("question", "VARCHAR", "what to ask there; empty where nothing flags"),
        Column("other_explanations", "VARCHAR", "what else could explain it; empty where nothing flags"),
        Column("marker", "VARCHAR", "[c] where the area's own count is hidden; empty otherwise"),
    ),
)
"""Written beside the published table: `transforms.signals.disclosed` says what may stand in it."""

TABLES: Final = (
    RAW_REPORTS,
    CORE_REPORT_VERSIONS,
    CORE_REPORTS,
    CORE_REPORT_CHARACTERISTICS,
    CORE_REPORT_MOTIVATIONS,
    CORE_REJECTED_REPORTS,
    CORE_ROW_OUTCOMES,
    CORE_MONTHLY_COUNTS,
    *COUNT_TABLES,
    PUBLISHED,
)
