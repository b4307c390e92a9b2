-- ref.date_labels: one row a source, date field and text received; `parsed` is null where it is not one clear date.
-- grain: source, field, as_received
-- reads: raw.texts, ref.date_readings
create table ref.date_labels as
select
    texts.source,
    texts.field,
    texts.as_received,
    case when count(distinct readings.parsed) = 1 then min(readings.parsed) end as parsed,
    bool_or(readings.format like '%\%d%' escape '\') as has_day
from raw.texts as texts
left join ref.date_readings as readings
    on
        texts.source = readings.source
        and texts.field = readings.field
        and texts.as_received = readings.as_received
where texts.field in ('occurred', 'reported', 'recorded')
group by texts.source, texts.field, texts.as_received
