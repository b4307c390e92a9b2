"""The rules that rows must keep as received, before anything is computed from them."""

from typing import Final

from expectations.results import Rule


def _readable(field: str, meaning: str) -> Rule:
    return Rule(
        name=f"date_readable.{field}",
        stage="raw",
        table="raw.reports",
        sentence=f"Every text that says {meaning} is one clear date in a format that the profile declares.",
        severity="hold",
        rejectable=True,
        violations=f"""
            select 1 as violation
            from raw.reports as reports
            left join ref.date_labels as labels
                on
                    reports.source = labels.source
                    and labels.field = '{field}'
                    and reports.{field} = labels.as_received
            where reports.{field} is not null and labels.parsed is null
        """,
    )


def _known(field: str, meaning: str) -> Rule:
    return Rule(
        name=f"label_known.{field}",
        stage="raw",
        table="raw.reports",
        sentence=f"Every label for {meaning} is in the profile.",
        severity="hold",
        rejectable=True,
        violations=f"""
            select 1 as violation
            from raw.reports as reports
            anti join ref.value_labels as labels
                on
                    reports.source = labels.source
                    and labels.field = '{field}'
                    and reports.{field} = labels.as_received
            where reports.{field} is not null
        """,
    )


RAW_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name="rows_loaded",
        stage="raw",
        table="raw.reports",
        sentence="Every extract has as many rows here as were counted when it was received.",
        severity="stop",
        violations="""
            select 1 as violation
            from (select extract_id, count(*) as row_count from raw.reports group by extract_id) as loaded
            full join raw.extracts as extracts using (extract_id)
            where coalesce(loaded.row_count, 0) is distinct from extracts.row_count
        """,
    ),
    Rule(
        name="report_id_present",
        stage="raw",
        table="raw.reports",
        sentence="Every row has the key of its report.",
        severity="hold",
        rejectable=True,
        violations="select 1 as violation from raw.reports where report_id is null",
    ),
    Rule(
        name="report_id_plain",
        stage="raw",
        table="raw.reports",
        sentence=(
            "Every report's key is in plain letters: no space at its ends, nothing invisible, no look-alike of another "
            "script, so that no report can be taken for two."
        ),
        severity="hold",
        # Wide forms and letter-like signs count as Latin too, and look like what they are not.
        violations=r"""
            select 1 as violation
            from raw.reports
            where regexp_matches(report_id, '^ | $|[^ -~\p{Latin}]|[\x{2100}-\x{218f}\x{ff00}-\x{ffef}]')
        """,
    ),
    _readable("recorded", "when police recorded it"),
    _readable("reported", "when police were told"),
    _readable("occurred", "when it happened"),
    Rule(
        name="date_present",
        stage="raw",
        table="raw.reports",
        sentence="Every row says when it was recorded, reported or happened.",
        severity="hold",
        rejectable=True,
        violations="select 1 as violation from raw.reports where coalesce(recorded, reported, occurred) is null",
    ),
    Rule(
        name="area_known",
        stage="raw",
        table="raw.reports",
        sentence="Every row has an area, and it is one of its source.",
        severity="hold",
        rejectable=True,
        violations="""
            select 1 as violation
            from raw.reports as reports
            left join ref.area_labels as labels
                on reports.source = labels.source and coalesce(reports.area, '') = labels.as_received
            where labels.area_code is null
        """,
    ),
    Rule(
        name="motivation_known",
        stage="raw",
        table="raw.reports",
        sentence="Every row names grounds by labels that are in the profile.",
        severity="hold",
        rejectable=True,
        violations="""
            select 1 as violation
            from raw.reports as reports
            left join ref.motivation_sets as sets
                on reports.source = sets.source and reports.motivations = sets.motivations
            where sets.source is null or sets.unknown_column is not null
        """,
    ),
    _known("record_class", "the record class"),
    _known("status", "the status"),
    _known("reporting_route", "how it reached the police"),
    _known("offence_group", "the offence group"),
    _known("outcome_code", "the outcome"),
    _known("aggravated", "racial or religious aggravation"),
    Rule(
        name="report_once_per_extract",
        stage="raw",
        table="raw.reports",
        sentence="Every report stands once in its extract, or each time with the same values.",
        severity="hold",
        violations="""
            select 1 as violation
            from (
                select distinct * exclude (line_number)
                from raw.reports
                semi join (select extract_id from raw.extracts where rows_per_report = 'one') using (extract_id)
                -- By hash, which is cheap: hardly any report stands twice, and one that does not has one row here too.
                semi join (
                    select hash(extract_id, report_id) as key_hash
                    from raw.reports
                    group by key_hash
                    having count(*) > 1
                ) as twice on hash(extract_id, report_id) = twice.key_hash
                where report_id is not null
            )
            group by extract_id, report_id
            having count(*) > 1
        """,
    ),
)
