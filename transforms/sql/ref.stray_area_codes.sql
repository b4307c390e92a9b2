-- ref.stray_area_codes: one row a label of a profile whose area its force does not have; none in a sound profile.
-- grain: source, label
-- reads: ref.profile_area_codes, ref.source_areas
select
    codes.source,
    codes.label,
    codes.area_code
from ref.profile_area_codes as codes
anti join ref.source_areas using (source, area_code)
order by all
