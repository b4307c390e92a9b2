-- ref.offence_labels: one row a source and offence code received, as it is written down.
-- grain: source, as_received
-- reads: raw.texts
create table ref.offence_labels as
select
    source,
    as_received,
    upper(trim(as_received)) as offence_code
from raw.texts
where field = 'offence_code'
