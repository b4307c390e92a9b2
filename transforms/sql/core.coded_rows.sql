-- core.coded_rows: one row a line received, typed and coded, with the rules it breaks; a view, joined when it is read.
-- grain: extract_id, line_number
-- reads: raw.reports, ref.sources, ref.area_labels, ref.date_labels, ref.value_labels, ref.offence_labels, ref.motivation_sets
create view core.coded_rows as
with coded as (
    select
        raw.source,
        raw.extract_id,
        raw.line_number,
        raw.report_id,
        areas.area_code,
        coalesce(record_class.code, sources.default_record_class) as record_class,
        case when occurred.has_day then occurred.parsed end as occurred_date,
        date_trunc('month', occurred.parsed)::date as occurred_month,
        case when reported.has_day then reported.parsed end as reported_date,
        date_trunc('month', reported.parsed)::date as reported_month,
        case when recorded.has_day then recorded.parsed end as recorded_date,
        date_trunc('month', recorded.parsed)::date as recorded_month,
        offences.offence_code,
        offence_group.code as offence_group_code,
        outcome_code.code as outcome_code,
        coalesce(reporting_route.code, 'unknown') as reporting_route,
        coalesce(status.code, 'recorded') as status,
        aggravated.code = 'yes' as is_aggravated,
        sets.characteristics,
        raw.motivations,
        list_filter(
            [
                case when raw.report_id is null then {'rule': 'report_id_present', 'column_name': 'report_id'} end,
                case when areas.area_code is null
                    then {'rule': 'area_known', 'column_name': 'area'} end,
                case when raw.occurred is not null and occurred.parsed is null
                    then {'rule': 'date_readable', 'column_name': 'occurred'} end,
                case when raw.reported is not null and reported.parsed is null
                    then {'rule': 'date_readable', 'column_name': 'reported'} end,
                case when raw.recorded is not null and recorded.parsed is null
                    then {'rule': 'date_readable', 'column_name': 'recorded'} end,
                case when coalesce(raw.occurred, raw.reported, raw.recorded) is null
                    then {'rule': 'date_present', 'column_name': 'recorded'} end,
                case when raw.record_class is not null and record_class.as_received is null
                    then {'rule': 'label_known', 'column_name': 'record_class'} end,
                case when raw.offence_group is not null and offence_group.as_received is null
                    then {'rule': 'label_known', 'column_name': 'offence_group'} end,
                case when raw.outcome_code is not null and outcome_code.as_received is null
                    then {'rule': 'label_known', 'column_name': 'outcome_code'} end,
                case when raw.reporting_route is not null and reporting_route.as_received is null
                    then {'rule': 'label_known', 'column_name': 'reporting_route'} end,
                case when raw.status is not null and status.as_received is null
                    then {'rule': 'label_known', 'column_name': 'status'} end,
                case when raw.aggravated is not null and aggravated.as_received is null
                    then {'rule': 'label_known', 'column_name': 'aggravated'} end,
                case when sets.unknown_column is not null
                    then {'rule': 'motivation_known', 'column_name': sets.unknown_column} end
            ],
            lambda fault: fault is not null
        ) as faults
    from raw.reports as raw
    left join ref.sources as sources
        on raw.source = sources.source
    left join ref.area_labels as areas
        on raw.source = areas.source and coalesce(raw.area, '') = areas.as_received
    left join ref.date_labels as occurred
        on raw.source = occurred.source and occurred.field = 'occurred' and raw.occurred = occurred.as_received
    left join ref.date_labels as reported
        on raw.source = reported.source and reported.field = 'reported' and raw.reported = reported.as_received
    left join ref.date_labels as recorded
        on raw.source = recorded.source and recorded.field = 'recorded' and raw.recorded = recorded.as_received
    left join ref.value_labels as record_class
        on
            raw.source = record_class.source
            and record_class.field = 'record_class'
            and raw.record_class = record_class.as_received
    left join ref.value_labels as offence_group
        on
            raw.source = offence_group.source
            and offence_group.field = 'offence_group'
            and raw.offence_group = offence_group.as_received
    left join ref.value_labels as outcome_code
        on
            raw.source = outcome_code.source
            and outcome_code.field = 'outcome_code'
            and raw.outcome_code = outcome_code.as_received
    left join ref.value_labels as reporting_route
        on
            raw.source = reporting_route.source
            and reporting_route.field = 'reporting_route'
            and raw.reporting_route = reporting_route.as_received
    left join ref.value_labels as status
        on raw.source = status.source and status.field = 'status' and raw.status = status.as_received
    left join ref.value_labels as aggravated
        on
            raw.source = aggravated.source
            and aggravated.field = 'aggravated'
            and raw.aggravated = aggravated.as_received
    left join ref.offence_labels as offences
        on raw.source = offences.source and raw.offence_code = offences.as_received
    left join ref.motivation_sets as sets
        on raw.source = sets.source and raw.motivations = sets.motivations
)

select * from coded
