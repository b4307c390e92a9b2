-- ref.source_areas: one row a source and area it can report on; these areas share out its reports without overlap.
-- grain: source, area_code
-- reads: ref.sources, ref.areas, ref.profile_areas
create table ref.source_areas as
select
    sources.source,
    areas.area_code,
    areas.area_name,
    areas.area_type
from ref.sources
left join ref.areas on areas.parent_code = sources.force_code
where
    sources.uses_reference_areas
    and areas.area_type in ('district', 'not_geographic')
    and areas.valid_to is null
union all
select
    source,
    area_code,
    area_name,
    area_type
from ref.profile_areas
