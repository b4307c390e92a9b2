-- report_count: one number, the reports that count.
-- grain: (one row)
-- reads: core.reports
select count(*) from core.reports
