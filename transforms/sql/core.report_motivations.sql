-- core.report_motivations: one row a counted report and label the source gave its ground.
-- grain: source, report_id, column_name, motivation, characteristic
-- reads: core.report_versions, core.coded_rows, ref.motivation_sets
create table core.report_motivations as
with labelled as (
    select
        versions.source,
        versions.report_id,
        versions.row_count,
        unnest(sets.named) as label
    from core.report_versions as versions
    left join core.coded_rows as coded
        on
            versions.source = coded.source
            and versions.report_id = coded.report_id
            and versions.extract_id = coded.extract_id
            and array_length(coded.faults) = 0
    left join ref.motivation_sets as sets
        on coded.source = sets.source and coded.motivations = sets.motivations
    where versions.is_latest and versions.status = 'recorded'
),

-- A row names no label twice; only the several rows of one report can.
named as (
    select source, report_id, label from labelled
    where row_count = 1
    union all
    select distinct source, report_id, label from labelled
    where row_count > 1
)

select
    source,
    report_id,
    label.column_name as column_name,
    label.motivation as motivation,
    label.characteristic as characteristic
from named
