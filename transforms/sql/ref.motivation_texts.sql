-- ref.motivation_texts: one row a source, distinct set of ground columns received, column and label in it.
-- grain: source, motivations, column_name, as_received
-- reads: raw.motivation_sets, ref.profile_motivation_columns
-- Cells are split by the column's separator; the profile's words for none are left out.
create table ref.motivation_texts as
with cells as (
    select
        source,
        motivations,
        unnest(map_entries(motivations::json::map(varchar, varchar))) as cell
    from raw.motivation_sets
)

select distinct
    cells.source,
    cells.motivations,
    cells.cell.key as column_name,
    as_seen(unnest(
        case
            when columns.separator is null then [coalesce(cells.cell.value, '')]
            else string_split(coalesce(cells.cell.value, ''), columns.separator)
        end
    )) as as_received
from cells
left join ref.profile_motivation_columns as columns
    on cells.source = columns.source and cells.cell.key = columns.column_name
