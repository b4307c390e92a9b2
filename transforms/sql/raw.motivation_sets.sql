-- raw.motivation_sets: one row a source and distinct set of ground columns received.
-- grain: source, motivations
-- reads: raw.reports
create table raw.motivation_sets as
select distinct source, motivations
from raw.reports
