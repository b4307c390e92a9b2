-- signal_snapshots: how many reports of each month every monthly extract showed, by ground, for the whole force.
-- grain: date_basis, characteristic, extracted_month, month
-- reads: core.report_versions, raw.extracts, ref.sources
-- `extracted_month` is the last month that was over when the extract was taken, so that no month is seen in part;
-- of several extracts in a month the last one stands. A report counts from the extract that brought it until the
-- one that says something else of it; where each extract is the whole table, until the next extract.
with extracts as (
    select
        extracts.source,
        extracts.extract_id,
        extracts.extracted_on,
        sources.revision_rule,
        lead(extracts.extracted_on) over (
            partition by extracts.source order by extracts.extracted_on, extracts.extract_id
        ) as next_extract
    from raw.extracts as extracts
    left join ref.sources as sources using (source)
),

shown as (
    select
        (date_trunc('month', extracted_on) - interval 1 month)::date as extracted_month,
        max(extracted_on) as extracted_on
    from extracts
    group by all
    order by extracted_month desc
    limit $extracts
),

versions as (
    select
        versions.*,
        extracts.extracted_on as seen_from,
        case
            when extracts.revision_rule = 'snapshot' then extracts.next_extract
            else lead(versions.extracted_on) over (
                partition by versions.source, versions.report_id order by versions.extracted_on, versions.extract_id
            )
        end as seen_until
    from core.report_versions as versions
    left join extracts using (source, extract_id)
),

counted as (
    select
        date_basis,
        month,
        unnest(list_append(characteristics, 'all')) as characteristic,
        seen_from,
        seen_until
    from (
        select *, 'occurred' as date_basis, occurred_month as month from versions
        union all
        select *, 'reported' as date_basis, reported_month as month from versions
        union all
        select *, 'recorded' as date_basis, recorded_month as month from versions
    )
    where status = 'recorded' and record_class = $record_class and month is not null
),

steps as (
    select
        date_basis,
        characteristic,
        month,
        day,
        sum(step) as step
    from (
        select *, seen_from as day, 1 as step from counted
        union all
        select *, seen_until as day, -1 as step from counted where seen_until is not null
    )
    group by all
),

grid as (
    select
        kinds.date_basis,
        kinds.characteristic,
        shown.extracted_month,
        shown.extracted_on,
        unnest(
            generate_series(shown.extracted_month - to_months($months - 1), shown.extracted_month, interval 1 month)
        )::date as month
    from shown
    cross join (select distinct date_basis, characteristic from steps) as kinds
)

select
    grid.date_basis,
    grid.characteristic,
    grid.extracted_month,
    grid.month,
    coalesce(sum(steps.step), 0)::bigint as report_count
from grid
left join steps
    on
        grid.date_basis = steps.date_basis
        and grid.characteristic = steps.characteristic
        and grid.month = steps.month
        and grid.extracted_on >= steps.day
group by all
order by all
