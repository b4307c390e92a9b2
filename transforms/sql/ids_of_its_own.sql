-- ids_of_its_own: one row a report id that one extract alone carries, the longest first.
-- grain: report_id
-- reads: (own_ids and other_ids, taken from canonical Parquet)
select distinct report_id
from own_ids
anti join other_ids using (report_id)
where length(report_id) >= $shortest
order by length(report_id) desc, report_id
limit $most
