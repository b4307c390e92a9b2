-- ref.date_texts: one row a source, date field and text received.
-- grain: source, field, as_received
-- reads: raw.reports
create table ref.date_texts as
select distinct
    source,
    field,
    as_received
from (
    from raw.reports
    unpivot (as_received for field in (occurred, reported, recorded))
)
