-- quarantine_doubts: one row a sound line that contradicts itself or another, and the rule it breaks.
-- grain: extract_id, line_number, rule, column_name
-- reads: core.coded_rows, core.report_versions, core.recent_months, raw.extracts, raw.reports, ref.aggravated_offences, raw.count_extracts
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
),

-- Reports of which the extracts of one day say different things, where nothing newer settles it.
disputed as (
    select source, report_id, extracted_on
    from (
        select distinct * exclude (extract_id, version_number, is_latest, row_count, motivations)
        from core.report_versions
        semi join (select source, report_id, extracted_on from core.report_versions where is_latest) as standing
            using (source, report_id, extracted_on)
    )
    group by source, report_id, extracted_on
    having count(*) > 1
),

rivals as (
    select source, extracted_on
    from raw.extracts
    semi join (select source, max(extracted_on) as extracted_on from raw.extracts group by source) as newest
        using (source, extracted_on)
    where revision_rule = 'snapshot'
    group by source, extracted_on
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
select
    extract_id,
    line_number,
    'no_date_after_extract',
    case
        when recorded_date > extracted_on or recorded_month > extracted_on then 'recorded'
        when reported_date > extracted_on or reported_month > extracted_on then 'reported'
        else 'occurred'
    end
from lines
where
    greatest(occurred_date, reported_date, recorded_date) > extracted_on
    or greatest(occurred_month, reported_month, recorded_month) > extracted_on
union all
select extract_id, line_number, 'aggravated_needs_race_or_religion', 'aggravated'
from lines
where (is_aggravated or has_aggravated_code) and not list_has_any(characteristics, ['race', 'religion'])
union all
-- Also of rows set aside, so that whatever breaks the rule can be found.
select extract_id, line_number, 'report_id_plain', 'report_id'
from core.coded_rows
where regexp_matches(report_id, '^ | $|[^ -~\p{Latin}]|[\x{2100}-\x{218f}\x{ff00}-\x{ffef}]')
union all
select rows.extract_id, rows.line_number, 'report_once_per_extract', 'report_id'
from core.coded_rows as rows
semi join repeated using (extract_id, report_id)
semi join (select extract_id from raw.extracts where rows_per_report = 'one') as one_a_report using (extract_id)
union all
select lines.extract_id, lines.line_number, 'same_day_extracts_agree', 'report_id'
from lines
semi join disputed using (source, report_id, extracted_on)
union all
-- The file as a whole: its header stands for it.
select extracts.extract_id, 1, 'one_snapshot_a_day', 'extracted_on'
from raw.extracts as extracts
semi join rivals using (source, extracted_on)
union all
select extract_id, 1, 'one_count_extract_a_day', 'extracted_on'
from raw.count_extracts
where has_rival
union all
select extract_id, 1, 'volume_plausible', strftime(month, '%Y-%m')
from core.recent_months
where is_implausible
order by all
