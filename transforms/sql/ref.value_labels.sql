-- ref.value_labels: one row a source, coded field and text received that its profile knows.
-- grain: source, field, as_received
-- reads: raw.texts, ref.profile_values
create table ref.value_labels as
select
    received.source,
    received.field,
    received.as_received,
    known.code
from raw.texts as received
semi join ref.profile_values as wanted
    on received.source = wanted.source and received.field = wanted.field and trim(received.as_received) = wanted.label
left join ref.profile_values as known
    on received.source = known.source and received.field = known.field and trim(received.as_received) = known.label
