-- core.rejected_reports: one row a line set aside and rule it broke.
-- grain: extract_id, line_number, rule, column_name
-- reads: core.coded_rows
create table core.rejected_reports as
with broken as (
    select
        source,
        extract_id,
        line_number,
        report_id,
        unnest(faults) as fault
    from core.coded_rows
)

select
    source,
    extract_id,
    line_number,
    report_id,
    fault.rule as rule,
    fault.column_name as column_name
from broken
