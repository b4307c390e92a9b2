-- signal_breaks: one row a dated change of recording that touches the source's force or its country.
-- grain: starts_on, characteristic
-- reads: ref.recording_breaks
-- A break without a day of its own cannot be placed in a series: it stands in the notes only.
select distinct
    starts_on::date as starts_on,
    characteristic
from ref.recording_breaks
where
    area_code in ($force_code, $country_code)
    and starts_on is not null
    and (record_class is null or record_class = $record_class)
order by all
