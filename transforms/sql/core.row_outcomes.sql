-- core.row_outcomes: how many rows of each extract were counted, superseded, cancelled, rejected or out of scope.
-- grain: extract_id, outcome
-- reads: raw.extracts, core.report_versions, core.rejected_reports
-- Each row has exactly one outcome, so the outcomes of an extract add up to the rows received.
create table core.row_outcomes as
with counted as (
    select
        extract_id,
        case
            when not is_latest then 'superseded'
            when status = 'recorded' then 'counted'
            else status
        end as outcome,
        row_count
    from core.report_versions
    union all
    select
        extract_id,
        'rejected' as outcome,
        count(distinct line_number) as row_count
    from core.rejected_reports
    group by extract_id
)

select
    extracts.source,
    extracts.extract_id,
    outcomes.outcome,
    coalesce(sum(counted.row_count), 0)::bigint as row_count
from raw.extracts as extracts
cross join (
    values ('counted'), ('superseded'), ('cancelled'), ('rejected'), ('out_of_scope')
) as outcomes (outcome)
left join counted
    on extracts.extract_id = counted.extract_id and outcomes.outcome = counted.outcome
group by extracts.source, extracts.extract_id, outcomes.outcome
