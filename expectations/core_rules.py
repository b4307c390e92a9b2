"""The rules that reports and exact counts must keep: our own arithmetic, and what hate-crime records can be."""

from typing import Final

from data.schema import CHARACTERISTICS
from expectations.results import Rule

_CHARACTERISTICS_SQL: Final = ", ".join(f"'{code}'" for code in CHARACTERISTICS)

CORE_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name="rows_accounted",
        stage="core",
        table="core.row_outcomes",
        sentence="Every row received was counted once: as counted, superseded, cancelled, rejected or out of scope.",
        severity="stop",
        violations="""
            select 1 as violation
            from (select extract_id, sum(row_count) as row_count from core.row_outcomes group by extract_id) as outcomes
            full join raw.extracts as extracts using (extract_id)
            where outcomes.row_count is distinct from extracts.row_count
        """,
    ),
    Rule(
        name="characteristics_named",
        stage="core",
        table="core.reports",
        sentence="Every report names at least one ground of our list, each once, in alphabetical order.",
        severity="stop",
        violations=f"""
            select 1 as violation
            from core.reports
            where
                -- Nearly every report names one ground, which is quickly looked up; only lists need be sorted.
                case
                    when len(characteristics) = 1 then (characteristics[1] in ({_CHARACTERISTICS_SQL})) is not true
                    else
                        characteristics is null
                        or len(characteristics) = 0
                        or characteristics is distinct from list_sort(list_distinct(characteristics))
                        or not list_has_all([{_CHARACTERISTICS_SQL}], characteristics)
                end
        """,
    ),
    Rule(
        name="characteristics_agree",
        stage="core",
        table="core.report_characteristics",
        sentence="The table of reports and the table of their grounds say the same.",
        severity="stop",
        violations="""
            select 1 as violation
            from (select source, report_id, unnest(characteristics) as characteristic from core.reports) as named
            full join core.report_characteristics as bridge using (source, report_id, characteristic)
            where named.source is null or bridge.source is null
        """,
    ),
    Rule(
        name="overlap_within_bounds",
        stage="core",
        table="core.monthly_counts",
        sentence="In every cell, all reports are no fewer than those of any ground and no more than all grounds added.",
        severity="stop",
        violations="""
            select 1 as violation
            from (
                select
                    sum(report_count) filter (where characteristic = 'all') as all_reports,
                    max(report_count) filter (where characteristic <> 'all') as most,
                    sum(report_count) filter (where characteristic <> 'all') as added
                from core.monthly_counts
                group by area_code, month, record_class, date_basis
            )
            where (all_reports between most and added) is not true
        """,
    ),
    Rule(
        name="areas_add_up",
        stage="core",
        table="core.monthly_counts",
        sentence="For every ground, month and record class, the areas add up to all areas.",
        severity="stop",
        violations="""
            select 1 as violation
            from (
                select
                    sum(report_count) filter (where area_code = 'all') as all_areas,
                    sum(report_count) filter (where area_code <> 'all') as added
                from core.monthly_counts
                group by characteristic, month, record_class, date_basis
            )
            where (all_areas = added) is not true
        """,
    ),
    Rule(
        name="counts_agree_with_reports",
        stage="core",
        table="core.monthly_counts",
        sentence="For every record class and kind of date, the counts add up to the reports that have such a date.",
        severity="stop",
        violations="""
            select 1 as violation
            from (
                select record_class, date_basis, sum(report_count) as report_count
                from core.monthly_counts
                where area_code = 'all' and characteristic = 'all'
                group by record_class, date_basis
            ) as counted
            full join (
                select record_class, 'recorded' as date_basis, count(recorded_month) as report_count
                from core.reports
                group by record_class
                union all
                select record_class, 'reported' as date_basis, count(reported_month) as report_count
                from core.reports
                group by record_class
                union all
                select record_class, 'occurred' as date_basis, count(occurred_month) as report_count
                from core.reports
                group by record_class
            ) as known using (record_class, date_basis)
            where coalesce(counted.report_count, 0) <> coalesce(known.report_count, 0)
        """,
    ),
    Rule(
        name="months_complete",
        stage="core",
        table="core.monthly_counts",
        sentence="Every series has every month from the first to the last, also where the count is zero.",
        severity="stop",
        violations="""
            select 1 as violation
            from (
                select date_basis, count(distinct month) as month_count, bool_and(day(month) = 1) as starts_month
                from core.monthly_counts
                group by area_code, characteristic, record_class, date_basis
            ) as series
            left join (
                select date_basis, datediff('month', min(month), max(month)) + 1 as month_count
                from core.monthly_counts
                group by date_basis
            ) as span using (date_basis)
            where series.month_count is distinct from span.month_count or series.starts_month is not true
        """,
    ),
    Rule(
        name="same_day_extracts_agree",
        stage="core",
        table="core.report_versions",
        sentence="Extracts taken on the same day say the same of every report that stands by them.",
        severity="hold",
        violations="""
            select 1 as violation
            from (
                select distinct * exclude (extract_id, version_number, is_latest, row_count, motivations)
                from core.report_versions
                semi join (
                    select source, extracted_on
                    from (select distinct source, extracted_on, extract_id from core.report_versions)
                    group by source, extracted_on
                    having count(*) > 1
                ) as days_of_several using (source, extracted_on)
                semi join (select source, report_id, extracted_on from core.report_versions where is_latest) as standing
                    using (source, report_id, extracted_on)
            )
            group by source, report_id, extracted_on
            having count(*) > 1
        """,
    ),
    Rule(
        name="one_snapshot_a_day",
        stage="core",
        table="core.report_versions",
        sentence="Of extracts that each replace all before them, no two were taken on the newest day.",
        severity="hold",
        violations="""
            select 1 as violation
            from raw.extracts as extracts
            semi join (select source, max(extracted_on) as extracted_on from raw.extracts group by source) as newest
                using (source, extracted_on)
            where revision_rule = 'snapshot'
            group by source, extracted_on
            having count(*) > 1
        """,
    ),
    Rule(
        name="dates_in_order",
        stage="core",
        table="core.reports",
        sentence="Every report's dates are in order: it happened, police were told, police recorded it.",
        severity="hold",
        violations="""
            select 1 as violation
            from core.reports
            where
                occurred_date > least(reported_date, recorded_date)
                or reported_date > recorded_date
                or occurred_month > least(reported_month, recorded_month)
                or reported_month > recorded_month
        """,
    ),
    Rule(
        name="no_date_after_extract",
        stage="core",
        table="core.report_versions",
        sentence="Every date of a report lies on or before the day its extract was taken.",
        severity="hold",
        violations="""
            select 1 as violation
            from core.report_versions
            where
                is_latest
                and status = 'recorded'
                and extracted_on < greatest(
                    occurred_date, reported_date, recorded_date, occurred_month, reported_month, recorded_month
                )
        """,
    ),
    Rule(
        name="aggravated_needs_race_or_religion",
        stage="core",
        table="core.reports",
        sentence="Every report of a racially or religiously aggravated offence names race or religion.",
        severity="hold",
        violations="""
            select 1 as violation
            from core.reports
            where
                (is_aggravated or offence_code in (select offence_code from ref.aggravated_offences))
                and not list_has_any(characteristics, ['race', 'religion'])
        """,
    ),
    Rule(
        name="no_date_before_2000",
        stage="core",
        table="core.reports",
        sentence="Every report was reported and recorded in 2000 or later.",
        severity="warn",
        violations="""
            select 1 as violation
            from core.reports
            where least(reported_month, recorded_month) < date '2000-01-01'
        """,
    ),
    Rule(
        name="no_default_date",
        stage="core",
        table="core.reports",
        sentence="Every report happened after 1900, the year that systems fill in where none was given.",
        severity="warn",
        violations="select 1 as violation from core.reports where occurred_month < date '1901-01-01'",
    ),
    Rule(
        name="reporting_route_known",
        stage="core",
        table="core.reports",
        sentence="At most one report in five came to the police by an unknown route.",
        severity="warn",
        violations="""
            select 1 as violation
            from core.reports
            where
                reporting_route = 'unknown'
                and (select avg((reporting_route = 'unknown')::integer) from core.reports) > 0.20
        """,
    ),
    Rule(
        name="characteristic_recorded",
        stage="core",
        table="core.reports",
        sentence="At most one report in ten names no ground.",
        severity="warn",
        violations="""
            select 1 as violation
            from core.reports
            where
                list_contains(characteristics, 'not_recorded')
                and (select avg(list_contains(characteristics, 'not_recorded')::integer) from core.reports) > 0.10
        """,
    ),
)
