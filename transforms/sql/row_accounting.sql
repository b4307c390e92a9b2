-- row_accounting: one row an extract, what became of its rows, and the reports they make.
-- grain: extract_id
-- reads: raw.extracts, core.row_outcomes
select
    extracts.source,
    extracts.extract_id,
    extracts.extracted_on,
    extracts.row_count as received,
    sum(outcomes.row_count) filter (where outcomes.outcome = 'counted')::bigint as counted,
    sum(outcomes.row_count) filter (where outcomes.outcome = 'superseded')::bigint as superseded,
    sum(outcomes.row_count) filter (where outcomes.outcome = 'cancelled')::bigint as cancelled,
    sum(outcomes.row_count) filter (where outcomes.outcome = 'rejected')::bigint as rejected,
    sum(outcomes.row_count) filter (where outcomes.outcome = 'out_of_scope')::bigint as out_of_scope
from raw.extracts as extracts
left join core.row_outcomes as outcomes using (extract_id)
group by all
order by extracts.source, extracts.extracted_on, extracts.extract_id
