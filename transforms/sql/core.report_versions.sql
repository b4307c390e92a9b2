-- core.report_versions: one row a report and extract that carried it; version 1 is the earliest.
-- grain: source, report_id, extract_id
-- reads: core.coded_rows, raw.extracts, ref.sources
-- Where several rows make up a report, its grounds are those of all rows together, and its other values are those
-- of the row that sorts first (the earliest recorded), so that the order of rows in a file does not matter.
create table core.report_versions as
with sound as (
    select * from core.coded_rows
    where len(faults) = 0
),

carried as (
    select
        source,
        report_id,
        extract_id,
        count(*) as row_count,
        min({
            'recorded_date': recorded_date,
            'reported_date': reported_date,
            'occurred_date': occurred_date,
            'recorded_month': recorded_month,
            'reported_month': reported_month,
            'occurred_month': occurred_month,
            'area_code': area_code,
            'record_class': record_class,
            'offence_code': offence_code,
            'offence_group_code': offence_group_code,
            'outcome_code': outcome_code,
            'reporting_route': reporting_route,
            'status': status,
            'is_aggravated': is_aggravated
        }) as first_row,
        list_sort(list_distinct(flatten(list(distinct characteristics)))) as all_characteristics
    from sound
    group by source, report_id, extract_id
),

named as (
    select
        *,
        -- 'not_recorded' says that nothing was named: it gives way to any row that names a ground.
        case
            when len(all_characteristics) > 1 then list_filter(all_characteristics, lambda c: c <> 'not_recorded')
            else all_characteristics
        end as characteristics
    from carried
),

dated as (
    select
        named.*,
        extracts.extracted_on,
        sources.revision_rule,
        row_number() over (
            partition by named.source, named.report_id
            order by extracts.extracted_on, named.extract_id
        ) as version_number,
        count(*) over (partition by named.source, named.report_id) as version_count,
        extracts.is_newest as in_newest_extract,
        case
            when named.first_row.status <> 'recorded' then named.first_row.status
            when len(list_filter(named.characteristics, lambda c: not list_contains(sources.out_of_scope, c))) = 0
                then 'out_of_scope'
            else 'recorded'
        end as status
    from named
    left join raw.extracts as extracts
        on named.extract_id = extracts.extract_id
    left join ref.sources as sources
        on named.source = sources.source
)

select
    source,
    report_id,
    extract_id,
    extracted_on,
    version_number,
    version_number = version_count and (revision_rule = 'report' or in_newest_extract) as is_latest,
    status,
    row_count,
    first_row.area_code as area_code,
    first_row.record_class as record_class,
    first_row.occurred_date as occurred_date,
    first_row.occurred_month as occurred_month,
    first_row.reported_date as reported_date,
    first_row.reported_month as reported_month,
    first_row.recorded_date as recorded_date,
    first_row.recorded_month as recorded_month,
    (first_row.reported_date - first_row.occurred_date)::integer as reporting_delay_days,
    first_row.offence_code as offence_code,
    first_row.offence_group_code as offence_group_code,
    first_row.outcome_code as outcome_code,
    first_row.reporting_route as reporting_route,
    first_row.is_aggravated as is_aggravated,
    characteristics
from dated
