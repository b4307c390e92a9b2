-- core.count_line_outcomes: how many lines of each count extract were counted, superseded, rejected or out of scope.
-- grain: extract_id, outcome
-- reads: raw.count_extracts, raw.count_cells, core.source_counts
-- Each line has exactly one outcome; a line of which any month still stands was counted.
create table core.count_line_outcomes as
with lines as (
    select
        cells.extract_id,
        cells.line_number,
        case
            when bool_or(len(cells.faults) > 0) then 'rejected'
            when bool_or(cells.measure = 'excluded') then 'out_of_scope'
            when bool_or(standing.extract_id is not null) then 'counted'
            else 'superseded'
        end as outcome
    from raw.count_cells as cells
    left join core.source_counts as standing
        on
            cells.extract_id = standing.extract_id
            and cells.category = standing.category
            and cells.area_code = standing.area_code
            and cells.month = standing.month
    group by cells.extract_id, cells.line_number
)

select
    extracts.source,
    extracts.extract_id,
    outcomes.outcome,
    count(lines.line_number) as row_count
from raw.count_extracts as extracts
cross join (values ('counted'), ('superseded'), ('rejected'), ('out_of_scope')) as outcomes (outcome)
left join lines
    on extracts.extract_id = lines.extract_id and outcomes.outcome = lines.outcome
group by extracts.source, extracts.extract_id, outcomes.outcome
