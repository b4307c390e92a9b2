-- exact_counts: one row a count that disclosure control may let out, zeros present; private.
-- grain: area_code, characteristic, record_class, date_basis, month
-- reads: core.monthly_counts, ref.sources, ref.source_areas, raw.extracts
-- Only the headline date basis, and only whole months that were over when the newest extract was taken.
-- Areas share out a source's reports without overlap, so a force is counted as `all` of its areas.
with source as (
    select
        sources.source,
        sources.force_code,
        sources.force_name,
        sources.headline_date_basis,
        max(extracts.extracted_on) as extracted_on
    from ref.sources as sources
    left join raw.extracts as extracts using (source)
    group by all
),

areas as (
    select 'all' as area_code, force_code as published_code, force_name as area_name, 'police_force' as area_type
    from source
    union all
    select area_code, area_code, area_name, area_type
    from ref.source_areas
)

select
    areas.published_code as area_code,
    areas.area_name,
    areas.area_type,
    counts.characteristic,
    counts.record_class,
    counts.date_basis,
    counts.month,
    counts.report_count
from core.monthly_counts as counts
left join areas using (area_code)
semi join source
    on
        counts.date_basis = source.headline_date_basis
        and counts.month < date_trunc('month', source.extracted_on)
order by all
