-- rejected_row_count: one number, the rows set aside, of records and of counts.
-- grain: (one row)
-- reads: core.coded_rows, raw.count_cells
select
    (select count(*) from core.coded_rows where len(faults) > 0)
    + (select count(distinct (extract_id, line_number)) from raw.count_cells where len(faults) > 0)
