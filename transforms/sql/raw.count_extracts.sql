-- raw.count_extracts: one row a count extract, with the day it was taken.
-- grain: extract_id
-- reads: raw.received_counts, raw.count_cells, ref.count_sources
-- An extract that does not say when it was taken is as old as the last day of its newest month.
create table raw.count_extracts as
with newest_months as (
    select extract_id, max(month) as newest_month
    from raw.count_cells
    group by extract_id
),

dated as (
    select
        received.source,
        received.extract_id,
        coalesce(received.declared_on::date, last_day(newest_months.newest_month)) as extracted_on,
        received.row_count,
        sources.revision_rule
    from raw.received_counts as received
    left join newest_months using (extract_id)
    left join ref.count_sources as sources using (source)
),

rivals as (
    select
        dated.source,
        dated.extracted_on,
        case dated.revision_rule when 'period' then months.month end as month
    from dated
    left join (select distinct extract_id, month from raw.count_cells) as months using (extract_id)
    group by all
    having count(distinct dated.extract_id) > 1
)

select
    dated.*,
    row_number() over (partition by dated.source order by dated.extracted_on desc, dated.extract_id desc) as age,
    -- Of the same day, and of the same months where an extract holds only some: neither can be taken for the newer.
    rivals.source is not null as has_rival
from dated
left join (select distinct source, extracted_on from rivals) as rivals
    on dated.source = rivals.source and dated.extracted_on = rivals.extracted_on
