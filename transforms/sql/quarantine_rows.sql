-- quarantine_rows: one row a line set aside and rule it broke.
-- grain: extract_id, line_number, rule, column_name
-- reads: core.rejected_reports
select
    extract_id,
    line_number,
    rule,
    column_name
from core.rejected_reports
order by all
