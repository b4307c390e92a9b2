-- signal_scope: the source, its newest extract, and the last month that was over when that extract was taken.
-- grain: source
-- reads: ref.sources, raw.extracts, ref.areas
select
    sources.source,
    sources.force_code,
    areas.parent_code as country_code,
    sources.headline_date_basis as date_basis,
    max(extracts.extracted_on) as extracted_on,
    (date_trunc('month', max(extracts.extracted_on)) - interval 1 month)::date as last_month
from ref.sources as sources
left join raw.extracts as extracts using (source)
left join ref.areas as areas on areas.area_code = sources.force_code
group by all
