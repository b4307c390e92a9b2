-- ref.area_labels: one row a source and text received that names one of its areas.
-- grain: source, as_received
-- reads: raw.texts, ref.source_areas, ref.area_former_codes, ref.area_aliases, ref.profile_area_codes
-- Codes, former codes, names and other spellings are all accepted; a text that names nothing has no row here.
-- A letter of another script that only looks like ours is another letter: such a text names nothing.
create table ref.area_labels as
with received as (
    select
        source,
        as_received,
        lower(as_seen(as_received)) as spelling
    from raw.texts
    where field = 'area'
),

spellings as (
    select source, lower(as_seen(area_code)) as spelling, area_code from ref.source_areas
    union
    select source, lower(as_seen(area_name)), area_code from ref.source_areas
    union
    select areas.source, lower(as_seen(former.former_code)), areas.area_code
    from ref.source_areas as areas
    semi join ref.area_former_codes using (area_code)
    left join ref.area_former_codes as former using (area_code)
    union
    select areas.source, lower(as_seen(aliases.alias)), areas.area_code
    from ref.source_areas as areas
    semi join ref.area_aliases using (area_code)
    left join ref.area_aliases as aliases using (area_code)
    union
    select source, lower(as_seen(label)), area_code from ref.profile_area_codes
)

select
    received.source,
    received.as_received,
    min(spellings.area_code) as area_code
from received
left join spellings
    on received.source = spellings.source and received.spelling = spellings.spelling
group by received.source, received.as_received
having count(distinct spellings.area_code) = 1
