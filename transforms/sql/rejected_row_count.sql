-- rejected_row_count: one number, the rows set aside.
-- grain: (one row)
-- reads: core.coded_rows
select count(*) filter (where len(faults) > 0) from core.coded_rows
