-- raw.count_cells: one row a line and month of a count extract, each text beside what it says, with the rules broken.
-- grain: extract_id, line_number, month_as_received
-- reads: raw.count_lines, ref.count_areas, ref.count_categories, ref.count_months
-- An empty cell is a number that the source does not give: it breaks no rule and is not zero.
create table raw.count_cells as
with cells as (
    select
        source,
        extract_id,
        line_number,
        lower(trim(area)) as area,
        trim(category) as category,
        unnest(map_entries(cells)) as cell
    from raw.count_lines
),

coded as (
    select
        cells.source,
        cells.extract_id,
        cells.line_number,
        cells.cell.key as month_as_received,
        areas.area_code,
        areas.area_name,
        areas.area_type,
        categories.measure,
        categories.code as category,
        months.month::date as month,
        trim(cells.cell.value) as count_as_received,
        case
            when regexp_full_match(trim(cells.cell.value), '[0-9]{1,9}') then trim(cells.cell.value)::bigint
        end as recorded_count
    from cells
    left join ref.count_areas as areas
        on cells.source = areas.source and cells.area = areas.label
    left join ref.count_categories as categories
        on cells.source = categories.source and cells.category = categories.label
    left join ref.count_months as months
        on cells.source = months.source and cells.cell.key = months.as_received
),

placed as (
    select
        *,
        count(*) over (partition by extract_id, area_code, category, month) as times
    from coded
)

select
    * exclude (times, count_as_received),
    list_filter(
        [
            case when area_code is null then {'rule': 'count_label_known', 'column_name': 'area'} end,
            case when measure is null then {'rule': 'count_label_known', 'column_name': 'category'} end,
            case when month is null then {'rule': 'count_readable', 'column_name': 'month'} end,
            case when count_as_received is not null and recorded_count is null
                then {'rule': 'count_readable', 'column_name': 'count'} end,
            case when times > 1 and area_code is not null and category is not null and month is not null
                then {'rule': 'count_cell_once', 'column_name': 'area'} end
        ],
        lambda fault: fault is not null
    ) as faults
from placed
