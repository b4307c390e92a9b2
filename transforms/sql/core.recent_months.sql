-- core.recent_months: one row a source and whole month that its newest extract is the first to cover.
-- grain: source, month
-- reads: raw.extracts, core.reports, ref.sources
-- `usual_count` is the median of the twelve months before, null where fewer than six are known. A month far from it,
-- by chance and by proportion, was probably delivered in part, twice or not at all: $low, $high and so on are policy.
create table core.recent_months as
with counts as (
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

known_months as (
    select
        source,
        min(month) as first_month,
        max(month) as last_month
    from counts
    group by source
),

-- The month in which what an extract covers ends is not whole.
reach as (
    select
        extracts.source,
        extracts.extract_id,
        extracts.is_newest,
        case sources.covers_to
            when 'day_taken' then date_trunc('month', extracts.extracted_on)
            else least(date_trunc('month', extracts.extracted_on), known_months.last_month)
        end as extracted_month
    from raw.extracts as extracts
    left join ref.sources as sources using (source)
    left join known_months using (source)
),

newest as (
    select source, extract_id, extracted_month
    from reach
    where is_newest
),

earlier as (
    select source, max(extracted_month) as extracted_month
    from reach
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

months_before as (
    select
        new_months.source,
        new_months.month,
        unnest(generate_series(
            greatest(new_months.month - interval 12 month, known_months.first_month),
            new_months.month - interval 1 month,
            interval 1 month
        ))::date as month_before
    from new_months
    left join known_months using (source)
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
