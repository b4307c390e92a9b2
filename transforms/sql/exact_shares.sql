-- exact_shares: one row a share of a force's reports of crime in a year ending March that may be let out in steps; private.
-- grain: measure, area_code, characteristic, record_class, date_basis, period_start
-- reads: core.reports, ref.sources, raw.extracts
-- `trials` is what the share is of and `events` what it counts, both among the `report_count` reports of the cell.
-- What of a month was on record so many months later is told where months are not those of recording.
-- A share has no row where the source records nothing of it; the wait has none where months are those in which it
-- happened, for what happened lately can only have short waits; how a case ended has none before it had time to end.
with source as (
    select
        sources.force_code,
        sources.headline_date_basis as date_basis,
        max(extracts.extracted_on) as extracted_on
    from ref.sources as sources
    left join raw.extracts as extracts using (source)
    group by all
),

placed as (
    select
        source.*,
        reports.*,
        case source.date_basis
            when 'recorded' then reports.recorded_month
            when 'reported' then reports.reported_month
            else reports.occurred_month
        end as month
    from core.reports as reports
    cross join source
    where reports.record_class = 'crime'
),

named as (
    select
        *,
        unnest(list_append(characteristics, 'all')) as characteristic,
        make_date(year(month - interval 3 month)::int, 4, 1) as period_start
    from placed
    where month < date_trunc('month', extracted_on)
),

counted as (
    select
        force_code as area_code,
        characteristic,
        record_class,
        date_basis,
        period_start,
        period_start + interval 12 month + to_days($mature_days) <= extracted_on + interval 1 day as is_mature,
        count(*) as report_count,
        count(*) filter (reporting_delay_days >= 0) as dated,
        count(*) filter (reporting_delay_days between 0 and $told_within_days) as told_at_once,
        count(*) filter (reporting_route = 'online') as online,
        count(*) filter (reporting_route = 'third_party') as third_party,
        count(*) filter (reporting_route = 'officer') as officer,
        count(*) filter (reporting_route = 'unknown') as route_unknown,
        count(outcome_code) as assigned,
        count(*) filter (list_contains($not_supported, outcome_code)) as not_supported
    from named
    group by all
),

recorded as (
    select
        counted.*,
        date_basis <> 'occurred' and sum(dated) over () > 0 as has_delays,
        sum(report_count - route_unknown) over () > 0 as has_routes,
        sum(assigned) over () > 0 as has_outcomes
    from counted
),

shares as (
    select *, 'share_told_within_7_days' as measure, dated as trials, told_at_once as events
    from recorded where has_delays
    union all
    select *, 'share_online', report_count, online from recorded where has_routes
    union all
    select *, 'share_third_party', report_count, third_party from recorded where has_routes
    union all
    select *, 'share_officer', report_count, officer from recorded where has_routes
    union all
    select *, 'share_route_unknown', report_count, route_unknown from recorded where has_routes
    union all
    select *, 'share_not_supported', assigned, not_supported from recorded where has_outcomes and is_mature
),

on_record as (
    select
        'share_on_record_after_' || ages.months || '_months' as measure,
        named.force_code as area_code,
        named.characteristic,
        named.record_class,
        named.date_basis,
        named.period_start,
        count(*) as report_count,
        count(named.recorded_month) as trials,
        count(*) filter (datediff('month', named.month, named.recorded_month) <= ages.months) as events
    from named
    cross join unnest($months_late) as ages(months)
    where
        named.date_basis <> 'recorded'
        and named.period_start + to_months(12 + $mature_months) <= named.extracted_on + interval 1 day
    group by all
)

select
    measure,
    area_code,
    characteristic,
    record_class,
    date_basis,
    period_start,
    report_count,
    trials,
    events
from shares
union all
select * from on_record
order by all
