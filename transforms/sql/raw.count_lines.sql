-- raw.count_lines: one row a line of a count extract, area and category still as text, its months as month → number.
-- grain: extract_id, line_number
-- reads: (filled from the canonical Parquet of each accepted count extract)
create table raw.count_lines (
    source varchar not null,
    extract_id varchar not null,
    line_number bigint not null,
    area varchar,
    category varchar,
    cells map(varchar, varchar)
)
