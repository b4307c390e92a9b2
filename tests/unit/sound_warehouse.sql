-- A warehouse of three reports that breaks no rule, drawn by hand: A of race and religion in January,
-- B of disability in March, and C, cancelled, on two equal rows. February is quiet.
create table raw.extracts (source varchar, extract_id varchar, extracted_on date, row_count bigint,
    revision_rule varchar, rows_per_report varchar);
insert into raw.extracts values ('herts', 'x1', '2024-05-01', 4, 'report', 'one');

create table core.recent_months (source varchar, month date, is_implausible boolean);

create table raw.count_extracts (source varchar, extract_id varchar, extracted_on date, row_count bigint,
    has_rival boolean default false);

create table ref.value_labels (source varchar, field varchar, as_received varchar, code varchar);
insert into ref.value_labels values
    ('herts', 'record_class',    'CRIME',  'crime'),
    ('herts', 'status',          'live',   'recorded'),
    ('herts', 'status',          'gone',   'cancelled'),
    ('herts', 'reporting_route', 'web',    'online'),
    ('herts', 'offence_group',   'PO',     'public_order'),
    ('herts', 'outcome_code',    '16',     '16'),
    ('herts', 'outcome_code',    'none',   null),
    ('herts', 'aggravated',      'Y',      'yes'),
    ('herts', 'aggravated',      'N',      'no');

create table ref.date_labels (source varchar, field varchar, as_received varchar, parsed date);
insert into ref.date_labels values
    ('herts', 'occurred', '10 Jan',   '2024-01-10'),
    ('herts', 'occurred', '5 Mar',    '2024-03-05'),
    ('herts', 'occurred', '31 Feb',   null),
    ('herts', 'reported', '11 Jan',   '2024-01-11'),
    ('herts', 'reported', '6 Mar',    '2024-03-06'),
    ('herts', 'recorded', '11 Jan',   '2024-01-11'),
    ('herts', 'recorded', '6 Mar',    '2024-03-06');

create table ref.area_labels (source varchar, as_received varchar, area_code varchar);
insert into ref.area_labels values ('herts', 'Watford', 'E07000103'), ('herts', 'Stevenage', 'E07000243');

create table ref.motivation_sets (source varchar, motivations varchar, characteristics varchar[],
    unknown_column varchar);
insert into ref.motivation_sets values
    ('herts', '{"grounds":"R;F"}', ['race', 'religion'], null),
    ('herts', '{"grounds":"D"}',   ['disability'],       null),
    ('herts', '{"grounds":"R;?"}', ['race'],             'grounds');

create table ref.aggravated_offences (offence_code varchar, offence_name varchar);
insert into ref.aggravated_offences values ('9B', 'Racially or religiously aggravated public fear');

insert into raw.reports values
    ('herts', 'x1', 2, 'A', '10 Jan', '11 Jan', '11 Jan', 'Watford',   'CRIME', '9B', 'PO', '16', 'web', 'live', 'Y',
        '{"grounds":"R;F"}'),
    ('herts', 'x1', 3, 'B', '5 Mar',  '6 Mar',  '6 Mar',  'Stevenage', 'CRIME', '9A', 'PO', 'none', 'web', 'live', 'N',
        '{"grounds":"D"}'),
    ('herts', 'x1', 4, 'C', '5 Mar',  '6 Mar',  '6 Mar',  'Watford',   'CRIME', '9A', null, null, null, 'gone', null,
        '{"grounds":"D"}'),
    ('herts', 'x1', 5, 'C', '5 Mar',  '6 Mar',  '6 Mar',  'Watford',   'CRIME', '9A', null, null, null, 'gone', null,
        '{"grounds":"D"}');

insert into core.report_versions values
    ('herts', 'A', 'x1', '2024-05-01', 1, true, 'recorded', 1, 'E07000103', 'crime', '2024-01-10', '2024-01-01',
        '2024-01-11', '2024-01-01', '2024-01-11', '2024-01-01', 1, '9B', 'public_order', '16', 'online', true,
        ['race', 'religion'], '{"grounds":"R;F"}'),
    ('herts', 'B', 'x1', '2024-05-01', 1, true, 'recorded', 1, 'E07000243', 'crime', '2024-03-05', '2024-03-01',
        '2024-03-06', '2024-03-01', '2024-03-06', '2024-03-01', 1, '9A', 'public_order', null, 'online', false,
        ['disability'], '{"grounds":"D"}'),
    ('herts', 'C', 'x1', '2024-05-01', 1, true, 'cancelled', 2, 'E07000103', 'crime', '2024-03-05', '2024-03-01',
        '2024-03-06', '2024-03-01', '2024-03-06', '2024-03-01', 1, '9A', null, null, 'unknown', null,
        ['disability'], null);

insert into core.reports by name
    select * exclude (extracted_on, is_latest, status, row_count, motivations) from core.report_versions where status = 'recorded';

insert into core.report_characteristics values
    ('herts', 'A', 'race'), ('herts', 'A', 'religion'), ('herts', 'B', 'disability');

insert into core.report_motivations values
    ('herts', 'A', 'grounds', 'R', 'race'), ('herts', 'A', 'grounds', 'F', 'religion'),
    ('herts', 'B', 'grounds', 'D', 'disability');

insert into core.row_outcomes values
    ('herts', 'x1', 'counted', 2), ('herts', 'x1', 'superseded', 0), ('herts', 'x1', 'cancelled', 2),
    ('herts', 'x1', 'rejected', 0), ('herts', 'x1', 'out_of_scope', 0);

insert into core.monthly_counts
    select drawn.area_code, drawn.area_code, drawn.characteristic, drawn.month::date, 'crime', basis, drawn.reports
    from (
        from (values
            -- area       month        all race religion disability
            ('all',       '2024-01-01', 1,  1,   1,       0),
            ('all',       '2024-02-01', 0,  0,   0,       0),
            ('all',       '2024-03-01', 1,  0,   0,       1),
            ('E07000103', '2024-01-01', 1,  1,   1,       0),
            ('E07000103', '2024-02-01', 0,  0,   0,       0),
            ('E07000103', '2024-03-01', 0,  0,   0,       0),
            ('E07000243', '2024-01-01', 0,  0,   0,       0),
            ('E07000243', '2024-02-01', 0,  0,   0,       0),
            ('E07000243', '2024-03-01', 1,  0,   0,       1)
        ) as picture (area_code, month, "all", race, religion, disability)
        unpivot (reports for characteristic in ("all", race, religion, disability))
    ) as drawn
    cross join (values ('recorded'), ('reported'), ('occurred')) as bases (basis);
