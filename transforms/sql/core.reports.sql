-- core.reports: one row a report that counts: its latest version, recorded and in scope; a view.
-- grain: source, report_id
-- reads: core.report_versions
create view core.reports as
select * exclude (extracted_on, is_latest, status, row_count, motivations)
from core.report_versions
where is_latest and status = 'recorded'
