-- signal_monthly: exact reports by place on the map, ground and whole month on the headline date, zeros present.
-- grain: area_code, characteristic, month
-- reads: core.monthly_counts, ref.source_areas
-- `all` counts each report once, so an area's other reports are `all` less those of one ground.
select
    counts.area_code,
    counts.characteristic,
    counts.month,
    counts.report_count
from core.monthly_counts as counts
semi join (select area_code from ref.source_areas where area_type <> 'not_geographic') as placed using (area_code)
where
    counts.record_class = $record_class
    and counts.date_basis = $date_basis
    and counts.month <= $last_month
    and counts.characteristic <> 'not_recorded'
order by all
