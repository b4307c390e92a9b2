-- core_table_count: one number, the tables of core.
-- grain: (one row)
-- reads: information_schema.tables
select count(*) from information_schema.tables where table_schema = 'core'
