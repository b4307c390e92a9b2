-- extracts_taken: one row an extract, of records or of counts, and the day it was taken.
-- grain: extract_id
-- reads: raw.extracts, raw.count_extracts
select extract_id, extracted_on from raw.extracts
union all
select extract_id, extracted_on from raw.count_extracts
