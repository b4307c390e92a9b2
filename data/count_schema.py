"""The tables of counts that a source made itself: they stand beside reports and are never added to them."""

from typing import Final

from data.table import Column, Table

_SOURCE = Column("source", "VARCHAR", "name of the profile of counts", required=True)
_EXTRACT = Column("extract_id", "VARCHAR", "content hash of the extract", required=True)
_COUNT = Column(
    "recorded_count", "BIGINT", "the number; null where the source gives none, which is not zero", minimum=0
)

RAW_COUNT_CELLS: Final = Table(
    "raw.count_cells",
    ("extract_id", "line_number", "month_as_received"),
    "One row a line and month of a count extract, each text beside what it says, with the rules it breaks.",
    (
        _SOURCE,
        _EXTRACT,
        Column("line_number", "BIGINT", "line of the file as received; the header is line 1", required=True, minimum=1),
        Column("month_as_received", "VARCHAR", "the month as text", required=True),
        Column("area_code", "VARCHAR", "area; null where the label is unknown"),
        Column("area_name", "VARCHAR", "name of the area"),
        Column("area_type", "VARCHAR", "kind of area"),
        Column(
            "measure",
            "VARCHAR",
            "what the category counts; null where the label is unknown",
            allowed=("hate_crime", "control", "excluded"),
        ),
        Column("category", "VARCHAR", "code of the category; null where it is excluded or unknown"),
        Column("month", "DATE", "first of the month; null where the text is no month"),
        _COUNT,
        Column("faults", 'STRUCT("rule" VARCHAR, column_name VARCHAR)[]', "rules broken", required=True),
    ),
)

CORE_SOURCE_COUNTS: Final = Table(
    "core.source_counts",
    ("source", "category", "area_code", "month"),
    "Numbers that a source counted itself. Categories overlap: never add them up, nor to reports.",
    (
        _SOURCE,
        _EXTRACT,
        Column("measure", "VARCHAR", "hate crime, or a control", required=True, allowed=("hate_crime", "control")),
        Column("category", "VARCHAR", "code of the category", required=True),
        Column("category_name", "VARCHAR", "the source's own label", required=True),
        Column("part_of", "VARCHAR", "code of the wider category that includes this one"),
        Column("characteristic", "VARCHAR", "protected ground, where the category counts all of it and nothing else"),
        Column("area_code", "VARCHAR", "area", required=True),
        Column("area_name", "VARCHAR", "name of the area", required=True),
        Column("area_type", "VARCHAR", "kind of area", required=True),
        Column("month", "DATE", "first of the month", required=True),
        Column("record_class", "VARCHAR", "crime or non-crime incident", required=True),
        Column("date_basis", "VARCHAR", "which date places it in a month", required=True),
        Column("unit", "VARCHAR", "what was counted, such as offences", required=True),
        _COUNT,
    ),
)

CORE_COUNT_LINE_OUTCOMES: Final = Table(
    "core.count_line_outcomes",
    ("extract_id", "outcome"),
    "How many lines of each count extract were counted, superseded, rejected or out of scope.",
    (
        _SOURCE,
        _EXTRACT,
        Column(
            "outcome",
            "VARCHAR",
            "what became of the lines",
            required=True,
            allowed=("counted", "superseded", "rejected", "out_of_scope"),
        ),
        Column("row_count", "BIGINT", "lines", required=True, minimum=0),
    ),
)

COUNT_TABLES: Final = (RAW_COUNT_CELLS, CORE_SOURCE_COUNTS, CORE_COUNT_LINE_OUTCOMES)
