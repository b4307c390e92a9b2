-- core.report_characteristics: one row a counted report and characteristic; a view.
-- grain: source, report_id, characteristic
-- reads: core.reports
-- A report may name several characteristics, so these rows do not add up to the number of reports.
create view core.report_characteristics as
select
    source,
    report_id,
    unnest(characteristics) as characteristic
from core.reports
