-- quarantine_rows: one row a line set aside and rule it broke, of records and of counts.
-- grain: extract_id, line_number, rule, column_name
-- reads: core.rejected_reports, raw.count_cells
with broken as (
    select
        extract_id,
        line_number,
        unnest(faults) as fault
    from raw.count_cells
)

select
    extract_id,
    line_number,
    rule,
    column_name
from core.rejected_reports
union
select
    extract_id,
    line_number,
    fault.rule,
    fault.column_name
from broken
order by all
