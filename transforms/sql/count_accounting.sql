-- count_accounting: one number an outcome, the lines of count extracts.
-- grain: outcome
-- reads: core.count_line_outcomes
select outcome, sum(row_count)::bigint as row_count
from core.count_line_outcomes
group by outcome
order by outcome
