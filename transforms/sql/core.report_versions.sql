-- core.report_versions: one row a report and extract that carried it; version 1 is the earliest.
-- grain: source, report_id, extract_id
-- reads: raw.reports, core.coded_rows, raw.extracts, ref.sources
-- Where several rows make up a report, its grounds are those of all rows together, and its other values are those
-- of the row that sorts first (the earliest recorded), so that the order of rows in a file does not matter.
create table core.report_versions as
-- A view that is named twice here is read twice, which costs less than to keep what it gives.
with again as (
    -- By hash, which is cheap and at worst says of a report that it comes again when it does not.
    select hash(report_id) as id_hash
    from raw.reports
    group by hash(report_id)
    having count(*) > 1
),

-- Most reports stand on one line: only the others are put together and numbered.
lines_again as (
    select coded.*
    from core.coded_rows as coded
    semi join again on hash(coded.report_id) = again.id_hash
    where array_length(coded.faults) = 0
),

repeated as (
    select source, report_id, extract_id
    from lines_again
    group by source, report_id, extract_id
    having count(*) > 1
),

several as (
    select
        source,
        report_id,
        extract_id,
        count(*) as row_count,
        -- Engines differ on where null sorts, so each says first whether it is one: nulls come last.
        min({
            'no_recorded_date': recorded_date is null,
            'recorded_date': recorded_date,
            'no_reported_date': reported_date is null,
            'reported_date': reported_date,
            'no_occurred_date': occurred_date is null,
            'occurred_date': occurred_date,
            'no_recorded_month': recorded_month is null,
            'recorded_month': recorded_month,
            'no_reported_month': reported_month is null,
            'reported_month': reported_month,
            'no_occurred_month': occurred_month is null,
            'occurred_month': occurred_month,
            'area_code': area_code,
            'record_class': record_class,
            'no_offence_code': offence_code is null,
            'offence_code': offence_code,
            'no_offence_group_code': offence_group_code is null,
            'offence_group_code': offence_group_code,
            'no_outcome_code': outcome_code is null,
            'outcome_code': outcome_code,
            'reporting_route': reporting_route,
            'status': status,
            'no_is_aggravated': is_aggravated is null,
            'is_aggravated': is_aggravated
        }) as first_row,
        list_sort(list_distinct(flatten(list(distinct characteristics)))) as all_characteristics
    from lines_again
    semi join repeated using (source, report_id, extract_id)
    group by source, report_id, extract_id
),

carried as (
    select
        source,
        report_id,
        extract_id,
        1 as row_count,
        recorded_date,
        reported_date,
        occurred_date,
        recorded_month,
        reported_month,
        occurred_month,
        area_code,
        record_class,
        offence_code,
        offence_group_code,
        outcome_code,
        reporting_route,
        status,
        is_aggravated,
        characteristics,
        motivations
    from lines_again
    anti join repeated using (source, report_id, extract_id)
    union all
    select
        source,
        report_id,
        extract_id,
        row_count,
        first_row.recorded_date as recorded_date,
        first_row.reported_date as reported_date,
        first_row.occurred_date as occurred_date,
        first_row.recorded_month as recorded_month,
        first_row.reported_month as reported_month,
        first_row.occurred_month as occurred_month,
        first_row.area_code as area_code,
        first_row.record_class as record_class,
        first_row.offence_code as offence_code,
        first_row.offence_group_code as offence_group_code,
        first_row.outcome_code as outcome_code,
        first_row.reporting_route as reporting_route,
        first_row.status as status,
        first_row.is_aggravated as is_aggravated,
        -- 'not_recorded' says that nothing was named: it gives way to any row that names a ground.
        case
            when array_length(all_characteristics) > 1
                then list_filter(all_characteristics, lambda c: c <> 'not_recorded')
            else all_characteristics
        end as characteristics,
        null as motivations
    from several
),

numbered as (
    select
        carried.*,
        row_number() over (
            partition by carried.source, carried.report_id
            order by extracts.extracted_on, carried.extract_id
        ) as version_number,
        count(*) over (partition by carried.source, carried.report_id) as version_count
    from carried
    left join raw.extracts as extracts
        on carried.extract_id = extracts.extract_id
    union all
    select
        source,
        report_id,
        extract_id,
        1 as row_count,
        recorded_date,
        reported_date,
        occurred_date,
        recorded_month,
        reported_month,
        occurred_month,
        area_code,
        record_class,
        offence_code,
        offence_group_code,
        outcome_code,
        reporting_route,
        status,
        is_aggravated,
        characteristics,
        motivations,
        1 as version_number,
        1 as version_count
    from core.coded_rows as coded
    anti join again on hash(coded.report_id) = again.id_hash
    where array_length(coded.faults) = 0
),

dated as (
    select
        numbered.* exclude (status),
        extracts.extracted_on,
        sources.revision_rule,
        extracts.is_newest as in_newest_extract,
        case
            when numbered.status <> 'recorded' then numbered.status
            when array_length(list_filter(numbered.characteristics, lambda c: not list_contains(sources.out_of_scope, c))) = 0
                then 'out_of_scope'
            else 'recorded'
        end as status
    from numbered
    left join raw.extracts as extracts
        on numbered.extract_id = extracts.extract_id
    left join ref.sources as sources
        on numbered.source = sources.source
)

select
    source,
    report_id,
    extract_id,
    extracted_on,
    version_number::bigint as version_number,
    version_number = version_count and (revision_rule = 'report' or in_newest_extract) as is_latest,
    status,
    row_count::bigint as row_count,
    area_code,
    record_class,
    occurred_date,
    occurred_month,
    reported_date,
    reported_month,
    recorded_date,
    recorded_month,
    date_diff('day', occurred_date, reported_date)::integer as reporting_delay_days,
    offence_code,
    offence_group_code,
    outcome_code,
    reporting_route,
    is_aggravated,
    characteristics,
    motivations
from dated
