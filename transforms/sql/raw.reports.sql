-- raw.reports: one row a line received, every mapped column still as text.
-- grain: extract_id, line_number
-- reads: (filled from the canonical Parquet of each accepted extract)
create table raw.reports (
    source varchar not null,
    extract_id varchar not null,
    line_number bigint not null,
    report_id varchar,
    occurred varchar,
    reported varchar,
    recorded varchar,
    area varchar,
    record_class varchar,
    offence_code varchar,
    offence_group varchar,
    outcome_code varchar,
    reporting_route varchar,
    status varchar,
    aggravated varchar,
    motivations varchar
)
