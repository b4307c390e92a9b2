-- signal_areas: one row a place on the map that the source reports on, with its population where that is sourced.
-- grain: area_code
-- reads: ref.source_areas, ref.populations
-- The population is that of the last reference day up to the end of the period, else of the first one after it.
-- Reports without a place on the map (online, elsewhere, unknown) have nobody to compare them with: left out.
select
    areas.area_code,
    areas.area_name,
    areas.area_type,
    coalesce(
        arg_max(populations.persons::double, populations.reference_date::date)
            filter (where populations.reference_date::date <= $last_day),
        arg_min(populations.persons::double, populations.reference_date::date)
    ) as persons
from ref.source_areas as areas
left join ref.populations as populations using (area_code)
where areas.area_type <> 'not_geographic'
group by all
order by area_code
