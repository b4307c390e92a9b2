-- ref.motivation_labels: one row a source, ground column and label received; `characteristic` is null where unknown.
-- grain: source, column_name, as_received, characteristic
-- reads: ref.motivation_texts, ref.profile_motivations, ref.profile_motivation_nones
create table ref.motivation_labels as
with received as (
    select distinct source, column_name, as_received
    from ref.motivation_texts
)

select
    received.source,
    received.column_name,
    received.as_received,
    known.characteristic
from received
anti join ref.profile_motivation_nones as nones
    on
        received.source = nones.source
        and received.column_name = nones.column_name
        and received.as_received = as_seen(nones.label)
left join ref.profile_motivations as known
    on
        received.source = known.source
        and received.column_name = known.column_name
        and received.as_received = as_seen(known.label)
