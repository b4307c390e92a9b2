-- ref.date_readings: one row a text received and declared format that reads it.
-- grain: source, field, as_received, format
-- reads: raw.texts
-- Run once a source, field and format. A text is read only where writing the date again gives the same text:
-- A time of day counts in the force's own time zone: 23:30 UTC on 31 March is 1 April in London, another year.
-- '1/2/25' is not the year 25, and '31-Aug-91' beside another DATA_YEAR is no date.
insert into ref.date_readings
select
    source,
    field,
    as_received,
    $format as format,
    case
        when $format like '%\%H%' escape '\'
            then timezone($time_zone, timezone($written_in, try_strptime(trim(as_received), $format)))::date
        else try_strptime(trim(as_received), $format)::date
    end as parsed
from raw.texts
where
    source = $source
    and field = $field
    and strftime(try_strptime(trim(as_received), $format), $format) = trim(as_received)
