-- core.report_motivations: one row a counted report and label the source gave its ground.
-- grain: source, report_id, column_name, motivation, characteristic
-- reads: core.reports, core.coded_rows, ref.motivation_sets
create table core.report_motivations as
with labelled as (
    select distinct
        reports.source,
        reports.report_id,
        unnest(sets.named) as label
    from core.reports as reports
    left join core.coded_rows as coded
        on
            reports.source = coded.source
            and reports.report_id = coded.report_id
            and reports.extract_id = coded.extract_id
            and len(coded.faults) = 0
    left join ref.motivation_sets as sets
        on coded.source = sets.source and coded.motivations = sets.motivations
)

select
    source,
    report_id,
    label.column_name as column_name,
    label.motivation as motivation,
    label.characteristic as characteristic
from labelled
