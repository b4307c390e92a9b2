-- core.monthly_counts: exact reports by area, characteristic and month, zeros present.
-- grain: area_code, characteristic, month, record_class, date_basis
-- reads: core.report_counts, raw.extracts, ref.source_areas, ref.source_dimensions
-- `all` counts each report once: characteristics overlap, so `all` is counted and never added up.
-- A nil return (an extract without rows) says that nothing was recorded up to the month before it: zeros, no gap.
create table core.monthly_counts as
with placed as (
    select unnest([area_code, 'all']) as area_code, record_class, characteristics, date_basis, month, report_count
    from core.report_counts
),

named as (
    select
        area_code,
        record_class,
        unnest(list_append(characteristics, 'all')) as characteristic,
        date_basis,
        month,
        report_count
    from placed
),

counts as (
    select
        area_code,
        record_class,
        characteristic,
        date_basis,
        month,
        sum(report_count) as report_count
    from named
    group by all
),

covered as (
    select date_basis, month
    from core.report_counts
    union all
    select
        dimensions.code as date_basis,
        (date_trunc('month', extracts.extracted_on) - interval 1 month)::date as month
    from raw.extracts as extracts
    left join ref.source_dimensions as dimensions
        on extracts.source = dimensions.source and dimensions.dimension = 'date_basis'
    where extracts.row_count = 0
),

months as (
    select
        date_basis,
        unnest(generate_series(min(month), max(month), interval 1 month))::date as month
    from covered
    group by date_basis
),

areas as (
    select distinct area_code, area_name from ref.source_areas
    union all
    select 'all', 'All areas'
),

grid as (
    select
        areas.area_code,
        areas.area_name,
        characteristics.code as characteristic,
        months.month,
        classes.code as record_class,
        months.date_basis
    from areas
    cross join (
        select distinct code from ref.source_dimensions where dimension = 'characteristic'
        union all
        select 'all'
    ) as characteristics
    cross join (select distinct code from ref.source_dimensions where dimension = 'record_class') as classes
    cross join months
)

select
    grid.area_code,
    grid.area_name,
    grid.characteristic,
    grid.month,
    grid.record_class,
    grid.date_basis,
    coalesce(counts.report_count, 0)::bigint as report_count
from grid
left join counts
    on
        grid.area_code = counts.area_code
        and grid.record_class = counts.record_class
        and grid.characteristic = counts.characteristic
        and grid.date_basis = counts.date_basis
        and grid.month = counts.month
order by all
