-- raw.undated_texts: one row an extract that does not say when it was taken, date field and text received.
-- grain: extract_id, field, as_received
-- reads: raw.reports, raw.received
create table raw.undated_texts as
with undated as (
    select source, extract_id, occurred, reported, recorded
    from raw.reports
    semi join (select extract_id from raw.received where declared_on is null) as wanted using (extract_id)
)

select distinct source, extract_id, 'occurred' as field, occurred as as_received from undated where occurred is not null
union all
select distinct source, extract_id, 'reported' as field, reported as as_received from undated where reported is not null
union all
select distinct source, extract_id, 'recorded' as field, recorded as as_received from undated where recorded is not null
