-- core.report_motivations: one row a counted report and label the source gave its ground; a view.
-- grain: source, report_id, column_name, motivation, characteristic
-- reads: core.report_versions, raw.reports, core.rejected_reports, ref.motivation_sets
create view core.report_motivations as
with standing as (
    select source, report_id, extract_id, row_count, motivations
    from core.report_versions
    where is_latest and status = 'recorded'
),

on_several_rows as (
    select source, report_id, extract_id
    from standing
    where row_count > 1
),

labelled as (
    select
        standing.source,
        standing.report_id,
        unnest(sets.named) as label
    from standing
    left join ref.motivation_sets as sets
        on standing.source = sets.source and standing.motivations = sets.motivations
    where standing.row_count = 1
),

labelled_again as (
    select distinct
        lines.source,
        lines.report_id,
        unnest(sets.named) as label
    from raw.reports as lines
    semi join on_several_rows
        on
            lines.source = on_several_rows.source
            and lines.report_id = on_several_rows.report_id
            and lines.extract_id = on_several_rows.extract_id
    anti join core.rejected_reports as rejected
        on lines.extract_id = rejected.extract_id and lines.line_number = rejected.line_number
    left join ref.motivation_sets as sets
        on lines.source = sets.source and lines.motivations = sets.motivations
),

named as (
    select source, report_id, label from labelled
    union all
    select source, report_id, label from labelled_again
)

select
    source,
    report_id,
    label.column_name as column_name,
    label.motivation as motivation,
    label.characteristic as characteristic
from named
