-- signal_reports: one row a counted report and ground since `first_day`, with what its delay, route and outcome say.
-- grain: report_id, characteristic
-- reads: core.reports, ref.source_areas
-- `report_id` is left out of the result: nobody needs to know which report it is.
with placed as (
    select
        reports.*,
        case $date_basis
            when 'recorded' then recorded_month
            when 'reported' then reported_month
            else occurred_month
        end as month
    from core.reports as reports
    semi join (select area_code from ref.source_areas where area_type <> 'not_geographic') as map using (area_code)
    where record_class = $record_class
)

select
    area_code,
    unnest(characteristics) as characteristic,
    month,
    coalesce(reported_month, recorded_month) as told_month,
    coalesce(recorded_date, reported_date) as recorded_date,
    reporting_delay_days,
    reporting_route,
    offence_group_code,
    outcome_code,
    occurred_date
from placed
where coalesce(recorded_month, reported_month, month) >= $first_day
