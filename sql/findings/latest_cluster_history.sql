-- Present state of cluster_history: the latest version of each. Columns: as the table cluster_history. Grain: one cluster_id and happened_at and event and detail.
SELECT *
FROM cluster_history
QUALIFY row_number() OVER (PARTITION BY cluster_id, happened_at, event, detail ORDER BY version DESC) = 1
ORDER BY cluster_id, happened_at, event, detail
