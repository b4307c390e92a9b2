-- core.recent_months: one row a source and whole month that its newest extract is the first to cover.
-- grain: source, month
-- reads: raw.extracts, core.reports, ref.sources
-- `usual_count` is the median of the twelve months before, null where fewer than six are known. A month far from it,
-- by chance and by proportion, was probably delivered in part, twice or not at all: $low, $high and so on are policy.
create table core.recent_months as
with newest as (
    select
        source,
        extract_id,
        date_trunc('month', extracted_on) as extracted_month
    from raw.extracts
    where is_newest
),

earlier as (
    select source, max(date_trunc('month', extracted_on)) as extracted_month
    from raw.extracts
    where not is_newest
    group by source
),

new_months as (
    select
        newest.source,
        newest.extract_id,
        unnest(generate_series(
            greatest(
                coalesce(earlier.extracted_month, newest.extracted_month - interval 1 month),
                newest.extracted_month - interval 24 month
            ),
            newest.extracted_month - interval 1 month,
            interval 1 month
        ))::date as month
    from newest
    left join earlier using (source)
),

counts as (
    select
        reports.source,
        case sources.headline_date_basis
            when 'recorded' then reports.recorded_month
            when 'reported' then reports.reported_month
            else reports.occurred_month
        end as month,
        count(*) as report_count
    from core.reports as reports
    left join ref.sources as sources using (source)
    group by all
),

first_months as (
    select source, min(month) as month
    from counts
    group by source
),

months_before as (
    select
        new_months.source,
        new_months.month,
        unnest(generate_series(
            greatest(new_months.month - interval 12 month, first_months.month),
            new_months.month - interval 1 month,
            interval 1 month
        ))::date as month_before
    from new_months
    left join first_months using (source)
),

usual as (
    select
        months_before.source,
        months_before.month,
        case when count(*) >= 6 then median(coalesce(counts.report_count, 0)) end as usual_count
    from months_before
    left join counts
        on months_before.source = counts.source and months_before.month_before = counts.month
    group by months_before.source, months_before.month
)

select
    new_months.source,
    new_months.extract_id,
    new_months.month,
    coalesce(counts.report_count, 0) as report_count,
    usual.usual_count,
    coalesce(
        usual.usual_count >= $least
        and abs(coalesce(counts.report_count, 0) - usual.usual_count) > $deviations * sqrt(usual.usual_count)
        and coalesce(counts.report_count, 0) not between $low * usual.usual_count and $high * usual.usual_count,
        false
    ) as is_implausible
from new_months
left join counts using (source, month)
left join usual using (source, month)
