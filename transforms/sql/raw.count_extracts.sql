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
)

select
    *,
    row_number() over (partition by source order by extracted_on desc, extract_id desc) as age
from dated
