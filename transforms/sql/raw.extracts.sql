-- raw.extracts: one row an extract, with the day it was taken.
-- grain: extract_id
-- reads: raw.received, raw.undated_texts, ref.date_labels, ref.sources
-- An extract that does not say when it was taken is as old as the newest date in it: a rule, not a guess.
create table raw.extracts as
with newest_dates as (
    select
        texts.extract_id,
        max(labels.parsed) as newest_date
    from raw.undated_texts as texts
    left join ref.date_labels as labels using (source, field, as_received)
    group by texts.extract_id
),

dated as (
    select
        received.source,
        received.extract_id,
        coalesce(received.declared_on::date, newest_dates.newest_date) as extracted_on,
        received.row_count,
        sources.revision_rule,
        sources.rows_per_report
    from raw.received as received
    left join newest_dates using (extract_id)
    left join ref.sources as sources using (source)
)

select
    *,
    row_number() over (partition by source order by extracted_on desc, extract_id desc) = 1 as is_newest
from dated
