-- core.recent_months: one row a source and whole month of the last 24 that its extracts cover.
-- grain: source, month
-- reads: raw.extracts, core.report_counts, ref.sources
-- `usual_count` is the median of the twelve months before, null where fewer than six are known. A month that only the
-- newest extract covers and that is far from it, by chance and by proportion ($low, $high and so on are policy), was
-- probably delivered in part or twice; any month without a report was probably not delivered. `extract_id` is the
-- first extract that covers the month, so that what a person decides about it stays decided.
create table core.recent_months as
with counts as (
    select
        counted.source,
        counted.month,
        sum(counted.report_count)::bigint as report_count
    from core.report_counts as counted
    semi join ref.sources as sources
        on counted.source = sources.source and counted.date_basis = sources.headline_date_basis
    group by counted.source, counted.month
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
    select source, extracted_month
    from reach
    where is_newest
),

earlier as (
    select source, max(extracted_month) as extracted_month
    from reach
    where not is_newest
    group by source
),

months as (
    select
        source,
        unnest(generate_series(
            extracted_month - interval 24 month, extracted_month - interval 1 month, interval 1 month
        ))::date as month
    from newest
),

covered as (
    select
        months.source,
        months.month,
        arg_min(reach.extract_id, struct_pack(day := reach.extracted_month, id := reach.extract_id)) as extract_id,
        coalesce(
            months.month >= any_value(earlier.extracted_month),
            months.month = any_value(newest.extracted_month) - interval 1 month
        ) as is_new
    from months
    left join reach on months.source = reach.source and months.month < reach.extracted_month
    left join newest on months.source = newest.source
    left join earlier on months.source = earlier.source
    group by months.source, months.month
),

months_before as (
    select
        covered.source,
        covered.month,
        unnest(generate_series(
            greatest(covered.month - interval 12 month, known_months.first_month),
            covered.month - interval 1 month,
            interval 1 month
        ))::date as month_before
    from covered
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
    covered.source,
    covered.extract_id,
    covered.month,
    covered.is_new,
    coalesce(counts.report_count, 0) as report_count,
    usual.usual_count,
    coalesce(
        usual.usual_count >= $least
        and (
            coalesce(counts.report_count, 0) = 0
            or (
                covered.is_new
                and abs(counts.report_count - usual.usual_count) > $deviations * sqrt(usual.usual_count)
                and counts.report_count not between $low * usual.usual_count and $high * usual.usual_count
            )
        ),
        false
    ) as is_implausible
from covered
left join counts using (source, month)
left join usual using (source, month)
