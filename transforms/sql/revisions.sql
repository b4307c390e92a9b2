-- revisions: how many reports some new extracts changed of what stood before them, by month, ground and kind of change.
-- grain: source, month, characteristic, change
-- reads: core.report_versions, raw.extracts, ref.sources
-- $new lists the ids of the new extracts; null means the newest one of each source.
-- The month is that of the headline date as it stands now, or as it stood where the report is gone. A report is in
-- the line of each ground it has or had, and once in `all`; it can be in several kinds of change.
with ordered as (
    select
        extracts.source,
        extracts.extract_id,
        extracts.revision_rule,
        sources.headline_date_basis,
        row_number() over (
            partition by extracts.source order by extracts.extracted_on desc, extracts.extract_id desc
        ) as age,
        coalesce(list_contains($new::varchar[], extracts.extract_id), age = 1) as is_new
    from raw.extracts as extracts
    left join ref.sources as sources using (source)
),

newest_before as (
    select source, min(age) as age
    from ordered
    where not is_new
    group by source
),

versions as (
    select
        versions.source,
        versions.report_id,
        ordered.age,
        -- A snapshot says everything: what an older one said counts for nothing.
        ordered.revision_rule = 'report' or ordered.age = 1 as may_stand_now,
        not ordered.is_new
        and (ordered.revision_rule = 'report' or ordered.age = newest_before.age) as may_have_stood,
        {
            'status': versions.status,
            'month': case ordered.headline_date_basis
                when 'recorded' then versions.recorded_month
                when 'reported' then versions.reported_month
                else versions.occurred_month
            end,
            'record_class': versions.record_class,
            'offence': coalesce(versions.offence_code, '') || ' ' || coalesce(versions.offence_group_code, ''),
            'area_code': versions.area_code,
            'characteristics': versions.characteristics
        } as said
    from core.report_versions as versions
    left join ordered using (source, extract_id)
    -- Where nothing stood before, everything is new and nothing is revised.
    join newest_before using (source)
),

pairs as (
    select
        source,
        report_id,
        arg_min(said, age) filter (where may_stand_now) as now,
        arg_min(said, age) filter (where may_have_stood) as before
    from versions
    group by source, report_id
),

changes as (
    select
        source,
        coalesce(now.month, before.month) as month,
        coalesce(now.status = 'recorded', false) as counts_now,
        coalesce(before.status = 'recorded', false) as counted_before,
        coalesce(now.characteristics, []) as grounds_now,
        coalesce(before.characteristics, []) as grounds_before,
        list_filter(
            [
                case when counts_now and before is null then 'added' end,
                case when counts_now and before is not null and not counted_before then 'restored' end,
                case when counted_before and now is null then 'removed' end,
                case when counted_before and now.status = 'cancelled' then 'cancelled' end,
                case when counted_before and now.status = 'out_of_scope' then 'left_scope' end,
                case
                    when
                        counts_now
                        and counted_before
                        and (now.record_class <> before.record_class or now.offence <> before.offence)
                        then 'reclassified'
                end,
                case
                    when counts_now and counted_before and now.area_code <> before.area_code then 'moved_area'
                end,
                case when counts_now and counted_before and now.month <> before.month then 'moved_month' end
            ],
            lambda change: change is not null
        ) as kinds,
        case
            when counts_now and counted_before
                then list_filter(grounds_now, lambda ground: not list_contains(grounds_before, ground))
            else []
        end as gained,
        case
            when counts_now and counted_before
                then list_filter(grounds_before, lambda ground: not list_contains(grounds_now, ground))
            else []
        end as lost
    from pairs
),

counted as (
    select source, month, characteristic, unnest(kinds) as change
    from (
        select
            source,
            month,
            kinds,
            unnest(list_append(list_distinct(list_concat(grounds_now, grounds_before)), 'all')) as characteristic
        from changes
    )
    union all
    select source, month, unnest(list_append(gained, 'all')), 'gained_characteristic'
    from changes
    where len(gained) > 0
    union all
    select source, month, unnest(list_append(lost, 'all')), 'lost_characteristic'
    from changes
    where len(lost) > 0
)

select
    source,
    month,
    characteristic,
    change,
    count(*) as report_count
from counted
group by all
order by all
