-- ref.motivation_sets: one row a source and distinct set of ground columns received, with what it means.
-- grain: source, motivations
-- reads: ref.motivation_texts, ref.motivation_labels
-- `unknown_column` names a column whose label is not in the profile; null where every label is known.
create table ref.motivation_sets as
select
    texts.source,
    texts.motivations,
    list_sort(coalesce(
        list(distinct labels.characteristic) filter (where labels.characteristic is not null),
        ['not_recorded']
    )) as characteristics,
    -- Sorted, because a warehouse that is built again must come back identical.
    list_sort(coalesce(
        list(distinct {'column_name': labels.column_name, 'motivation': labels.as_received, 'characteristic': labels.characteristic})
            filter (where labels.characteristic is not null),
        []
    )) as named,
    min(labels.column_name) filter (where labels.column_name is not null and labels.characteristic is null) as unknown_column
from ref.motivation_texts as texts
left join ref.motivation_labels as labels
    on
        texts.source = labels.source
        and texts.column_name = labels.column_name
        and texts.as_received = labels.as_received
group by texts.source, texts.motivations
