-- core.source_counts: one row a number that a source counted itself, of its newest extract that holds the month.
-- grain: source, category, area_code, month
-- reads: raw.count_cells, raw.count_extracts, ref.count_sources, ref.count_categories
-- These stand beside records and are never added to them, nor to one another: categories overlap.
create table core.source_counts as
with faulty as (
    select distinct extract_id, line_number
    from raw.count_cells
    where len(faults) > 0
),

sound as (
    select
        cells.*,
        extracts.age,
        extracts.revision_rule,
        min(extracts.age) over (partition by cells.source, cells.month) as newest_with_month
    from raw.count_cells as cells
    anti join faulty using (extract_id, line_number)
    left join raw.count_extracts as extracts using (extract_id)
)

select
    sound.source,
    sound.extract_id,
    sound.measure,
    sound.category,
    categories.label as category_name,
    categories.part_of,
    categories.characteristic,
    sound.area_code,
    sound.area_name,
    sound.area_type,
    sound.month,
    sources.record_class,
    sources.date_basis,
    sources.unit,
    sound.recorded_count
from sound
left join ref.count_sources as sources using (source)
left join ref.count_categories as categories
    on sound.source = categories.source and sound.category = categories.code
where
    sound.measure <> 'excluded'
    and sound.age = case sound.revision_rule when 'snapshot' then 1 else sound.newest_with_month end
