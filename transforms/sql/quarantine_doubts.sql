-- quarantine_doubts: one row a sound line that contradicts itself or another, and the rule it breaks.
-- grain: extract_id, line_number, rule, column_name
-- reads: core.coded_rows, raw.extracts, raw.reports, ref.aggravated_offences
-- Such a line is read and counted; whether it may be is for a person to decide, who needs to find it.
with lines as (
    select
        coded.*,
        extracts.extracted_on,
        extracts.rows_per_report,
        offences.offence_code is not null as has_aggravated_code
    from core.coded_rows as coded
    left join raw.extracts as extracts using (extract_id)
    left join ref.aggravated_offences as offences using (offence_code)
    where len(coded.faults) = 0
),

repeated as (
    select extract_id, report_id
    from raw.reports
    group by extract_id, report_id
    having count(*) > 1
)

select extract_id, line_number, 'dates_in_order' as rule, 'occurred' as column_name
from lines
where occurred_date > least(reported_date, recorded_date) or occurred_month > least(reported_month, recorded_month)
union all
select extract_id, line_number, 'dates_in_order', 'reported'
from lines
where reported_date > recorded_date or reported_month > recorded_month
union all
select extract_id, line_number, 'no_date_after_extract', 'recorded'
from lines
where
    greatest(occurred_date, reported_date, recorded_date) > extracted_on
    or greatest(occurred_month, reported_month, recorded_month) > extracted_on
union all
select extract_id, line_number, 'aggravated_needs_race_or_religion', 'aggravated'
from lines
where (is_aggravated or has_aggravated_code) and not list_has_any(characteristics, ['race', 'religion'])
union all
select lines.extract_id, lines.line_number, 'report_once_per_extract', 'report_id'
from lines
semi join repeated using (extract_id, report_id)
where lines.rows_per_report = 'one'
order by all
