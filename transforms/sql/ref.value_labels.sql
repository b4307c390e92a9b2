-- ref.value_labels: one row a source, coded field and text received that its profile knows.
-- grain: source, field, as_received
-- reads: raw.texts, ref.profile_values
create table ref.value_labels as
with known as (
    select source, field, as_seen(label) as label, min(code) as code
    from ref.profile_values
    group by all
    having count(distinct code) = 1
),

received as (
    select source, field, as_received, as_seen(as_received) as label
    from raw.texts
)

select
    received.source,
    received.field,
    received.as_received,
    known.code
from received
semi join known as wanted using (source, field, label)
left join known using (source, field, label)
