-- quarantine_labels: one row a label received that the profile does not know. Private: labels are values.
-- grain: column_name, label
-- reads: raw.reports, ref.value_labels, ref.area_labels, ref.motivation_labels, ref.motivation_texts, raw.count_lines, ref.count_areas, ref.count_categories
with received as (
    select
        source,
        field,
        as_received,
        count(*) as row_count
    from (
        from (from raw.reports select * replace (coalesce(area, '') as area))
        unpivot (as_received for field in (
            area, record_class, status, reporting_route, offence_group, outcome_code, aggravated
        ))
    )
    group by all
),

values_unknown as (
    select
        received.field as column_name,
        case when received.field = 'area' then 'area' else 'values' end as kind,
        received.as_received as label,
        received.row_count
    from received
    anti join ref.value_labels as known using (source, field, as_received)
    anti join ref.area_labels as areas
        on received.source = areas.source and received.field = 'area' and received.as_received = areas.as_received
),

motivations_unknown as (
    select
        labels.column_name,
        'motivations' as kind,
        labels.as_received as label,
        count(*) as row_count
    from ref.motivation_labels as labels
    left join ref.motivation_texts as texts using (source, column_name, as_received)
    left join raw.reports as reports
        on texts.source = reports.source and texts.motivations = reports.motivations
    where labels.characteristic is null
    group by labels.column_name, labels.as_received
),

count_labels_unknown as (
    select
        'area' as column_name,
        'area' as kind,
        lines.area as label,
        count(*) as row_count
    from raw.count_lines as lines
    anti join ref.count_areas as areas
        on lines.source = areas.source and lower(trim(lines.area)) = areas.label
    where lines.area is not null
    group by lines.area
    union all
    select
        'category' as column_name,
        'categories' as kind,
        lines.category as label,
        count(*) as row_count
    from raw.count_lines as lines
    anti join ref.count_categories as categories
        on lines.source = categories.source and trim(lines.category) = categories.label
    where lines.category is not null
    group by lines.category
)

select * from values_unknown
union all
select * from motivations_unknown
union all
select * from count_labels_unknown
order by kind, column_name, label
