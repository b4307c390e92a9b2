-- signal_reports: one row a counted report and ground since `first_day`, with what delay, route and outcome say.
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
    coalesce(recorded_date, reported_date) as recorded_date,
    case when reported_month between $first_month and $last_month then reporting_delay_days end as reporting_delay_days,
    reporting_route,
    offence_group_code,
    outcome_code,
    occurred_date is null as is_occurred_unknown
from placed
where coalesce(recorded_month, reported_month, month) >= $first_day
