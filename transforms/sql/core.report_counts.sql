-- core.report_counts: exact reports by source, area, record class, set of grounds, and month of each kind of date.
-- grain: source, area_code, record_class, characteristics, date_basis, month
-- reads: core.reports
-- Each report stands in one set of grounds, so these rows can be added up; all further counting starts here.
create table core.report_counts as
select
    source,
    area_code,
    record_class,
    characteristics,
    'recorded' as date_basis,
    recorded_month as month,
    count(*) as report_count
from core.reports
where recorded_month is not null
group by source, area_code, record_class, characteristics, recorded_month
union all
select
    source,
    area_code,
    record_class,
    characteristics,
    'reported' as date_basis,
    reported_month as month,
    count(*) as report_count
from core.reports
where reported_month is not null
group by source, area_code, record_class, characteristics, reported_month
union all
select
    source,
    area_code,
    record_class,
    characteristics,
    'occurred' as date_basis,
    occurred_month as month,
    count(*) as report_count
from core.reports
where occurred_month is not null
group by source, area_code, record_class, characteristics, occurred_month
