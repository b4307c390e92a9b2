-- rejected_row_counts: one row an extract of which rows were set aside, of records or of counts, and how many.
-- grain: extract_id
-- reads: core.rejected_reports, raw.count_cells
select extract_id, count(distinct line_number)
from core.rejected_reports
group by extract_id
union all
select extract_id, count(distinct line_number)
from raw.count_cells
where len(faults) > 0
group by extract_id
order by all
