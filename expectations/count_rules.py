"""The rules that extracts of counts must keep: every line accounted for, every label known, every number a number."""

from typing import Final

from expectations.results import Rule


def _cells(name: str, sentence: str) -> Rule:
    """A rule that raw.count_cells tests cell by cell; it sets the whole line aside."""
    return Rule(
        name=name,
        stage="raw",
        table="raw.count_cells",
        sentence=sentence,
        severity="hold",
        rejectable=True,
        violations=f"""
            select 1 as violation
            from (
                select distinct extract_id, line_number
                from raw.count_cells
                where list_contains(list_transform(faults, lambda fault: fault.rule), '{name}')
            )
        """,
    )


COUNT_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name="count_lines_loaded",
        stage="raw",
        table="raw.count_cells",
        sentence="Every extract of counts has as many lines here as were counted when it was received.",
        severity="stop",
        violations="""
            select 1 as violation
            from (
                select extract_id, count(distinct line_number) as row_count from raw.count_cells group by extract_id
            ) as loaded
            full join raw.count_extracts as extracts using (extract_id)
            where coalesce(loaded.row_count, 0) is distinct from extracts.row_count
        """,
    ),
    _cells("count_label_known", "Every line of counts has an area and a category that its profile lists."),
    _cells("count_readable", "Every line of counts has clear months and whole numbers below a thousand million."),
    _cells("count_cell_once", "Every area, category and month stands once in an extract of counts."),
    Rule(
        name="one_count_extract_a_day",
        stage="core",
        table="core.source_counts",
        sentence="No source of counts has two extracts of the same day that hold the same months.",
        severity="hold",
        violations="select 1 as violation from raw.count_extracts where has_rival",
    ),
    Rule(
        name="count_lines_accounted",
        stage="core",
        table="core.count_line_outcomes",
        sentence="Every line of counts has one outcome: counted, superseded, rejected or out of scope.",
        severity="stop",
        violations="""
            select 1 as violation
            from (
                select extract_id, sum(row_count) as row_count from core.count_line_outcomes group by extract_id
            ) as outcomes
            full join raw.count_extracts as extracts using (extract_id)
            where outcomes.row_count is distinct from extracts.row_count
        """,
    ),
)
