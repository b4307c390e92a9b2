-- raw.texts: one row a source, field and text received; each text is read once, however many rows hold it.
-- grain: source, field, as_received
-- reads: raw.reports
-- An empty place is a text like others, for a profile may say what it means.
create table raw.texts as
select distinct source, 'occurred' as field, occurred as as_received from raw.reports where occurred is not null
union all
select distinct source, 'reported' as field, reported as as_received from raw.reports where reported is not null
union all
select distinct source, 'recorded' as field, recorded as as_received from raw.reports where recorded is not null
union all
select distinct source, 'area' as field, coalesce(area, '') as as_received from raw.reports
union all
select distinct source, 'record_class' as field, record_class as as_received from raw.reports where record_class is not null
union all
select distinct source, 'offence_code' as field, offence_code as as_received from raw.reports where offence_code is not null
union all
select distinct source, 'offence_group' as field, offence_group as as_received from raw.reports where offence_group is not null
union all
select distinct source, 'outcome_code' as field, outcome_code as as_received from raw.reports where outcome_code is not null
union all
select distinct source, 'reporting_route' as field, reporting_route as as_received from raw.reports where reporting_route is not null
union all
select distinct source, 'status' as field, status as as_received from raw.reports where status is not null
union all
select distinct source, 'aggravated' as field, aggravated as as_received from raw.reports where aggravated is not null
